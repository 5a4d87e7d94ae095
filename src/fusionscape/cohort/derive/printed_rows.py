"""Which patients of a cohort a printed row speaks of."""

from __future__ import annotations

import re

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.karyotypes import FLAGS, karyotype_flags, read_karyotypes
from fusionscape.cohort.derive.responses import endpoints
from fusionscape.cohort.derive.treatments import transplanted
from fusionscape.cohort.derive.variables import Variable, variables
from fusionscape.cohort.printed import BOUND, RANGE, PrintedGroup, PrintedRow
from fusionscape.knowledge.karyotype import Karyotype

_YES = frozenset({"", "yes", "true", "present", "positive", "mutated", "1"})


def is_the_driver_group(group: PrintedGroup, driver: str) -> bool:
    """True when a printed column is the carriers themselves (``NUP98 fusion``), not controls."""
    name = group.name.casefold()
    return driver.casefold() in name and not re.match(r"(no|non|without)\b", name)


def row_flags(cohort: Cohort, row: PrintedRow) -> pl.Series | None:
    """Per patient: the row's characteristic; None when the cohort does not know it at all.

    Null is unknown. A response that was not evaluable is none, as printed rows count it.
    """
    found = _flags(cohort, row)
    return None if found is None or found.null_count() == cohort.n else found


def _flags(cohort: Cohort, row: PrintedRow) -> pl.Series | None:
    field, value = row.field, row.value.strip()
    if field.startswith("lesion:"):
        return cohort.lesion(field.removeprefix("lesion:"))
    if field.startswith("response:"):
        return _response(cohort, field, value)
    if field in ("karyotype", "karyotype_status"):
        return _karyotype(cohort, value)
    if field == "transplant":
        return _column(transplanted(cohort), value)
    if field.startswith("mrd:"):
        field = f"mrd_course_{field.removeprefix('mrd:')}"
    if field in cohort.patients.columns:
        return _column(cohort.patients[field], value)
    named = {v.name: v for v in variables(cohort)}
    return _named(named[field], value) if field in named else None


def _response(cohort: Cohort, field: str, value: str) -> pl.Series | None:
    parts = field.split(":")
    word = value or (parts[2] if len(parts) > 2 else "CR")
    name = f"response:{parts[1]}"
    for endpoint in endpoints(cohort):
        if endpoint.field == name:
            success, known = endpoint.success((word,)), endpoint.words.is_not_null()
            return pl.select(pl.when(known).then(success).otherwise(None)).to_series()
    return None


def _column(values: pl.Series, value: str) -> pl.Series:
    if values.dtype == pl.Boolean:
        return values if value.casefold() in _YES else ~values
    if values.dtype.is_numeric():
        return _within(values, value)
    return values.cast(pl.String).str.to_lowercase() == value.casefold()


def _within(values: pl.Series, text: str) -> pl.Series:
    """Numbers in a printed range: ``<3``, ``3–10`` (both ends included), ``>10``."""
    between = RANGE.match(text)
    if between is not None:
        return values.is_between(float(between[1]), float(between[2]))
    bound = BOUND.match(text)
    if bound is None:
        raise ValueError(f"a printed row of a number needs a range, not {text!r}")
    limit = float(bound[2])
    if bound[1] == "<":
        return values < limit
    if bound[1] == ">":
        return values > limit
    return values <= limit if bound[1] in ("<=", "≤") else values >= limit


def _named(variable: Variable, value: str) -> pl.Series | None:
    if variable.kind == "flag":
        return variable.values
    return _column(variable.values, value)


def _karyotype(cohort: Cohort, value: str) -> pl.Series:
    if value in FLAGS:
        return karyotype_flags(cohort)[value]
    wanted = value.replace(" ", "").casefold()
    found = [_shows(k, wanted) for k in read_karyotypes(cohort).karyotypes]
    return pl.Series("karyotype", found, dtype=pl.Boolean)


def _shows(karyotype: Karyotype | None, wanted: str) -> bool | None:
    """The karyotype holds an abnormality printed like this: ``t(8;21)``, ``inv(16)``, ``-7``."""
    if karyotype is None or karyotype.status not in ("normal", "abnormal"):
        return None
    seen = (a.text.casefold() for clone in karyotype.clones for a in clone.abnormalities)
    if any(text.startswith(wanted) for text in seen):
        return True
    return None if karyotype.unread else False


def row_values(cohort: Cohort, row: PrintedRow) -> pl.Series | None:
    """The measurements a printed median speaks of; None when the cohort has none."""
    if row.field not in cohort.patients.columns or not cohort.has(row.field):
        return None
    values = cohort.patients[row.field]
    return values.cast(pl.Float64) if values.dtype.is_numeric() else None
