"""Dates as tables print them; a date known to the month or year stays an interval."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fusionscape.readers.values.words import plain

Order = Literal["dmy", "mdy"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janv janvier",
            "feb february februar fév févr février fev",
            "mar march märz mär mrz mars",
            "apr april avr avril",
            "may mai",
            "jun june juni juin",
            "jul july juli juil juillet",
            "aug august aoû août aout",
            "sep sept september septembre",
            "oct october okt oktober octobre",
            "nov november novembre",
            "dec december dez dezember déc décembre",
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_YMD = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$|^(\d{4})年(\d{1,2})月(\d{1,2})日?$")
_COMPACT = re.compile(r"^(19\d{2}|20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])$")
_TRIPLE = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$")
_SHORT_YEAR = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}$")
_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$|^(\d{1,2})[-/.](\d{4})$|^(\d{4})年(\d{1,2})月$")
_YEAR = re.compile(r"^(19\d{2}|20\d{2})年?$")
_WORDS = re.compile(
    r"^(?:(\d{1,2})\.?[-/ ])?([^\W\d_]{3,10})\.?[-/ ](?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})$"
)
_SERIAL = re.compile(r"^([1-7]\d{4})(?:\.\d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """The first and last day a date may be; equal when the day is known."""

    low: date
    high: date
    serial: bool = False

    @property
    def exact(self) -> bool:
        """The day itself is known."""
        return self.low == self.high

    @property
    def middle(self) -> float:
        """The middle of the span, as a day number."""
        return (self.low.toordinal() + self.high.toordinal()) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """Whether the column writes day or month first, and what speaks for each."""

    order: Order | None
    day_first: int
    month_first: int
    open_values: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Some values can only be day first, others only month first."""
        return bool(self.day_first and self.month_first)

    @property
    def undecided(self) -> bool:
        """Values such as 03/04/2020 stand here and nothing says how to read them."""
        return bool(self.open_values) and self.order is None


def date_order(texts: Iterable[str]) -> DateOrder:
    """Day or month first, decided by the column as a whole; dots always mean day first."""
    day = month = 0
    open_values: list[str] = []
    for text in texts:
        match = _TRIPLE.match(_bare(text))
        if match is None or match.group(2) == ".":
            continue
        first, second = int(match.group(1)), int(match.group(3))
        day += first > 12
        month += second > 12 and first <= 12
        if first <= 12 and second <= 12 and first != second:
            open_values.append(text)
    order: Order | None = None
    if bool(day) != bool(month):
        order = "dmy" if day else "mdy"
    return DateOrder(order=order, day_first=day, month_first=month, open_values=tuple(open_values))


def parse_date(
    text: str, *, order: Order | None = None, since_1904: bool = False
) -> DateSpan | None:
    """The span of days a cell names, or None when it names none (or an impossible one).

    >>> parse_date("2020-02").low.isoformat(), parse_date("2020-02").high.isoformat()
    ('2020-02-01', '2020-02-29')
    >>> parse_date("03/04/2020", order="dmy").low.isoformat()
    '2020-04-03'
    """
    bare = _bare(text)
    try:
        return _exact(bare, order) or _partial(bare) or _serial(bare, since_1904)
    except (ValueError, OverflowError):
        return None


def has_short_year(text: str) -> bool:
    """True for 01/02/20: the century is not said."""
    return _SHORT_YEAR.match(_bare(text)) is not None


def _bare(text: str) -> str:
    return _TIME.sub("", plain(text))


def _day(year: int, month: int, day: int) -> DateSpan:
    exact = date(year, month, day)
    return DateSpan(low=exact, high=exact)


def _exact(text: str, order: Order | None) -> DateSpan | None:
    if match := _YMD.match(text):
        parts = [int(g) for g in match.groups() if g]
        return _day(parts[0], parts[1], parts[2])
    if match := _COMPACT.match(text):
        return _day(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    if match := _TRIPLE.match(text):
        first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
        if match.group(2) == "." or order == "dmy" or first == second or first > 12:
            return _day(year, second, first)
        return _day(year, first, second) if order == "mdy" or second > 12 else None
    if match := _WORDS.match(text):
        month = _MONTHS.get(match.group(2).casefold())
        day = match.group(1) or match.group(3)
        if month is not None and day is not None:
            return _day(int(match.group(4)), month, int(day))
    return None


def _partial(text: str) -> DateSpan | None:
    if match := _MONTH.match(text):
        numbers = [int(g) for g in match.groups() if g]
        year, month = (numbers[0], numbers[1]) if numbers[0] > 31 else (numbers[1], numbers[0])
        return _span_of_month(year, month)
    if match := _YEAR.match(text):
        year = int(match.group(1))
        return DateSpan(low=date(year, 1, 1), high=date(year, 12, 31))
    if match := _WORDS.match(text):
        named = _MONTHS.get(match.group(2).casefold())
        if named is not None and not match.group(1) and not match.group(3):
            return _span_of_month(int(match.group(4)), named)
    return None


def _span_of_month(year: int, month: int) -> DateSpan:
    last = calendar.monthrange(year, month)[1]
    return DateSpan(low=date(year, month, 1), high=date(year, month, last))


def _serial(text: str, since_1904: bool) -> DateSpan | None:
    match = _SERIAL.match(text)
    if match is None:
        return None
    # Excel's 1900 system counts a 29 February 1900 that never was: day 61 is 1 March 1900.
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    day = start + timedelta(days=int(match.group(1)))
    return DateSpan(low=day, high=day, serial=True)
