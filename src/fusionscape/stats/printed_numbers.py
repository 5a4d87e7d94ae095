"""A printed number is an interval: what was rounded to it.

``0.04`` may have been anything from 0.035 to 0.045; ``<0.001`` is a limit and no value.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from fusionscape.stats.observed import refuse

Relation = Literal["=", "<", ">"]
_FORM = re.compile(
    r"^\s*[pP]?\s*([=<>≤≥]?)\s*([-+]?(?:\d+[.,·]?\d*|[.,·]\d+)(?:[eE][-+]?\d+)?)\s*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A printed number: `low` to `high` is what would have been printed so.

    With the relation ``<`` or ``>`` the number is a limit: `value` is the limit itself.
    """

    value: float
    low: float
    high: float
    relation: Relation = "="

    @property
    def is_bound(self) -> bool:
        """True where the print gives a limit, not a value."""
        return self.relation != "="


def printed(number: float | str | Printed) -> Printed:
    """What values may have been printed like this?

    A text keeps its final zeros ("1.80" is sharper than 1.8); a number has the digits Python
    shows for it. Half a unit of the last digit on either side; no limit below zero for a number
    printed without a sign. "<0.001" and ">0.5" are limits. Decimal commas and points in the
    middle of the line are read. Raises InputError (``not-a-printed-number``).

    >>> printed("0.04").low, printed("0.04").high
    (0.035, 0.045)
    >>> printed("<0.001").is_bound
    True
    """
    if isinstance(number, Printed):
        return number
    real = isinstance(number, int | float | np.integer | np.floating)
    text = repr(float(number)) if real else str(number)
    found = _FORM.match(text) if real or isinstance(number, str) else None
    if found is None or not math.isfinite(float(_plain(found[2]))):
        raise refuse(
            "not-a-printed-number",
            f"`{number}` is not a number as papers print it.",
            "Give it as printed: 1.8, 0.04 or <0.001.",
        )
    digits = Decimal(_plain(found[2]))
    relation: Relation = "=" if not found[1] else ("<" if found[1] in "<≤" else ">")
    if found[1] == "=":
        relation = "="
    value = float(digits)
    exponent = digits.as_tuple().exponent
    if not isinstance(number, str) and float(number).is_integer():
        exponent = 0
    half = Decimal(5).scaleb(int(exponent) - 1)
    if relation == "<":
        return Printed(value=value, low=-math.inf, high=value, relation="<")
    if relation == ">":
        return Printed(value=value, low=value, high=math.inf, relation=">")
    low = float(digits - half)
    return Printed(
        value=value, low=max(low, 0.0) if value >= 0.0 else low, high=float(digits + half)
    )


def _plain(text: str) -> str:
    return text.replace(",", ".").replace("·", ".")
