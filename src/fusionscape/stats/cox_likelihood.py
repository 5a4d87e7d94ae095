"""Partial likelihood of a Cox model with Efron or Breslow ties: value, score, information.

Source: Cox (1972) doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977)
doi:10.1080/01621459.1977.10480613; Breslow (1974) doi:10.2307/2529620.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_risk_sets import (
    RiskSets,
    at_risk_sums,
    death_sums,
    over_time_at_risk,
    step_sums,
)
from fusionscape.stats.products import inner, spread, weighted_sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """Log partial likelihood at one coefficient vector, with its two derivatives."""

    loglik: float
    score: FloatArray
    information: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hazards:
    """What the likelihood is made of: risks per row, denominators and means per step.

    `risk` is exp(linear predictor - shift), `shift` one number per stratum spread over rows;
    `hazard` is the hazard step on that scale; `exposure` the cumulative hazard each row met,
    tied deaths counting only their share (Efron).
    """

    risk: FloatArray
    weighted_risk: FloatArray
    log_risk: FloatArray
    denominator: FloatArray
    mean: FloatArray
    hazard: FloatArray
    exposure: FloatArray


def hazards(sets: RiskSets, XT: FloatArray, eta: FloatArray) -> Hazards:
    """Risk-set sums at the linear predictor `eta` (sorted rows); `XT` is (covariates, rows)."""
    top = np.maximum.reduceat(eta, sets.row_bounds[:-1])
    log_risk = eta - np.repeat(top, np.diff(sets.row_bounds))
    risk = np.exp(log_risk)
    weighted = risk * sets.weights
    values = np.empty((len(XT) + 1, len(weighted)))
    values[0] = weighted
    np.multiply(XT, weighted, out=values[1:])
    sums = reduced_sums(sets, values)
    denominator = sums[0]
    mean = sums[1:] / denominator
    hazard = sets.step_weight / denominator
    exposure = exposed(sets, hazard[None, :])[0]
    return Hazards(
        risk=risk,
        weighted_risk=weighted,
        log_risk=log_risk,
        denominator=denominator,
        mean=mean,
        hazard=hazard,
        exposure=exposure,
    )


def reduced_sums(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Risk-set sums per step: Efron leaves a fraction of the tied deaths out."""
    total = at_risk_sums(sets, values)
    if not sets.tied:
        return total
    dying = death_sums(sets, values[:, sets.deaths])
    result: FloatArray = total[:, sets.step_time] - sets.step_fraction * dying[:, sets.step_time]
    return result


def exposed(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Sum of `values` (k, steps) over the steps each row was at risk in, by its share in them."""
    result = over_time_at_risk(sets, step_sums(sets, values))
    if sets.tied:
        spared = step_sums(sets, values * sets.step_fraction)
        result[:, sets.deaths] -= spared[:, sets.death_time]
    return result


def likelihood(sets: RiskSets, XT: FloatArray, eta: FloatArray) -> Likelihood:
    """Value, score and information at the linear predictor `eta`."""
    with np.errstate(all="ignore"):
        parts = hazards(sets, XT, eta)
        return assembled(sets, XT, parts)


def assembled(sets: RiskSets, XT: FloatArray, parts: Hazards) -> Likelihood:
    """Likelihood from its parts."""
    weight = sets.weights[sets.deaths]
    loglik = float(
        np.sum(weight * parts.log_risk[sets.deaths])
        - np.sum(sets.step_weight * np.log(parts.denominator))
    )
    score = weighted_sums(XT[:, sets.deaths], weight)
    score -= weighted_sums(parts.mean, sets.step_weight)
    information = inner(XT * (parts.weighted_risk * parts.exposure), XT)
    information -= inner(parts.mean * sets.step_weight, parts.mean)
    return Likelihood(loglik=loglik, score=score, information=information)


def information_slope(
    sets: RiskSets, XT: FloatArray, parts: Hazards, inverse: FloatArray
) -> FloatArray:
    """Half the derivative of log |information|: Firth's correction of the score.

    It is half the sum over steps of E[(x - mean) (x - mean)' A (x - mean)], A the inverse
    information, expanded so that only sums over rows and steps are needed.
    Source: Heinze and Schemper (2001) doi:10.1111/j.0006-341X.2001.00114.x.
    """
    AX, A_mean = spread(inverse, XT), spread(inverse, parts.mean)
    length = np.einsum("ij,ij->j", XT, AX)
    mean_length = np.einsum("ij,ij->j", parts.mean, A_mean)
    weight = parts.weighted_risk
    expected = reduced_sums(sets, (weight * length)[None, :])[0] / parts.denominator
    met = exposed(sets, parts.mean * parts.hazard)
    met_length = np.einsum("ij,ij->j", AX, met)
    slope = weighted_sums(XT, weight * (parts.exposure * length - 2.0 * met_length))
    slope -= weighted_sums(parts.mean, sets.step_weight * (expected - 2.0 * mean_length))
    result: FloatArray = 0.5 * slope
    return result
