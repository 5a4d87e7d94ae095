"""Why an endpoint of the plan cannot be had from these data, as the code of a refusal."""

from __future__ import annotations

import polars as pl

from fusionscape.cohort.cohort import Cohort

_RELAPSES = ("date:relapse", "day:relapse")


def dated(cohort: Cohort, kind: str) -> bool:
    """True when an event of this kind has a day."""
    rows = cohort.events.filter((pl.col("kind") == kind) & pl.col("day").is_not_null())
    return rows.height > 0


def relapses_recorded(cohort: Cohort) -> bool:
    """True when a relapse is recorded, or a column for its day that may be empty."""
    events = cohort.events.filter(pl.col("kind") == "relapse").height > 0
    return events or any(cohort.codebook.meaning(field) is not None for field in _RELAPSES)


def reason(cohort: Cohort, name: str) -> str:
    """What is missing for an endpoint of the plan: the code of a refusal that says so.

    >>> from fusionscape.cohort import build_cohort
    >>> reason(build_cohort(name="nobody"), "efs")
    'endpoint-not-in-data'
    """
    if name == "os":
        return "survival-not-in-data"
    remission = dated(cohort, "response") or dated(cohort, "remission")
    relapse = dated(cohort, "response") or relapses_recorded(cohort)
    if remission and relapse:
        return "endpoint-only-by-rules"
    if remission:
        return "endpoint-needs-relapses"
    return "endpoint-needs-remissions" if dated(cohort, "relapse") else "endpoint-not-in-data"
