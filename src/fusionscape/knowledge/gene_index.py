"""Look-up tables from every printed gene name to the approved symbols it may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fusionscape.knowledge.store import Record, listed, records

_NOT_A_NAME = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gene:
    """One approved gene: symbol, cytogenetic band, and what leukemia calls it."""

    symbol: str
    band: str
    group: str | None = None


def key(text: str) -> str:
    """Case-blind form of a name."""
    return text.upper()


def bare(text: str) -> str:
    """Case-blind form without hyphens, dots or spaces."""
    return _NOT_A_NAME.sub("", text.upper())


@cache
def genes() -> dict[str, Gene]:
    """Approved symbols (protein-coding genes and the pseudogenes met in leukemia), by key."""
    found = {
        key(row["symbol"]): Gene(symbol=row["symbol"], band=row["band"])
        for row in records("hgnc_symbols.csv")
    }
    for row in records("genes.csv"):
        found[key(row["symbol"])] = Gene(
            symbol=row["symbol"], band=row["band"], group=row["group"] or None
        )
    return found


def _collect(rows: tuple[Record, ...], columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for row in rows:
        for column in columns:
            for name in listed(row[column]):
                symbols = names.setdefault(key(name), [])
                if row["symbol"] not in symbols:
                    symbols.append(row["symbol"])
    return {name: tuple(sorted(symbols)) for name, symbols in names.items()}


@cache
def previous_symbols() -> dict[str, tuple[str, ...]]:
    """Previous HGNC symbols of the leukemia genes."""
    return _collect(records("genes.csv"), ("previous_symbols",))


@cache
def leukemia_aliases() -> dict[str, tuple[str, ...]]:
    """Names in use for the leukemia genes: HGNC aliases and the field's own."""
    return _collect(records("genes.csv"), ("aliases", "field_names"))


@cache
def hgnc_synonyms() -> dict[str, tuple[str, ...]]:
    """Every synonym HGNC lists for a protein-coding gene."""
    return _collect(records("hgnc_symbols.csv"), ("synonyms",))


@cache
def bare_names() -> dict[str, tuple[str, ...]]:
    """Leukemia gene names with hyphens and dots taken out (``FLT-3``, ``NPM-1``)."""
    names: dict[str, set[str]] = {}
    for row in records("genes.csv"):
        for column in ("symbol", "previous_symbols", "aliases", "field_names"):
            for name in listed(row[column]):
                names.setdefault(bare(name), set()).add(row["symbol"])
    return {name: tuple(sorted(symbols)) for name, symbols in names.items()}


@cache
def leukemia_symbols() -> frozenset[str]:
    """Approved symbols of the leukemia genes."""
    return frozenset(row["symbol"] for row in records("genes.csv"))
