"""Proportions of a cohort as results: headline interval, second interval, cautions."""

from __future__ import annotations

import polars as pl

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.results import Caution, Estimate, Interval, caution

SMALL_GROUP = 10


def small_group(group: str | None, n: int) -> tuple[Caution, ...]:
    """A caution where the denominator is below ten."""
    if n >= SMALL_GROUP:
        return ()
    return (caution("small-group", group=group or "all patients", n=n),)


def share(
    cohort: Cohort,
    stable_id: str,
    *,
    label: str,
    count: int,
    n: int,
    missing: int = 0,
    group: str | None = None,
    endpoint: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Estimate:
    """`count` of `n` as an estimate: Clopper-Pearson in front, Wilson beside it."""
    fit = stats.proportion(count, n, level=cohort.plan.level, missing=missing)
    beside = stats.proportion(count, n, method="wilson", level=cohort.plan.level)
    second = Interval(
        method=beside.method, low=beside.ci_low, high=beside.ci_high, level=beside.level
    )
    return Estimate(
        id=stable_id,
        label=label,
        scale="proportion",
        estimate=fit.estimate,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        level=fit.level,
        ci_method=fit.method,
        count=count,
        n=n,
        missing=missing,
        group=group,
        endpoint=endpoint,
        other_intervals=(second,),
        method="Proportion of patients with a known value",
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *small_group(group, n), *cautions),
    )


def share_of_flags(
    cohort: Cohort,
    stable_id: str,
    flags: pl.Series,
    *,
    label: str,
    group: str | None = None,
    endpoint: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Estimate:
    """The proportion of true among the known flags; nulls are the missing."""
    return share(
        cohort,
        stable_id,
        label=label,
        count=int(flags.sum() or 0),
        n=int(flags.len() - flags.null_count()),
        missing=int(flags.null_count()),
        group=group,
        endpoint=endpoint,
        cautions=cautions,
    )
