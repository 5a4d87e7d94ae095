"""Aalen-Johansen: how likely is each cause to have happened by each time?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Curve, Estimate, FloatArray, caution, make_id
from fusionscape.stats.conditional_start import Window, windows
from fusionscape.stats.influence import Leavers, influence_variance, leaving_rows
from fusionscape.stats.kaplan_meier import follow_up_median, value_at
from fusionscape.stats.limits import ConfType, check_conf_type, probability_limits
from fusionscape.stats.observed import Observed, Rows, observe, read_only, refuse
from fusionscape.stats.risk_table import RiskTable, product_limit, ratio, risk_table

REFERENCE = "Aalen & Johansen 1978, Scand J Stat 5:141-150"
Variance = Literal["jackknife", "aalen"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeIncidence:
    """One curve per group and cause, groups first; `event_free` is the overall Kaplan-Meier.

    `curves` and `event_free` share their times group by group, and at each of them the causes
    and the event-free share add up to one.
    """

    causes: tuple[int, ...]
    groups: tuple[str, ...]
    curves: tuple[Curve, ...]
    event_free: tuple[FloatArray, ...]
    n: int
    missing: int
    variance: str
    conf_type: str
    level: float
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()

    def of(self, cause: int, group: str = "all") -> Curve:
        """The curve of a cause in a group."""
        for curve in self.curves:
            if curve.cause == str(cause) and curve.group == group:
                return curve
        raise KeyError((cause, group))

    def incidence_at(self, times: Sequence[float]) -> tuple[Estimate, ...]:
        """F(t) with its interval for each curve and time; nan with a caution beyond follow-up."""
        return tuple(_incidence_at(c, float(t)) for c in self.curves for t in times)


def _incidence_at(curve: Curve, t: float) -> Estimate:
    if curve.time.size and t < curve.time[0] and t >= curve.start_time:
        first = value_at(curve, float(curve.time[0]))
        nan = float("nan")
        stable = make_id(*curve.id.split("/"), f"{t:g}")
        return replace(first, id=stable, estimate=0.0, se=0.0, ci_low=nan, ci_high=nan, events=0)
    found = value_at(curve, t)
    if curve.time.size and _settled(curve) and t > curve.time[-1]:
        last = value_at(curve, float(curve.time[-1]))
        return replace(last, id=found.id)
    return found


def _settled(curve: Curve) -> bool:
    """True where everybody had an event, so that nothing can change any more."""
    return bool(curve.n_at_risk[-1] == curve.n_event[-1]) and not curve.n_censored.any()


def _leavers(
    rows: Rows, table: RiskTable, cause: int, at: int, own: FloatArray, f: FloatArray
) -> Leavers:
    """Own influence of who leaves: `own` for the cause, and what any event does to the rest."""
    later = ratio(np.ones(f.size), table.at_risk - table.events)
    rest = later * f
    if table.row is None:
        square = np.concatenate([table.censored[None, :], table.by_cause])
        happened = np.ones((len(table.by_cause) + 1, 1))
        happened[0] = 0
        jump = happened * rest
        jump[at + 1] += own
        return Leavers(square, jump, happened * later)
    event = rows.event > 0
    jump_q = np.where(event, later[table.row], 0.0)
    jump = np.where(rows.event == cause, own[table.row], 0.0)
    return leaving_rows(rows, table, jump + np.where(event, rest[table.row], 0.0), jump_q)


def _jackknife(
    rows: Rows, table: RiskTable, cause: int, at: int, before: FloatArray, f: FloatArray
) -> FloatArray:
    """Infinitesimal jackknife variance, as survfit for multi-state data.

    An event of the cause at u moves F(t) by S(u-)/n; any event at u also moves what follows,
    F(t) - F(u), by 1 / (n - d).
    """
    n, d = table.at_risk, table.by_cause[at]
    drift = ratio(table.events, n * (n - table.events))
    return influence_variance(
        _leavers(rows, table, cause, at, ratio(before, n), f),
        drift_p=ratio(before * d, n**2) + drift * f,
        drift_q=drift,
        estimate=f,
    )


def _thinned(d: FloatArray, n: FloatArray) -> FloatArray:
    """d with the finite-population factor (n - d) / (n - 1) for tied events."""
    return np.where(d > 1, d * ratio(n - d, n - 1), d)


def _aalen(table: RiskTable, d: FloatArray, before: FloatArray, f: FloatArray) -> FloatArray:
    """Aalen's variance with hypergeometric ties, as cmprsk::cuminc.

    Summed over u <= t: S(u-)^2/n^2 times d (1 - (F(t) - F(u)) / S(u))^2 for the cause and
    d' ((F(t) - F(u)) / S(u))^2 for the others.
    """
    n = table.at_risk
    others = table.events - d
    survival = before * ratio(n - table.events, n)
    inverse = ratio(np.ones(n.size), survival)
    own = ratio(before**2, n**2) * _thinned(d, n)
    other = np.where(survival > 0, ratio(before**2, n**2) * _thinned(others, n), 0.0)
    a, b = 1 + f * inverse, f * inverse
    squares = np.cumsum(own * a**2 + other * b**2)
    cross = np.cumsum((own * a + other * b) * inverse)
    inverses = np.cumsum((own + other) * inverse**2)
    return np.maximum(squares - 2 * f * cross + f**2 * inverses, 0.0)


def _curve(
    rows: Rows,
    table: RiskTable,
    before: FloatArray,
    cause: int,
    at: int,
    variance: str,
    common: dict[str, Any],
) -> Curve:
    d = table.by_cause[at]
    f = np.cumsum(before * ratio(d, table.at_risk))
    if variance == "aalen":
        spread = _aalen(table, d, before, f)
    else:
        spread = _jackknife(rows, table, cause, at, before, f)
    error = np.sqrt(spread)
    low, high = probability_limits(f, error, conf_type=common["conf_type"], level=common["level"])
    notes = common["cautions"]
    if not d.any():
        notes += (caution("no-events", group=common["group"], n=int(rows.time.size)),)
    return read_only(
        Curve(
            **{**common, "cautions": notes},
            id=make_id("cumulative-incidence", common["group"], str(cause)),
            curve="cumulative incidence",
            cause=str(cause),
            events=float(d.sum()),
            time=table.time,
            estimate=f,
            std_err=error,
            ci_low=low,
            ci_high=high,
            n_at_risk=table.at_risk,
            n_event=d,
            n_censored=table.censored,
            n_enter=table.entered,
        )
    )


def _group(
    seen: Observed, code: int, part: Window, causes: list[int], variance: str, **shared: Any
) -> tuple[list[Curve], FloatArray]:
    rows = part.rows
    table = risk_table(rows, index=rows.entry is not None, causes=causes)
    survival = product_limit(table.events, table.at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    common = {
        **shared,
        "label": seen.groups[code],
        "group": seen.groups[code],
        "n": float(rows.time.size),
        "missing": seen.missing_in[code],
        "start_time": part.start,
        "follow_up_median": follow_up_median(table, part.start),
        "reference": REFERENCE,
        "cautions": part.cautions,
    }
    curves = [_curve(rows, table, before, c, at, variance, common) for at, c in enumerate(causes)]
    return curves, survival


def _check_variance(variance: str, late: bool) -> None:
    if variance not in ("jackknife", "aalen"):
        raise refuse("bad-variance", f"`variance` {variance!r} is not known.", "Use jackknife.")
    if variance == "aalen" and late:
        raise refuse(
            "variance-with-entry", "Aalen's variance is for right censoring.", "Use jackknife."
        )


def aalen_johansen(
    time: npt.ArrayLike,
    cause: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    group: Any = None,
    level: float = 0.95,
    conf_type: ConfType = "log-log",
    variance: Variance = "jackknife",
    start: float | None = None,
    min_at_risk: int = 1,
) -> CumulativeIncidence:
    """How likely is each cause to have happened by each time, the others competing?

    Aalen-Johansen: sum over times of event-free survival just before, times the share of those
    at risk who have the cause then. Ties between causes are exact: all events at a time meet the
    same risk set. `variance` ``jackknife`` is that of R survfit for multi-state data (the
    infinitesimal jackknife), ``aalen`` that of cmprsk::cuminc (right censoring only).

    Parameters
    ----------
    cause : 0 censored, 1, 2, ... the causes. Missing rows are counted.
    entry, start, min_at_risk, conf_type : as in `km`.

    Source: Aalen & Johansen 1978, Scand J Stat 5:141-150.

    >>> both = aalen_johansen([1, 2, 3, 4], [1, 2, 0, 1])
    >>> both.of(1).estimate.tolist(), both.of(2).estimate.tolist()
    ([0.25, 0.25, 0.25, 0.75], [0.0, 0.25, 0.25, 0.25])
    """
    check_conf_type(conf_type)
    _check_variance(variance, entry is not None)
    seen = observe(time, cause, entry=entry, group=group, causes=True)
    causes = [int(c) for c in np.flatnonzero(np.bincount(seen.event)) if c > 0] or [1]
    name = "infinitesimal jackknife" if variance == "jackknife" else "Aalen"
    method = f"Aalen-Johansen, {name} standard error"
    parts = windows(seen, start, min_at_risk)
    made = [
        _group(seen, code, part, causes, variance, conf_type=conf_type, level=level, method=method)
        for code, part in parts
    ]
    return CumulativeIncidence(
        causes=tuple(causes),
        groups=tuple(seen.groups[code] for code, _ in parts),
        curves=tuple(curve for curves, _ in made for curve in curves),
        event_free=tuple(survival for _, survival in made),
        n=seen.n,
        missing=seen.missing,
        variance=variance,
        conf_type=conf_type,
        level=level,
        method=method,
        reference=REFERENCE,
        cautions=seen.cautions(),
    )
