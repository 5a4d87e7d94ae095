"""Columns that say which lesions a patient carries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from fusionscape.knowledge.fusions import (
    DOUBTED,
    PARTNER_NOT_READ,
    FusionMatch,
    parse_fusion,
    parse_fusions,
)
from fusionscape.knowledge.genes import resolve_gene
from fusionscape.readers.meaning.column import Cell, Column, Parts, dash_means_no
from fusionscape.readers.meaning.fusion_codes import bare_codes, read_as_carriers, unexplained
from fusionscape.readers.meaning.lesion_words import (
    listed_state,
    names_nothing,
    names_variant_type,
    variant_state,
)
from fusionscape.readers.meaning.numbers import numbers
from fusionscape.readers.values.numbers import parse_number
from fusionscape.readers.values.words import MISSING_IN_VALUES, is_missing, key, parse_flag

_CYTOGENETIC = re.compile(
    r"^(?:(?:t|inv|ins|del|dup|add|der|i|dic|r|abn)\s?\(|trisomy |monosomy |tetrasomy |loss of |"
    r"gain of |[+-]\s?(?:\d{1,2}|[XY])\b|(?:complex|normal|monosomal|abnormal|hyperdiploid) |"
    r"\d{1,2}[pq])"
)
_SPLIT = re.compile(r"\s*[,;/+、，；]\s*|\s+and\s+|\s+und\s+|\s+et\s+")


@lru_cache(maxsize=4096)
def describe(name: str) -> Mapping[str, Any]:
    """Type, gene and partner of a lesion by its name.

    >>> describe("FLT3-ITD")["lesion_type"], describe("t(8;21)")["lesion_type"]
    ('itd', 'cytogenetic')
    >>> describe("NUP98::NSD1")["partner"]
    'NSD1'
    """
    if "::" in name:
        genes = name.split("::")
        return {"lesion_type": "fusion", "gene": genes[0], "partner": genes[-1]}
    if name.endswith(" fusion"):
        return {"lesion_type": "fusion", "gene": name.removesuffix(" fusion")}
    if re.search(r"-(?:ITD|PTD)$", name):
        return {"lesion_type": "itd", "gene": name.rsplit("-", 1)[0]}
    if _CYTOGENETIC.match(name):
        return {"lesion_type": "cytogenetic"}
    return {"lesion_type": "mutation", "gene": re.split(r"[ ]|-TKD", name)[0]}


def canonical_lesion(name: str) -> tuple[str, str | None]:
    """The lesion under its approved symbol, and a note when the name was another one."""
    kind = describe(name)
    if kind["lesion_type"] == "fusion" and "::" in name:
        match = parse_fusion(name)
        if match.fusion and match.fusion != name:
            return match.fusion, f"{name} is {match.fusion}"
        return name, None
    gene = kind.get("gene")
    if gene is None or resolve_gene(gene).status == "approved":
        return name, None
    match_gene = resolve_gene(gene)
    if match_gene.symbol is None:
        return name, f"{gene} is not a gene name known here"
    renamed = name.replace(gene, match_gene.symbol, 1)
    return renamed, f"{name} is {renamed}"


def _row(cell: Cell, lesion: str, state: str, **more: Any) -> dict[str, Any]:
    return {
        "patient_id": cell.patient,
        "lesion": lesion,
        "state": state,
        "reported": cell.raw,
        **describe(lesion),
        **more,
    }


def read_lesion(column: Column, parts: Parts) -> None:
    """Yes or no for one lesion; declared ambiguous values stay ambiguous."""
    name, note = canonical_lesion(column.form.name)
    if note is not None:
        column.note("lesion-renamed", f"The lesion {note}.")
    fused = describe(name)["lesion_type"] == "fusion"
    for cell in column.cells(dash=not dash_means_no(column), untold=fused):
        if cell.ambiguous or not cell.text:
            parts.lesions.append(_row(cell, name, "ambiguous" if cell.text else "not tested"))
            continue
        flag = parse_flag(cell.text)
        if flag is None and names_variant_type(cell.text):
            flag = True
        if flag is None and _is_bound(cell.text):
            what = f"{cell.raw[:60]!r} is a bound; {name} is ambiguous here."
            column.note("lesion-value-ambiguous", what, cell)
            parts.lesions.append(_row(cell, name, "ambiguous"))
            continue
        if flag is None:
            what = f"{cell.raw[:60]!r} is neither yes nor no."
            column.note("flag-not-understood", what, cell, mend=_ratio_advice(cell, name))
            continue
        state = "present" if flag else "absent"
        if flag and name.endswith(" fusion"):
            gene = name.removesuffix(" fusion")
            parts.lesions.append(_row(cell, f"{gene}::?", state, partner=None))
        else:
            parts.lesions.append(_row(cell, name, state))


def _ratio_advice(cell: Cell, name: str) -> str | None:
    """What to say where the cell holds a number: a ratio is no yes or no."""
    if parse_number(cell.text, decimal="," if "," in cell.text else ".") is None:
        return None
    return (
        f'If they are an allelic ratio or fraction, say field = "lesion_value:{name}" (above 0 is '
        "then present, unless another column says no); else say in values what each means."
    )


def _is_bound(text: str) -> bool:
    number = parse_number(text, decimal="," if "," in text else ".")
    return number is not None and bool(number.censored)


def read_lesion_value(column: Column, parts: Parts) -> None:
    """An allelic ratio or variant allele fraction, to stand beside the lesion's own row."""
    name, _ = canonical_lesion(column.form.name)
    for cell, number in numbers(column, field="value"):
        if number.censored:
            continue
        parts.lesions.append(_row(cell, name, "value", value=number.value))


