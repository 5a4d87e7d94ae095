"""Begg and Mazumdar's rank test, and the least p it can give."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from fusionscape.results import AsymmetryTest, FloatArray, caution
from fusionscape.stats.funnel_tests import few
from fusionscape.stats.pooling_values import batch_of
from fusionscape.stats.study_estimates import study_estimates
from fusionscape.stats.tail_areas import two_sided
from fusionscape.stats.weighted_means import fit_at

_REFERENCE = "Begg and Mazumdar 1994, doi:10.2307/2533446"


def begg(yi: npt.ArrayLike, sei: npt.ArrayLike, *, continuity: bool = True) -> AsymmetryTest:
    """Do estimates and their variances rise together (rank test)?

    Kendall's S between the standardised deviations from the common effect and the variances, over
    its standard deviation (ties allowed for); with `continuity`, |S| is lowered by one first.
    Programs differ in just this, so both forms bear their name. `coef` is Kendall's tau-b,
    `exact_p` the permutation p (None when values tie), `smallest_p` the least p this form can give
    with k estimates: below it no data could be significant. At least three estimates.

    References
    ----------
    Begg and Mazumdar (1994), doi:10.2307/2533446. Kendall (1970), Rank Correlation Methods.

    Examples
    --------
    >>> test = begg([0.9, 1.0, 1.1], [0.3, 0.4, 0.5])
    >>> round(test.p, 4), round(test.smallest_p, 4)
    (0.2963, 0.2963)
    """
    studies = study_estimates(yi, sei, least=3)
    n = studies.n
    middle = fit_at(batch_of(studies), np.zeros(1))
    variance = float(middle.inverse[0, 0, 0])
    deviation = (studies.y - middle.coef[0, 0]) / np.sqrt(
        np.maximum(studies.v - variance, np.finfo(float).tiny)
    )
    s, spread, tau_b, tied = _kendall(deviation, studies.v)
    z = _standardised(s, spread, continuity)
    most = n * (n - 1) // 2
    untied = math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    cautions = few(studies)
    if tied:
        cautions = (*cautions, caution("ties-in-rank-test"))
    form = f"begg, {'with' if continuity else 'without'} continuity correction"
    return AsymmetryTest(
        id="small-study-effects",
        label="",
        form=form,
        n=n,
        missing=studies.missing,
        statistic=z,
        df=None,
        p=two_sided(z, None),
        coef=tau_b,
        coef_se=None,
        method=form,
        reference=_REFERENCE,
        smallest_p=two_sided(_standardised(most, untied, continuity), None),
        exact_p=None if tied else exact_kendall_p(s, n),
        cautions=cautions,
    )


def _standardised(s: int, spread: float, continuity: bool) -> float:
    lowered = max(abs(s) - 1, 0) if continuity else abs(s)
    return math.copysign(lowered / spread, s) if spread > 0 else math.nan


def _kendall(x: FloatArray, y: FloatArray) -> tuple[int, float, float, bool]:
    """Kendall's S, its standard deviation allowing for ties, tau-b, and whether values tie."""
    n = x.size
    pairs = np.triu_indices(n, 1)
    s = int((np.sign(x[:, None] - x[None, :]) * np.sign(y[:, None] - y[None, :]))[pairs].sum())
    t, u = (np.unique(values, return_counts=True)[1].astype(float) for values in (x, y))

    def total(c: FloatArray, *shift: float) -> float:
        return float(np.prod([c + step for step in shift], axis=0).sum())

    plain = float(n * (n - 1) * (2 * n + 5))
    for sizes in (t, u):
        plain -= float((sizes * (sizes - 1) * (2 * sizes + 5)).sum())
    variance = plain / 18 + total(t, 0, -1) * total(u, 0, -1) / (2 * n * (n - 1))
    variance += total(t, 0, -1, -2) * total(u, 0, -1, -2) / (9 * n * (n - 1) * (n - 2))
    whole = n * (n - 1) / 2
    untied = math.sqrt((whole - total(t, 0, -1) / 2) * (whole - total(u, 0, -1) / 2))
    tau_b = s / untied if untied > 0 else math.nan
    return s, math.sqrt(max(variance, 0.0)), tau_b, bool((t > 1).any() or (u > 1).any())


def exact_kendall_p(s: int, n: int) -> float:
    """Two-sided permutation p of Kendall's S without ties: the share of orders as far from zero.

    >>> exact_kendall_p(3, 3)
    0.3333333333333333
    """
    shares = np.ones(1)  # distribution of the number of discordant pairs
    for size in range(2, n + 1):
        shares = np.convolve(shares, np.full(size, 1.0 / size))
    values = n * (n - 1) // 2 - 2 * np.arange(shares.size)
    return min(1.0, float(shares[np.abs(values) >= abs(s)].sum()))
