"""Columns with one value a patient: numbers, flags, categories, text."""

from __future__ import annotations

import re
from typing import Any

from fusionscape.readers.meaning.categories import category
from fusionscape.readers.meaning.column import Column, Parts, dash_means_no
from fusionscape.readers.meaning.dates import dates
from fusionscape.readers.meaning.fields import FieldForm, parse_field
from fusionscape.readers.meaning.numbers import numbers
from fusionscape.readers.values.numbers import decimal_style, parse_number
from fusionscape.readers.values.words import key, names_donor, parse_flag, plain

_DEAD = frozenset({"dead", "deceased", "died", "death", "exitus", "verstorben", "tot", "gestorben",
                   "décédé", "décédée", "mort", "死亡", "已故", "dod", "1:deceased"})  # fmt: skip
_ALIVE = frozenset({"alive", "living", "lebend", "lebt", "am leben", "vivant", "vivante", "存活",
                    "生存", "存活中", "censored", "0:living", "a&w"})  # fmt: skip


_TRANSPLANTS = ("transplant", "transplant_cr1")
_LIVING = re.compile(
    r"(?:is[ _]?|still[ _]?|patient[ _]?)*(?:alive|living|survived|surviv(?:al|or|ing)|überleben|"
    r"überlebt|lebt|lebend|am leben|vivante?|en vie|survie|是否存活|是否生存|存活|生存)"
    r"(?:[ _]?(?:yes/no|y/n|\(.*\)|at last.*|now|\?))*$",
    re.IGNORECASE,
)
_SURELY_LIVING = re.compile(
    r".*(?:alive|living|survived|lebt|lebend|am leben|vivant|en vie|是否存活|存活)", re.IGNORECASE
)
_CENSORING = re.compile(r"cens", re.IGNORECASE)


def names_the_living(source: str) -> bool:
    """True for a column whose yes is alive (``alive``, ``Survival``, ``存活``)."""
    return _LIVING.match(plain(source)) is not None


def says_alive_or_dead(text: str) -> bool:
    """True for a word that says alive, dead, yes or no."""
    return _died(text, yes_is_alive=True) is not None


def says_dead(text: str, source: str) -> bool:
    """True for a cell that says dead in a status column of this name.

    >>> says_dead("verstorben", "Status"), says_dead("yes", "alive"), says_dead("1", "death")
    (True, False, True)
    """
    return _died(text, yes_is_alive=names_the_living(source)) is True


def read_patient(column: Column, parts: Parts) -> None:
    """A standard field of the patient table."""
    for patient, value in _values(column, column.form).items():
        parts.put(patient, column.form.name, value)


def read_same(column: Column, parts: Parts) -> None:
    """A second column of a field: compared with the first, never used instead of it."""
    inner = parse_field(column.form.name)
    if inner is not None:
        parts.compared.append((column.form.name, column.spec.source, _values(column, inner)))


def read_covariate(column: Column, parts: Parts) -> None:
    """A covariate of the study's own, of the declared kind or the one all values fit."""
    for patient, value in _covariate_values(column).items():
        parts.put(patient, column.form.name, value)


def read_vital(column: Column, parts: Parts) -> None:
    """Alive or dead, as the event of overall survival."""
    for patient, value in _vital_values(column).items():
        parts.put(patient, "os_event", value)


_NOT_DONE = frozenset({"not done", "notdone", "not performed", "not tested"})


def untested(column: Column) -> set[str]:
    """Patients of whom a column of assays says in words that none was made."""
    cells = column.cells(untold=True)
    return {cell.patient for cell in cells if not cell.text and key(cell.raw) in _NOT_DONE}


def read_tested(column: Column, parts: Parts) -> None:
    """Whether an assay looked at the patient."""
    for cell in column.cells(dash=False):
        flag = parse_flag(cell.text)
        if flag is None:
            what = f"{cell.raw[:60]!r} is neither yes nor no."
            column.note("flag-not-understood", what, cell)
        elif not flag:
            parts.unlooked.add(cell.patient)
        else:
            assay = column.spec.label or "declared"
            parts.assays.append(
                {"patient_id": cell.patient, "assay": assay, "scope": column.form.name}
            )


