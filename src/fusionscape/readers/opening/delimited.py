"""Delimited text (comma, semicolon, tab) to a RawTable."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from fusionscape.readers.codes import finding
from fusionscape.readers.opening import limits
from fusionscape.readers.opening.shape import Row, shape_table
from fusionscape.readers.raw import RawTable
from fusionscape.results import Finding

DELIMITERS = ("\t", ";", ",")
_SAMPLE_ROWS = 200


def read_delimited(
    text: str, name: str, *, encoding: str
) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """The table of a delimited text file and what was found in its form."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    comments, body, skipped = _split_comments(text)
    delimiter, found = _sniff(body, name)
    rows, problems = _rows(body, name, delimiter, skipped)
    found.extend(problems)
    if any(f.severity == "error" for f in problems):
        return (), tuple(found)
    table, shaped = shape_table(
        rows,
        file=name,
        encoding=encoding,
        delimiter=delimiter,
        comments=comments,
        rows_before=skipped,
    )
    return (() if table is None else (table,)), (*found, *shaped)


def _split_comments(text: str) -> tuple[tuple[str, ...], str, int]:
    """Leading lines that begin with '#', the rest, and how many lines were taken.

    A single '#' line with as many fields as the line after it is a header (#gene1, ...).
    """
    comments: list[str] = []
    start = 0
    while text.startswith("#", start):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        comments.append(text[start:end].rstrip("\r"))
        start = min(end + 1, len(text))
    if comments and _is_header(comments, text[start : start + limits.CELL_CHARACTERS]):
        header = comments.pop()
        start = text.index(header, sum(len(c) for c in comments))
    return tuple(comments), text[start:], len(comments)


def _is_header(comments: list[str], rest: str) -> bool:
    following = rest.split("\n", 1)[0]
    last = comments[-1]
    width = max(last.count(d) for d in DELIMITERS)
    if width == 0:
        return False
    before = max((c.count(d) for c in comments[:-1] for d in DELIMITERS), default=0)
    same = any(last.count(d) == following.count(d) == width for d in DELIMITERS)
    return (same or not following.strip()) and before < width


def _sniff(body: str, name: str) -> tuple[str, list[Finding]]:
    """The delimiter under which most rows have as many cells as the first."""
    scores: list[tuple[float, int, str]] = []
    sample = body[: 64 * 1024]
    complete = len(sample) == len(body)
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter, complete)
        if widths and widths[0] > 1:
            even = sum(w == widths[0] for w in widths) / len(widths)
            scores.append((even, widths[0], delimiter))
    if not scores:
        return ",", []
    scores.sort(key=lambda s: (-s[0], -s[1], DELIMITERS.index(s[2])))
    best = scores[0]
    rivals = [s for s in scores[1:] if s[0] == best[0] and s[1] == best[1]]
    if not rivals:
        return best[2], []
    what = f"Cells of {name} may be parted by {best[2]!r} or by {rivals[0][2]!r}."
    return best[2], [finding("delimiter-unclear", what, file=name)]


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends; splitlines would also break at other characters."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _widths(sample: str, delimiter: str, complete: bool) -> list[int]:
    widths: list[int] = []
    try:
        for row in csv.reader(_lines(sample), delimiter=delimiter):
            if row:
                widths.append(len(row))
            if len(widths) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return widths
    return widths if complete or len(widths) < 2 else widths[:-1]


def _rows(
    body: str, name: str, delimiter: str, skipped: int
) -> tuple[Iterator[Row], tuple[Finding, ...]]:
    try:
        rows = _parse(body, delimiter, strict=True)
        return iter(rows), ()
    except OverflowError:
        what = f"{name} has more than {limits.TABLE_CELLS:,} cells."
        return iter(()), (finding("table-too-large", what, file=name),)
    except csv.Error as problem:
        message = str(problem)
    if "field limit" in message:
        return iter(()), (_too_long(body, name, delimiter, skipped),)
    if "unexpected end" in message:
        row = _row_of_open_quote(body, delimiter) + skipped
        what = f"A quoted cell that begins in row {row} never ends."
        return iter(()), (finding("quote-not-closed", what, file=name, row=row),)
    try:
        rows = _parse(body, delimiter, strict=False)
    except (csv.Error, OverflowError):
        return iter(()), (_too_long(body, name, delimiter, skipped),)
    what = f"{name} has quotes in the middle of cells; they were kept as they stand."
    return iter(rows), (finding("quote-stray", what, file=name),)


def _parse(body: str, delimiter: str, *, strict: bool) -> list[Row]:
    reader = csv.reader(_lines(body), delimiter=delimiter, strict=strict)
    rows: list[Row] = []
    cells = 0
    for row in reader:
        cells += len(row)
        if cells > limits.TABLE_CELLS:
            raise OverflowError
        rows.append(row)
    return rows


def _too_long(body: str, name: str, delimiter: str, skipped: int) -> Finding:
    row = _row_of_open_quote(body, delimiter) + skipped
    what = f"A cell of row {row} holds more than {limits.CELL_CHARACTERS:,} characters."
    return finding("cell-too-large", what, file=name, row=row)


def _row_of_open_quote(body: str, delimiter: str) -> int:
    """The row that could not be finished: one after the last complete one."""
    reader = csv.reader(_lines(body), delimiter=delimiter, strict=True)
    row = 0
    try:
        for _ in reader:
            row += 1
    except csv.Error:
        return row + 1
    return row