def read_variant(column: Column, parts: Parts) -> None:
    """Free text of a variant: what names one is present, what says none is absent."""
    name, note = canonical_lesion(column.form.name)
    if note is not None:
        column.note("lesion-renamed", f"The lesion {note}.")
    for cell in column.cells():
        state = "ambiguous" if cell.ambiguous else variant_state(cell.text)
        if state == "ambiguous" and not cell.ambiguous:
            _unclear_lesion(column, cell, name)
        parts.lesions.append(_row(cell, name, state))


def _unclear_lesion(column: Column, cell: Cell, name: str) -> None:
    what = f"{cell.raw[:60]!r} does not say whether {name[:40]} is there; it is ambiguous."
    column.note("lesion-value-ambiguous", what, cell)


def read_lesion_list(column: Column, parts: Parts) -> None:
    """A cell that lists lesions: those named are present, the declared others absent.

    An entry may say otherwise of itself: ``CEBPA-``, ``CEBPA?``, ``CEBPA not tested``.
    """
    panel = [part.strip() for part in column.form.name.split(",") if part.strip()]
    fusions = [lesion for lesion in panel if describe(lesion)["lesion_type"] == "fusion"]
    for cell in column.cells(untold=bool(fusions)):
        if not cell.text:
            parts.lesions.extend(_row(cell, lesion, "not tested") for lesion in fusions)
            continue
        said = {} if names_nothing(cell.text) else _listed(column, cell)
        rest = "not tested" if said.pop("", "") == "not tested" else "absent"
        for lesion, state in said.items():
            parts.lesions.append(_row(cell, lesion, state))
        for lesion in panel:
            if lesion not in said:
                parts.lesions.append(_row(cell, lesion, rest))


def _listed(column: Column, cell: Cell) -> dict[str, str]:
    """Each lesion of a cell with its state; under "" what is said of none in particular."""
    said: dict[str, str] = {}
    for part in _SPLIT.split(cell.text):
        name, state = listed_state(part)
        if is_missing(name) or not name:
            if state == "not tested":
                said[""] = state
            continue
        lesion, note = canonical_lesion(name)
        if note is not None and "not a gene" in note:
            column.note("gene-not-known", f"{note[:80]}.", cell)
        if state == "ambiguous":
            _unclear_lesion(column, cell, lesion)
        if said.setdefault(lesion, state) != state:
            said[lesion] = "ambiguous"
            _unclear_lesion(column, cell, lesion)
    return said


def read_fusion(column: Column, parts: Parts) -> None:
    """The fusion of each patient, by any name papers print; "none" says tested and clear."""
    _fusions(column, parts, driver_column=True)


def read_other_fusions(column: Column, parts: Parts) -> None:
    """Further fusions; their absence says nothing about the driver."""
    _fusions(column, parts, driver_column=False)


def _fusions(column: Column, parts: Parts, *, driver_column: bool) -> None:
    notes: dict[tuple[str, str], int] = {}
    lone = column.driver if driver_column and _names_lone_genes(column) else None
    codes = bare_codes(column)
    unclear = frozenset[str]()
    if driver_column:
        unclear = _unclear_marks(column) - codes
        read_as_carriers(column, lone)
    for cell in column.cells(dash=not driver_column, untold=driver_column):
        if not cell.text:
            parts.lesions.append(_row(cell, f"{column.driver} fusion", "not tested"))
            continue
        if cell.ambiguous or key(cell.text) in unclear:
            _undecided(column, parts, cell)
            continue
        if key(cell.raw) in codes:
            unexplained(column, cell, codes)
            if driver_column:
                _undecided(column, parts, cell)
            continue
        text = "none" if driver_column and key(cell.text) in MISSING_IN_VALUES else cell.text
        matches = parse_fusions(text, driver=lone)
        for match in matches:
            _one_fusion(column, parts, cell, match)
            _collect_notes(match, notes)
        _tell_unread(column, cell, matches)
        if driver_column:
            _about_driver(column, parts, cell, matches)
    for (code, what), count in notes.items():
        column.note(code, what, count=count)


