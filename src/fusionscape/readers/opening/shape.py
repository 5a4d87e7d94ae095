"""Rows of cells to a RawTable: header, width, blank rows, duplicates."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from fusionscape.readers.codes import finding, tally
from fusionscape.readers.opening import limits
from fusionscape.readers.raw import RawTable
from fusionscape.results import Finding

Row = Sequence[str | None]


def shape_table(
    rows: Iterable[Row],
    *,
    file: str,
    encoding: str,
    delimiter: str | None = None,
    sheet: str | None = None,
    comments: tuple[str, ...] = (),
    rows_before: int = 0,
) -> tuple[RawTable | None, tuple[Finding, ...]]:
    """A rectangular table with unique column names, or None when there is none to make.

    A header without rows gives a table without rows, and the finding that says so.
    """
    name = file if sheet is None else f"{file}[{sheet}]"
    cells = [_clean(row) for row in rows]
    header_at = _header_row(cells)
    if header_at is None:
        return None, (finding("file-empty", f"{name} holds no cells.", file=name),)
    header = [cell or "" for cell in cells[header_at]]
    body = cells[header_at + 1 :]
    while body and not any(cell is not None for cell in body[-1]):
        body.pop()
    first_row = rows_before + header_at + 2
    found = _title(cells[:header_at], name)
    refused = _refused(header, body, name, first_row)
    if refused:
        return None, (*found, *refused)
    if not body:
        found.append(finding("table-without-rows", f"{name} has a header and no rows.", file=name))
    body, problems = _square(body, len(header), name, first_row, tabbed=delimiter == "\t")
    found.extend(problems)
    columns, keep, problems = _columns(header, body, name)
    found.extend(problems)
    if len(keep) < len(header):
        body = [tuple(row[i] for i in keep) for row in body]
    table = RawTable(
        file=file,
        columns=tuple(columns),
        rows=tuple(body),
        first_row=first_row,
        sheet=sheet,
        comments=comments,
        encoding=encoding,
        delimiter=delimiter,
    )
    return table, tally(found)


def _title(above: Sequence[tuple[str | None, ...]], name: str) -> list[Finding]:
    if not any(any(row) for row in above):
        return []
    what = f"{name} has {len(above)} rows above its header; they were passed over."
    return [finding("title-rows", what, file=name, count=len(above))]


def _refused(
    header: list[str], body: Sequence[tuple[str | None, ...]], name: str, first_row: int
) -> list[Finding]:
    """Why there is no table to make: too many cells, cells that are too long."""
    if len(header) * len(body) > limits.TABLE_CELLS or len(header) > limits.TABLE_COLUMNS:
        what = f"{name} has {len(header):,} columns and at least {len(body):,} rows."
        return [finding("table-too-large", what, file=name)]
    return _oversized(header, body, name, first_row)


def _oversized(
    header: list[str], body: Sequence[tuple[str | None, ...]], name: str, first_row: int
) -> list[Finding]:
    """Cells and names far longer than any value: reading them on would take forever."""
    if any(len(column) > limits.NAME_CHARACTERS for column in header):
        what = f"A column name holds more than {limits.NAME_CHARACTERS:,} characters."
        return [finding("cell-too-large", what, file=name)]
    for index, row in enumerate(body):
        if any(cell is not None and len(cell) > limits.CELL_CHARACTERS for cell in row):
            at = first_row + index
            what = f"A cell of row {at} holds more than {limits.CELL_CHARACTERS:,} characters."
            return [finding("cell-too-large", what, file=name, row=at)]
    return []


def _clean(row: Row) -> tuple[str | None, ...]:
    return tuple((cell.strip() or None) if cell else None for cell in row)


def _header_row(cells: Sequence[tuple[str | None, ...]]) -> int | None:
    """The first row with cells, unless one lone title stands over a wide table."""
    filled = [i for i, row in enumerate(cells[:50]) if any(cell is not None for cell in row)]
    if not filled:
        return None
    widest = max(sum(c is not None for c in cells[i]) for i in filled)
    for i in filled:
        count = sum(cell is not None for cell in cells[i])
        if count > 1 or widest < 3:
            return i
    return filled[0]


def _square(
    body: list[tuple[str | None, ...]], width: int, name: str, first_row: int, *, tabbed: bool
) -> tuple[list[tuple[str | None, ...]], list[Finding]]:
    found: list[Finding] = []
    square: list[tuple[str | None, ...]] = []
    for index, row in enumerate(body):
        at = first_row + index
        if len(row) > width and any(cell is not None for cell in row[width:]):
            what = f"Row {at} has {len(row)} cells, the header {width}."
            found.append(finding("row-too-long", what, file=name, row=at))
        elif 0 < len(row) < width and any(cell is not None for cell in row):
            what = f"Row {at} has {len(row)} cells, the header {width}."
            code = "row-short-tabs" if tabbed else "row-too-short"
            found.append(finding(code, what, file=name, row=at))
        if len(row) != width:
            row = (*row[:width], *([None] * (width - len(row))))
        square.append(row)
    return square, found


def _columns(
    header: list[str], body: Sequence[tuple[str | None, ...]], name: str
) -> tuple[list[str], list[int], list[Finding]]:
    """Unique names, the positions kept, and what was wrong with the header."""
    found: list[Finding] = []
    names: dict[str, None] = {}
    keep: list[int] = []
    for i, column in enumerate(header):
        filled = sum(row[i] is not None for row in body)
        if not column and not filled:
            continue
        if not column and "" not in names:
            found.append(_unnamed(header, body, i, name))
        if column in names:
            first = header.index(column)
            if not column:
                what = f"Column {_letters(i)} (number {i + 1}) has {filled} values and no name."
                found.append(finding("header-blank", what, file=name))
            elif any(row[i] != row[first] for row in body):
                what = f"Two columns are called {column[:60]!r} and differ."
                found.append(finding("header-duplicate", what, file=name, column=column))
            else:
                what = f"Two columns are called {column[:60]!r} and hold the same; one was kept."
                found.append(finding("header-repeated", what, file=name, column=column))
                continue
            column = _free_name(column, names)
        names[column] = None
        keep.append(i)
    return list(names), keep, found


def _unnamed(
    header: Sequence[str], body: Sequence[tuple[str | None, ...]], position: int, name: str
) -> Finding:
    """The note on the one column that may go without a name, and is not read."""
    values = [row[position] for row in body]
    known = [cell for cell in values if cell is not None]
    same = [
        column
        for i, column in enumerate(header)
        if column and all(row[i] == value for row, value in zip(body, values, strict=True))
    ]
    holds = f"has {len(known)} values and no name"
    if same:
        holds = f"has no name and holds the same as {same[0][:60]!r}"
    elif all(cell.isdecimal() for cell in known) and len(set(known)) == len(known):
        holds = "has no name and numbers the rows"
    letters = _letters(position)
    what = f"Column {letters} (number {position + 1}) {holds}; it was not read."
    return finding("column-unnamed", what, file=name, column=letters)


def _letters(position: int) -> str:
    """The letters over a spreadsheet's column: A, ..., Z, AA.

    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    letters, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _free_name(column: str, taken: Container[str]) -> str:
    number = 2
    while f"{column} ({number})" in taken:
        number += 1
    return f"{column} ({number})"
