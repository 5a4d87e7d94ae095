"""Which format is this table? Decided by the names of its columns."""

from __future__ import annotations

from fusionscape.readers.formats.caller_layouts import which_caller
from fusionscape.readers.formats.cells import keys, with_header
from fusionscape.readers.formats.maf import is_maf
from fusionscape.readers.raw import RawTable

_FORMATS = (("maf", is_maf),)


def recognise(table: RawTable) -> str | None:
    """The name of the table's format, or None where it is an ordinary table."""
    names = keys(with_header(table))
    for name, fits in _FORMATS:
        if fits(names):
            return name
    return which_caller(names)
