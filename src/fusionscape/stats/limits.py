"""Confidence limits of a probability over time, and the quantiles of a survival curve.

Both follow survival::survfit (Therneau), so that medians agree with R to the day: where the
curve equals the probability exactly the quantile is the midpoint of the flat stretch.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import TIE, checked_level, refuse

ConfType = Literal["log-log", "log", "plain", "arcsine", "logit"]
BLOCK = 8192  # times
CONF_TYPES = ("log-log", "log", "plain", "arcsine", "logit")


def normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile of a confidence level."""
    return NormalDist().inv_cdf(0.5 + checked_level(level) / 2)


def check_conf_type(conf_type: str) -> None:
    """Refuse an unknown kind of interval."""
    if conf_type not in CONF_TYPES:
        kinds = ", ".join(CONF_TYPES)
        raise refuse(
            "bad-conf-type", f"`conf_type` {conf_type!r} is not known.", f"Use one of {kinds}."
        )


def _unbounded(p: FloatArray, half: FloatArray, conf_type: str) -> tuple[FloatArray, FloatArray]:
    """Limits from p and the half width on the scale of log p."""
    if conf_type == "log":
        spread = np.exp(half)
        return p / spread, np.minimum(p * spread, 1.0)
    if conf_type == "log-log":
        log_p = np.log(p)
        spread = np.exp(-half / log_p)
        return np.exp(log_p * spread), np.exp(log_p / spread)
    if conf_type == "logit":
        odds, spread = p / (1 - p), np.exp(half / (1 - p))
        low, high = odds / spread, odds * spread
        return low / (1 + low), high / (1 + high)
    middle, spread = np.arcsin(np.sqrt(p)), 0.5 * half * np.sqrt(p / (1 - p))
    low_angle = np.maximum(0.0, middle - spread)
    return np.sin(low_angle) ** 2, np.sin(np.minimum(np.pi / 2, middle + spread)) ** 2


def probability_limits(
    p: FloatArray, se: FloatArray, *, conf_type: str, level: float
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limit of each probability; nan where the scale has no limit (R: NA)."""
    z = normal_quantile(level)
    if conf_type == "plain":
        return np.maximum(p - z * se, 0.0), np.minimum(p + z * se, 1.0)
    low, high = np.empty(p.shape), np.empty(p.shape)
    with np.errstate(all="ignore"):
        for first in range(0, p.size, BLOCK):  # blocks stay in the cache
            part = slice(first, first + BLOCK)
            low[part], high[part] = _unbounded(p[part], z * se[part] / p[part], conf_type)
    outside = ~((p > 0) & (p < 1))
    low[outside] = high[outside] = np.nan
    if conf_type == "log":
        sure = p == 1
        low[sure] = np.exp(-z * se[sure])
        high[sure] = 1.0
    return low, high


def positive_limits(
    value: FloatArray, se: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of a positive quantity on the log scale; nan where it is zero."""
    z = normal_quantile(level)
    low, high = np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    positive = value > 0
    spread = np.exp(z * se[positive] / value[positive])
    low[positive], high[positive] = value[positive] / spread, value[positive] * spread
    return low, high


def crossing_times(
    time: FloatArray, survival: FloatArray, probs: FloatArray, first: float
) -> FloatArray:
    """First times at which 1 - survival reaches each probability; nan where it never does."""
    x, y = time, 1 - survival
    x_last, y_last = x[-1], y[-1]
    if np.isnan(y.sum()):
        known = ~np.isnan(y)
        x, y = x[known], y[known]
    if (y[1:] < y[:-1]).any():  # limits may turn back: take the first time of each height
        y, firsts = np.unique(np.concatenate([[0.0], y]), return_index=True)
        x = np.concatenate([[first], x])[firsts]
    early = np.searchsorted(y, probs - TIE, side="left")
    late = np.searchsorted(y, probs + TIE, side="left")
    found = np.full(probs.shape, np.nan)
    both = late < y.size
    begin = x[early[both]]
    found[both] = begin + (x[late[both]] - begin) / 2
    last = (np.abs(probs - y_last) < TIE) & (early < y.size)
    found[last] = x[early[last]] + (x_last - x[early[last]]) / 2
    found[probs <= TIE] = first
    return found
