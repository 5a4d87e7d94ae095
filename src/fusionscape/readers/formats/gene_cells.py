"""The gene cell of a fusion table: which gene does it name?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from fusionscape.knowledge.genes import leukemia_genes, resolve_gene

_NEAREST = re.compile(r"^\s*[^\s,()]+\(\d+\)(\s*,\s*[^\s,()]+\(\d+\))*\s*$")
_DISTANCE = re.compile(r"\(\d+\)")
# No gene cell is longer; what is, is damage, and is not searched.
LONGEST_CELL = 1_000
ENSEMBL_GENE = re.compile(r"^ENS[A-Z]*G\d{6,}(\.\d+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneCell:
    """What a gene cell says: the symbol, or None between genes; `others` were named as well."""

    symbol: str | None
    written: str
    others: tuple[str, ...] = ()
    intergenic: bool = False
    uncertain: str = ""


@lru_cache(maxsize=65536)
def read_gene(text: str | None) -> GeneCell:
    """Which gene does this cell name?

    ``SYMBOL^ENSG...`` is the symbol, ``A(123),B(456)`` is a breakpoint between A and B, and
    of several genes at one place a known leukemia gene is taken. A name with two meanings
    is kept as written and `uncertain` says so.

    >>> read_gene("NUP98^ENSG00000110713.15").symbol
    'NUP98'
    >>> read_gene("STIM1(1200),RRM1(450)").intergenic
    True
    >>> read_gene("JARID1A").symbol
    'KDM5A'
    """
    written = "" if text is None else text.strip()
    if not written or written in {".", "-", "NA", "?"} or written.casefold() == "intergenic":
        return GeneCell(symbol=None, written=written, intergenic=True)
    if len(written) > LONGEST_CELL:
        return GeneCell(symbol=None, written=written[:LONGEST_CELL], intergenic=True)
    if _NEAREST.match(written):
        near = tuple(part.strip() for part in _DISTANCE.sub("", written).split(","))
        return GeneCell(symbol=None, written=written, others=near, intergenic=True)
    names = [part for part in (_bare(p) for p in re.split(r"[,;]", written)) if part]
    if not names:
        return GeneCell(symbol=None, written=written, intergenic=True)
    return _choose(names, written)


def doubt_of(gene: GeneCell) -> str:
    """Why the gene may be another than the one taken; empty where there is no doubt."""
    if gene.uncertain:
        return gene.uncertain
    if gene.intergenic or not gene.others:
        return ""
    return f"{gene.symbol} was taken of several genes at the breakpoint ({gene.written})"


def _choose(names: list[str], written: str) -> GeneCell:
    matches = [resolve_gene(name) for name in names]
    symbols = [m.symbol or name for m, name in zip(matches, names, strict=True)]
    known = [s for s in dict.fromkeys(symbols) if s in _leukemia()]
    chosen = known[0] if known else symbols[0]
    match = matches[symbols.index(chosen)]
    doubt = match.note if match.status in {"ambiguous", "misprint"} else ""
    others = tuple(s for s in dict.fromkeys(symbols) if s != chosen)
    return GeneCell(symbol=chosen, written=written, others=others, uncertain=doubt)


def _bare(text: str) -> str:
    name = text.strip().split("^")[0].strip()
    return name.split(".")[0] if ENSEMBL_GENE.match(name) else name


@cache
def _leukemia() -> frozenset[str]:
    return frozenset(leukemia_genes())
