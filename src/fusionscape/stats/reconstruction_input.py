"""A digitised curve and its risk table, checked and cleaned before anything is rebuilt from them.

What cannot be a survival curve, or a risk table, is refused; what can be mended is, and said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.observed import IntArray, floats, numbers, refuse
from fusionscape.stats.tables import MOST_COUNTED

MOST_POINTS = 240
REVERSAL = 0.03  # a rise larger than this share of the axis is no jitter
TANGLE = 0.015  # a rise beyond it is more than the error of two points in survival
LONGEST_TANGLE = 12  # a point moves at most so many places
LARGEST_SLOPE = 3.0
NEIGHBOURHOOD = 0.02  # share of the time axis over which the slope of the curve is taken


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Digitised:
    """Points in order of time, survival between 0 and 1, and the risk table from time zero on.

    `slope` is the local steepness, axis against axis: an error in time moves a point on a steep
    stretch off the curve by so much. `table_known` is false where only the total is.
    """

    time: FloatArray
    survival: FloatArray
    slope: FloatArray
    risk_time: FloatArray
    n_at_risk: IntArray
    deaths: int | None
    marks: FloatArray
    table_known: bool
    missing: int
    cautions: tuple[Caution, ...]

    @property
    def n(self) -> int:
        """Patients at the start."""
        return int(self.n_at_risk[0])

    @property
    def end(self) -> float:
        """Time of the last point."""
        return float(self.time[-1])


def digitised(
    curve_time: npt.ArrayLike,
    curve_survival: npt.ArrayLike,
    risk_time: npt.ArrayLike | None,
    n_at_risk: npt.ArrayLike | None,
    deaths: int | None,
    marks: npt.ArrayLike | None,
) -> Digitised:
    """Checked and cleaned input of a reconstruction."""
    table_time, table_n = checked_table(risk_time, n_at_risk)
    time, survival, missing, cautions = checked_points(curve_time, curve_survival, table_time)
    if deaths is not None and not (deaths == int(deaths) and 0 <= deaths <= table_n[0]):
        raise refuse(
            "deaths-exceed-patients",
            f"{deaths} deaths do not fit {int(table_n[0])} patients.",
            "Check the total number of deaths.",
            "deaths",
        )
    tick = np.zeros(0) if marks is None else np.sort(numbers(marks, "censoring_marks"))
    time, survival = thinned(time, survival)
    return Digitised(
        time=time,
        survival=survival,
        slope=steepness(time, survival),
        risk_time=table_time,
        n_at_risk=table_n,
        deaths=None if deaths is None else int(deaths),
        marks=tick[np.isfinite(tick)],
        table_known=table_n.size > 1,
        missing=missing,
        cautions=cautions,
    )


def checked_table(
    risk_time: npt.ArrayLike | None, n_at_risk: npt.ArrayLike | None
) -> tuple[FloatArray, IntArray]:
    """Times and numbers of the risk table; a lone number is the total at time zero."""
    if n_at_risk is None:
        raise refuse(
            "no-number-of-patients",
            "The number of patients behind the curve is not given.",
            "Give the numbers at risk, or at least the total as n_at_risk.",
            "n_at_risk",
        )
    n = numbers(np.atleast_1d(floats(n_at_risk, "n_at_risk")), "n_at_risk")
    time = np.zeros(1)
    if risk_time is not None:
        time = numbers(np.atleast_1d(floats(risk_time, "risk_time")), "risk_time")
    if n.size != time.size or not (np.isfinite(n).all() and np.isfinite(time).all()):
        raise refuse(
            "length-differs",
            "`risk_time` and `n_at_risk` must have one known value per column of the table.",
            "Give as many times as numbers; leave out columns that are blank.",
            "n_at_risk",
        )
    if (n < 0).any() or (n != np.floor(n)).any() or n[0] < 1:
        raise refuse(
            "numbers-at-risk-not-counts",
            "Numbers at risk must be whole numbers, the first at least 1.",
            "Check the risk table.",
            "n_at_risk",
        )
    if n[0] > MOST_COUNTED:
        what = f"A curve of more than {MOST_COUNTED:,} patients is not rebuilt."
        raise refuse("too-many-counted", what, "Check the risk table.", "n_at_risk")
    if (np.diff(time) <= 0).any() or time[0] < 0:
        raise refuse(
            "risk-times-not-increasing",
            "The times of the risk table must increase from 0 on.",
            "Put the columns in order.",
            "risk_time",
        )
    if (np.diff(n) > 0).any():
        at = int(np.flatnonzero(np.diff(n) > 0)[0]) + 1
        raise refuse(
            "numbers-at-risk-rise",
            f"The number at risk rises from {int(n[at - 1])} to {int(n[at])} at {time[at]:g}.",
            "Check the digits; with delayed entry individual data cannot be rebuilt this way.",
            "n_at_risk",
        )
    return time, n.astype(np.intp)


def checked_points(
    curve_time: npt.ArrayLike, curve_survival: npt.ArrayLike, table_time: FloatArray
) -> tuple[FloatArray, FloatArray, int, tuple[Caution, ...]]:
    """Points in order, in range, no doubles; what cannot be a survival curve is refused."""
    time = numbers(curve_time, "curve_time")
    survival = numbers(curve_survival, "curve_survival", time.size)
    known = np.isfinite(time) & np.isfinite(survival)
    missing = int((~known).sum())
    time, survival = time[known], survival[known]
    cautions: list[Caution] = []
    if time.size and 2.0 < survival.max() <= 103.0:
        survival = survival / 100.0
        cautions.append(caution("read-as-percent"))
    order = np.lexsort((-survival, time))
    points = np.column_stack((time[order], survival[order]))
    fresh = np.ones(len(points), dtype=bool)
    fresh[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
    time, survival = points[fresh, 0], points[fresh, 1]
    refuse_no_curve(time, survival)
    survival = untangled(time, survival)
    rise = largest_rise(survival)
    if rise > REVERSAL:
        cautions.append(caution("points-out-of-order", rise=rise))
    start = float(table_time[0])
    if time[0] > start:
        time, survival = np.append(start, time), np.append(1.0, survival)
    return np.maximum(time, start), np.clip(survival, 0.0, 1.0), missing, tuple(cautions)


def refuse_no_curve(time: FloatArray, survival: FloatArray) -> None:
    """Raise where the points cannot be a survival curve."""
    if time.size < 2 or time[-1] <= 0:
        raise refuse(
            "too-few-points",
            "A curve needs at least two points with a time and a survival.",
            "Digitise every step of the curve.",
            "curve_time",
        )
    if survival.min() < -0.05 or survival.max() > 1.05:
        raise refuse(
            "survival-out-of-range",
            "Survival must lie between 0 and 1 (or 0 and 100).",
            "Check the calibration of the axis.",
            "curve_survival",
        )
    third = max(1, time.size // 3)
    first, last = float(survival[:third].mean()), float(survival[-third:].mean())
    if last > first + 0.01 or (survival[0] < 0.5 and last > first):
        raise refuse(
            "rising-curve",
            "The curve rises: it is a cumulative incidence, not a survival curve.",
            "Use the survival curve. A cumulative incidence with competing events (relapse against "
            "death in remission) must not be turned upside down either.",
            "curve_survival",
        )


def untangled(time: FloatArray, survival: FloatArray) -> FloatArray:
    """Survival with close neighbours exchanged where they rise by more than noise.

    Corners of drops that follow each other closely change places when their times are read with
    an error. A curve cannot rise, so their values are sorted and the times stay.
    """
    out, reach = survival.copy(), NEIGHBOURHOOD * float(time[-1])
    close = np.diff(time) <= reach
    for _ in range(LONGEST_TANGLE):
        wrong = np.flatnonzero(close & (np.diff(out) > TANGLE))
        if not wrong.size:
            break
        for k in wrong.tolist():
            if out[k + 1] - out[k] > TANGLE:
                out[k], out[k + 1] = out[k + 1], out[k]
    return out


def largest_rise(survival: FloatArray) -> float:
    """The highest that a point lies above the median of three before it."""
    if survival.size < 4:
        return float(max(np.diff(survival).max(), 0.0))
    trio = np.column_stack((survival[:-3], survival[1:-2], survival[2:-1]))
    return float(max((survival[3:] - np.median(trio, axis=1)).max(), 0.0))


def thinned(time: FloatArray, survival: FloatArray) -> tuple[FloatArray, FloatArray]:
    """At most MOST_POINTS points: inner points of level stretches go first, then every k-th."""
    if time.size <= MOST_POINTS:
        return time, survival
    inner = np.zeros(time.size, dtype=bool)
    inner[1:-1] = (survival[1:-1] == survival[:-2]) & (survival[1:-1] == survival[2:])
    time, survival = time[~inner], survival[~inner]
    if time.size <= MOST_POINTS:
        return time, survival
    rows = np.unique(np.linspace(0, time.size - 1, MOST_POINTS).round().astype(np.intp))
    return time[rows], survival[rows]


def steepness(time: FloatArray, survival: FloatArray) -> FloatArray:
    """Fall of survival over a small neighbourhood, in shares of the time axis."""
    reach = NEIGHBOURHOOD * float(time[-1])
    first = np.searchsorted(time, time - reach, side="left")
    last = np.searchsorted(time, time + reach, side="right") - 1
    run = np.maximum((time[last] - time[first]) / float(time[-1]), NEIGHBOURHOOD)
    slope: FloatArray = np.clip((survival[first] - survival[last]) / run, 0.0, LARGEST_SLOPE)
    return slope