def _values(column: Column, form: FieldForm) -> dict[str, Any]:
    if form.shape == "vital" or form.name.endswith("_event"):
        return _vital_values(column)
    if form.number:
        return {cell.patient: number.value for cell, number in numbers(column, field=form.name)}
    if form.flag:
        return _flags(column)
    if form.shape == "covariate":
        return _covariate_values(column)
    return _texts(column, form.name)


def _flags(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cell in column.cells(dash=not dash_means_no(column)):
        if cell.ambiguous:
            continue
        flag = parse_flag(cell.text)
        if flag is None and column.form.name in _TRANSPLANTS and names_donor(cell.text):
            what = f"{cell.raw[:60]!r} was read as a transplant; the kind of donor is not kept."
            column.note("transplant-by-donor", what, cell)
            flag = True
        if flag is None:
            column.note("flag-not-understood", f"{cell.raw[:60]!r} is neither yes nor no.", cell)
            continue
        found[cell.patient] = flag
    return found


def _vital_values(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    alive = names_the_living(column.spec.source) and not _declared_event(column)
    if names_the_living(column.spec.source) and _direction_open(column):
        what = f"{column.spec.source!r} names the living; it is not said which value is death."
        column.note("event-flag-direction", what)
        return found
    if _CENSORING.search(column.spec.source) and not column.spec.values:
        words = {plain(cell.text).casefold() for cell in column.cells()}
        if words and words <= {"0", "1", "0.0", "1.0", "true", "false", "yes", "no"}:
            what = f"{column.spec.source!r} may use 1 for death or for the censored."
            column.note("event-flag-direction", what)
            return found
    for cell in column.cells():
        flag = _died(cell.text, yes_is_alive=alive)
        if flag is None or cell.ambiguous:
            what = f"{cell.raw[:60]!r} says neither alive nor dead."
            column.note("flag-not-understood", what, cell)
            continue
        found[cell.patient] = flag
    return found


def _died(text: str, *, yes_is_alive: bool) -> bool | None:
    word = plain(text).casefold()
    if word in _DEAD:
        return True
    if word in _ALIVE:
        return False
    flag = parse_flag(re.sub(r"^([01]):.*$", r"\1", text))
    return flag if flag is None or not yes_is_alive else not flag


def _declared_event(column: Column) -> bool:
    """True where the study says in values what means the event."""
    return column.form.name.endswith("_event") and bool(column.spec.values)


def _direction_open(column: Column) -> bool:
    """A column named after the living, of yes and no: as an event it needs declared values.

    So does a bare "Survival" of 0 and 1, where papers use 1 for either.
    """
    if column.spec.values:
        return False
    words = {plain(cell.text).casefold() for cell in column.cells()}
    if not words or words & (_DEAD | _ALIVE):
        return False
    if column.form.name.endswith("_event"):
        return True
    bare = not _SURELY_LIVING.match(plain(column.spec.source))
    return bare and words <= {"0", "1", "0.0", "1.0"}


def _texts(column: Column, field: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cell in column.cells():
        if cell.ambiguous:
            continue
        word = category(field, cell.text)
        if word is None:
            what = f"{cell.raw[:60]!r} is no value of {field}."
            column.note("category-not-understood", what, cell)
            continue
        found[cell.patient] = word
    return found


def _covariate_values(column: Column) -> dict[str, Any]:
    kind = column.spec.kind or kind_of(column.texts())
    if kind == "number":
        return {c.patient: n.value for c, n in numbers(column, field=column.form.name)}
    if kind == "flag":
        return _flags(column)
    if kind == "date":
        return {c.patient: span.low.isoformat() for c, span in dates(column)}
    return {c.patient: plain(c.text) for c in column.cells() if not c.ambiguous}


def kind_of(texts: list[str]) -> str:
    """What all texts of a covariate can be read as: flag, number or text."""
    if not texts:
        return "text"
    words = {t for t in texts if not t.strip().isdecimal()}
    if len(set(texts)) <= 2 and words and all(parse_flag(t) is not None for t in texts):
        return "flag"
    style = decimal_style(texts)
    if style.mixed or style.undecided:
        return "text"
    if all(parse_number(t, decimal=style.decimal) is not None for t in texts):
        units = {parse_number(t, decimal=style.decimal).unit for t in texts}  # type: ignore[union-attr]
        return "number" if units == {""} else "text"
    return "text"
