"""The only home of number formats: p values, intervals, percentages, ratios, counts, times.

Every function takes raw values and returns the text a reader sees. A missing value (None or not
a number) is an en dash, never an empty cell and never zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable

DASH = "–"
MINUS = "−"
THIN = "\u2009"  # thin space, between thousands
NBSP = "\u00a0"

Number = float | int | None
DAYS_PER_MONTH = 365.25 / 12


def _absent(value: Number) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _sign(text: str) -> str:
    """A real minus sign; minus zero loses it."""
    if not text.startswith("-"):
        return text
    return text[1:] if not text.strip("-0.") else MINUS + text[1:]


def _thousands(digits: str) -> str:
    whole, dot, rest = digits.partition(".")
    if len(whole) < 5:
        return digits
    head = len(whole) % 3
    parts = ([whole[:head]] if head else []) + [
        whole[i : i + 3] for i in range(head, len(whole), 3)
    ]
    return THIN.join(parts) + dot + rest


def integer(value: Number) -> str:
    """A whole number; five digits and more are parted by thin spaces.

    >>> integer(1491), integer(None)
    ('1491', '–')
    """
    if _absent(value):
        return DASH
    assert value is not None
    text = f"{round(value):d}"
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    return _sign(sign + _thousands(digits))


def fixed(value: Number, decimals: int) -> str:
    """A number with this many decimals."""
    if _absent(value):
        return DASH
    assert value is not None
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{abs(value):.{decimals}f}"
    return _sign(("-" if value < 0 else "") + _thousands(text))


def significant(value: Number, digits: int = 3) -> str:
    """A number with three significant digits, in plain notation.

    >>> significant(0.06667), significant(12.34), significant(1234.5)
    ('0.0667', '12.3', '1230')
    """
    if _absent(value):
        return DASH
    assert value is not None
    if math.isinf(value) or value == 0:
        return fixed(value, 0) if math.isinf(value) else "0"
    exponent = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if exponent < -6 or exponent > 8:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
        return f"{_sign(mantissa)}×10{_superscript(int(power))}"
    return fixed(float(f"{value:.{digits - 1}e}"), max(0, digits - 1 - exponent))


def _superscript(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def ratio(value: Number) -> str:
    """A ratio (odds, hazard, risk) to three significant digits.

    >>> ratio(0.0335), ratio(16.99), ratio(float("inf"))
    ('0.0335', '17.0', '∞')
    """
    return significant(value, 3)


def p_value(p: Number) -> str:
    """A p value as journals print it: three decimals below 0.1, two above, <0.001 at the end.

    >>> p_value(0.0123), p_value(0.24), p_value(4.9e-13), p_value(0.9999)
    ('0.012', '0.24', '<0.001', '>0.99')
    """
    if _absent(p):
        return DASH
    assert p is not None
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    return fixed(p, 3 if p < 0.0995 else 2)


def p_equals(p: Number, name: str = "p") -> str:
    """``p = 0.012`` or ``p < 0.001``, unbreakable.

    >>> p_equals(0.0123)
    'p\\xa0=\\xa00.012'
    """
    if _absent(p):
        return f"{name} not given"
    text = p_value(p)
    if text[0] in "<>":
        return f"{name}{NBSP}{text[0]}{NBSP}{text[1:]}"
    return f"{name}{NBSP}={NBSP}{text}"


def percent(share: Number, *, sign: bool = True) -> str:
    """A share between 0 and 1 as a percentage with one decimal.

    >>> percent(0.08), percent(1.0), percent(0.00012)
    ('8.0%', '100%', '0.012%')
    """
    if _absent(share):
        return DASH
    assert share is not None
    value = 100 * share
    if value in (0, 100):
        text = integer(value)
    elif 0 < abs(value) < 0.05:
        text = significant(value, 2)
    elif 99.95 <= value < 100:
        text = ">99.9"
    else:
        text = fixed(value, 1)
    return text + ("%" if sign else "")


def percent_bare(share: Number) -> str:
    """A percentage without its sign, for the inside of an interval."""
    return percent(share, sign=False)


def interval(
    low: Number, high: Number, show: Callable[[Number], str] = ratio, *, words: bool = False
) -> str:
    """Two limits: ``1.0–26.0``, or ``−1.0 to 26.0`` where a limit is negative or in a sentence.

    >>> interval(0.0098, 0.2603, percent_bare), interval(-1.5, 2.0)
    ('1.0–26.0', '−1.50 to 2.00')
    """
    if _absent(low) and _absent(high):
        return DASH
    a, b = show(low), show(high)
    negative = any(x is not None and x < 0 for x in (low, high))
    return f"{a} to {b}" if words or negative else f"{a}{DASH}{b}"


def level_name(level: float) -> str:
    """``95% CI``.

    >>> level_name(0.95)
    '95% CI'
    """
    return f"{significant(100 * level, 3).removesuffix('.0')}% CI"


def count_of(count: Number, n: Number) -> str:
    """A count with its denominator.

    >>> count_of(2, 25)
    '2/25'
    """
    return f"{integer(count)}/{integer(n)}"


def count_percent(count: Number, n: Number) -> str:
    """A count, its denominator and the percentage they make.

    >>> count_percent(2, 25), count_percent(0, 0)
    ('2/25 (8.0%)', '0/0')
    """
    if _absent(count) or _absent(n) or not n:
        return count_of(count, n)
    assert count is not None
    return f"{count_of(count, n)} ({percent(count / n)})"


def measurement(value: Number, unit: str = "") -> str:
    """A measured value with its unit, to three significant digits and no trailing zeros.

    >>> measurement(61.1, "×10⁹/L"), measurement(40.0, "years")
    ('61.1 ×10⁹/L', '40 years')
    """
    text = significant(value, 3)
    if "." in text and "×" not in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text} {unit}".rstrip()


def bare(value: Number) -> str:
    """A measured value without unit."""
    return measurement(value)


def points(difference: Number) -> str:
    """A difference of two shares in percentage points.

    >>> points(-0.628)
    '−62.8'
    """
    return DASH if _absent(difference) else fixed(100 * (difference or 0.0), 1)


def days(value: Number) -> str:
    """Whole days.

    >>> days(812.4)
    '812 days'
    """
    return DASH if _absent(value) else f"{integer(value)} day{'' if value == 1 else 's'}"


def months(value_in_days: Number) -> str:
    """Days told in months of 30.4 days.

    >>> months(365.25)
    '12.0 months'
    """
    if _absent(value_in_days):
        return DASH
    return f"{fixed((value_in_days or 0.0) / DAYS_PER_MONTH, 1)} months"


def plural(n: Number, one: str, many: str | None = None) -> str:
    """``1 patient``, ``25 patients``.

    >>> plural(1, "patient"), plural(25, "patient")
    ('1 patient', '25 patients')
    """
    return f"{integer(n)} {one if n == 1 else (many or one + 's')}"
