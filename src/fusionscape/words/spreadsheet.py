"""How a raw number is shown in a spreadsheet cell; the cell keeps the number itself."""

from __future__ import annotations

import math

P_FORMAT = '[<0.001]"<0.001";[>0.99]">0.99";0.000'
MOST_DECIMALS = 6


def number_format(kind: str, value: float) -> str:
    """The spreadsheet's format code for a value of a column of this kind.

    Ratios and measurements show three significant digits, as in the report.

    >>> number_format("integer", 1491), number_format("number", 0.0335), number_format("p", 0.2)
    ('0', '0.0000', '[<0.001]"<0.001";[>0.99]">0.99";0.000')
    """
    if kind == "p":
        return P_FORMAT
    if kind == "percent":
        return "0.0%"
    if kind == "integer" or value == 0 or float(value).is_integer():
        return "0"
    size = math.floor(math.log10(abs(value)))
    decimals = 2 - size
    if decimals > MOST_DECIMALS or size > 8:
        return "0.00E+00"
    return "0." + "0" * decimals if decimals > 0 else "0"
