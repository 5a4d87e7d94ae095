"""The workbook: numbers as numbers, text as text, nothing that computes or leads outside."""

from __future__ import annotations

import io
import math
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import documents
from fusionscape.results import Column, Row, Table
from fusionscape.writers.xlsx import sheet_names, to_xlsx

HEAD = 4  # the row that names the columns, as a spreadsheet counts


@pytest.fixture(scope="module")
def raw() -> bytes:
    return documents.files("docx", "pdf", "xlsx")["tables.xlsx"]


@pytest.fixture(scope="module")
def book(raw: bytes) -> Workbook:
    return load_workbook(io.BytesIO(raw))


def test_first_the_contents_then_one_sheet_a_table(book: Workbook) -> None:
    expected = 1 + sum(len(s.tables) + len(s.figures) for s in documents.sections()) + 1
    assert book.sheetnames[0] == "Contents" and len(book.sheetnames) == expected
    sheet = book["Contents"]
    links = {sheet.cell(r, 1).hyperlink.location for r in range(HEAD + 1, HEAD + expected)}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}


def test_every_raw_number_is_a_number(book: Workbook) -> None:
    # The file holds 16 digits, one more than Excel itself.
    tables = [t for s in documents.sections() for t in (*s.tables, *(f.data for f in s.figures))]
    for name, table in zip(book.sheetnames[1:], tables, strict=False):
        sheet = book[name]
        heads = [cell.value for cell in sheet[HEAD]]
        places = [i for i, head in enumerate(heads) if not str(head).endswith(", as printed")]
        assert len(places) == len(table.columns), table.id
        for line, row in enumerate(table.rows, start=HEAD + 1):
            for place, value in zip(places, row.values, strict=True):
                found = sheet.cell(line, place + 1).value
                whole = isinstance(value, (int, float)) and not isinstance(value, bool)
                if whole and math.isfinite(value):  # type: ignore[arg-type]
                    assert found == pytest.approx(value, rel=1e-14), (table.id, line)


def test_print_that_says_more_stands_beside_the_number(book: Workbook) -> None:
    sheet = next(s for s in book if s.cell(HEAD, 1).value == "=Name*")
    heads = [cell.value for cell in sheet[HEAD]]
    at = heads.index("Ratio (95% CI), as printed")
    assert sheet.cell(HEAD + 2, at).value == 1 / 8
    assert sheet.cell(HEAD + 2, at + 1).value == "0.125 (0.1–2.0)"


def test_no_formula_no_outside_link_and_text_that_looks_like_one_is_quoted(
    book: Workbook, raw: bytes
) -> None:
    said: dict[str, bool] = {}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                if isinstance(cell.value, str):
                    said[cell.value] = bool(cell.quotePrefix)
    assert set(documents.HOSTILE) <= set(said)
    assert said["=cmd()"] and said["@import"] and not said["#let x = 1"]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert not any(b'TargetMode="External"' in archive.read(n) for n in archive.namelist())
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_formats_heads_and_notes(book: Workbook) -> None:
    sheet = next(s for s in book if s.cell(HEAD, 1).value == "=Name*")
    assert sheet.freeze_panes == f"B{HEAD + 1}"
    formats = [sheet.cell(HEAD + 2, c).number_format for c in range(1, sheet.max_column + 1)]
    assert "0.0%" in formats and "0" in formats and any("<0.001" in f for f in formats)
    column = [sheet.cell(r, 1).value for r in range(1, sheet.max_row + 1)]
    assert "SYNTHETIC" in column[1]
    assert documents.HOSTILE_TABLE.notes[0] in column and "n = 9; 1 missing" in column


def test_infinity_and_missing_values_are_no_errors() -> None:
    table = Table(
        id="t",
        title="Edges",
        columns=(Column(name="a", label="A"), Column(name="b", label="B", kind="number")),
        rows=(
            Row(cells=("x", "∞"), values=("x", math.inf)),
            Row(cells=("y", "–"), values=("y", math.nan)),
            Row(cells=("z", "<5"), values=("z", None)),
            Row(cells=("w" * 40_000, ""), values=("w", True)),
        ),
    )
    sheet = load_workbook(io.BytesIO(to_xlsx("t", [("s", table)], synthetic=False)))["s Edges"]
    assert [sheet.cell(r, 2).value for r in range(5, 9)] == ["∞", "–", "<5", "yes"]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=50), max_size=8))
def test_sheet_names_are_what_excel_takes(wanted: list[str]) -> None:
    names = sheet_names(wanted + wanted)
    assert len({n.lower() for n in names}) == len(names) == 2 * len(wanted)
    for name in names:
        assert 0 < len(name) <= 31 and not set("[]:*?/\\") & set(name)
        assert name.lower() not in ("history", "contents")
        assert name[0] != "'" and name[-1] != "'"
