"""Interval and test per coefficient: Wald, robust Wald, or profile penalised likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_climb import Climbed
from fusionscape.stats.cox_firth import profile_limit, without


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Interval and test per used column, on the scale of the data."""

    low: FloatArray
    high: FloatArray
    statistic: FloatArray
    p: FloatArray
    ci_method: str


def wald_rows(coef: FloatArray, se: FloatArray, level: float, method: str) -> Rows:
    """Normal limits and z."""
    from scipy.special import ndtr, ndtri

    z = coef / se
    half = float(ndtri(0.5 + level / 2.0)) * se
    return Rows(
        low=coef - half,
        high=coef + half,
        statistic=z,
        p=2.0 * np.asarray(ndtr(-np.abs(z))),
        ci_method=method,
    )


def profile_rows(climbed: Climbed, level: float) -> Rows:
    """Profile penalised-likelihood limits and likelihood-ratio tests."""
    from scipy.special import chdtrc, chdtri

    model, peak = climbed.model, climbed.peak
    drop = float(chdtri(1.0, 1.0 - level)) / 2.0
    columns = range(len(peak.beta))
    limits = np.array(
        [[profile_limit(model, peak, k, sign, drop) for sign in (-1, 1)] for k in columns]
    )
    ratio = np.array([2.0 * (peak.value - without(model, peak, k).value) for k in columns])
    ratio = np.maximum(ratio, 0.0)
    return Rows(
        low=limits[:, 0] / model.scale,
        high=limits[:, 1] / model.scale,
        statistic=ratio,
        p=np.asarray(chdtrc(1.0, ratio)),
        ci_method="profile penalised likelihood",
    )


def no_rows(p: int) -> Rows:
    """No interval and no test."""
    blank = np.full(p, np.nan)
    return Rows(low=blank, high=blank, statistic=blank, p=blank, ci_method="none")


def rows_of(climbed: Climbed, coef: FloatArray, se: FloatArray, robust: bool, level: float) -> Rows:
    """The interval each kind of fit deserves."""
    if climbed.failed:
        return no_rows(len(coef))
    if climbed.penalty and (climbed.diverging or not robust):
        return profile_rows(climbed, level)
    return wald_rows(coef, se, level, "robust Wald" if robust else "Wald")
