"""Rubin's rules: one estimate from several completed data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from fusionscape.results import FloatArray
from fusionscape.stats.observed import checked_level, floats, refuse

REFERENCE = "Barnard & Rubin 1999, doi:10.1093/biomet/86.4.948"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """Estimates over imputations, one entry a coefficient.

    `within` is the mean variance, `between` the variance among imputations, `se` the root of
    their total. `df` are the degrees of freedom of the t distribution behind `p` and the limits;
    infinite where nothing differs between imputations. `missing_information` is the share of
    information lost to missing values; `monte_carlo_error` how far `estimate` may lie from
    what endlessly many imputations would give.
    """

    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    p: FloatArray
    statistic: FloatArray
    df: FloatArray
    within: FloatArray
    between: FloatArray
    missing_information: FloatArray
    relative_increase: FloatArray
    monte_carlo_error: FloatArray
    imputations: int
    level: float
    method: str = "Rubin's rules, Barnard-Rubin degrees of freedom"
    reference: str = REFERENCE


def pool_imputations(
    estimates: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    complete_df: float = np.inf,
    level: float = 0.95,
) -> Pooled:
    """What do several completed data sets say together?

    Rubin's rules: the mean of the estimates, its variance the mean variance plus (1 + 1/m)
    times the variance between imputations; t limits with the degrees of freedom of Barnard and
    Rubin for small samples, and the fraction of missing information they give.

    Parameters
    ----------
    estimates, variances : imputations x coefficients, on the scale of the coefficients.
    complete_df : degrees of freedom had nothing been missing (events less parameters, for Cox).

    Refused: fewer than two imputations, values that are not finite, shapes that differ.

    Source: Rubin 1987, doi:10.1002/9780470316696; Barnard & Rubin 1999,
    doi:10.1093/biomet/86.4.948.

    >>> pooled = pool_imputations([[1.0], [2.0], [3.0]], [[1.0], [1.0], [1.0]])
    >>> pooled.estimate.tolist(), (pooled.se ** 2).round(6).tolist(), pooled.between.tolist()
    ([2.0], [2.333333], [1.0])
    """
    checked_level(level)
    q, u = floats(estimates, "estimates"), floats(variances, "variances")
    if q.ndim != 2 or q.shape != u.shape:
        raise refuse(
            "shape-mismatch", "Estimates and variances differ in shape.",
            "Give both as imputations x coefficients.",
        )  # fmt: skip
    m = q.shape[0]
    if m < 2:
        raise refuse("too-few-imputations", "Pooling needs two imputations at least.", "Draw more.")
    if not (np.isfinite(q).all() and np.isfinite(u).all() and (u > 0).all()):
        raise refuse("not-estimable", "An imputation gave no estimate.", "Leave the covariate out.")
    estimate, within = _mean(q), _mean(u)
    between = ((q - estimate) ** 2).sum(axis=0) / (m - 1)
    extra = (1 + 1 / m) * between
    total = within + extra
    lost = extra / total
    with np.errstate(divide="ignore", invalid="ignore"):
        df = _degrees(lost, m, complete_df)
        increase = extra / within
        information = (increase + np.where(np.isinf(df), 0.0, 2 / (df + 3))) / (increase + 1)
    se = np.sqrt(total)
    half = np.asarray(_quantile(0.5 + level / 2, df)) * se
    statistic = estimate / se
    return Pooled(
        estimate=estimate, se=se, ci_low=estimate - half, ci_high=estimate + half,
        p=2 * _upper_tail(np.abs(statistic), df), statistic=statistic, df=df, within=within,
        between=between, missing_information=information, relative_increase=increase,
        monte_carlo_error=np.sqrt(between / m), imputations=m, level=level,
    )  # fmt: skip


def _mean(values: FloatArray) -> FloatArray:
    """The mean over imputations; exactly the value where all are the same."""
    same = (values == values[0]).all(axis=0)
    out: FloatArray = np.where(same, values[0], values.mean(axis=0))
    return out


def _degrees(lost: FloatArray, m: int, complete: float) -> FloatArray:
    """Barnard and Rubin's degrees of freedom; infinite where nothing is lost."""
    large = (m - 1) / lost**2
    if np.isinf(complete):
        return large
    observed = (complete + 1) / (complete + 3) * complete * (1 - lost)
    out: FloatArray = np.where(lost == 0, np.inf, large * observed / (large + observed))
    return out


def _quantile(q: float, df: FloatArray) -> FloatArray:
    finite = np.where(np.isinf(df), 1.0, df)
    out: FloatArray = np.where(np.isinf(df), special.ndtri(q), special.stdtrit(finite, q))
    return out


def _upper_tail(x: FloatArray, df: FloatArray) -> FloatArray:
    finite = np.where(np.isinf(df), 1.0, df)
    out: FloatArray = np.where(np.isinf(df), special.ndtr(-x), special.stdtr(finite, -x))
    return out
