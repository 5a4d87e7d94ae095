"""Score residuals: each row's part in the score, the base of robust standard errors.

Source: Lin and Wei (1989) doi:10.1080/01621459.1989.10478874; Therneau and Grambsch (2000)
doi:10.1007/978-1-4757-3294-8, chapter 7.
"""

from __future__ import annotations

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import Hazards, exposed
from fusionscape.stats.cox_risk_sets import RiskSets, step_sums


def mean_at_death(sets: RiskSets, parts: Hazards) -> FloatArray:
    """Covariate mean of the risk set per death, averaged over tied steps: (p, deaths)."""
    mean = parts.mean
    if sets.tied:
        mean = step_sums(sets, mean) / sets.n_deaths
    result: FloatArray = mean[:, sets.death_time]
    return result


def score_residuals(sets: RiskSets, XT: FloatArray, parts: Hazards) -> FloatArray:
    """(p, rows): observed minus expected covariate over each row's time at risk, unweighted."""
    residuals = -parts.risk * (XT * parts.exposure - exposed(sets, parts.mean * parts.hazard))
    residuals[:, sets.deaths] += XT[:, sets.deaths] - mean_at_death(sets, parts)
    result: FloatArray = residuals
    return result


def sandwich(
    residuals: FloatArray, weights: FloatArray, cluster: IntArray | None, inverse: FloatArray
) -> FloatArray:
    """Robust covariance: squared sums of weighted influence, summed within clusters first."""
    influence = (residuals * weights).T @ inverse
    if cluster is not None:
        influence = np.stack(
            [np.bincount(cluster, weights=column) for column in influence.T], axis=1
        )
    result: FloatArray = influence.T @ influence
    return result
