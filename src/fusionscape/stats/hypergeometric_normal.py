"""Odds ratios of several studies by the hypergeometric-normal model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fusionscape.results import CountPool, FloatArray, caution
from fusionscape.stats.pooling_counts import TwoArms, with_estimate
from fusionscape.stats.random_intercepts import LogDensity, fit_intercepts
from fusionscape.stats.tail_areas import chi_square_p


def conditional_density(arms: TwoArms) -> LogDensity:
    """Log density of the events in arm 1 given the margins, at log odds ratio theta."""
    from scipy.special import gammaln

    tables = []
    for a, n1, c, n0 in zip(arms.a, arms.n1, arms.c, arms.n0, strict=True):
        m = a + c
        x = np.arange(max(0.0, m - n0), min(n1, m) + 1)
        log_ways = -(
            gammaln(x + 1) + gammaln(n1 - x + 1) + gammaln(m - x + 1) + gammaln(n0 - m + x + 1)
        )
        tables.append((float(a), x, log_ways))

    def density(theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        value, slope, bend = (np.empty_like(theta) for _ in range(3))
        for i, (a, x, log_ways) in enumerate(tables):
            terms = log_ways[:, None] + x[:, None] * theta[i][None, :]
            highest = terms.max(axis=0)
            share = np.exp(terms - highest)
            total = share.sum(axis=0)
            mean = (share * x[:, None]).sum(axis=0) / total
            spread = (share * (x[:, None] - mean) ** 2).sum(axis=0) / total
            own = float(log_ways[int(a - x[0])])
            value[i] = own + a * theta[i] - highest - np.log(total)
            slope[i], bend[i] = a - mean, -spread
        return value, slope, bend

    return density


def fit_hypergeometric(shell: CountPool, arms: TwoArms) -> CountPool:
    """Random-effects log odds ratio; no estimate where every study leans to one side wholly."""
    low = np.maximum(0.0, arms.events - arms.n0).sum()
    high = np.minimum(arms.n1, arms.events).sum()
    if arms.a.sum() in (low, high):
        return replace(shell, cautions=(*shell.cautions, caution("no-ratio", measure="or")))
    fit = fit_intercepts(conditional_density(arms), int(arms.a.size), 0.0)
    statistic = max(0.0, 2 * (fit.loglik - fit.loglik_common))
    cautions = shell.cautions
    if not fit.converged:
        cautions = (*cautions, caution("not-converged", iterations=100))
    return replace(
        with_estimate(shell, fit.mean, fit.se),
        tau2=fit.tau2,
        loglik=fit.loglik,
        tau2_p=0.5 * chi_square_p(statistic, 1) if statistic > 0 else 1.0,
        ratio=True,
        cautions=cautions,
    )
