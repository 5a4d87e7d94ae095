"""Nelson-Aalen: how much hazard has accumulated by each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Curve, FloatArray, caution, make_id
from fusionscape.stats.influence import influence_variance, leaving_rows
from fusionscape.stats.kaplan_meier import case_weights
from fusionscape.stats.limits import positive_limits
from fusionscape.stats.observed import Observed, Rows, observe, read_only, refuse
from fusionscape.stats.risk_table import RiskTable, ratio, risk_table

REFERENCE = "Aalen 1978, doi:10.1214/aos/1176344198"
Ties = Literal["nelson", "fleming-harrington"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NelsonAalen:
    """One cumulative hazard curve per group, in sorted order of the groups."""

    curves: tuple[Curve, ...]
    n: float
    events: float
    missing: int
    ties: str
    level: float
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def _one_at_a_time(table: RiskTable, power: int) -> FloatArray:
    """Sum of 1 / n^power as if tied events came one after the other."""
    deaths = table.events.astype(np.intp)
    where = np.repeat(np.arange(table.time.size), deaths)
    turn = np.arange(where.size) - np.repeat(np.cumsum(deaths) - deaths, deaths)
    terms = 1 / (table.at_risk[where] - turn) ** power
    return np.bincount(where, weights=terms, minlength=table.time.size).astype(float)


def _hazard(rows: Rows, ties: str, robust: bool) -> tuple[RiskTable, FloatArray, FloatArray]:
    table = risk_table(rows, index=robust)
    if ties == "fleming-harrington":
        hazard = np.cumsum(_one_at_a_time(table, 1))
        return table, hazard, np.sqrt(np.cumsum(_one_at_a_time(table, 2)))
    hazard = np.cumsum(ratio(table.events, table.at_risk))
    if not robust:
        return table, hazard, np.sqrt(np.cumsum(ratio(table.events, table.at_risk**2)))
    nothing = np.zeros(table.time.size)
    own = ratio(np.ones(table.time.size), table.at_risk)
    assert table.row is not None
    who = leaving_rows(rows, table, np.where(rows.event > 0, own[table.row], 0.0), 0.0)
    drift = ratio(table.events, table.at_risk**2)
    variance = influence_variance(who, drift_p=drift, drift_q=nothing, estimate=nothing)
    return table, hazard, np.sqrt(variance)


def _curve(seen: Observed, code: int, ties: str, level: float, method: str) -> Curve:
    group, rows = seen.groups[code], seen.of(code)
    table, hazard, error = _hazard(rows, ties, not case_weights(seen.weights))
    low, high = positive_limits(hazard, error, level)
    events = float(table.events.sum())
    cautions = () if events else (caution("no-events", group=group, n=int(rows.time.size)),)
    return read_only(
        Curve(
            id=make_id("cumulative-hazard", group),
            label=group,
            curve="cumulative hazard",
            group=group,
            n=float(table.events.sum() + table.censored.sum()),
            events=events,
            missing=seen.missing_in[code],
            time=table.time,
            estimate=hazard,
            std_err=error,
            ci_low=low,
            ci_high=high,
            n_at_risk=table.at_risk,
            n_event=table.events,
            n_censored=table.censored,
            n_enter=table.entered,
            conf_type="log",
            level=level,
            method=method,
            reference=REFERENCE,
            cautions=cautions,
        )
    )


def nelson_aalen(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    group: Any = None,
    level: float = 0.95,
    ties: Ties = "nelson",
) -> NelsonAalen:
    """How much hazard of the event has accumulated by each time?

    Sum of events over those at risk; with `ties` ``fleming-harrington`` tied events are taken one
    after the other. The variance is the sum of d / n^2 (as R survfit), or the infinitesimal
    jackknife for weights that are not whole numbers; limits are on the log scale. Arrays,
    missing values, entry and errors are those of `km`.

    Source: Aalen 1978, doi:10.1214/aos/1176344198.

    >>> nelson_aalen([1, 2], [1, 1]).curves[0].estimate.tolist()
    [0.5, 1.5]
    """
    if ties not in ("nelson", "fleming-harrington"):
        raise refuse("bad-ties", f"`ties` {ties!r} is not known.", "Use nelson.", "ties")
    seen = observe(time, event, entry=entry, weights=weights, group=group)
    robust = not case_weights(seen.weights)
    if robust and ties == "fleming-harrington":
        raise refuse(
            "weights-not-counts",
            "Tied events cannot be taken one by one with weights that are not whole numbers.",
            "Use ties='nelson'.",
            "weights",
        )
    error = "infinitesimal jackknife" if robust else "Poisson"
    method = f"Nelson-Aalen ({ties} ties), {error} standard error"
    present = [c for c in range(len(seen.groups)) if len(seen.groups) == 1 or c in seen.codes]
    curves = tuple(_curve(seen, code, ties, level, method) for code in present)
    return NelsonAalen(
        curves=curves,
        n=sum(c.n for c in curves),
        events=sum(c.events for c in curves),
        missing=seen.missing,
        ties=ties,
        level=level,
        method=method,
        reference=REFERENCE,
        cautions=seen.cautions(),
    )
