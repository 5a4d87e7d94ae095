"""Residuals of a Cox fit.

Source: Therneau, Grambsch and Fleming (1990) doi:10.1093/biomet/77.1.147; Grambsch and
Therneau (1994) doi:10.1093/biomet/81.3.515.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import BoolArray, CoxError, IntArray
from fusionscape.stats.cox_likelihood import Hazards, hazards
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.cox_risk_sets import RiskSets, build
from fusionscape.stats.cox_scores import mean_at_death, score_residuals

KINDS = (
    "martingale",
    "deviance",
    "score",
    "dfbeta",
    "dfbetas",
    "schoenfeld",
    "scaled-schoenfeld",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxResiduals:
    """Residuals of one kind: `values` has one entry (or row of covariates) per `row`.

    `row` counts the caller's rows; Schoenfeld residuals have one row per event, in order of
    stratum and `time`. Rows of weight 0 have nan; aliased columns have nan.
    """

    kind: str
    values: FloatArray
    row: IntArray
    time: FloatArray
    names: tuple[str, ...]
    n: int
    missing: int
    method: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitParts:
    """A fit taken apart again: risk sets, centred used columns and hazards at the estimate."""

    sets: RiskSets
    XT: FloatArray
    eta: FloatArray
    parts: Hazards
    used: BoolArray


def parts_of(fit: CoxFit) -> FitParts:
    """Rebuild risk sets and hazards; refused when an estimate is infinite."""
    used = ~np.array(fit.aliased)
    coef = fit.coef[used]
    if not np.isfinite(coef).all():
        raise CoxError(
            "no-finite-estimate", "the likelihood is monotone; refit with Firth's penalty"
        )
    sets = build(fit.data)
    XT = np.ascontiguousarray((fit.data.X[sets.order] - fit.means)[:, used].T)
    eta = fit.data.offset[sets.order] + coef @ XT
    return FitParts(sets=sets, XT=XT, eta=eta, parts=hazards(sets, XT, eta), used=used)


def cox_residuals(fit: CoxFit, *, kind: str = "martingale") -> CoxResiduals:
    """Which patients does the model fit badly, and which ones move the estimate?

    "martingale" (events minus expected), "deviance", "score", "dfbeta" and "dfbetas"
    (approximate change of each coefficient when the row is left out, case weight included),
    "schoenfeld" and "scaled-schoenfeld" (per event). Exact ties have martingale and deviance
    only, from the Breslow hazard as in R. Refused when an estimate is infinite.

    Source: Therneau, Grambsch and Fleming (1990) doi:10.1093/biomet/77.1.147.

    >>> from fusionscape import stats
    >>> fit = stats.cox([4, 3, 2, 1], [1, 1, 1, 0], [[0], [1], [0], [1]])
    >>> bool(abs(stats.cox_residuals(fit).values.sum()) < 1e-12)
    True
    """
    if kind not in KINDS:
        raise CoxError("unknown-option", f"kind must be one of {KINDS}")
    if fit.ties == "exact" and kind not in ("martingale", "deviance"):
        raise CoxError("exact-ties-residuals", f"{kind} residuals do not exist for exact ties")
    pieces = parts_of(fit)
    if kind in ("martingale", "deviance"):
        return per_row(fit, kind, martingale(pieces, kind)[None, :], pieces.sets, flat=True)
    if kind in ("schoenfeld", "scaled-schoenfeld"):
        return per_event(fit, kind, pieces)
    scores = score_residuals(pieces.sets, pieces.XT, pieces.parts)
    if kind != "score":
        covariance = fit.model_covariance[np.ix_(pieces.used, pieces.used)]
        scores = covariance @ (scores * pieces.sets.weights)
        if kind == "dfbetas":
            scores = scores / np.sqrt(np.diag(covariance))[:, None]
    wide = np.full((len(pieces.used), scores.shape[1]), np.nan)
    wide[pieces.used] = scores
    return per_row(fit, kind, wide, pieces.sets, flat=False)


def martingale(pieces: FitParts, kind: str) -> FloatArray:
    """Martingale or deviance residual per sorted row."""
    dead = pieces.sets.dead.astype(np.float64)
    expected = pieces.parts.risk * pieces.parts.exposure
    residual = dead - expected
    if kind == "martingale":
        result: FloatArray = residual
        return result
    log = np.log(np.where(pieces.sets.dead, expected, 1.0))
    deviance = np.sqrt(np.maximum(-2.0 * (residual + dead * log), 0.0))
    signed: FloatArray = np.sign(residual) * deviance
    return signed


def per_row(
    fit: CoxFit, kind: str, values: FloatArray, sets: RiskSets, *, flat: bool
) -> CoxResiduals:
    """Back to the order of the caller's rows."""
    data = fit.data
    placed = np.full((data.n_input, len(values)), np.nan)
    placed[data.source[sets.order]] = values.T
    time = np.full(data.n_input, np.nan)
    time[data.source] = data.time
    return result_of(fit, kind, placed[:, 0] if flat else placed, np.arange(data.n_input), time)


def per_event(fit: CoxFit, kind: str, pieces: FitParts) -> CoxResiduals:
    """Schoenfeld residuals: covariate of the death minus the mean of those at risk."""
    sets = pieces.sets
    values = (pieces.XT[:, sets.deaths] - mean_at_death(sets, pieces.parts)).T
    if kind == "scaled-schoenfeld":
        covariance = fit.model_covariance[np.ix_(pieces.used, pieces.used)]
        values = len(sets.deaths) * values @ covariance + fit.coef[pieces.used]
    wide = np.full((len(values), len(pieces.used)), np.nan)
    wide[:, pieces.used] = values
    rows = fit.data.source[sets.order][sets.deaths]
    return result_of(fit, kind, wide, rows, sets.event_time[sets.death_time])


def result_of(
    fit: CoxFit, kind: str, values: FloatArray, row: IntArray, time: FloatArray
) -> CoxResiduals:
    """Wrap values with what they are."""
    return CoxResiduals(
        kind=kind,
        values=values,
        row=row,
        time=time,
        names=fit.names,
        n=fit.n,
        missing=0,
        method=f"{kind} residuals, {fit.method}",
        reference="Therneau TM, Grambsch PM, Fleming TR (1990) doi:10.1093/biomet/77.1.147",
    )
