"""What a column holds, by its name and by its content."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from fusionscape.knowledge.columns import ColumnMatch, match_column
from fusionscape.knowledge.fusion_order import FIVE_PRIME_DRIVERS, partner_symbols
from fusionscape.readers.drafting.dated import date_columns
from fusionscape.readers.drafting.parts import Guess
from fusionscape.readers.drafting.shown import shown_values
from fusionscape.readers.meaning.column import Column, Parts
from fusionscape.readers.meaning.fields import BASELINE_FIELDS, FieldForm, parse_field
from fusionscape.readers.meaning.interpret import READERS
from fusionscape.readers.meaning.patient import names_the_living, says_alive_or_dead
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import ColumnSpec
from fusionscape.readers.values.numbers import fraction_heap, parse_number
from fusionscape.readers.values.units import factor, needs_unit
from fusionscape.readers.values.words import is_missing, key, parse_flag
from fusionscape.results import Finding

_NAMES = {
    "partner": "fusion",
    "flt3_itd": "lesion:FLT3-ITD",
    "flt3_itd_allelic_ratio": "lesion_value:FLT3-ITD",
    "response_course_1": "response:course:1",
    "response_course_2": "response:course:2",
    "best_response": "response:best",
    "mrd_course_1": "mrd:course:1",
    "mrd_course_2": "mrd:course:2",
    "transplant_date": "date:transplant",
    "diagnosis_date": "date:diagnosis",
    "treatment_start_date": "date:treatment_start",
    "cr_date": "date:remission",
    "relapse_date": "date:relapse",
    "death_date": "date:death",
    "last_seen_date": "date:last_seen",
    "lost_date": "date:lost",
    "center": "covariate:center",
    "race": "covariate:race",
    "risk_group": "covariate:risk_group",
    "relapse": "covariate:relapse",
    "assay": "tested_by",
    "birth_date": "ignore",
    "selected_by": "ignore",
    "sex_age": "ignore",
}
_NOT_TAKEN = {
    "birth_date": "a date of birth is not needed and identifies a patient; it was left out",
    "selected_by": "say selected_by_fusion for the whole study instead",
    "sex_age": 'sex and age share a column; split it, or say kind = "case-table"',
}
_BEFORE_EVERYTHING = ("lesion", "variant", "fusion")
_PROBE_ROWS = 2000
_OPEN = (
    "lesion-value-ambiguous",
    "fusion-code-read",
)  # no error, but only the study can say what is meant
_MUTATION = re.compile(r"mut|variant|突变", re.IGNORECASE)
_BLASTS = "the name does not say whether of marrow or blood"
_CR1 = "it may mean the response after course 1, or a first remission at any time"
_UNCLEAR = {
    **dict.fromkeys(
        ("blasts", "blast", "blast percentage", "blast percent", "blasten", "blastes", "原始细胞",
         "原始细胞比例"), _BLASTS,
    ),
    "cr1": _CR1, "rc1": _CR1, "cr 1": _CR1,
}  # fmt: skip
_FUSED = frozenset({*FIVE_PRIME_DRIVERS, "RUNX1", "ETV6", "MECOM", "ABL1", "CBFB", "RARA"})


def guess_columns(table: RawTable) -> tuple[Guess, ...]:
    """A guess for every named column; one that repeats a field comes second and is unsure."""
    guesses = [_guess(table, position) for position in range(len(table.columns))]
    named = date_columns(table, [g for g in guesses if g.source])
    order = {name: i for i, name in enumerate(table.columns)}
    taken: dict[str, Guess] = {}
    best: list[Guess] = []
    for guess in sorted(named, key=lambda g: (not g.sure, order[g.source])):
        if guess.field == "ignore" or guess.field not in taken:
            taken.setdefault(guess.field, guess)
            best.append(guess)
            continue
        first = taken[guess.field].source
        why = f"it may be {guess.field}, as {first!r} is; only one of them was taken"
        best.append(replace(guess, field="ignore", sure=False, why=why, open_values=()))
    return tuple(sorted(best, key=lambda g: order[g.source]))


def _guess(table: RawTable, position: int) -> Guess:
    name = table.columns[position]
    match = match_column(name) if name else None
    if match is None:
        return Guess(source=name, field="ignore", sure=False, why="the name is not known here")
    if match.field in _NOT_TAKEN:
        return Guess(source=name, field="ignore", sure=False, why=_NOT_TAKEN[match.field])
    field, unit = _field_of(match)
    if field == "os_days" and names_the_living(name) and _says_alive(table, position):
        field, unit = "vital_status", ""
    form = parse_field(field)
    if form is None:
        return Guess(source=name, field="ignore", sure=False, why="the name is not known here")
    if form.shape in ("id", "sample"):
        return _id_guess(table, position, field, match)
    guess = Guess(source=name, field=field, sure=True, timing=_timing(field, match), unit=unit)
    doubts = _name_doubts(name, match, form, unit)
    guess, more = _content(table, position, guess, form)
    doubts.extend(more)
    return replace(guess, sure=not doubts, why="; ".join(doubts))


def _says_alive(table: RawTable, position: int) -> bool:
    """True when a column holds yes and no, or alive and dead, not times."""
    cells = (row[position] for row in table.rows[:_PROBE_ROWS])
    texts = {key(cell) for cell in cells if cell is not None and not is_missing(cell)}
    return bool(texts) and all(says_alive_or_dead(text) for text in texts)


def _field_of(match: ColumnMatch) -> tuple[str, str]:
    """The field of the cohort and the unit that a recognised name stands for."""
    if match.field == "lesion":
        return f"lesion:{match.gene}", ""
    head, _, unit = match.field.rpartition("_")
    if head in ("os", "efs", "rfs", "cir") and unit in ("days", "months", "years", "time"):
        return f"{head}_days", "" if unit == "time" else unit
    if head == "age" and unit in ("days", "months", "years"):
        return "age_years", match.unit or ""
    said = match.unit if match.kind == "number" else None
    return _NAMES.get(match.field, match.field), said or ""


def _timing(field: str, match: ColumnMatch) -> str:
    """Baseline only for what is baseline by its nature; everything else is to be declared."""
    if field == "date:diagnosis":
        return "baseline"
    if field in BASELINE_FIELDS or field.split(":")[0] in _BEFORE_EVERYTHING:
        return "baseline" if match.timing == "baseline" else "unknown"
    return match.timing if match.timing == "post-baseline" else "unknown"


def _name_doubts(name: str, match: ColumnMatch, form: FieldForm, unit: str) -> list[str]:
    doubts: list[str] = []
    if match.confidence < 0.9 or (match.confidence < 1 and match.field != "lesion" and not unit):
        doubts.append(f"{match.reason}")
    if form.shape == "patient" and needs_unit(form.name) and not form.name.endswith("_percent"):
        if not unit:
            doubts.append("the name does not say the unit")
        elif factor(form.name, unit) is None:
            doubts.append(f"the unit {unit!r} is not one of {form.name}")
    if form.shape == "vital" and names_the_living(name):
        doubts.append("yes is read as alive; say in values what means dead")
    if form.name.endswith("_event") and form.shape == "patient":
        doubts.append("it must be said whether 1 is the event")
    if form.shape in ("mrd", "blasts") and not unit:
        doubts.append("the name does not say whether it is percent")
    unclear = _UNCLEAR.get(key(name).strip(" ?:%()"))
    if unclear is not None:
        doubts.append(unclear)
    if form.shape == "lesion":
        doubts.extend(_lesion_doubts(name, match))
    return doubts


def _lesion_doubts(name: str, match: ColumnMatch) -> list[str]:
    """A bare gene name may be a mutation, a fusion, an ITD or an expression."""
    gene = match.gene
    if gene is None or _MUTATION.search(name):
        return []
    if gene == "FLT3":
        return ["FLT3 may mean the internal tandem duplication or a point mutation"]
    if gene in _FUSED or any(gene in partner_symbols(driver) for driver in FIVE_PRIME_DRIVERS):
        return [f"{gene} may mean a mutation or a fusion"]
    return []


def _id_guess(table: RawTable, position: int, field: str, match: ColumnMatch) -> Guess:
    cells = [row[position] for row in table.rows if row[position] is not None]
    name = table.columns[position]
    why = "" if match.confidence == 1 else match.reason
    if field == "patient_id" and len(set(cells)) < len(cells):
        why = "ids repeat: several rows a patient"
    return Guess(source=name, field=field, sure=not why, why=why, timing="baseline")


def _content(
    table: RawTable, position: int, guess: Guess, form: FieldForm
) -> tuple[Guess, list[str]]:
    """Whether the values read as the field; another form of it where they fit better."""
    guess, form = _refit(table, position, guess, form)
    spec = ColumnSpec(source=guess.source, field=guess.field, unit=_known_unit(form, guess.unit))
    reader = READERS.get(form.shape)
    if reader is None:
        return guess, []
    rows = [(i, str(i)) for i in range(min(len(table.rows), _PROBE_ROWS))]
    column = Column(
        table=table,
        spec=spec,
        form=form,
        position=position,
        rows=rows,
        missing=frozenset(),
        driver="NUP98",
    )
    reader(column, Parts())
    refused = [f for f in column.found if f.severity == "error" or f.code in _OPEN]
    doubts = list(dict.fromkeys(_doubt(f) for f in refused))
    values = dict.fromkeys(f.value for f in refused if f.value is not None)
    known = [c for c in (row[position] for row in table.rows) if c and not is_missing(c)]
    if not known:
        doubts.append("the column is empty")
    elif form.shape == "vital" and all(c.strip().isdecimal() for c in known):
        doubts.append("it must be said whether 1 is dead")
    elif form.name.endswith("_percent") and _fractions(known):
        doubts.append("the values look like fractions, not percent")
    elif form.name.endswith("_percent") and _mixed_fractions(known):
        doubts.append("some values look like fractions, others like percents")
    return replace(guess, open_values=shown_values(values, form, cells=len(known))), doubts


def _fractions(texts: list[str]) -> bool:
    numbers = [parse_number(text, decimal="," if "," in text else ".") for text in texts]
    return all(number is not None and number.value <= 1 for number in numbers)


def _mixed_fractions(texts: list[str]) -> bool:
    numbers = [parse_number(text, decimal="," if "," in text else ".") for text in texts]
    return bool(fraction_heap(number.value for number in numbers if number is not None))


def _doubt(found: Finding) -> str:
    if (found.value or "").strip().isdecimal() and found.code.endswith("-not-understood"):
        return "numbers without a meaning: say in values what each means"
    return {
        "fusion-code-read": "1 names no partner: is it a fusion of the driver, and which?",
        "lesion-value-ambiguous": "a bound is neither yes nor no",
        "event-flag-direction": "1 may mean the event or the censored",
        "decimal-undecided": "1,234 may be thousands or decimals",
        "decimal-mixed": "decimal comma and point are mixed",
        "date-order-undecided": "day or month first is not decided by any date",
        "date-order-mixed": "some dates have the day first, others the month",
        "date-short-year": "dates do not say their century",
    }.get(found.code, "some values do not fit")


def _known_unit(form: FieldForm, unit: str) -> str:
    return unit if factor(form.name, unit) is not None else ""


def _refit(
    table: RawTable, position: int, guess: Guess, form: FieldForm
) -> tuple[Guess, FieldForm]:
    """A lesion column of variant text, an MRD column of yes and no, a partner column."""
    texts = {
        key(cell)
        for row in table.rows[:_PROBE_ROWS]
        if (cell := row[position]) is not None and not is_missing(cell, dash=False)
    }
    flags = sum(parse_flag(text) is not None for text in texts)
    wanted: Callable[[str], str] | None = None
    if form.shape == "mrd" and texts and flags == len(texts) and not texts <= {"0", "1"}:
        wanted = lambda f: f.replace("mrd:", "mrd_state:")  # noqa: E731
    elif form.shape == "lesion" and flags < len(texts) / 2 and any("p." in t for t in texts):
        wanted = lambda f: f.replace("lesion:", "variant:")  # noqa: E731
    if wanted is None:
        return guess, form
    field = wanted(guess.field)
    return replace(guess, field=field), parse_field(field) or form
