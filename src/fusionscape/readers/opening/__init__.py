"""Opening files under limits: bytes, text, cells. Nothing is understood here."""

from __future__ import annotations

from pathlib import Path

from fusionscape.readers.opening.content import load
from fusionscape.readers.opening.decoding import decode
from fusionscape.readers.opening.delimited import read_delimited
from fusionscape.readers.raw import RawTable
from fusionscape.results import Finding

__all__ = ["open_tables"]


def open_tables(
    path: Path | str, *, encoding: str | None = None, headers: bool = False
) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """The tables of a csv, tsv, txt or xlsx file (also gzipped) and what was found in its form.

    Every cell is text; trailing and leading spaces are gone, an empty cell is None. Whatever
    is wrong with the file comes back as findings; nothing is raised. `headers` also gives a text
    table that has a header and no rows, beside the finding that says so.
    """
    path = Path(path)
    data = load(path)
    if isinstance(data, Finding):
        return (), (data,)
    if data[:4] == b"PK\x03\x04":
        from fusionscape.readers.opening.workbook import read_workbook

        return read_workbook(data, path.name)
    decoded = decode(data, path.name, encoding=encoding)
    if isinstance(decoded, Finding):
        return (), (decoded,)
    text, codec = decoded
    tables, found = read_delimited(text, path.name, encoding=codec)
    return tuple(table for table in tables if headers or table.rows), found
