"""The Word file: real tables, headings, captions and alt texts; text stays text."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

import documents
from fusionscape.results import Table
from fusionscape.writers.measure import layout


@pytest.fixture(scope="module")
def raw() -> bytes:
    return documents.files("docx", "pdf", "xlsx")["report.docx"]


@pytest.fixture(scope="module")
def word(raw: bytes) -> Document:
    return docx.Document(io.BytesIO(raw))


def cells(table: object) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]  # type: ignore[attr-defined]


def printed(table: Table) -> list[list[str]]:
    plan = layout(table)
    width = len(plan.heads)
    body = [
        [c.text for c in row] if len(row) == width else [row[0].text] * width for row in plan.rows
    ]
    return [list(plan.heads), *body]


def test_every_table_is_there_with_every_printed_cell(word: Document) -> None:
    found = [cells(table) for table in word.tables]
    expected = [t for s in documents.sections() for t in s.tables]
    for table in expected:
        assert printed(table) in found, table.id
    assert len(found) == len(expected) + 4  # checklist, plan, input check, provenance


def test_what_looks_like_markup_is_text(word: Document, raw: bytes) -> None:
    said = {text for table in word.tables for row in cells(table) for text in row}
    assert set(documents.HOSTILE) <= said
    assert word.paragraphs[0].text == documents.TITLE
    assert any("#emph[markup] and <i>tags</i>" in p.text for p in word.paragraphs)
    body = zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml").decode()
    assert "<script" not in body and "HYPERLINK" not in body


def test_headings_are_real_and_questions_stand_below_results(word: Document) -> None:
    levels = {p.text: p.style.name for p in word.paragraphs if p.style.name.startswith("Heading")}
    for heading in ("Summary", "Methods", "Results", "References", "Provenance"):
        assert levels[heading] == "Heading 1"
    below = [name for name, style in levels.items() if style == "Heading 2"]
    assert len(below) == len(documents.sections()) + 1


def captions(word: Document, name: str) -> list[int]:
    found = [re.match(rf"{name}(\d+)\. \S", p.text) for p in word.paragraphs]
    return [int(m.group(1)) for m in found if m]


def test_figures_and_tables_are_numbered_in_order(word: Document) -> None:
    figures = [f for s in documents.sections() for f in s.figures]
    assert captions(word, "Figure ") == list(range(1, len(figures) + 1))
    tables, listed = captions(word, "Table "), captions(word, "Table S")
    assert tables == list(range(1, len(tables) + 1))
    assert listed == list(range(1, len(listed) + 1))
    assert len(tables) + len(listed) == sum(len(s.tables) for s in documents.sections())


def test_every_picture_has_its_alt_text_and_the_resolution_of_print(word: Document) -> None:
    told = [p.get("descr") for p in word.element.body.iter(qn("wp:docPr"))]
    assert set(told) == {f.alt for s in documents.sections() for f in s.figures}
    assert all(len(text) > 20 for text in told)
    for shape in word.inline_shapes:
        blip = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        image = word.part.related_parts[blip].image
        assert image.px_width / (shape.width / 914_400) == pytest.approx(300, rel=0.01)


def test_tables_fit_their_page_repeat_their_head_and_have_no_vertical_line(word: Document) -> None:
    ends = iter(word.sections)
    page = next(ends)
    seen = 0
    for element in word.element.body:
        if element.tag == qn("w:tbl"):
            width = sum(int(c.get(qn("w:w"))) for c in element.iter(qn("w:gridCol"))) * 635
            assert width <= (page.page_width - page.left_margin - page.right_margin) + 635 * 20
            heads = list(element.iter(qn("w:tblHeader")))
            assert len(heads) == 1
            lines = {e.tag for b in element.iter(qn("w:tblBorders")) for e in b}
            assert lines == {qn("w:top"), qn("w:bottom")}
            assert len(list(element.iter(qn("w:cantSplit")))) == len(list(element.iter(qn("w:tr"))))
            seen += 1
        if element.tag == qn("w:p") and element.xpath("./w:pPr/w:sectPr"):
            page = next(ends)
    assert seen == len(word.tables)


def test_numbers_stand_at_the_right_and_first_columns_at_the_left(word: Document) -> None:
    table = next(t for t in word.tables if t.cell(0, 0).text == "=Name*")
    row = table.rows[2]
    assert row.cells[1].paragraphs[0].alignment == 2
    assert row.cells[0].paragraphs[0].alignment is None


def test_synthetic_stands_on_every_page(word: Document) -> None:
    first = word.sections[0]
    assert "SYNTHETIC" in first.header.paragraphs[0].text
    assert all(s.header.is_linked_to_previous for s in list(word.sections)[1:])


def test_wide_figures_lie_on_pages_turned_on_their_side(word: Document) -> None:
    turned = [s for s in word.sections if s.orientation == WD_ORIENT.LANDSCAPE]
    assert all(s.page_width > s.page_height for s in turned)


def test_no_clock_shows_and_members_are_sorted(raw: bytes, word: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    names = [e.filename for e in entries]
    assert names == sorted(names) and names[0] == "[Content_Types].xml"
    assert not any("thumbnail" in name for name in names)
    about = word.core_properties
    assert about.created.year == about.modified.year == 1980
    assert about.author == "fusionscape" and about.language == "en-US"
    assert b"rsid" not in raw


def test_gene_symbols_are_italic_and_fusions_upright(word: Document) -> None:
    slanted = {r.text for p in word.paragraphs for r in p.runs if r.italic}
    assert "FLT3" in slanted or "WT1" in slanted
    assert not any("::" in text for text in slanted)


def test_a_row_stays_with_the_rows_below_it(word: Document) -> None:
    table = next(t for t in word.tables if t.cell(0, 0).text == "=Name*")
    kept = [
        row.cells[0].paragraphs[0].paragraph_format.keep_with_next is True for row in table.rows
    ]
    assert all(kept)  # a short table with a note stays in one piece
