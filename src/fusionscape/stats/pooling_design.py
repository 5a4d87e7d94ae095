"""Study estimates regressed on a design: what meta-regression and subgroups share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import IntArray, refuse
from fusionscape.stats.study_estimates import StudyEstimates
from fusionscape.stats.tau_squared import tau2_standard_error, tau_squared
from fusionscape.stats.weighted_means import Batch, fit_at, make_batch, trace_p

_SMALLEST_PIVOT = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignFit:
    """Coefficients with their Wald covariance; `spread` is Hartung and Knapp's factor."""

    coef: FloatArray
    covariance: FloatArray
    tau2: float
    tau2_se: float | None
    spread: float
    q: float
    df: int
    typical: float


def fit_design(studies: StudyEstimates, X: FloatArray, model: str) -> DesignFit:
    """Weighted least squares with tau2 estimated by `model`.

    The design is made orthonormal first, so that a calendar year or a cell count near 1e5 costs
    no digits; neither tau2 nor Q depends on that.
    """
    k, p = X.shape
    if k <= p:
        raise refuse("too-few-studies", f"{k} estimates for {p} coefficients.", "Use fewer.")
    scale = np.abs(X).max(axis=0)
    Q, R = np.linalg.qr(X / np.where(scale > 0, scale, 1.0))
    if np.abs(np.diag(R)).min() < _SMALLEST_PIVOT * np.abs(np.diag(R)).max():
        raise refuse(
            "collinear-moderators", "A moderator follows from the others.", "Leave one out.", "X"
        )
    batch = make_batch(studies.y, studies.v, Q)
    tau2 = tau_squared(batch, model)
    fit, plain = fit_at(batch, tau2), fit_at(batch, np.zeros(1))
    back = np.linalg.inv(R) / scale[:, None]
    return DesignFit(
        coef=back @ fit.coef[0],
        covariance=back @ fit.inverse[0] @ back.T,
        tau2=float(tau2[0]),
        tau2_se=_tau2_se(batch, tau2, model),
        spread=float(fit.q[0]) / (k - p),
        q=float(plain.q[0]),
        df=k - p,
        typical=float((k - p) / trace_p(batch, plain)[0]),
    )


def _tau2_se(batch: Batch, tau2: FloatArray, model: str) -> float | None:
    return None if model == "common" else float(tau2_standard_error(batch, tau2, model)[0])


def inflation(fit: DesignFit, interval: str) -> tuple[float, float | None]:
    """Factor on the Wald standard error, and degrees of freedom (None: normal)."""
    if interval == "wald":
        return 1.0, None
    factor = fit.spread if interval == "hk" else max(1.0, fit.spread)
    return math.sqrt(factor), float(fit.df)


def wald_chi_square(fit: DesignFit, which: IntArray) -> float:
    """b'V^-1 b of the coefficients `which`."""
    b = fit.coef[which]
    V = fit.covariance[np.ix_(which, which)]
    size = np.sqrt(np.diag(V))
    return float((b / size) @ np.linalg.solve(V / np.outer(size, size), b / size))
