"""Since when a patient was under observation, on the clock of an endpoint given as reported."""

from __future__ import annotations

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.patient_courses import patient_courses
from fusionscape.knowledge.endpoints import endpoint_rules, first_remission

ORIGIN_UNKNOWN = "entered late, origin unknown"


def observed_since(cohort: Cohort, *, from_remission: bool) -> pl.Series:
    """Per patient: days from the endpoint's origin to entry, 0 from the origin on; null unknown.

    `entry_days` counts from diagnosis. For a time from remission it is moved by the day of the
    first remission; who entered late and has no day of remission cannot be placed.

    >>> from fusionscape.cohort import build_cohort
    >>> people = pl.DataFrame({"patient_id": ["a", "b"], "entry_days": [40.0, None]})
    >>> observed_since(build_cohort(name="two", patients=people), from_remission=False).to_list()
    [40.0, 0.0]
    >>> observed_since(build_cohort(name="two", patients=people), from_remission=True).to_list()
    [None, 0.0]
    """
    if "entry_days" not in cohort.patients.columns:
        return pl.Series("entry", [0.0] * cohort.n, dtype=pl.Float64)
    entry = cohort.patients["entry_days"].fill_null(0.0).cast(pl.Float64).alias("entry")
    if not from_remission or not (entry > 0).any():
        return entry
    rules = endpoint_rules("eln2022")
    courses = patient_courses(cohort)
    days = [first_remission(courses[who], rules) for who in cohort.patients["patient_id"]]
    shifted = [
        0.0 if since <= 0 else None if day is None else max(since - day, 0.0)
        for since, day in zip(entry.to_list(), days, strict=True)
    ]
    return pl.Series("entry", shifted, dtype=pl.Float64)


def reported_times(
    cohort: Cohort, columns: tuple[str, str], *, from_remission: bool
) -> pl.DataFrame:
    """patient_id, entry, time, status (0 or 1) and why, from a time and an event column."""
    time, event = columns
    people = cohort.patients.with_columns(observed_since(cohort, from_remission=from_remission))
    placed = pl.col("entry").is_not_null()
    known = pl.col(time).is_not_null() & pl.col(event).is_not_null() & placed
    why = pl.when(placed).then(pl.lit("as reported")).otherwise(pl.lit(ORIGIN_UNKNOWN))
    return people.select(
        "patient_id",
        "entry",
        pl.when(known).then(pl.col(time)).alias("time"),
        pl.when(known).then(pl.col(event).cast(pl.Int64)).alias("status"),
        why.alias("why"),
    )
