"""Curves of a kernel under the names of an analysis, and the numbers read from them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.shares import small_group
from fusionscape.cohort.plan import Plan
from fusionscape.results import Caution, Curve, Estimate, caution, make_id

DAYS_PER_YEAR = 365.25


def named(
    cohort: Cohort,
    curve: Curve,
    data: EndpointData,
    parts: tuple[str, ...],
    *,
    group: str,
    missing: int = 0,
    label: str | None = None,
    cause: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Curve:
    """The kernel's curve with its place in the report."""
    return replace(
        curve,
        id=make_id(*parts, group) if cause is None else make_id(*parts, group, cause),
        label=label or data.label,
        group=group,
        cause=cause,
        missing=missing,
        endpoint=data.endpoint,
        rules=data.rules,
        synthetic=cohort.synthetic,
        cautions=(*curve.cautions, *small_group(group, int(curve.n)), *cautions),
    )


def without_time(data: EndpointData, within: npt.NDArray[np.bool_]) -> tuple[Caution, ...]:
    """A caution on a curve that leaves out patients who had the event, with their number."""
    n = int((data.dropped_events & within).sum())
    if not n:
        return ()
    happened = int(((data.status >= 1) & within).sum()) + n
    return (caution("events-left-out", endpoint=data.label, n=n, of=happened),)


def year_name(year: float) -> str:
    """How a horizon stands in an id.

    >>> year_name(1), year_name(3), year_name(1.5)
    ('1-year', '3-years', '1.5-years')
    """
    return "1-year" if year == 1 else f"{year:g}-years"


def at_years(year: float) -> str:
    """How a horizon stands in a label.

    >>> at_years(1), at_years(2)
    ('1 year', '2 years')
    """
    return "1 year" if year == 1 else f"{year:g} years"


def horizon_days(plan: Plan) -> list[float]:
    """The days of the plan's horizons.

    >>> horizon_days(Plan(survival_years=(2.0,)))
    [730.5]
    """
    return [year * DAYS_PER_YEAR for year in plan.survival_years]


def at_risk(curve: Curve, day: float) -> int:
    """Patients under observation just before a day; 0 beyond the last time.

    >>> from fusionscape.stats import km
    >>> curve = km([1, 2, 3], [1, 0, 1]).curves[0]
    >>> at_risk(curve, 2), at_risk(curve, 2.5), at_risk(curve, 4)
    (2, 1, 0)
    """
    place = int(np.searchsorted(curve.time, day, side="left"))
    return round(float(curve.n_at_risk[place])) if place < curve.time.size else 0


def few_at_risk(curve: Curve, day: float, least: int) -> tuple[Caution, ...]:
    """A caution where fewer than `least` remain at risk on the day, none where nothing is told."""
    n = at_risk(curve, day) if math.isfinite(day) else least
    if n >= least:
        return ()
    return (caution("few-at-risk", group=curve.group or curve.label, n=n, day=day, least=least),)


def horizon(curve: Curve, estimate: Estimate, year: float, *, least: int) -> Estimate:
    """The kernel's value at so many years under the id of its curve.

    With fewer than `least` patients at risk by then it carries the caution ``few-at-risk``.
    """
    told = not math.isnan(estimate.estimate) and not any(
        note.code == "everybody-had-the-event" for note in estimate.cautions
    )
    few = few_at_risk(curve, year * DAYS_PER_YEAR, least) if told else ()
    what = curve.label if curve.cause is None else f"{curve.label}, {curve.cause}"
    return replace(
        estimate,
        id=f"{curve.id}/{year_name(year)}",
        label=f"{what} at {at_years(year)}, {curve.group}",
        group=curve.group,
        endpoint=curve.endpoint,
        n=int(curve.n),
        missing=curve.missing,
        synthetic=curve.synthetic,
        cautions=(*estimate.cautions, *few),
    )


def median(curve: Curve, *, least: int) -> Estimate:
    """The median of a survival curve in days; nan where half the group was not reached.

    With fewer than `least` patients at risk at the median it carries ``few-at-risk``.
    """
    low, high = float(curve.quantile_low[1]), float(curve.quantile_high[1])
    return Estimate(
        id=f"{curve.id}/median",
        label=f"Median {curve.label.lower()}, {curve.group}",
        scale="days",
        estimate=float(curve.quantile[1]),
        ci_low=None if math.isnan(low) else low,
        ci_high=None if math.isnan(high) else high,
        level=curve.level,
        ci_method=curve.conf_type,
        n=int(curve.n),
        missing=curve.missing,
        events=int(curve.events),
        group=curve.group,
        endpoint=curve.endpoint,
        method=curve.method,
        reference=curve.reference,
        synthetic=curve.synthetic,
        cautions=(*curve.cautions, *few_at_risk(curve, float(curve.quantile[1]), least)),
    )


def follow_up(curve: Curve) -> Iterator[Estimate]:
    """Median follow-up by reverse Kaplan-Meier."""
    if curve.follow_up_median is None or math.isnan(curve.follow_up_median):
        return
    yield Estimate(
        id=f"{curve.id}/follow-up",
        label=f"Median follow-up, {curve.group}",
        scale="days",
        estimate=curve.follow_up_median,
        level=curve.level,
        n=int(curve.n),
        missing=curve.missing,
        events=int(curve.events),
        group=curve.group,
        endpoint=curve.endpoint,
        method="Reverse Kaplan-Meier: the end of follow-up is the event",
        reference="Schemper & Smith 1996, doi:10.1016/0197-2456(96)00075-X",
        synthetic=curve.synthetic,
    )