def _unclear_marks(column: Column) -> frozenset[str]:
    """A dash is a no only beside a plus, and a 0 only beside a 1; else neither is known."""
    unclear = frozenset[str]() if dash_means_no(column) else MISSING_IN_VALUES
    words = [key(cell.raw) for cell in column.cells()]
    zeros = sum(word in ("0", "0.0") and word not in column.declared for word in words)
    if zeros and not {"1", "1.0"} & set(words):
        what = f"{zeros} cells hold a 0, which may mean no or not known; they are missing."
        column.note("dash-unclear", what, count=zeros)
        return unclear | {"0", "0.0"}
    return unclear


def _undecided(column: Column, parts: Parts, cell: Cell) -> None:
    """Neither a carrier nor tested and clear, whatever the study says of its assay."""
    parts.lesions.append(_row(cell, f"{column.driver} fusion", "ambiguous"))


def _about_driver(column: Column, parts: Parts, cell: Cell, matches: Sequence[FusionMatch]) -> None:
    """Absent when all of the cell says so; undecided when part of it is not understood.

    A no to one partner, or to another gene, leaves the driver untold, whatever the study's assay.
    """
    driver = column.driver
    if any(m.kind in ("fusion", "driver only") and driver in m.genes for m in matches):
        return
    if any(m.kind in ("unknown", "not a fusion") for m in matches):
        _undecided(column, parts, cell)
    elif any(m.kind == "none" and m.genes in ((), (driver,)) for m in matches):
        parts.lesions.append(_row(cell, f"{driver} fusion", "absent", by_assay=True))
    elif any(m.kind == "none" for m in matches):
        parts.lesions.append(_row(cell, f"{driver} fusion", "not tested"))


def _names_lone_genes(column: Column) -> bool:
    """True for a column of partners (NSD1, KDM5A), where the driver is left unsaid."""
    texts = {key(t): t for t in column.texts()}.values()
    named = [t for t in texts if parse_fusion(t).kind not in ("none", "not a fusion")]
    return bool(named) and not any(parse_fusion(t).kind == "fusion" for t in named)


def _one_fusion(column: Column, parts: Parts, cell: Cell, match: FusionMatch) -> None:
    if match.fusion is not None:
        row = _row(cell, match.fusion, "present", novel=match.novel)
        parts.lesions.append(row)
    elif match.kind == "driver only":
        row = _row(cell, f"{match.genes[0]}::?", "present", partner=None)
        parts.lesions.append(row)
    elif match.denied not in (None, f"{column.driver} fusion"):
        parts.lesions.append(_row(cell, str(match.denied), "absent"))


def _tell_unread(column: Column, cell: Cell, matches: Sequence[FusionMatch]) -> None:
    """One finding for a cell that is not read in full: the gravest, whatever else it holds."""
    word = repr(cell.raw[:60])
    lone = [m for m in matches if m.kind == "driver only"]
    unread = [m for m in matches if m.kind == "unknown" and DOUBTED not in m.notes]
    asked = [m for m in (*unread, *lone) if m.suggestions]
    if asked or (unread and not is_missing(cell.text)):
        names = list(dict.fromkeys(name for m in asked for name in m.suggestions))
        mend = f"It may mean {' or '.join(names[:4])}; say so in values." if names else None
        what = f"{word} names no fusion known here."
        column.note("fusion-not-understood", what, cell, mend=mend)
    elif any(DOUBTED in m.notes for m in matches):
        what = f"{word} does not say for sure which fusion is there; it is ambiguous."
        column.note("fusion-doubtful", what, cell)
    elif any(PARTNER_NOT_READ in m.notes for m in lone):
        what = f"{word} names no partner that can be read."
        column.note("fusion-partner-not-named", what, cell)
    elif any(m.kind == "not a fusion" for m in matches):
        what = f"{word} is a change within one gene, not a fusion."
        column.note("fusion-is-mutation", what, cell)


def _collect_notes(match: FusionMatch, notes: dict[tuple[str, str], int]) -> None:
    if match.fusion is None:
        return
    if match.notes or match.reversed:
        why = "; ".join(match.notes) or "the 5' partner comes first"
        said = ("fusion-renamed", f"{match.given} was read as {match.fusion} ({why}).")
        notes[said] = notes.get(said, 0) + 1
    if match.novel:
        said = ("fusion-novel", f"{match.fusion} is not among the confirmed fusions known here.")
        notes[said] = notes.get(said, 0) + 1
