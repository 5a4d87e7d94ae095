"""Columns named after a lesion, with yes and no in their cells: FLT3-ITD, WT1, NPM1 mutation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fusionscape.knowledge.genes import leukemia_genes, resolve_gene
from fusionscape.readers.formats.cells import Record, key, yes_no
from fusionscape.readers.formats.notes import Notes

_ENDINGS = ("mutationstatus", "mutation", "mutated", "status", "positive", "mut")
_WORDS = {"positive": True, "mutant": True, "internaltandemduplication": True,
          "negative": False, "wildtype": False, "notdetected": False, "detected": True}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionColumn:
    """The lesion a column is named after."""

    lesion: str
    lesion_type: str
    gene: str


@cache
def lesion_of(column: str) -> LesionColumn | None:
    """The lesion a column is named after, or None.

    Only leukemia genes count: a column CR2 is a response, although a gene bears that name.

    >>> lesion_of("FLT3_ITD").lesion, lesion_of("WT1 mutation").gene
    ('FLT3-ITD', 'WT1')
    >>> lesion_of("CR2") is None
    True
    """
    name = key(column)
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    if name == "flt3itd":
        return LesionColumn(lesion="FLT3-ITD", lesion_type="itd", gene="FLT3")
    gene = resolve_gene(name).symbol if name else None
    if gene is None or gene not in leukemia_genes():
        return None
    return LesionColumn(lesion=gene, lesion_type="mutation", gene=gene)


def lesion_row(
    column: str, text: str, record: Record, notes: Notes, *, fused: frozenset[str]
) -> dict[str, Any] | None:
    """The lesion row of a cell, without its patient; unreadable values are ambiguous.

    A column named after a fusion driver (``NUP98``) is left alone: it may mean a rearrangement
    or a mutation.
    """
    named = lesion_of(column)
    if named is None or named.gene in fused:
        return None
    found = yes_no(text)
    if found is None:
        found = _WORDS.get(key(text))
    if found is None:
        notes.add(
            "value-not-understood",
            "warning",
            f"A value of {column} is neither yes nor no; {named.lesion} is ambiguous there.",
            "Correct the value or declare what it means in study.toml.",
            row=record.row,
            column=column,
            value=text,
        )
    return {
        "lesion": named.lesion,
        "lesion_type": named.lesion_type,
        "gene": named.gene,
        "state": "ambiguous" if found is None else ("present" if found else "absent"),
        "reported": text,
    }
