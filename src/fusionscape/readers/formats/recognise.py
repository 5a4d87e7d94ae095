"""Which format is this table? Decided by the names of its columns."""

from __future__ import annotations

from fusionscape.readers.formats.caller_layouts import which_caller
from fusionscape.readers.formats.cells import keys, with_header
from fusionscape.readers.raw import RawTable


def recognise(table: RawTable) -> str | None:
    """The name of the table's format, or None where it is an ordinary table."""
    return which_caller(keys(with_header(table)))
