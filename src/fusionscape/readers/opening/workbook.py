"""An .xlsx workbook to RawTables, one a sheet: values only, never formulas."""

from __future__ import annotations

import io
import re
import zipfile

from fusionscape.readers.codes import finding
from fusionscape.readers.opening import limits
from fusionscape.readers.opening.archive import Archive, SheetForm, inspect
from fusionscape.readers.opening.shape import Row, shape_table
from fusionscape.readers.raw import RawTable
from fusionscape.results import Finding

_MIDNIGHT = " 00:00:00"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_TARGET = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")


def read_workbook(data: bytes, name: str) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """Every sheet that holds a table, and what was found in the form of each."""
    archive = inspect(data, name)
    if isinstance(archive, Finding):
        return (), (archive,)
    forms = _forms_by_position(data, archive)
    if any(f.rows * f.columns > limits.TABLE_CELLS for f in archive.sheets.values()):
        what = f"A sheet of {name} reaches further than {limits.TABLE_CELLS:,} cells."
        return (), (finding("table-too-large", what, file=name),)
    try:
        sheets = _cells(data)
    except KeyboardInterrupt:
        raise
    except BaseException:  # the parser is compiled code and may panic outside Exception
        return (), (finding("workbook-broken", f"{name} is a damaged workbook.", file=name),)
    found: list[Finding] = []
    if archive.dates_1904:
        what = f"{name} counts dates from 1904; they were read so."
        found.append(finding("dates-1904", what, file=name))
    read = [
        _sheet(name, title, rows, forms.get(position), since_1904=archive.dates_1904)
        for position, (title, rows) in enumerate(sheets)
    ]
    tables = tuple(table for table, _ in read if table is not None and table.rows)
    for (title, _), (_, problems) in zip(sheets, read, strict=True):
        codes = {problem.code for problem in problems}
        if tables and codes & {"file-empty", "table-without-rows"}:
            what = f"Sheet {title!r} of {name} holds no table; it was passed over."
            problems = (finding("sheet-passed-over", what, file=name),)
        found.extend(problems)
    return tables, tuple(found)


def _sheet(
    name: str, title: str, rows: list[Row], form: SheetForm | None, *, since_1904: bool
) -> tuple[RawTable | None, tuple[Finding, ...]]:
    table, problems = shape_table(
        rows,
        file=name,
        encoding="xlsx-1904" if since_1904 else "xlsx",
        sheet=title,
        rows_before=0 if form is None else form.first_row - 1,
    )
    about = () if form is None else _form_findings(form, name, title)
    return table, (*about, *problems)


def _cells(data: bytes) -> list[tuple[str, list[Row]]]:
    import fastexcel

    book = fastexcel.read_excel(data)
    sheets: list[tuple[str, list[Row]]] = []
    for position, title in enumerate(book.sheet_names):
        frame = book.load_sheet(position, header_row=None, dtypes="string").to_polars()
        rows: list[Row] = [tuple(_dated(cell) for cell in row) for row in frame.rows()]
        sheets.append((title, rows))
    return sheets


def _dated(cell: str | None) -> str | None:
    if cell is not None and len(cell) == 19 and cell.endswith(_MIDNIGHT):
        return cell[:10]
    return cell


def _form_findings(form: SheetForm, name: str, title: str) -> list[Finding]:
    sheet = f"{name}[{title}]"
    found: list[Finding] = []
    if form.empty_formulas:
        first = form.empty_formulas[0]
        what = f"{len(form.empty_formulas)} formulas have no stored value (first {first})."
        count = len(form.empty_formulas)
        found.append(finding("formula-without-value", what, file=sheet, value=first, count=count))
    elif form.formulas:
        what = f"{form.formulas} cells are formulas; the value stored last was used."
        found.append(finding("formula-cells", what, file=sheet, count=form.formulas))
    wrong = [error for error in form.errors if error != "#N/A"]
    if wrong:
        what = f"{len(wrong)} cells hold an error such as {wrong[0]}; they are read as missing."
        found.append(finding("formula-error", what, file=sheet, value=wrong[0], count=len(wrong)))
    return found


def _forms_by_position(data: bytes, archive: Archive) -> dict[int, SheetForm]:
    """Which XML belongs to which sheet, by the workbook's own relations."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        book = packed.read("xl/workbook.xml").decode("utf-8", "replace")
        try:
            relations = packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return {}
    targets: dict[str, str] = {}
    for match in _TARGET.finditer(relations):
        parts = dict(_ATTRIBUTE.findall(match.group(1)))
        target = parts.get("Target", "")
        targets[parts.get("Id", "")] = (
            target.lstrip("/") if target.startswith("/") else (f"xl/{target}")
        )
    forms: dict[int, SheetForm] = {}
    for position, match in enumerate(_SHEET.finditer(book)):
        parts = dict(_ATTRIBUTE.findall(match.group(1)))
        form = archive.sheets.get(targets.get(parts.get("r:id", ""), ""))
        if form is not None:
            forms[position] = form
    return forms
