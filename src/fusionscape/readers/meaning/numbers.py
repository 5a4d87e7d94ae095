"""Columns of numbers: decimal style, units, bounds."""

from __future__ import annotations

from collections.abc import Iterator

from fusionscape.readers.meaning.column import Cell, Column
from fusionscape.readers.values.numbers import Decimal, Number, decimal_style, parse_number
from fusionscape.readers.values.units import factor, needs_unit, plain_unit

_LIKE_PERCENT = ("%", "percent")


def decimal_of(column: Column) -> Decimal | None:
    """The decimal mark of the column; None, with a finding, when it cannot be told."""
    if column.spec.decimal is not None:
        return column.spec.decimal
    style = decimal_style(column.texts())
    if style.mixed:
        column.note(
            "decimal-mixed",
            f"{style.comma_votes} values write a decimal comma, {style.point_votes} a point.",
        )
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
            column.note("number-not-understood", f"{cell.raw[:60]!r} is not a number here.", cell)
            continue
        bounds += bool(number.censored)
        yield cell, Number(value=number.value * by, censored=number.censored)
    if bounds and column.form.shape in ("patient", "covariate"):
        said = "1 value is a bound" if bounds == 1 else f"{bounds} values are bounds"
        what = f"{said} such as <0.1; the bound itself was used."
        column.note("number-is-bound", what, count=bounds)


def _declared_scale(column: Column, field: str) -> float | None:
    scale = factor(field, column.spec.unit)
    if scale is None:
        what = f"The unit {column.spec.unit!r} is not one of {field}."
        column.note("unit-unknown", what)
    elif not column.spec.unit and needs_unit(field) and not field.endswith("_percent"):
        unit = field.rsplit("_", 1)[-1]
        what = f"No unit is declared for {column.spec.source!r}; {field} was taken as written."
        column.note("unit-not-declared", what, mend=f'Say unit = "..." (the field is in {unit}).')
    return scale


def _cell_scale(unit: str, field: str, declared: float) -> float | None:
    """The factor of a value that carries its own unit; None for a unit of something else."""
    if not unit:
        return declared
    if plain_unit(unit) in _LIKE_PERCENT:
        return 1.0 if field.endswith("_percent") or field.startswith("covariate") else None
    return factor(field, unit) if needs_unit(field) else None
