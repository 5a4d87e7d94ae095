"""Columns of numbers: decimal style, units, bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fusionscape.readers.meaning.column import Cell, Column
from fusionscape.readers.values.numbers import Decimal, Number, decimal_style, parse_number
from fusionscape.readers.values.units import factor, needs_unit, plain_unit, unit_of

_SHOWN = 3
_LIKE_PERCENT = ("%", "percent")


def decimal_of(column: Column) -> Decimal | None:
    """The decimal mark of the column; None, with a finding, when it cannot be told."""
    if column.spec.decimal is not None:
        return column.spec.decimal
    style = decimal_style(column.texts())
    if style.mixed:
        commas = [c for c in column.cells() if decimal_style([c.text]).comma_votes]
        points = [c for c in column.cells() if decimal_style([c.text]).point_votes]
        what = (
            f"{len(commas)} values write a decimal comma ({_places(column, commas)}), "
            f"{len(points)} a point ({_places(column, points)})."
        )
        column.note("decimal-mixed", what, count=min(len(commas), len(points)))
        return None
    if style.undecided:
        example = style.open_values[0]
        column.note(
            "decimal-undecided",
            f"{len(style.open_values)} values such as {example!r} may be thousands or decimals.",
            count=len(style.open_values),
        )
        return None
    return style.decimal


def numbers(column: Column, *, field: str) -> Iterator[tuple[Cell, Number]]:
    """Every number of the column in the unit of `field`; what is no number is a finding."""
    decimal = decimal_of(column)
    if decimal is None:
        return
    scale = _declared_scale(column, field)
    if scale is None:
        return
    bounds = 0
    for cell in column.cells():
        if cell.ambiguous:
            continue
        number = parse_number(cell.text, decimal=decimal)
        by = None if number is None else _cell_scale(number.unit, field, scale)
        if number is None or by is None:
            what = f"{cell.raw[:60]!r} is not a number here."
            column.note("number-not-understood", what, cell, mend=_mark_advice(cell, decimal))
            continue
        bounds += bool(number.censored)
        yield cell, Number(value=number.value * by, censored=number.censored)
    if bounds and column.form.shape in ("patient", "covariate"):
        what = f"{bounds} values are bounds such as <0.1; the bound itself was used."
        column.note("number-is-bound", what, count=bounds)


def _places(column: Column, cells: Sequence[Cell]) -> str:
    """The first cells and the rows they stand in."""
    shown = ", ".join(f"{cell.raw[:20]!r} in row {column.at(cell)}" for cell in cells[:_SHOWN])
    return f"{shown} and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else shown


def _mark_advice(cell: Cell, decimal: Decimal) -> str | None:
    """What to say of a number that is one under the other decimal mark."""
    if parse_number(cell.text, decimal="." if decimal == "," else ",") is None:
        return None
    marks = {",": "comma", ".": "point"}
    other = "." if decimal == "," else ","
    return (
        f"The column is read with a decimal {marks[decimal]} and this number has a {marks[other]}: "
        f'write it with a {marks[decimal]}, or say decimal = "{other}" for the column.'
    )


def _declared_scale(column: Column, field: str) -> float | None:
    scale = factor(field, column.spec.unit)
    if scale is None:
        what = f"The unit {column.spec.unit!r} is not one of {field}."
        column.note("unit-unknown", what)
    elif not column.spec.unit and needs_unit(field) and not field.endswith("_percent"):
        unit = unit_of(field)
        what = f"No unit is declared for {column.spec.source!r}; its values were taken as {unit}."
        mend = f'Say unit = "{unit}" if that is so, or the unit they are in.'
        column.note("unit-not-declared", what, mend=mend)
    return scale


def _cell_scale(unit: str, field: str, declared: float) -> float | None:
    """The factor of a value that carries its own unit; None for a unit of something else."""
    if not unit:
        return declared
    if plain_unit(unit) in _LIKE_PERCENT:
        return 1.0 if field.endswith("_percent") or field.startswith("covariate") else None
    return factor(field, unit) if needs_unit(field) else None
