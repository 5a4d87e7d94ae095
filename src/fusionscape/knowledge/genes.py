"""Which gene does a printed name mean? HGNC symbols, old symbols, aliases and misprints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from fusionscape.knowledge import gene_index as index
from fusionscape.knowledge.spelling import near
from fusionscape.knowledge.store import listed, records

GeneStatus = Literal["approved", "previous", "alias", "misprint", "ambiguous", "unknown"]

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))
_MARKUP = re.compile(r"[*$`]|\\(?:textit|emph)|[{}]|^_|_$")
_MONTHS = {"MAR": "MARCHF", "SEP": "SEPTIN", "MARCH": "MARCHF", "SEPT": "SEPTIN"}
_DATE = re.compile(r"^(?:(\d{1,2})[-/. ](MAR|SEP|MARCH|SEPT)|(MAR|SEP|MARCH|SEPT)[-/. ](\d{1,2}))$")


_LETTERS = {"α": "A", "β": "B", "γ": "G", "δ": "D"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneMatch:
    """What a printed gene name means.

    `symbol` is the approved symbol when the name has one meaning, else None; `candidates`
    holds every approved symbol the name may mean, `note` says why in one sentence.
    """

    symbol: str | None
    given: str
    status: GeneStatus
    candidates: tuple[str, ...] = ()
    note: str = ""


def clean_name(text: str) -> str:
    """A printed gene name without italics, typographic dashes and outer spaces."""
    flat = _MARKUP.sub("", text.translate(_DASHES))
    return " ".join(flat.split()).strip(" .,;:")


@lru_cache(maxsize=65536)
def resolve_gene(text: str) -> GeneMatch:
    """Which approved HGNC symbol does this printed gene name stand for?

    Approved symbols first, then previous symbols and aliases; a name that may mean two
    genes is ``ambiguous`` and a name one slip away from a leukemia gene is ``misprint``.
    Neither is applied: `symbol` stays None and `candidates` says what it may be.

    Source: HGNC symbols as released in October 2025 (Seal 2023, doi:10.1093/nar/gkac888).

    >>> resolve_gene("JARID1A").symbol
    'KDM5A'
    >>> resolve_gene("KMD5A").status, resolve_gene("KMD5A").candidates
    ('misprint', ('KDM5A',))
    """
    name = clean_name(text)
    if not name:
        return GeneMatch(symbol=None, given=text, status="unknown", note="no name was given")
    for look in _LOOKUPS:
        match = look(text, name)
        if match is not None:
            return match
    return GeneMatch(
        symbol=None, given=text, status="unknown", note=f"{name} is not a gene name known here"
    )


def looks_like_a_date(name: str) -> bool:
    """True when a spreadsheet may have made a date of a gene name (``6-Sep``)."""
    return bool(_DATE.match(name.upper()))


def gene_band(symbol: str) -> str | None:
    """Cytogenetic band of an approved symbol, as HGNC gives it today.

    >>> gene_band("KDM5A")
    '12p13.33'
    """
    gene = index.genes().get(index.key(symbol))
    return gene.band or None if gene is not None else None


def leukemia_genes(group: str | None = None) -> tuple[str, ...]:
    """Approved symbols of the leukemia genes known here, in alphabetical order.

    `group` narrows to one of ``NUP98 partner``, ``KMT2A partner``, ``driver``,
    ``myeloid panel``.
    """
    rows = records("genes.csv")
    return tuple(sorted(r["symbol"] for r in rows if group is None or r["group"] == group))


@cache
def _not_genes() -> frozenset[str]:
    return frozenset(index.key(row["word"]) for row in records("not_genes.csv"))


def _plain_word(text: str, name: str) -> GeneMatch | None:
    if index.key(name) not in _not_genes():
        return None
    note = f"{name} is not read as a gene name"
    return GeneMatch(symbol=None, given=text, status="unknown", note=note)


def _trap(text: str, name: str) -> GeneMatch | None:
    for row in records("gene_traps.csv"):
        if index.key(row["text"]) == index.key(name):
            return GeneMatch(
                symbol=None,
                given=text,
                status="ambiguous",
                candidates=listed(row["candidates"]),
                note=f"{name}: {row['note']}",
            )
    return None


def _approved(text: str, name: str) -> GeneMatch | None:
    gene = index.genes().get(index.key(name))
    if gene is None:
        return None
    note = "" if gene.symbol == name else f"{name} is written {gene.symbol} by HGNC"
    return GeneMatch(
        symbol=gene.symbol, given=text, status="approved", candidates=(gene.symbol,), note=note
    )


def _older(text: str, name: str) -> GeneMatch | None:
    tables: tuple[tuple[GeneStatus, dict[str, tuple[str, ...]], str], ...] = (
        ("previous", index.previous_symbols(), "is the previous symbol of"),
        ("alias", index.leukemia_aliases(), "is an alias of"),
    )
    for status, table, words in tables:
        symbols = table.get(index.key(name))
        if symbols is None:
            continue
        if len(symbols) > 1:
            return _ambiguous(text, name, symbols)
        note = f"{name} {words} {symbols[0]}"
        return GeneMatch(
            symbol=symbols[0], given=text, status=status, candidates=symbols, note=note
        )
    return None


def _greek(text: str, name: str) -> GeneMatch | None:
    latin = re.sub(r"-?[αβγδ]", lambda m: _LETTERS[m.group(0)[-1]], name)
    match = index.genes().get(index.key(latin)) if latin != name else None
    if match is None:
        return None
    note = f"{name} is {match.symbol} written with a Greek letter"
    return GeneMatch(
        symbol=match.symbol, given=text, status="alias", candidates=(match.symbol,), note=note
    )


def _family(text: str, name: str) -> GeneMatch | None:
    """``HOXA`` or ``PRRX``: the number that makes it a gene is missing."""
    if len(name) < 3:
        return None
    begin = re.compile(rf"{re.escape(index.key(name))}[A-D]?\d{{1,2}}[A-D]?$")
    symbols = tuple(sorted(r["symbol"] for r in records("genes.csv") if begin.match(r["symbol"])))
    if len(symbols) < 2:
        return None
    note = f"{name} names a family of genes, among them {', '.join(symbols)}"
    return _suggestion(text, symbols, note)


def _any_synonym(text: str, name: str) -> GeneMatch | None:
    symbols = index.hgnc_synonyms().get(index.key(name))
    if symbols is None or len(name) < 3 or (name.islower() and name.isalpha()):
        return None
    if len(symbols) > 1:
        return _ambiguous(text, name, symbols)
    note = f"{name} is a previous symbol or alias of {symbols[0]}"
    return GeneMatch(symbol=symbols[0], given=text, status="alias", candidates=symbols, note=note)


def _ambiguous(text: str, name: str, symbols: tuple[str, ...]) -> GeneMatch:
    note = f"{name} may mean {' or '.join(symbols)}"
    return GeneMatch(symbol=None, given=text, status="ambiguous", candidates=symbols, note=note)


def _excel_date(text: str, name: str) -> GeneMatch | None:
    match = _DATE.match(name.upper())
    if match is None:
        return None
    month = match.group(2) or match.group(3)
    number = int(match.group(1) or match.group(4))
    symbol = f"{_MONTHS[month]}{number}"
    if index.key(symbol) not in index.genes():
        return None
    note = f"{name} looks like a date that a spreadsheet made of a gene name"
    return GeneMatch(symbol=None, given=text, status="misprint", candidates=(symbol,), note=note)


def _misprint(text: str, name: str) -> GeneMatch | None:
    wanted = index.key(name)
    for row in records("gene_misprints.csv"):
        if index.key(row["printed"]) == wanted:
            note = f"{name} looks like a misprint of {row['symbol']} ({row['note']})"
            return _suggestion(text, (row["symbol"],), note)
    return None


def _respelled(text: str, name: str) -> GeneMatch | None:
    same = index.bare_names().get(index.bare(name))
    if same is not None and len(same) == 1:
        note = f"{name} is {same[0]} written another way"
        return GeneMatch(symbol=same[0], given=text, status="alias", candidates=same, note=note)
    wanted = index.key(name)
    if len(wanted) < 4 or wanted.startswith("HOX"):
        return None
    symbols = near(wanted, (row["symbol"] for row in records("genes.csv")))
    if not symbols:
        return None
    return _suggestion(text, symbols, f"{name} looks like a misprint of {' or '.join(symbols)}")


def _suggestion(text: str, symbols: tuple[str, ...], note: str) -> GeneMatch:
    return GeneMatch(symbol=None, given=text, status="misprint", candidates=symbols, note=note)


_LOOKUPS = (
    _plain_word,
    _trap,
    _approved,
    _older,
    _greek,
    _family,
    _any_synonym,
    _excel_date,
    _misprint,
    _respelled,
)
