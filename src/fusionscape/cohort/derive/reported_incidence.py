"""Relapse and death in remission as a study reports them: a time, and what happened first."""

from __future__ import annotations

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.late_entries import ORIGIN_UNKNOWN, observed_since

RELAPSE, DEATH, CENSORED = "relapse", "death", "censored"
CONTRADICTORY = "contradictory"


def _time(cohort: Cohort) -> str | None:
    """The column of the time from remission to the first of relapse, death and last contact."""
    return next((c for c in ("cir_days", "rfs_days") if cohort.has(c)), None)


def incidence_reported(cohort: Cohort) -> bool:
    """True when time and kind of the first event from remission are columns of the patients.

    The kind is `cir_status`, or follows from `relapsed` beside `rfs_event`. Whether somebody
    relapsed says nothing by itself: who died without relapse would be taken as censored.
    """
    told = cohort.has("cir_status") or (cohort.has("relapsed") and cohort.has("rfs_event"))
    return _time(cohort) is not None and told


def deaths_not_told(cohort: Cohort) -> bool:
    """True when a study reports relapses with their times but not who died without one."""
    return cohort.has("relapsed") and _time(cohort) is not None and not incidence_reported(cohort)


def _kind(cohort: Cohort) -> pl.Expr:
    if cohort.has("cir_status"):
        return pl.col("cir_status")
    relapsed, event = pl.col("relapsed"), pl.col("rfs_event")
    return (
        pl.when(relapsed & ~event)
        .then(pl.lit(CONTRADICTORY))
        .when(relapsed)
        .then(pl.lit(RELAPSE))
        .when(~relapsed & event)
        .then(pl.lit(DEATH))
        .when(~relapsed & ~event)
        .then(pl.lit(CENSORED))
    )


def reported_incidence(cohort: Cohort, *, of: str) -> pl.DataFrame | None:
    """patient_id, entry, time, status (0 censored, 1 this, 2 the other), why; None without them.

    `of` is relapse or death. A relapse that is no event of relapse-free survival contradicts
    itself: the patient is left out, with that as the reason.
    """
    if not incidence_reported(cohort):
        return None
    time, kind = str(_time(cohort)), _kind(cohort)
    status = (
        pl.when(kind == of).then(1).when(kind == CENSORED).then(0)
        .when(kind.is_in([RELAPSE, DEATH])).then(2)
    )  # fmt: skip
    placed = pl.col("entry").is_not_null()
    known = pl.col(time).is_not_null() & status.is_not_null() & placed
    people = cohort.patients.with_columns(observed_since(cohort, from_remission=True))
    return people.select(
        "patient_id",
        "entry",
        pl.when(known).then(pl.col(time)).alias("time"),
        pl.when(known).then(status).cast(pl.Int64).alias("status"),
        pl.when(kind == CONTRADICTORY)
        .then(pl.lit(CONTRADICTORY))
        .when(~placed)
        .then(pl.lit(ORIGIN_UNKNOWN))
        .otherwise(pl.lit("as reported"))
        .alias("why"),
    )


def reported_survival(cohort: Cohort) -> pl.DataFrame | None:
    """Relapse-free survival from the time and kind of the first event: either is the event."""
    found = reported_incidence(cohort, of=RELAPSE)
    if found is None:
        return None
    return found.with_columns(pl.col("status").clip(upper_bound=1))
