"""The report as a document: numbered figures and tables between Methods and Results.

What is said here is handed over by the workflow; Word and PDF only set it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from fusionscape.results import Column, Row, Table
from fusionscape.writers.picture import Picture

SYNTHETIC = "SYNTHETIC DATA – not for publication"
Thing = TypeVar("Thing")
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One question: its answer, what else is said, cautions, figures and tables.

    `tables` stand in the chapter; `listings` (every number, every patient) in the supplement.
    `cautions` may leave some of many alike to `all_cautions`, which close the document.
    """

    question: str
    answer: str
    more: str
    cautions: tuple[str, ...] = ()
    all_cautions: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    listings: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Everything the document holds, in reading order."""

    title: str
    byline: str
    synthetic: bool
    answers: tuple[str, ...]
    careful: tuple[str, ...]
    methods: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    references: tuple[str, ...]
    plan: Facts
    provenance: Facts
    checklist: Table | None = None
    findings: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A chapter with the labels by which its figures and tables are called."""

    chapter: Chapter
    figures: tuple[tuple[str, Picture], ...]
    tables: tuple[tuple[str, Table], ...]
    supplement: tuple[tuple[str, Table], ...]


def _numbered(prefix: str, start: int, things: Sequence[Thing]) -> tuple[tuple[str, Thing], ...]:
    return tuple((f"{prefix}{start + at}.", thing) for at, thing in enumerate(things, start=1))


def place(article: Article) -> tuple[Placed, ...]:
    """Number figures and tables through the whole document; Table S1 ... in the supplement."""
    figures = tables = listings = 0
    placed = []
    for chapter in article.chapters:
        placed.append(
            Placed(
                chapter=chapter,
                figures=_numbered("Figure ", figures, chapter.pictures),
                tables=_numbered("Table ", tables, chapter.tables),
                supplement=_numbered("Table S", listings, chapter.listings),
            )
        )
        figures += len(chapter.pictures)
        tables += len(chapter.tables)
        listings += len(chapter.listings)
    return tuple(placed)


def _facts_table(title: str, facts: Facts) -> Table:
    return Table(
        id=title,
        title=title,
        columns=(Column(name="name", label="Name"), Column(name="value", label="Value")),
        rows=tuple(Row(cells=pair, values=pair) for pair in facts),
    )


def back_matter(article: Article) -> tuple[tuple[str, Table | None], ...]:
    """What closes the document: heading and table, in reading order."""
    return (
        ("Reporting checklist", article.checklist),
        ("Analysis plan", _facts_table("The study and its plan, as declared", article.plan)),
        ("Input check", article.findings),
        ("Provenance", _facts_table("How this document was made", article.provenance)),
    )
