"""Printed comparators: numbers that cannot be, rows that cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from fusionscape.cohort.printed import is_range
from fusionscape.cohort.schema import PATIENT_FIELDS
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding
from fusionscape.readers.study.model import PrintedRowSpec, PrintedSpec
from fusionscape.results import Finding

LARGEST = 1_000_000


def printed_numbers(joined: Joined, printed: Sequence[PrintedSpec]) -> Iterable[Finding]:
    """Counts above their denominator, denominators beyond any study, values that are no range."""
    names = [group.name for group in printed]
    for name in dict.fromkeys(x for x in names if names.count(x) > 1):
        yield _twice(f"Two printed comparators are called {name[:60]!r}.", name)
    for group in printed:
        if group.n > LARGEST:
            yield _wrong(f"{group.name[:60]!r} is said to have {group.n} patients.", str(group.n))
        labels = [row.label for row in group.rows]
        for label in dict.fromkeys(x for x in labels if labels.count(x) > 1):
            yield _twice(f"Two rows of {group.name[:60]!r} are called {label[:60]!r}.", label)
        for row in group.rows:
            yield from _row(joined, group, row)


def _row(joined: Joined, group: PrintedSpec, row: PrintedRowSpec) -> Iterable[Finding]:
    where = f"Row {row.label[:60]!r} of {group.name[:60]!r}"
    n = group.n if row.n is None else row.n
    if row.count is not None and row.count > n:
        yield _wrong(f"{where} prints {row.count} of {n} patients.", str(row.count))
    if row.n is not None and row.n > LARGEST:
        yield _wrong(f"{where} prints a denominator of {row.n}.", str(row.n))
    if row.count is not None and _is_measured(joined, row.field) and not is_range(row.value):
        yield _wrong(f"{where} counts a measurement; {row.value[:40]!r} is no range.", row.value)
    quartiles = [x for x in (row.q1, row.median, row.q3) if x is not None]
    if quartiles != sorted(quartiles):
        yield _wrong(f"{where} prints quartiles that are not in order.", str(quartiles))


def _is_measured(joined: Joined, field: str) -> bool:
    if PATIENT_FIELDS.get(field) == pl.Float64:
        return True
    if field.startswith("mrd:"):
        field = f"mrd_course_{field.removeprefix('mrd:')}"
    values = (patient.get(field) for patient in joined.patients.values())
    known = [v for v in values if v is not None]
    return bool(known) and not any(isinstance(v, bool | str) for v in known)


def _wrong(what: str, value: str) -> Finding:
    return finding("printed-value-wrong", what, value=value)


def _twice(what: str, value: str) -> Finding:
    return finding("printed-row-twice", what, value=value)
