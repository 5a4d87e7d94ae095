"""Every number format, at its edges."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from fusionscape.words import numbers

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fusionscape"


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.0123, "0.012"),
        (0.000999, "<0.001"),
        (0.001, "0.001"),
        (0.0496, "0.050"),
        (0.0994, "0.099"),
        (0.0996, "0.10"),
        (0.24, "0.24"),
        (0.99, "0.99"),
        (0.9951, ">0.99"),
        (1.0, ">0.99"),
        (4.9e-13, "<0.001"),
        (0.0, "<0.001"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_p_value(p: float | None, shown: str) -> None:
    assert numbers.p_value(p) == shown


def test_p_in_a_sentence_never_breaks_and_never_says_significant() -> None:
    assert numbers.p_equals(0.0123) == "p\u00a0=\u00a00.012"
    assert numbers.p_equals(1e-9) == "p\u00a0<\u00a00.001"
    assert numbers.p_equals(None) == "p not given"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0335, "0.0335"),
        (0.03354, "0.0335"),
        (1.0, "1.00"),
        (9.995, "9.99"),  # 9.995 is 9.9949999... in binary
        (9.996, "10.0"),
        (16.99, "17.0"),
        (999.6, "1000"),
        (12345.0, "12\u2009300"),
        (0.0, "0"),
        (-0.5, "−0.500"),
        (1.234e-9, "1.23×10⁻⁹"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_ratio_has_three_significant_digits(value: float | None, shown: str) -> None:
    assert numbers.ratio(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (2 / 25, "8.0%"),
        (19 / 51, "37.3%"),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.9996, ">99.9%"),
        (0.0004, "0.040%"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_percent(share: float | None, shown: str) -> None:
    assert numbers.percent(share) == shown


def test_interval_uses_a_dash_and_words_where_a_limit_is_negative() -> None:
    bare = numbers.percent_bare
    assert numbers.interval(0.0098, 0.2603, bare) == "1.0–26.0"
    assert numbers.interval(0.0098, 0.2603, bare, words=True) == "1.0 to 26.0"
    assert numbers.interval(-0.5, 0.25) == "−0.500 to 0.250"
    assert numbers.interval(0.1, math.inf) == "0.100–∞"
    assert numbers.interval(None, None) == "–"


def test_thousands_are_parted_from_five_digits_on() -> None:
    assert numbers.integer(1491) == "1491"
    assert numbers.integer(1234567) == "1\u2009234\u2009567"
    assert numbers.integer(-12345) == "−12\u2009345"


def test_counts_carry_their_denominator() -> None:
    assert numbers.count_percent(2, 25) == "2/25 (8.0%)"
    assert numbers.count_percent(0, 0) == "0/0"
    assert numbers.count_of(None, 25) == "–/25"


def test_times() -> None:
    assert numbers.months(365.25) == "12.0 months"
    assert numbers.days(1) == "1 day"
    assert numbers.days(30.2) == "30 days"
    assert numbers.months(None) == "–"


FORMAT = re.compile(r"""\{[^{}"']*:[,+]?\.?\d*\.\d+[efg%]\}|format\([^)]*"\.\d+[efg]"\)""")


def test_no_other_room_formats_a_number() -> None:
    """p values and intervals are written in words/ alone; geometry may round coordinates."""
    offenders = []
    for room in ("figures", "tables", "report", "writers", "analyses", "workflows", "words"):
        for file in sorted((SOURCE / room).rglob("*.py")):
            if file.name == "numbers.py" and room == "words":
                continue
            for at, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                if FORMAT.search(line) and "svg" not in line.lower() and "V0.22" not in line:
                    offenders.append(f"{room}/{file.name}:{at}: {line.strip()}")
    allowed = ("strip.py",)  # coordinates of the small drawing
    assert [o for o in offenders if not any(name in o for name in allowed)] == []


def test_the_lint_would_catch_a_format() -> None:
    assert FORMAT.search('f"p = {p:.3f}"')
    assert FORMAT.search('f"{low:.1f}-{high:.1f}"')
    assert not FORMAT.search('f"{name}: {numbers.p_value(p)}"')
