"""Proportions of a cohort as results: headline interval, second interval, cautions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import polars as pl

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.results import Caution, Estimate, Interval, Result, caution

SMALL_GROUP = 10
UNEVEN = 0.3  # known that much more often on one side, a trait misleads about frequency
R = TypeVar("R", bound=Result)


def small_group(group: str | None, n: int) -> tuple[Caution, ...]:
    """A caution where the denominator is below ten."""
    if n >= SMALL_GROUP:
        return ()
    return (caution("small-group", group=group or "The whole group", n=n),)


def mostly_unknown(label: str, n: int, of: int) -> tuple[Caution, ...]:
    """A caution where the value is known in fewer than half of the group."""
    return (caution("mostly-unknown", variable=label, n=n, of=of),) if 2 * n < of else ()


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
    population: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Estimate:
    """`count` of `n` as an estimate: Clopper-Pearson in front, Wilson beside it.

    `population` is what a caution of small numbers calls the group, where not by its name.
    """
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
        cautions=(*fit.cautions, *small_group(population or group, n), *cautions),
    )


def with_denominator(items: Iterable[R]) -> tuple[R, ...]:
    """The items less the proportions of nobody: with nothing to divide by there is no number."""
    return tuple(
        item
        for item in items
        if not (isinstance(item, Estimate) and item.scale == "proportion" and item.n == 0)
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


def unknown_in_controls(state: pl.Series, values: pl.Series) -> bool:
    """True when a trait is known of carriers and of no patient found free of the fusion.

    A frequency within such a trait would be 100 % by construction.
    """
    known = values.is_not_null()
    carriers, controls = known & state.fill_null(False), known & (~state).fill_null(False)
    return bool(carriers.any()) and not bool(controls.any())


def unevenly_known(state: pl.Series, values: pl.Series, variable: str) -> tuple[Caution, ...]:
    """A caution where a trait is known far more often of carriers than of controls, or less."""
    known = values.is_not_null()
    sides = [known.filter(state.fill_null(False)), known.filter((~state).fill_null(False))]
    if not all(side.len() for side in sides):
        return ()
    (n, of), (controls, of_controls) = ((int(s.sum()), s.len()) for s in sides)
    if abs(n / of - controls / of_controls) <= UNEVEN:
        return ()
    return (
        caution(
            "unevenly-known",
            variable=variable,
            n=n,
            of=of,
            controls=controls,
            of_controls=of_controls,
        ),
    )
