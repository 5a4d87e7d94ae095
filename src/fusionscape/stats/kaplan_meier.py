"""Kaplan-Meier: what share is event-free at each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Curve, Estimate, FloatArray, caution, make_id
from fusionscape.stats.conditional_start import Window, windows
from fusionscape.stats.influence import influence_variance, leaving_rows
from fusionscape.stats.limits import (
    ConfType,
    check_conf_type,
    crossing_times,
    probability_limits,
)
from fusionscape.stats.observed import Observed, Rows, observe, read_only
from fusionscape.stats.risk_table import RiskTable, product_limit, ratio, risk_table

REFERENCE = "Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantiles:
    """Times by which given shares of a group had the event, with limits; nan: not reached."""

    group: str
    probs: FloatArray
    time: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KaplanMeier:
    """One survival curve per group, in sorted order of the groups.

    `n` and `events` are sums of weights where weights are given. `entries` holds the sorted late
    entry times of each curve with the weights still to come from each on.
    """

    curves: tuple[Curve, ...]
    n: float
    events: float
    missing: int
    conf_type: str
    level: float
    method: str
    reference: str
    entries: tuple[tuple[FloatArray, FloatArray], ...]
    cautions: tuple[Caution, ...] = ()

    def __getitem__(self, group: str) -> Curve:
        """The curve of a group."""
        for curve in self.curves:
            if curve.group == group:
                return curve
        raise KeyError(group)

    def survival_at(self, times: Sequence[float]) -> tuple[Estimate, ...]:
        """S(t) with its interval, for each group and time.

        Beyond the last follow-up of a group, or before a conditional start, the value is nan and
        a caution says so. Where everybody had the event it stays at zero beyond it; where the
        last one followed had it and others were censored before, nothing is known there.
        """
        return tuple(value_at(curve, float(t)) for curve in self.curves for t in times)

    def n_at_risk(self, times: Sequence[float]) -> tuple[FloatArray, ...]:
        """Numbers at risk just before each time (time >= t and entry < t), for each group."""
        at = np.asarray(times, dtype=float)
        pairs = zip(self.curves, self.entries, strict=True)
        return tuple(_at_risk(curve, entries, at) for curve, entries in pairs)

    def quantiles(self, probs: Sequence[float]) -> tuple[Quantiles, ...]:
        """Times by which these shares had the event, for each group (0.5 is the median)."""
        return tuple(_quantiles(curve, np.array(probs, dtype=float)) for curve in self.curves)


def value_at(curve: Curve, t: float) -> Estimate:
    where = int(np.searchsorted(curve.time, t, side="right")) - 1
    cautions: tuple[Caution, ...] = ()
    value, se, low, high = 1.0, 0.0, float("nan"), float("nan")
    if where >= 0:
        value, se = float(curve.estimate[where]), float(curve.std_err[where])
        low, high = float(curve.ci_low[where]), float(curve.ci_high[where])
    last = float(curve.time[-1]) if curve.time.size else curve.start_time
    unknown = None
    if t > last and _everybody_had_it(curve):
        cautions = (
            caution(
                "everybody-had-the-event",
                group=curve.group or "all patients",
                n=round(curve.n),
                last=last,
            ),
        )
    elif t > last:
        unknown = caution(
            "beyond-follow-up", group=curve.group or "all patients", time=t, last=last
        )
    elif t < curve.start_time:
        unknown = caution(
            "before-start", group=curve.group or "all patients", time=t, start=curve.start_time
        )
    if unknown is not None:
        value = se = low = high = float("nan")
        cautions = (unknown,)
    group = curve.group or "all"
    return Estimate(
        id=make_id(*curve.id.split("/"), f"{t:g}"),
        label=group,
        scale="probability",
        estimate=value,
        n=round(curve.n),
        missing=curve.missing,
        method=curve.method,
        reference=curve.reference,
        se=se,
        ci_low=low,
        ci_high=high,
        level=curve.level,
        events=round(float(curve.n_event[: where + 1].sum())),
        group=curve.group,
        ci_method=curve.conf_type,
        cautions=cautions,
    )


def _everybody_had_it(curve: Curve) -> bool:
    """True where the curve ended at zero with nobody censored before."""
    ended = bool(curve.time.size) and not curve.n_censored.any()
    return ended and curve.curve == "survival" and float(curve.estimate[-1]) == 0


def _at_risk(curve: Curve, entries: tuple[FloatArray, FloatArray], at: FloatArray) -> FloatArray:
    leaving = np.append(np.cumsum((curve.n_event + curve.n_censored)[::-1])[::-1], 0.0)
    present: FloatArray = leaving[np.searchsorted(curve.time, at, side="left")]
    came, to_come = entries
    if came.size:
        present = present - to_come[np.searchsorted(came, at, side="left")]
    return present


def _quantiles(curve: Curve, probs: FloatArray) -> Quantiles:
    found = [
        crossing_times(curve.time, values, probs, curve.start_time)
        for values in (curve.estimate, curve.ci_low, curve.ci_high)
    ]
    return read_only(
        Quantiles(
            group=curve.group or "all",
            probs=probs,
            time=found[0],
            ci_low=found[1],
            ci_high=found[2],
        )
    )


def case_weights(weights: FloatArray | None) -> bool:
    """True when weights count patients: whole numbers, or none given."""
    return weights is None or bool((weights == np.floor(weights)).all())


def _robust(rows: Rows, table: RiskTable, survival: FloatArray) -> FloatArray:
    """Infinitesimal jackknife standard error of S for weights that are not counts."""
    assert table.row is not None
    left = table.at_risk * (table.at_risk - table.events)
    own = ratio(table.at_risk, left)
    nothing = np.zeros(table.time.size)
    who = leaving_rows(rows, table, np.where(rows.event > 0, own[table.row], 0.0), 0.0)
    variance = influence_variance(
        who, drift_p=ratio(table.events, left), drift_q=nothing, estimate=nothing
    )
    return survival * np.sqrt(variance)


def _estimate(rows: Rows, robust: bool) -> tuple[RiskTable, FloatArray, FloatArray]:
    """The risk table, S and its standard error (nan where S is zero)."""
    table = risk_table(rows, index=robust)
    alive = table.at_risk - table.events
    survival = product_limit(table.events, table.at_risk)
    if robust:
        error = _robust(rows, table, survival)
    else:
        hazard_part = ratio(table.events, table.at_risk * alive)
        error = survival * np.sqrt(np.cumsum(hazard_part))
    return table, survival, np.where(survival > 0, error, np.nan)


def follow_up_median(table: RiskTable, start: float) -> float:
    """Median follow-up by reverse Kaplan-Meier: end of follow-up is the event."""
    survival = product_limit(table.censored, table.at_risk)
    return float(crossing_times(table.time, survival, np.array([0.5]), start)[0])


def _coming(rows: Rows) -> tuple[FloatArray, FloatArray]:
    if rows.entry is None:
        return np.zeros(0), np.zeros(1)
    order = np.argsort(rows.entry, kind="stable")
    weight = np.ones(order.size) if rows.weights is None else rows.weights[order]
    return rows.entry[order], np.append(np.cumsum(weight[::-1])[::-1], 0.0)


def _curve(
    seen: Observed, code: int, part: Window, conf_type: str, level: float, probs: FloatArray
) -> Curve:
    group, rows = seen.groups[code], part.rows
    robust = not case_weights(seen.weights)
    table, survival, error = _estimate(rows, robust)
    low, high = probability_limits(survival, error, conf_type=conf_type, level=level)
    quantile, quantile_low, quantile_high = (
        crossing_times(table.time, values, probs, part.start) for values in (survival, low, high)
    )
    none = () if table.events.any() else (caution("no-events", group=group, n=rows.time.size),)
    return Curve(
        id=make_id("km", group),
        label=group,
        curve="survival",
        group=group,
        n=float(table.events.sum() + table.censored.sum()),
        events=float(table.events.sum()),
        missing=seen.missing_in[code],
        time=table.time,
        estimate=survival,
        std_err=error,
        ci_low=low,
        ci_high=high,
        n_at_risk=table.at_risk,
        n_event=table.events,
        n_censored=table.censored,
        n_enter=table.entered,
        quantile_probs=probs,
        quantile=quantile,
        quantile_low=quantile_low,
        quantile_high=quantile_high,
        conf_type=conf_type,
        level=level,
        start_time=part.start,
        follow_up_median=follow_up_median(table, part.start),
        method=_method(robust),
        reference=REFERENCE,
        cautions=part.cautions + none,
    )


def _method(robust: bool) -> str:
    error = "infinitesimal jackknife" if robust else "Greenwood"
    return f"Kaplan-Meier, {error} standard error"


def km(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    group: Any = None,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
    start: float | None = None,
    min_at_risk: int = 1,
    probs: Sequence[float] = (0.25, 0.5, 0.75),
) -> KaplanMeier:
    """What share of each group is free of the event at each time?

    Kaplan-Meier product over the distinct times. At risk at t are those with time >= t and
    entry < t. The standard error is Greenwood's; with weights that are not whole numbers it is
    the infinitesimal jackknife, since such weights do not count patients. Quantiles and limits
    follow R survfit, midpoint rule included.

    Parameters
    ----------
    time, event : one value per patient; event 1 happened, 0 censored. Missing rows are counted.
    entry : start of observation where it was delayed; at or before 0 means from the origin.
    weights : case weights (whole numbers) or sampling weights.
    group : labels; one curve each, sorted.
    conf_type : log-log, log, plain, arcsine or logit.
    start : make the curve conditional on being event-free after this time.
    min_at_risk : with delayed entry, events met by a risk set smaller than this before the last
        entry are left out: the curve starts after them, conditionally. A risk set that is used up
        before others enter always does this. The stretch in which most patients were at risk is
        kept; ``Curve.start_time`` and the caution ``conditional-start`` tell from when it counts.
    probs : shares whose times are the quantiles.

    Raises InputError (``no-patients``, ``negative-time``, ``event-not-0-1``, ...).

    Source: Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452; quantiles as R survival.

    >>> fit = km([1, 2, 3, 4], [1, 0, 1, 1])
    >>> fit.curves[0].estimate.tolist()
    [0.75, 0.75, 0.375, 0.0]
    """
    check_conf_type(conf_type)
    seen = observe(time, event, entry=entry, weights=weights, group=group)
    wanted = np.array(probs, dtype=float)
    parts = windows(seen, start, min_at_risk)
    curves = tuple(
        read_only(_curve(seen, code, part, conf_type, level, wanted)) for code, part in parts
    )
    return KaplanMeier(
        curves=curves,
        n=sum(c.n for c in curves),
        events=sum(c.events for c in curves),
        missing=seen.missing,
        conf_type=conf_type,
        level=level,
        method=_method(not case_weights(seen.weights)),
        reference=REFERENCE,
        entries=tuple(_coming(part.rows) for _, part in parts),
        cautions=seen.cautions(),
    )
