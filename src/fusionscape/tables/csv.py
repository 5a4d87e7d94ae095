"""A table as tidy CSV: raw values, one row a record, no heading rows.

Text that a spreadsheet would run as a formula (it starts with ``=``, ``+``, ``-``, ``@``, a tab
or a line break) gets a leading apostrophe; line breaks within a cell become plain newlines.
Numbers are written as numbers, negative ones too; a missing value is an empty cell.
"""

from __future__ import annotations

import csv
import io
import math

from fusionscape.results import Table
from fusionscape.results.caution import Scalar

_DANGEROUS = ("=", "+", "-", "@", "\t", "\n")


def protected(text: str) -> str:
    """Text that no spreadsheet runs.

    >>> protected("=cmd()"), protected("CD13"), protected(" =1")
    ("'=cmd()", 'CD13', "' =1")
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    risky = text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS)
    return "'" + text if risky else text


def _written(value: Scalar) -> str:
    if isinstance(value, str):
        return protected(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def to_csv(table: Table) -> str:
    """The raw values with column names as head."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([protected(column.name) for column in table.columns])
    for row in table.rows:
        if not row.heading:
            writer.writerow([_written(value) for value in row.values])
    return out.getvalue()
