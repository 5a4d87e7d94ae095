"""Numbers, dates, flags and units as tables print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.readers.values.dates import date_order, has_short_year, parse_date
from fusionscape.readers.values.numbers import decimal_style, parse_number
from fusionscape.readers.values.units import factor, needs_unit
from fusionscape.readers.values.words import is_missing, parse_flag


@pytest.mark.parametrize(
    ("text", "decimal", "value", "censored", "unit"),
    [
        ("12", ".", 12.0, "", ""),
        ("12.5", ".", 12.5, "", ""),
        ("12,5", ",", 12.5, "", ""),
        ("1,234.5", ".", 1234.5, "", ""),
        ("1.234,5", ",", 1234.5, "", ""),
        ("1 234,5", ",", 1234.5, "", ""),
        ("1'234.5", ".", 1234.5, "", ""),
        ("１２．５", ".", 12.5, "", ""),
        ("<0.1", ".", 0.1, "<", ""),
        ("＜０.１", ".", 0.1, "<", ""),
        (">100", ".", 100.0, ">", ""),
        ("≤ 5 %", ".", 5.0, "<", "%"),
        ("<1e-4", ".", 1e-4, "<", ""),
        ("<10^-4", ".", 1e-4, "<", ""),
        ("<10⁻⁴", ".", 1e-4, "<", ""),
        ("1×10^-4", ".", 1e-4, "", ""),
        ("76.87 ×10^9/L", ".", 76.87, "", "×10^9/L"),
        ("−3", ".", -3.0, "", ""),
        (".5", ".", 0.5, "", ""),
    ],
)
def test_numbers(text: str, decimal: str, value: float, censored: str, unit: str) -> None:
    number = parse_number(text, decimal=decimal)  # type: ignore[arg-type]
    assert number is not None
    assert (number.value, number.censored, number.unit) == (
        pytest.approx(value, rel=1e-12), censored, unit,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "high", "12,5", "1.2.3", "1,23,4", "--", "1e999", "<", "5-6"])
def test_what_is_no_number(text: str) -> None:
    number = parse_number(text)
    assert number is None or number.unit


@pytest.mark.parametrize(
    ("texts", "decimal", "mixed", "undecided"),
    [
        (["1,5", "2"], ",", False, False),
        (["1.5", "2"], ".", False, False),
        (["1,5", "2.5"], ".", True, False),
        (["1,234", "5"], ".", False, True),
        (["1,234", "5.5"], ".", False, False),
        (["1,234", "5,5"], ",", False, False),
        (["1,234,567"], ".", False, False),
        (["0,123"], ",", False, False),
        (["1.234", "5"], ".", False, False),
        (["1.234.567"], ",", False, False),
        ([], ".", False, False),
    ],
)
def test_the_column_decides_the_decimal_mark(
    texts: list[str], decimal: str, mixed: bool, undecided: bool
) -> None:
    style = decimal_style(texts)
    assert (style.decimal, style.mixed, style.undecided) == (decimal, mixed, undecided)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2020-02-29", "2020-02-29", "2020-02-29"),
        ("2020/2/9", "2020-02-09", "2020-02-09"),
        ("20200229", "2020-02-29", "2020-02-29"),
        ("29.02.2020", "2020-02-29", "2020-02-29"),
        ("29.2.2020", "2020-02-29", "2020-02-29"),
        ("13/04/2020", "2020-04-13", "2020-04-13"),
        ("04/13/2020", "2020-04-13", "2020-04-13"),
        ("05/05/2020", "2020-05-05", "2020-05-05"),
        ("2020年2月29日", "2020-02-29", "2020-02-29"),
        ("2020年2月", "2020-02-01", "2020-02-29"),
        ("２０２０-02-29", "2020-02-29", "2020-02-29"),
        ("29-Feb-2020", "2020-02-29", "2020-02-29"),
        ("29. Februar 2020", "2020-02-29", "2020-02-29"),
        ("Feb 29, 2020", "2020-02-29", "2020-02-29"),
        ("février 2020", "2020-02-01", "2020-02-29"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("02/2020", "2020-02-01", "2020-02-29"),
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02-29 13:05:00", "2020-02-29", "2020-02-29"),
        ("2020-02-29T13:05:00Z", "2020-02-29", "2020-02-29"),
        ("43890", "2020-02-29", "2020-02-29"),
    ],
)
def test_dates(text: str, low: str, high: str) -> None:
    span = parse_date(text)
    assert span is not None
    assert (span.low.isoformat(), span.high.isoformat()) == (low, high)


@pytest.mark.parametrize(
    "text", ["", "03/04/2020", "2020-02-30", "31.04.2020", "2020-13", "spring", "99999", "01/02/20"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_the_1904_system_is_1462_days_later() -> None:
    first, second = parse_date("42428", since_1904=True), parse_date("43890")
    assert first is not None and second is not None
    assert first.low == second.low == date(2020, 2, 29)


def test_the_column_decides_day_or_month() -> None:
    assert date_order(["03/04/2020", "13/04/2020"]).order == "dmy"
    assert date_order(["03/04/2020", "04/13/2020"]).order == "mdy"
    assert date_order(["03/04/2020"]).undecided
    assert date_order(["13/04/2020", "04/13/2020"]).mixed
    assert not date_order(["05/05/2020", "03.04.2020"]).undecided
    assert has_short_year("01/02/20")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_survives_every_way_of_writing_it(day: date) -> None:
    for form, order in (
        ("%Y-%m-%d", None), ("%d.%m.%Y", None), ("%d/%m/%Y", "dmy"), ("%m/%d/%Y", "mdy"),
        ("%Y%m%d", None), ("%Y年%m月%d日", None),
    ):  # fmt: skip
        span = parse_date(day.strftime(form), order=order)  # type: ignore[arg-type]
        assert span is not None and span.low == span.high == day


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(min_value=0.01, max_value=1e6), st.sampled_from([".", ","]))
def test_a_number_survives_both_marks(value: float, mark: str) -> None:
    text = f"{value:.2f}"
    number = parse_number(text.replace(".", mark), decimal=mark)  # type: ignore[arg-type]
    assert number is not None and number.value == float(text)
    grouped = (
        f"{value:,.2f}".translate(str.maketrans(",.", ".,")) if mark == "," else (f"{value:,.2f}")
    )
    number = parse_number(grouped, decimal=mark)  # type: ignore[arg-type]
    assert number is not None and number.value == float(text)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_nothing_is_raised_on_any_text(text: str) -> None:
    parse_number(text)
    parse_number(text, decimal=",")
    parse_date(text)
    parse_flag(text)
    is_missing(text)
    factor("wbc_10e9_l", text)


@pytest.mark.parametrize("text", ["yes", "1", "+", "ja", "oui", "是", "阳性", "Positive", "TRUE"])
def test_yes(text: str) -> None:
    assert parse_flag(text) is True


@pytest.mark.parametrize("text", ["no", "0", "-", "nein", "non", "否", "阴性", "wild type", "None"])
def test_no(text: str) -> None:
    assert parse_flag(text) is False


@pytest.mark.parametrize(
    "text", ["", " ", ".", "NA", "#N/A", "Unknown", "n/a", "未知", "k.A.", "-"]
)
def test_missing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["no", "none", "0", "negative", "-1"])
def test_absence_is_not_missing(text: str) -> None:
    assert not is_missing(text, dash=False)


@pytest.mark.parametrize(
    ("field", "unit", "by"),
    [
        ("age_years", "days", 1 / 365.25),
        ("age_years", "Monate", 1 / 12),
        ("os_days", "months", 30.4375),
        ("os_days", "años", None),
        ("os_days", "ans", 365.25),
        ("wbc_10e9_l", "×10⁹/L", 1.0),
        ("wbc_10e9_l", "x10^3/MicroLiter", 1.0),
        ("wbc_10e9_l", "G/L", 1.0),
        ("wbc_10e9_l", "/µl", 1e-3),
        ("wbc_10e9_l", "cells/mm³", 1e-3),
        ("wbc_10e9_l", "万/μL", 10.0),
        ("hemoglobin_g_l", "g/dL", 10.0),
        ("hemoglobin_g_l", "g/l", 1.0),
        ("hemoglobin_g_l", "mmol/l", 16.114),
        ("blasts_marrow_percent", "%", 1.0),
        ("blasts_marrow_percent", "fraction", 100.0),
        ("sex", "anything", 1.0),
    ],
)
def test_units(field: str, unit: str, by: float | None) -> None:
    found = factor(field, unit)
    assert found == (None if by is None else pytest.approx(by, rel=1e-12))


def test_which_fields_need_a_unit() -> None:
    assert needs_unit("os_days") and needs_unit("hemoglobin_g_l") and not needs_unit("sex")
