"""Which field is this column? Headers in English, Chinese, German and French."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from fusionscape.knowledge.column_units import header_unit, without_unit
from fusionscape.knowledge.genes import leukemia_genes, resolve_gene
from fusionscape.knowledge.store import listed, records

ColumnKind = Literal["text", "number", "flag", "date", "category"]
ColumnTiming = Literal["baseline", "post-baseline", "unknown"]

_BY_UNIT = ("age", "os", "efs", "rfs", "cir")
_LESION_WORDS = re.compile(
    r"\b(?:mutations?|mutated|mut|status|positive|variant|gene|mt|exon \d+|mutiert|muté)\b"
    r"|突变|阳性",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnField:
    """One field readers know: its kind, usual unit, and whether it is known at baseline."""

    field: str
    kind: ColumnKind
    unit: str | None
    timing: ColumnTiming
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMatch:
    """The field a header names.

    `unit` is read from the header, else None; `confidence` is 1 for a listed name, less where
    words were dropped or a unit is missing; `gene` is set for `field` ``lesion``.
    """

    field: str
    kind: ColumnKind
    unit: str | None
    timing: ColumnTiming
    confidence: float
    reason: str
    gene: str | None = None


@cache
def column_fields() -> dict[str, ColumnField]:
    """Every field, by name, in table order."""
    kinds: dict[str, ColumnKind] = {k: k for k in ("text", "number", "flag", "date", "category")}
    timings: dict[str, ColumnTiming] = {"baseline": "baseline", "post-baseline": "post-baseline"}
    return {
        row["field"]: ColumnField(
            field=row["field"],
            kind=kinds[row["kind"]],
            unit=row["unit"] or None,
            timing=timings.get(row["timing"], "unknown"),
            synonyms=listed(row["synonyms"]),
        )
        for row in records("columns.csv")
    }


@lru_cache(maxsize=4096)
def match_column(name: str) -> ColumnMatch | None:
    """Which field does this header name? None when it names none known here.

    Reads the unit from the header (``WBC (10^9/L)``, ``OS (months)``) and R's spelling
    (``OS.time..days.``). Times become ``os_days``, ``os_months`` or ``os_years`` by unit; a
    time without a unit stays ``os_time`` with low confidence, for the reader must ask. A gene
    name (``WT1 mutation?``) is a ``lesion`` with `gene` set.

    >>> match_column("WBC (10^9/L)").field, match_column("OS (months)").field
    ('wbc_10e9_l', 'os_months')
    >>> match_column("WT1 mutation?").gene
    'WT1'
    """
    unit = header_unit(name)
    tries = (
        (_flat(name), 1.0, "listed name"),
        (_flat(without_unit(name)), 0.95, "listed name beside a unit"),
        (_flat(re.sub(r"[(\[（].*$", "", name)), 0.8, "listed name before a remark"),
    )
    for text, confidence, reason in tries:
        field = _names().get(text)
        if field is not None:
            return _matched(field, unit, confidence, reason)
    return _lesion(name) or _beginning(_flat(without_unit(name)), unit)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for field in column_fields().values():
        for synonym in (field.field, *field.synonyms):
            found.setdefault(_flat(synonym), field.field)
    return found


def _flat(text: str) -> str:
    """Lower case, without accents, punctuation and doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.strip().lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"(?<=[a-z])(?=[一-鿿])|(?<=[一-鿿])(?=[a-z])", " ", plain)
    return " ".join(re.sub(r"[^0-9a-z一-鿿]+", " ", plain).split())


def _matched(field: str, unit: str | None, confidence: float, reason: str) -> ColumnMatch:
    known = column_fields()[field]
    if field in _BY_UNIT:
        return _by_unit(known, unit, confidence, reason)
    if known.kind != "number" or (unit in ("days", "months", "years", "weeks")):
        unit = unit if known.kind == "number" and field == "entry_days" else None
    return ColumnMatch(
        field=field,
        kind=known.kind,
        unit=unit,
        timing=known.timing,
        confidence=confidence,
        reason=reason,
    )


def _by_unit(known: ColumnField, unit: str | None, confidence: float, reason: str) -> ColumnMatch:
    """Times carry their unit in the field's name."""
    units = (known.unit or "").split("|")
    named = unit if unit in units else None
    field = f"{known.field}_{named}" if named is not None else f"{known.field}_time"
    if named is None and known.field == "age":
        field, confidence, reason = "age_years", min(confidence, 0.7), "unit not named; years"
    elif named is None:
        confidence, reason = min(confidence, 0.5), f"{reason}; unit not named"
    return ColumnMatch(
        field=field,
        kind=known.kind,
        unit=named,
        timing=known.timing,
        confidence=confidence,
        reason=reason,
    )


@cache
def _genes() -> frozenset[str]:
    return frozenset(leukemia_genes())


def _lesion(name: str) -> ColumnMatch | None:
    """A column named after a leukemia gene, with or without the word mutation."""
    bare = re.sub(r"[?_().:]+", " ", name)
    bare = " ".join(_LESION_WORDS.sub(" ", bare).split())
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9/-]{1,11}", bare):
        return None
    match = resolve_gene(bare)
    symbol = match.symbol
    if symbol is None and match.status == "misprint" and len(match.candidates) == 1:
        symbol = match.candidates[0]
    if symbol not in _genes() or (bare.islower() and len(bare) < 4):
        return None
    sure = match.status in ("approved", "previous", "alias")
    return ColumnMatch(
        field="lesion",
        kind="flag",
        unit=None,
        timing="baseline",
        confidence=0.9 if sure else 0.5,
        reason="gene name" if sure else match.note,
        gene=symbol,
    )


def _beginning(text: str, unit: str | None) -> ColumnMatch | None:
    """A header that begins with a listed name of two words or more, and adds at most two."""
    words = text.split()
    for length in range(len(words) - 1, 1, -1):
        if len(words) - length > 2:
            break
        field = _names().get(" ".join(words[:length]))
        if field is not None:
            return _matched(field, unit, 0.6, "begins with a listed name")
    return None
