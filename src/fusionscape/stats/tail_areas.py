"""Tail areas and quantiles of the normal, t, F and chi-square distributions."""

from __future__ import annotations

import math

from fusionscape.stats.limits import normal_quantile


def two_sided(statistic: float, df: float | None) -> float:
    """Two-sided p of a normal (df None) or t statistic."""
    if math.isnan(statistic):
        return math.nan
    if df is None:
        return math.erfc(abs(statistic) / math.sqrt(2))
    from scipy.special import stdtr

    return 2 * float(stdtr(df, -abs(statistic)))


def quantile(level: float, df: float | None) -> float:
    """Two-sided quantile: 1.96 for 0.95 and df None."""
    if df is None:
        return normal_quantile(level)
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2))


def chi_square_p(statistic: float, df: float) -> float:
    """Upper tail of chi-square; 1 without a degree of freedom."""
    if df <= 0:
        return 1.0
    from scipy.special import chdtrc

    return float(chdtrc(df, max(statistic, 0.0)))


def f_p(statistic: float, df1: float, df2: float) -> float:
    """Upper tail of F."""
    from scipy.special import fdtrc

    return float(fdtrc(df1, df2, statistic))
