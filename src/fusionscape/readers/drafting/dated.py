"""Columns that date another column: the day of a response, of residual disease, of a transplant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fusionscape.readers.drafting.parts import Guess
from fusionscape.readers.meaning.fields import parse_field
from fusionscape.readers.raw import RawTable
from fusionscape.readers.values.dates import date_order, parse_date
from fusionscape.readers.values.words import is_missing

_DATED = ("response", "mrd", "mrd_state", "blasts", "covariate")
_PROBE_ROWS = 2000


def date_columns(table: RawTable, guesses: Sequence[Guess]) -> list[Guess]:
    """Guesses in which a column of dates no longer stands for the values it dates.

    Where another column holds those values, the dates are proposed as its `date_column`.
    """
    dating = [g for g in guesses if _is_assessment(g) and all_dates(table, g.source)]
    fields = {g.field: g.source for g in dating}
    taken: dict[str, str] = {}
    made: list[Guess] = []
    for guess in guesses:
        if guess in dating:
            made.append(guess)
        elif guess.field in fields and guess.field not in taken:
            taken[guess.field] = guess.source
            made.append(replace(guess, date_column=fields[guess.field]))
        else:
            made.append(guess)
    return [_of_dates(g, taken.get(g.field)) if g in dating else g for g in made]


def all_dates(table: RawTable, source: str) -> bool:
    """True when every known value of the column is a date; bare numbers are none."""
    cells = [c for c in table.column(source)[:_PROBE_ROWS] if c is not None and not is_missing(c)]
    if not cells:
        return False
    order = date_order(cells).order or "dmy"
    spans = [parse_date(cell, order=order) for cell in cells]
    return all(span is not None and not span.serial for span in spans) and not all(
        cell.strip().isdecimal() for cell in cells
    )


def _is_assessment(guess: Guess) -> bool:
    form = parse_field(guess.field)
    return form is not None and form.shape in _DATED


def _of_dates(guess: Guess, holder: str | None) -> Guess:
    why = "its values are dates, and no column holds what they date"
    if holder is not None:
        why = f"its values are dates; it was taken for the date_column of {holder!r}"
    return replace(guess, field="ignore", sure=False, why=why, open_values=(), unit="")
