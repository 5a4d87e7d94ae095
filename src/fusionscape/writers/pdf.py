"""The report as a PDF document, set by typst in the report's own face.

Nothing of the data is spliced into markup: the template is one fixed file and reads a JSON
value, so that what looks like a command stays a text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import as_file, files
from itertools import groupby
from typing import Any

import typst

from fusionscape.results import Table
from fusionscape.words.genes import runs
from fusionscape.writers.article import SYNTHETIC, Article, Placed, back_matter, place
from fusionscape.writers.clean import clean
from fusionscape.writers.measure import layout
from fusionscape.writers.picture import Picture, fit

_EPOCH = 315532800  # 1980-01-01: no clock shows in the bytes
Block = dict[str, Any]


def to_pdf(article: Article) -> bytes:
    """The article as the bytes of a PDF file, the same for the same article."""
    data = json.dumps(_data(article), ensure_ascii=False)
    with (
        as_file(files("fusionscape.writers") / "report.typ") as template,
        as_file(files("fusionscape.figures") / "fonts") as faces,
    ):
        return typst.compile(
            template,
            font_paths=[faces],
            ignore_system_fonts=not needs_other_faces(data),
            format="pdf",
            sys_inputs={"data": data},
            timestamp=_EPOCH,
        )


def needs_other_faces(text: str) -> bool:
    """Whether a script is used that neither the report's face nor typst's own ones hold."""
    return any("\u0590" <= c < "\u1e00" or c >= "\u2e80" for c in text)


def _rich(text: str) -> list[tuple[str, bool]]:
    return runs(clean(text))


def _data(article: Article) -> dict[str, Any]:
    blocks = list(_blocks(article))
    return {
        "title": clean(article.title),
        "byline": _rich(article.byline),
        "band": SYNTHETIC if article.synthetic else "",
        "groups": [
            {"flipped": flipped, "blocks": list(group)}
            for flipped, group in groupby(blocks, key=lambda b: bool(b.get("flipped")))
        ],
    }


def _heading(text: str, level: int) -> Block:
    return {"kind": "heading", "text": clean(text), "level": level}


def _line(kind: str, text: str) -> Block:
    return {"kind": kind, "text": _rich(text)}


def _blocks(article: Article) -> Iterable[Block]:
    placed = place(article)
    yield _heading("Summary", 1)
    yield from (_line("bullet", text) for text in article.answers)
    if article.careful:
        yield _heading("What to be careful about", 2)
        yield from (_line("caution", text) for text in article.careful)
    yield _heading("Methods", 1)
    yield from (_line("text", text) for text in article.methods)
    yield _heading("Results", 1)
    for each in placed:
        yield from _chapter(each)
    yield _heading("References", 1)
    for number, reference in enumerate(article.references, start=1):
        yield _line("reference", f"{number}. {reference}")
    tables = [pair for each in placed for pair in each.supplement]
    if tables:
        yield _heading("Supplementary tables", 1)
    yield from (_table(label, table) for label, table in tables)
    yield from _all_cautions(article)
    yield from _back(article)


def _chapter(placed: Placed) -> Iterable[Block]:
    chapter = placed.chapter
    yield _heading(chapter.question, 2)
    yield _line("answer", chapter.answer)
    if chapter.more:
        yield _line("text", chapter.more)
    yield from (_line("caution", text) for text in chapter.cautions)
    yield from (_figure(label, picture) for label, picture in placed.figures)
    yield from (_table(label, table) for label, table in placed.tables)
    if placed.supplement:
        labels = ", ".join(label.rstrip(".") for label, _ in placed.supplement)
        yield _line("small", f"More numbers: {labels}.")


def _figure(label: str, picture: Picture) -> Block:
    place_on = fit(picture.svg)
    scale = place_on.scale
    return {
        "kind": "figure",
        "flipped": place_on.landscape,
        "label": label,
        "again": f"{label.rstrip('.')}, continued.",
        "caption": _rich(picture.caption),
        "alt": clean(picture.alt),
        "svg": picture.svg,
        "width": picture.width * scale,
        "height": picture.height * scale,
        "parts": [(top * scale, bottom * scale) for top, bottom in place_on.pieces],
    }


def _table(label: str, table: Table) -> Block:
    plan = layout(table)
    return {
        "kind": "table",
        "flipped": plan.landscape,
        "label": label,
        "title": _rich(table.title),
        "heads": [clean(head) for head in plan.heads],
        "numeric": plan.numeric,
        "widths": plan.widths,
        "rows": [
            [
                {"text": clean(c.text), "span": c.span, "indent": c.indent, "strong": c.strong}
                for c in row
            ]
            for row in plan.rows
        ],
        "notes": [_rich(note) for note in table.notes],
    }


def _all_cautions(article: Article) -> Iterable[Block]:
    chapters = [c for c in article.chapters if c.all_cautions]
    if chapters:
        yield _heading("All cautions", 1)
    for chapter in chapters:
        yield _heading(chapter.question, 2)
        yield from (_line("reference", text) for text in chapter.all_cautions)


def _back(article: Article) -> Iterable[Block]:
    for heading, table in back_matter(article):
        if table is not None:
            yield _heading(heading, 1)
            yield _table("", table) if table.rows else _line("text", "Nothing was found amiss.")
