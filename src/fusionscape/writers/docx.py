"""The report as a Word document: what an editor takes, with real tables and headings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from fusionscape.results import Table
from fusionscape.words.genes import runs
from fusionscape.writers.archive import FIXED, canonical
from fusionscape.writers.article import Article, Placed, back_matter, place
from fusionscape.writers.clean import clean
from fusionscape.writers.docx_style import dress, field, head_and_foot, set_page, turn
from fusionscape.writers.docx_table import table_element
from fusionscape.writers.measure import layout
from fusionscape.writers.picture import Picture, fit


def to_docx(article: Article) -> bytes:
    """The article as the bytes of a .docx file, the same for the same article."""
    document = docx.Document()
    dress(document)
    set_page(document.sections[0], landscape=False)
    head_and_foot(document, clean(article.title), synthetic=article.synthetic)
    _front(document, article)
    _section(document, "Methods", article.methods)
    document.add_heading("Results", 1)
    placed = place(article)
    for each in placed:
        _chapter(document, each)
    turn(document, landscape=False)
    document.add_heading("References", 1)
    for number, reference in enumerate(article.references, start=1):
        _write(document, f"{number}. {reference}", "Reference")
    _supplement(document, placed)
    _all_cautions(document, article)
    _back(document, article)
    _properties(document, article)
    out = io.BytesIO()
    document.save(out)
    return canonical(out.getvalue())


def _write(document: Document, text: str, style: str = "Normal") -> Any:
    paragraph = document.add_paragraph(style=style)
    for piece, italic in runs(clean(text)):
        run = paragraph.add_run(piece)
        if italic:
            run.italic = True
    return paragraph


def _section(document: Document, heading: str, paragraphs: Sequence[str]) -> None:
    document.add_heading(heading, 1)
    for text in paragraphs:
        _write(document, text)


def _front(document: Document, article: Article) -> None:
    document.add_paragraph(clean(article.title), style="Title")
    _write(document, article.byline, "Subtitle")
    document.add_heading("Summary", 1)
    for text in article.answers:
        _write(document, text, "List Bullet")
    if article.careful:
        document.add_heading("What to be careful about", 2)
        for text in article.careful:
            _write(document, text, "Caution")


def _chapter(document: Document, placed: Placed) -> None:
    chapter = placed.chapter
    turn(document, landscape=False)
    document.add_heading(clean(chapter.question), 2)
    _write(document, chapter.answer, "Answer")
    if chapter.more:
        _write(document, chapter.more)
    for text in chapter.cautions:
        _write(document, text, "Caution")
    for label, picture in placed.figures:
        _figure(document, label, picture)
    for label, table in placed.tables:
        _table(document, label, table)
    if placed.supplement:
        labels = ", ".join(label.rstrip(".") for label, _ in placed.supplement)
        turn(document, landscape=False)
        _write(document, f"More numbers: {labels}.", "Table Note")


def _label(paragraph: Any, label: str) -> None:
    """The number as a field that Word keeps right when tables are added or moved."""
    text = label.rstrip(".")
    name = text.rstrip("0123456789")
    start = len(paragraph.runs)
    paragraph.add_run(name)
    field(paragraph, f"SEQ {name.strip().replace(' ', '_')} \\* ARABIC", text[len(name) :])
    paragraph.add_run(". ")
    for run in paragraph.runs[start:]:
        run.bold = True


def _figure(document: Document, label: str, picture: Picture) -> None:
    place_on = fit(picture.svg)
    scale = place_on.scale
    turn(document, landscape=place_on.landscape)
    for at, (top, bottom) in enumerate(place_on.pieces):
        paragraph = document.add_paragraph(style="Figure")
        shape = paragraph.add_run().add_picture(
            io.BytesIO(picture.png),
            width=Pt(picture.width * scale),
            height=Pt((bottom - top) * scale),
        )
        _crop(shape, top / picture.height, 1 - bottom / picture.height)
        about = shape._inline.docPr
        about.set("name", clean(f"{label} {picture.id}"))
        about.set("descr", clean(picture.alt))
        if not at:
            caption = document.add_paragraph(style="Figure Caption")
            _label(caption, label)
            for piece, italic in runs(clean(picture.caption)):
                caption.add_run(piece).italic = italic or None
        else:
            _write(document, f"{label.rstrip('.')}, continued.", "Figure Caption")


def _crop(shape: Any, top: float, bottom: float) -> None:
    if top or bottom > 1e-9:
        fill = shape._inline.graphic.graphicData.pic.blipFill
        rectangle = fill.find(qn("a:srcRect"))
        if rectangle is None:
            rectangle = fill.makeelement(qn("a:srcRect"), {})
            fill.find(qn("a:blip")).addnext(rectangle)
        rectangle.set("t", str(round(top * 100_000)))
        rectangle.set("b", str(round(bottom * 100_000)))


def _table(document: Document, label: str, table: Table) -> None:
    plan = layout(table)
    turn(document, landscape=plan.landscape)
    caption = document.add_paragraph(style="Caption")
    if label:
        _label(caption, label)
    caption.add_run(clean(table.title))
    document.element.body.insert_element_before(table_element(table, plan), "w:sectPr")
    for note in table.notes:
        _write(document, note, "Table Note")


def _supplement(document: Document, placed: Sequence[Placed]) -> None:
    tables = [pair for each in placed for pair in each.supplement]
    if tables:
        document.add_heading("Supplementary tables", 1)
    for label, table in tables:
        _table(document, label, table)


def _all_cautions(document: Document, article: Article) -> None:
    chapters = [c for c in article.chapters if c.all_cautions]
    if chapters:
        turn(document, landscape=False)
        document.add_heading("All cautions", 1)
    for chapter in chapters:
        document.add_heading(clean(chapter.question), 2)
        for text in chapter.all_cautions:
            _write(document, text, "Reference")


def _back(document: Document, article: Article) -> None:
    for heading, table in back_matter(article):
        if table is not None:
            turn(document, landscape=False)
            document.add_heading(heading, 1)
            if table.rows:
                _table(document, "", table)
            else:
                _write(document, "Nothing was found amiss.")


def _properties(document: Document, article: Article) -> None:
    about = document.core_properties
    about.title, about.author = clean(article.title)[:255], "fusionscape"
    about.subject = "Research use only"
    about.comments, about.keywords, about.last_modified_by = "", "", "fusionscape"
    about.language, about.revision = "en-US", 1
    about.created = about.modified = FIXED
    rels = document.part.package.rels
    for key in [k for k, rel in rels.items() if rel.reltype.endswith("/thumbnail")]:
        del rels[key]
