"""Columns of dates and of days since diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

from fusionscape.readers.meaning.column import Cell, Column, Parts
from fusionscape.readers.meaning.numbers import numbers
from fusionscape.readers.values.dates import DateSpan, Order, date_order, has_short_year, parse_date

EVENT_ORDER = {
    "diagnosis": 0, "entry": 1, "treatment_start": 2, "remission": 550, "transplant": 600,
    "relapse": 700, "lost": 890, "death": 900, "last_seen": 901,
    "death_or_last_seen": 901,
}  # fmt: skip


def dates(column: Column) -> Iterator[tuple[Cell, DateSpan]]:
    """Every date of the column; the order of day and month is decided by the whole column."""
    settled, order = _order(column)
    if not settled:
        return
    since_1904 = column.table.encoding == "xlsx-1904"
    serials = 0
    for cell in column.cells():
        if cell.ambiguous:
            continue
        if has_short_year(cell.text):
            what = f"{cell.raw[:40]!r} does not say its century."
            column.note("date-short-year", what, cell)
            continue
        span = parse_date(cell.text, order=order, since_1904=since_1904)
        if span is None:
            column.note("date-not-understood", f"{cell.raw[:40]!r} is not a date.", cell)
            continue
        serials += span.serial
        yield cell, span
    if serials:
        what = f"{serials} dates are bare spreadsheet numbers; they were read as days of Excel."
        column.note("date-serial", what, count=serials)


def _order(column: Column) -> tuple[bool, Order | None]:
    if column.spec.date_order is not None:
        return True, column.spec.date_order
    found = date_order(column.texts())
    if found.mixed:
        what = f"{found.day_first} dates have the day first, {found.month_first} the month."
        column.note("date-order-mixed", what)
        return False, None
    if found.undecided:
        what = (
            f"{len(found.open_values)} dates such as {found.open_values[0]!r} may have the day "
            "or the month first, and no date of the column decides it."
        )
        column.note("date-order-undecided", what, count=len(found.open_values))
        return False, None
    return True, found.order


def read_date(column: Column, parts: Parts) -> None:
    """An event known by its date."""
    partial = 0
    for cell, span in dates(column):
        partial += not span.exact
        parts.events.append(
            {
                "patient_id": cell.patient,
                "kind": column.form.name,
                "order": EVENT_ORDER[column.form.name],
                "date_low": span.low,
                "date_high": span.high,
                "reported": cell.raw,
            }
        )
    if partial:
        what = f"{partial} dates are known to the month or year only; they are kept as intervals."
        column.note("date-partial", what, count=partial)


def leave_open(parts: Parts) -> None:
    """A date of death or last contact alone does not say which: nobody is alive by it.

    The event stays unknown (None) until a column says it, unless dates of death stand beside it.
    """
    if any(event["kind"] == "death" for event in parts.events):
        return
    for event in parts.events:
        if event["kind"] == "death_or_last_seen":
            parts.patients[event["patient_id"]].setdefault("os_event", None)


def read_day(column: Column, parts: Parts) -> None:
    """An event known by its days since diagnosis."""
    for cell, number in numbers(column, field=f"{column.form.name}_days"):
        parts.events.append(
            {
                "patient_id": cell.patient,
                "kind": column.form.name,
                "order": EVENT_ORDER[column.form.name],
                "day": number.value,
                "day_low": number.value,
                "day_high": number.value,
                "censored": number.censored or None,
                "reported": cell.raw,
            }
        )
