"""Individual data behind a published Kaplan-Meier curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Curve, FloatArray, caution
from fusionscape.stats.kaplan_meier import km
from fusionscape.stats.observed import IntArray, read_only
from fusionscape.stats.reconstruction_fit import Fitted, drop_time, fitted
from fusionscape.stats.reconstruction_input import Digitised, digitised

REFERENCE = "Guyot et al. 2012, doi:10.1186/1471-2288-12-9"
METHOD = (
    "Individual data from a digitised Kaplan-Meier curve: whole-number deaths and censorings that "
    "fit the points and the numbers at risk best, by dynamic programming"
)
PEN = 0.005  # half the width of a drawn line and its digitising, as a share of the time axis
POOR_FIT = 0.02
WIDE_DEATHS = 0.05
JUST_BEFORE = 1e-6
LITTLE_FOLLOWED = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReconstructedKM:
    """Rebuilt patients and how well their curve meets the digitised one.

    `time` and `event` (1 death, 0 censored) have one entry per patient, in order of time.
    `interval_deaths` and `interval_censored` count them per interval of the risk table (the last
    one open). `deaths_low` to `deaths_high` are totals that fit about as well. `curve` is the
    Kaplan-Meier curve of the rebuilt patients; `rmse` and `largest_gap` its vertical distance to
    the digitised points `point_time`, `point_survival` (0 to 1), a drop counting as met within
    three digitising errors, or half a percent, of the time axis. `digitising_error` is the
    standard error of a point that the fit implies, as a share of the axis.
    """

    time: FloatArray
    event: IntArray
    n: int
    events: int
    missing: int
    deaths_printed: int | None
    deaths_low: int
    deaths_high: int
    risk_time: FloatArray
    n_at_risk: IntArray
    interval_deaths: IntArray
    interval_censored: IntArray
    curve: Curve
    point_time: FloatArray
    point_survival: FloatArray
    rebuilt_survival: FloatArray
    rmse: float
    largest_gap: float
    digitising_error: float
    risk_table: bool
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def reconstruct_km(
    curve_time: npt.ArrayLike,
    curve_survival: npt.ArrayLike,
    *,
    risk_time: npt.ArrayLike | None = None,
    n_at_risk: npt.ArrayLike | None = None,
    deaths: int | None = None,
    censoring_marks: npt.ArrayLike | None = None,
) -> ReconstructedKM:
    """Which individual times and events lie behind this published Kaplan-Meier curve?

    The Kaplan-Meier equations are solved backwards in whole numbers, after Guyot et al.; instead
    of correcting interval by interval, all intervals are solved at once by dynamic programming,
    least squares to the points within the numbers at risk. Deaths happen at digitised drops only;
    censored patients are spread evenly between drops, or over their marks. A drop takes no more
    deaths than its height and the risk table allow, so a flat stretch has none.

    Parameters
    ----------
    curve_time, curve_survival : digitised points, survival as a share or in percent. Both corners
        of each drop, its lower corner, or many points along the curve; the order does not matter.
    risk_time, n_at_risk : the printed numbers at risk, the first at the start of the curve. A lone
        number is the total of patients: allowed, with the caution ``no-numbers-at-risk``.
    deaths : the printed total of deaths in this group, where there is one.
    censoring_marks : times of the ticks on the curve, where they were read.

    Points with a missing coordinate are left out and counted. Raises InputError: ``rising-curve``
    (a cumulative incidence), ``numbers-at-risk-rise``, ``no-number-of-patients``,
    ``deaths-exceed-patients``, ``too-few-points``, ``survival-out-of-range`` and others.

    Source: Guyot et al. 2012, doi:10.1186/1471-2288-12-9.

    >>> fit = reconstruct_km(
    ...     [0, 2, 2, 5, 5, 9], [1, 1, 0.75, 0.75, 0.375, 0.375],
    ...     risk_time=[0, 4, 8], n_at_risk=[4, 2, 1],
    ... )
    >>> fit.events, fit.time[fit.event == 1].tolist()
    (2, [2.0, 5.0])
    """
    data = digitised(curve_time, curve_survival, risk_time, n_at_risk, deaths, censoring_marks)
    fit = fitted(data)
    time, event, interval = individuals(data, fit)
    curve = km(time, event).curves[0]
    near = nearest(curve, data, fit.error)
    gap = np.abs(data.survival - near)
    rmse = float(np.sqrt(np.mean(gap**2)))
    count = data.risk_time.size
    return read_only(
        ReconstructedKM(
            time=time,
            event=event,
            n=data.n,
            events=int(event.sum()),
            missing=data.missing,
            deaths_printed=data.deaths,
            deaths_low=fit.solution.deaths_low,
            deaths_high=fit.solution.deaths_high,
            risk_time=data.risk_time,
            n_at_risk=data.n_at_risk,
            interval_deaths=np.bincount(interval[event == 1], minlength=count),
            interval_censored=np.bincount(interval[event == 0], minlength=count),
            curve=curve,
            point_time=data.time,
            point_survival=data.survival,
            rebuilt_survival=near,
            rmse=rmse,
            largest_gap=float(gap.max()),
            digitising_error=fit.error,
            risk_table=data.table_known,
            method=METHOD,
            reference=REFERENCE,
            cautions=data.cautions + said(data, fit, rmse, float(gap.max())),
        )
    )


def individuals(data: Digitised, fit: Fitted) -> tuple[FloatArray, IntArray, IntArray]:
    """Time, event and interval of the risk table of each patient, in order of time."""
    problem, best = fit.problem, fit.solution
    time: list[float] = []
    event: list[int] = []
    where: list[int] = []
    for interval, node, count in best.deaths:
        at = max(drop_time(problem, best, node), float(problem.opens[interval]))
        at = min(at, float(problem.closes[interval]) - JUST_BEFORE * data.end)
        time += [at] * count
        event += [1] * count
        where += [interval] * count
    for interval, begin, end, count in best.censored:
        time += spread(begin, end, count, data.marks)
        event += [0] * count
        where += [interval] * count
    time += [max(data.end, float(problem.opens[-1]))] * best.left
    event += [0] * best.left
    where += [problem.opens.size - 1] * best.left
    order = np.lexsort((-np.array(event), np.array(time)))
    return (
        np.array(time)[order],
        np.array(event, dtype=np.intp)[order],
        np.array(where, dtype=np.intp)[order],
    )


def spread(begin: float, end: float, count: int, marks: FloatArray) -> list[float]:
    """Times of `count` censored patients: at the marks of the stretch, else evenly over it."""
    share = (np.arange(count) + 0.5) / count
    inside = marks[(marks >= begin) & (marks < end)]
    if inside.size:
        return [float(t) for t in inside[(share * inside.size).astype(np.intp)]]
    return [float(t) for t in begin + (end - begin) * share]


def nearest(curve: Curve, data: Digitised, error: float) -> FloatArray:
    """What the rebuilt curve takes nearest to each point, within the reach of the pen."""
    levels = np.append(1.0, curve.estimate)
    reach = max(PEN, 3.0 * error) * data.end
    high = levels[np.searchsorted(curve.time, data.time - reach, side="right")]
    low = levels[np.searchsorted(curve.time, data.time + reach, side="right")]
    near: FloatArray = np.clip(data.survival, low, high)
    return near


def said(data: Digitised, fit: Fitted, rmse: float, gap: float) -> tuple[Caution, ...]:
    """What the reader must know about this reconstruction."""
    best, out = fit.solution, [caution("rebuilt-from-curve")]
    if not data.table_known:
        if data.deaths is None:
            out.append(caution("no-numbers-at-risk", n=data.n))
        else:
            out.append(caution("deaths-without-numbers-at-risk", n=data.n))
    if data.deaths is not None and best.total != data.deaths:
        out.append(caution("deaths-not-met", printed=data.deaths, rebuilt=best.total))
    if gap > max(POOR_FIT, 4.0 * fit.error) or rmse > POOR_FIT:
        out.append(caution("curve-not-met", rmse=rmse, largest=gap))
    if best.deaths_high - best.deaths_low > max(1.0, WIDE_DEATHS * best.total):
        out.append(caution("deaths-not-pinned", low=best.deaths_low, high=best.deaths_high))
    if best.total == 0:
        out.append(caution("no-events", n=data.n))
    if not data.marks.size and int(data.n_at_risk[0]) - best.total > best.total:
        out.append(caution("censoring-spread-evenly", n=data.n - best.total))
    return tuple(out)
