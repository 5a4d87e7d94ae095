"""The PDF: same words and tables, the report's own face, text never read as markup."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

import documents
from fusionscape.results import Column, Row, Table
from fusionscape.writers import pdf
from fusionscape.writers.article import Article, Chapter
from fusionscape.writers.measure import layout
from fusionscape.writers.pdf import to_pdf


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    return PdfReader(io.BytesIO(documents.files("docx", "pdf", "xlsx")["report.pdf"]))


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[str]:
    return [squeezed(page.extract_text()) for page in reader.pages]


def squeezed(text: str) -> str:
    """Without spaces: lines are broken where the page ends, not where the text does."""
    return re.sub(r"\s", "", text)


def test_what_looks_like_markup_is_text(pages: list[str]) -> None:
    whole = "".join(pages)
    for text in (*documents.HOSTILE, documents.TITLE, "#emph[markup]and<i>tags</i>"):
        assert squeezed(text) in whole, text


def test_every_table_is_there_with_its_numbers(pages: list[str]) -> None:
    whole = "".join(pages)
    for section in documents.sections():
        for table in section.tables:
            for row in layout(table).rows:
                for cell in row:
                    assert squeezed(cell.text) in whole, (table.id, cell.text)


def test_a_long_table_repeats_its_head_on_every_page() -> None:
    rows = tuple(Row(cells=(f"row{i}", "x"), values=(f"row{i}", "x")) for i in range(150))
    columns = (Column(name="a", label="Headed"), Column(name="b", label="Other"))
    table = Table(id="t", title="Long", columns=columns, rows=rows)
    article = Article(
        title="T",
        byline="",
        synthetic=False,
        answers=(),
        careful=(),
        methods=(),
        chapters=(Chapter(question="Q?", answer="A.", more="", tables=(table,)),),
        references=(),
        plan=(),
        provenance=(),
    )
    found = [p.extract_text() for p in PdfReader(io.BytesIO(to_pdf(article))).pages]
    holding = [page for page in found if "row" in page]
    assert len(holding) > 2 and all("Headed" in page for page in holding)
    assert not any("SYNTHETIC" in page for page in found)


def test_figures_and_tables_have_captions_in_order(pages: list[str]) -> None:
    whole = "".join(pages)
    figures = sum(len(s.figures) for s in documents.sections())
    places = [whole.index(f"Figure{n}.") for n in range(1, figures + 1)]
    assert places == sorted(places)


def test_the_band_and_the_page_number_stand_on_every_page(pages: list[str]) -> None:
    for number, page in enumerate(pages, start=1):
        assert "SYNTHETICDATA" in page
        assert f"page{number}of{len(pages)}" in page


def test_the_face_is_embedded_and_nothing_runs_or_leads_outside(reader: PdfReader) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()  # type: ignore[union-attr]
    }
    assert any("FusionscapeSans" in name for name in fonts), fonts
    assert not any("/JS" in str(page.get_object()) for page in reader.pages)
    assert not [
        note
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/URI" in str(note.get_object())
    ]


def test_the_outline_names_the_sections(reader: PdfReader) -> None:
    def titles(items: object) -> list[str]:
        out: list[str] = []
        for item in items:  # type: ignore[attr-defined]
            out += titles(item) if isinstance(item, list) else [item.title]
        return out

    found = titles(reader.outline)
    assert {"Summary", "Methods", "Results", "References", "Provenance"} <= set(found)


def test_pictures_have_alt_texts_and_no_clock_shows(reader: PdfReader) -> None:
    assert reader.metadata is not None
    dates = [str(v) for k, v in reader.metadata.items() if k.endswith("Date")]
    assert all("1980" in date for date in dates)
    alternates = {
        str(item["/Alt"])
        for number in range(1, reader.trailer["/Size"])
        if isinstance(item := reader.get_object(number), dict) and "/Alt" in item
    }
    assert {f.alt for s in documents.sections() for f in s.figures} <= alternates


def test_other_scripts_are_set_with_a_face_of_the_system() -> None:
    assert pdf.needs_other_faces("白血病") and pdf.needs_other_faces("لوكيميا")
    assert not pdf.needs_other_faces("NUP98::NSD1 ≥60 years, 10⁹/L → α–β “quoted” ×10⁻³")
