"""Restricted mean survival time: how much event-free time is lived up to tau?"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.observed import Rows, checked_number, observe, refuse
from fusionscape.stats.risk_table import RiskTable, product_limit, ratio, risk_table

REFERENCE = "Royston & Parmar 2013, doi:10.1186/1471-2288-13-152"
RULE = "the smallest, over the groups, of the largest observed time"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMean:
    """Restricted mean survival time (rmst) and time lost (rmtl = tau - rmst) of one group."""

    group: str
    n: int
    events: int
    rmst: float
    se: float
    rmst_low: float
    rmst_high: float
    rmtl: float
    rmtl_low: float
    rmtl_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio with limits and p from the log scale."""

    ratio: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanContrast:
    """`group` against `comparator`: difference and ratios of the restricted means."""

    group: str
    comparator: str
    difference: float
    se: float
    low: float
    high: float
    p: float
    rmst_ratio: Ratio
    rmtl_ratio: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Restricted means of each group, and each later group against the first."""

    tau: float
    tau_rule: str
    groups: tuple[GroupMean, ...]
    contrasts: tuple[MeanContrast, ...]
    n: int
    events: int
    missing: int
    level: float
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def _area(table: RiskTable, tau: float) -> tuple[float, float]:
    """Area under S up to tau, and its standard error."""
    inside = table.time <= tau
    times = table.time[inside]
    n, d = table.at_risk[inside], table.events[inside]
    survival = product_limit(d, n)
    widths = np.diff(np.concatenate([[0.0], times, [tau]]))
    pieces = widths * np.concatenate([[1.0], survival])
    ahead = np.cumsum(pieces[::-1])[::-1][1:]
    variance = float((ahead**2 * ratio(d, n * (n - d))).sum())
    return float(pieces.sum()), sqrt(variance)


def _tau(tables: list[tuple[str, RiskTable]], tau: float | None) -> tuple[float, str]:
    """The time up to which every group is known; refuses one beyond it."""
    ends = [float(table.time[-1]) for _, table in tables]
    if tau is None:
        return min(ends), RULE
    checked_number(tau, "tau")
    if tau <= 0:
        raise refuse("bad-tau", "`tau` must be a positive time.", "Give a time.", "tau")
    for (name, table), end in zip(tables, ends, strict=True):
        extinct = table.events[-1] == table.at_risk[-1]
        if tau > end and not extinct:
            raise refuse(
                "tau-beyond-follow-up",
                f"Nobody in {name} was followed to {tau:g}; the last was seen at {end:g}.",
                "Choose an earlier tau, or None for the latest that all groups allow.",
                "tau",
            )
    return float(tau), "given"


def _group_mean(name: str, rows: Rows, table: RiskTable, tau: float, z: float) -> GroupMean:
    mean, se = _area(table, tau)
    return GroupMean(
        group=name,
        n=int(rows.time.size),
        events=int(table.events[table.time <= tau].sum()),
        rmst=mean,
        se=se,
        rmst_low=mean - z * se,
        rmst_high=mean + z * se,
        rmtl=tau - mean,
        rmtl_low=tau - mean - z * se,
        rmtl_high=tau - mean + z * se,
    )


def _p(z: float) -> float:
    return erfc(abs(z) / sqrt(2))


def _ratio(top: float, top_se: float, bottom: float, bottom_se: float, z: float) -> Ratio:
    nan = float("nan")
    if top <= 0 or bottom <= 0:
        return Ratio(ratio=nan, low=nan, high=nan, p=nan)
    middle = log(top / bottom)
    se = sqrt((top_se / top) ** 2 + (bottom_se / bottom) ** 2)
    p = _p(middle / se) if se > 0 else nan
    return Ratio(ratio=top / bottom, low=exp(middle - z * se), high=exp(middle + z * se), p=p)


def _contrast(one: GroupMean, other: GroupMean, z: float) -> MeanContrast:
    difference = one.rmst - other.rmst
    se = sqrt(one.se**2 + other.se**2)
    return MeanContrast(
        group=one.group,
        comparator=other.group,
        difference=difference,
        se=se,
        low=difference - z * se,
        high=difference + z * se,
        p=_p(difference / se) if se > 0 else float("nan"),
        rmst_ratio=_ratio(one.rmst, one.se, other.rmst, other.se, z),
        rmtl_ratio=_ratio(one.rmtl, one.se, other.rmtl, other.se, z),
    )


def rmst(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    tau: float | None = None,
    group: Any = None,
    entry: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> RestrictedMean:
    """How much event-free time is lived, and lost, up to tau, and how do groups differ?

    Area under the Kaplan-Meier curve from 0 to `tau`, with the standard error from Greenwood's
    terms; differences and ratios (survived and lost) of each group against the first in sorted
    order, normal limits, ratios on the log scale.

    Parameters
    ----------
    tau : None takes the smallest, over the groups, of the largest observed time. A tau that a
        group was not followed to is refused (``tau-beyond-follow-up``).
    entry : refused (``entry-not-supported``): with delayed entry the curve is known only from a
        later time on, so the area from zero is not.

    Source: Royston & Parmar 2013, doi:10.1186/1471-2288-13-152.

    >>> rmst([1, 2, 3, 4], [1, 1, 1, 1], tau=4).groups[0].rmst
    2.5
    """
    if entry is not None:
        raise refuse(
            "entry-not-supported",
            "With delayed entry the area under the curve from time zero is not known.",
            "Use km(entry=...) and read survival at chosen times.",
            "entry",
        )
    z = normal_quantile(level)
    seen = observe(time, event, group=group)
    rows = [(name, seen.of(code)) for code, name in enumerate(seen.groups)]
    rows = [(name, part) for name, part in rows if part.time.size]
    tables = [(name, risk_table(part)) for name, part in rows]
    end, rule = _tau(tables, tau)
    means = tuple(
        _group_mean(name, part, table, end, z)
        for (name, part), (_, table) in zip(rows, tables, strict=True)
    )
    return RestrictedMean(
        tau=end,
        tau_rule=rule,
        groups=means,
        contrasts=tuple(_contrast(m, means[0], z) for m in means[1:]),
        n=seen.n,
        events=sum(m.events for m in means),
        missing=seen.missing,
        level=level,
        method="restricted mean survival time, area under Kaplan-Meier, Greenwood terms",
        reference=REFERENCE,
        cautions=seen.cautions(),
    )
