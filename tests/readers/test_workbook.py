"""Workbooks: values, dates, sheets, formulas; the same rows as the text table."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from fusionscape.readers import read
from fusionscape.readers.opening import open_tables
from readers.studies import COLUMNS, HEAD, ROWS, codes, table, toml, write


def typed(cell: str) -> str | float:
    return float(cell) if cell.replace(".", "", 1).isdecimal() else cell


def test_a_workbook_reads_as_the_text(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as book:
        sheet = book.add_worksheet("One")
        sheet.write_row(0, 0, HEAD)
        for i, row in enumerate(ROWS, start=1):
            sheet.write_row(i, 0, [row[0], *map(typed, row[1:])])
    text = read(write(tmp_path / "a", {"patients.csv": table(), "study.toml": toml()}))
    study = toml(file=f'path = "{(tmp_path / "p.xlsx").as_posix()}"\nid = "id"\n')
    book = read(write(tmp_path / "b", {"study.toml": study}))
    assert book.patients.equals(text.patients)
    assert book.lesions.equals(text.lesions)


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_in_both_systems(since_1904: bool, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "p.xlsx", {"date_1904": since_1904}) as book:
        sheet = book.add_worksheet("One")
        form = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [*HEAD, "dx", "dead on"])
        for i, row in enumerate(ROWS, start=1):
            sheet.write_row(i, 0, [row[0], *map(typed, row[1:])])
            sheet.write_datetime(i, len(HEAD), datetime(2020, 2, 29), form)
            # A serial number without a date format: 10 March 2020 in this system.
            sheet.write_number(i, len(HEAD) + 1, 43900 - (1462 if since_1904 else 0))
    columns = {
        **COLUMNS,
        "dx": 'field = "date:diagnosis"\ntiming = "baseline"',
        "dead on": 'field = "date:last_seen"\ntiming = "post-baseline"',
    }
    study = toml(columns, file='path = "p.xlsx"\nid = "id"\n')
    write(tmp_path, {"study.toml": study})
    days = read(tmp_path).events.filter(kind="last_seen")["day"].to_list()
    assert days == [10.0] * 5
    assert ("dates-1904" in codes(tmp_path)) is since_1904


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as book:
        sheet = book.add_worksheet("One")
        for i, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(i + 3, 1, row)
        sheet.write_string(4, 3, "430")
    write(tmp_path, {"study.toml": toml(file='path = "p.xlsx"\nid = "id"\n')})
    (tables, _) = open_tables(tmp_path / "p.xlsx")
    assert tables[0].first_row == 5
    assert tables[0].columns == tuple(HEAD)
    text = "\n" + table([["", *r[1:]] if r[0] == "P3" else r for r in ROWS])
    write(tmp_path / "t", {"patients.csv": text, "study.toml": toml()})
    assert codes(tmp_path / "t")["id-missing"].row == 5


def test_formulas_written_by_a_program_have_no_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEAD)
    for row in ROWS:
        book.active.append([row[0], row[1], "=1+1", *row[3:]])
    book.save(tmp_path / "p.xlsx")
    write(tmp_path, {"study.toml": toml(file='path = "p.xlsx"\nid = "id"\n')})
    found = codes(tmp_path)["formula-without-value"]
    assert (found.count, found.value) == (5, "C2")


def test_a_named_sheet_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as book:
        book.add_worksheet("Notes").write_row(0, 0, ["a", "b"])
        sheet = book.add_worksheet("Data")
        for i, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(i, 0, row)
    write(tmp_path, {"study.toml": toml(file='path = "p.xlsx"\nsheet = "Data"\nid = "id"\n')})
    assert read(tmp_path).n == 5
    assert "sheet-passed-over" in codes(tmp_path)


@pytest.mark.parametrize("reference", ["ZZZZZZ5", "XFE5", "A1048577", "A99999999"])
def test_a_cell_no_sheet_has_is_refused_before_it_is_parsed(tmp_path: Path, reference: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "good.xlsx") as book:
        sheet = book.add_worksheet("Data")
        for i, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(i, 0, row)
    with (
        zipfile.ZipFile(tmp_path / "good.xlsx") as good,
        zipfile.ZipFile(tmp_path / "p.xlsx", "w") as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content.replace(b'r="B3"', f'r="{reference}"'.encode()))
    write(tmp_path, {"study.toml": toml(file='path = "p.xlsx"\nid = "id"\n')})
    assert "workbook-broken" in codes(tmp_path)
