"""Score test of proportional hazards, as R survival has computed it since version 3.0.

A term times a function of time is added to the model and tested at coefficient zero.
Source: Grambsch and Therneau (1994) doi:10.1093/biomet/81.3.515; Therneau (2020), survival
3.0, cox.zph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import Caution, FloatArray
from fusionscape.stats.cox_diagnostics import FitParts, parts_of
from fusionscape.stats.cox_input import CoxData, CoxError, IntArray
from fusionscape.stats.cox_likelihood import exposed
from fusionscape.stats.cox_result import CoxFit

TRANSFORMS = ("km", "rank", "identity", "log")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhTest:
    """One chi-square per term, the last row GLOBAL.

    `time` and `transformed` belong to the events, in the order of the "scaled-schoenfeld"
    residuals of the fit, to draw those against time.
    """

    terms: tuple[str, ...]
    statistic: FloatArray
    df: IntArray
    p: FloatArray
    transform: str
    time: FloatArray
    transformed: FloatArray
    n: int
    events: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def ph_test(fit: CoxFit, *, transform: str = "km") -> PhTest:
    """Do the hazard ratios of this fit change over time?

    Score test per term (all columns of a factor together, as `terms` of the fit groups them)
    and for all terms at once, against a trend in `transform` of time: "km" (one minus the
    Kaplan-Meier estimate), "rank", "identity" or "log". Works for delayed entry, strata,
    weights and Firth fits (at the penalised estimate); exact ties use Breslow's formulas, as
    in R. Aliased columns are left out.

    Source: Grambsch and Therneau (1994) doi:10.1093/biomet/81.3.515.

    >>> from fusionscape import stats
    >>> fit = stats.cox([5, 4, 3, 2, 1, 6], [1, 1, 1, 1, 1, 0], [[0], [1], [0], [1], [1], [0]])
    >>> stats.ph_test(fit, transform="rank").terms
    ('x1', 'GLOBAL')
    """
    from scipy.special import chdtrc

    pieces = parts_of(fit)
    if not pieces.used.any():
        raise CoxError("no-covariates", "every column is aliased; there is nothing to test")
    row_time = transformed_times(fit.data, transform)[pieces.sets.order]
    trend = row_time[pieces.sets.deaths]
    trend = trend - trend.mean()
    score, information = extended(pieces, trend)
    labels = np.array(fit.terms)[pieces.used]
    p = len(labels)
    names = list(dict.fromkeys(labels.tolist()))
    groups = [np.flatnonzero(labels == name) for name in names] + [np.arange(p)]
    statistic = np.array([one_test(score, information, group) for group in groups])
    df = np.array([len(group) for group in groups], dtype=np.int64)
    return PhTest(
        terms=(*names, "GLOBAL"),
        statistic=statistic,
        df=df,
        p=np.asarray(chdtrc(df.astype(np.float64), statistic)),
        transform=transform,
        time=pieces.sets.event_time[pieces.sets.death_time],
        transformed=row_time[pieces.sets.deaths],
        n=fit.n,
        events=fit.events,
        missing=0,
        method=f"Score test of proportional hazards, {transform} of time; {fit.method}",
        reference="Grambsch PM, Therneau TM (1994) doi:10.1093/biomet/81.3.515",
        cautions=fit.cautions,
    )


def transformed_times(data: CoxData, transform: str) -> FloatArray:
    """Transformed exit time per row, over all strata and without weights, as in R."""
    if transform == "identity":
        return data.time
    if transform == "log":
        if (data.time <= 0.0).any():
            raise CoxError("log-of-time", "log of time needs times above zero", column="time")
        logged: FloatArray = np.log(data.time)
        return logged
    if transform == "rank":
        _, inverse, counts = np.unique(data.time, return_inverse=True, return_counts=True)
        ranks: FloatArray = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
        return ranks
    if transform == "km":
        return one_minus_km(data)
    raise CoxError("unknown-option", f"transform must be one of {TRANSFORMS}")


def one_minus_km(data: CoxData) -> FloatArray:
    """One minus the Kaplan-Meier estimate just before each row's exit time."""
    at, deaths = np.unique(data.time[data.event], return_counts=True)
    exits = np.sort(data.time)
    n_risk = len(exits) - np.searchsorted(exits, at, side="left")
    if data.entry is not None:
        starts = np.sort(data.entry)
        n_risk = n_risk - (len(starts) - np.searchsorted(starts, at, side="left"))
    survival = np.concatenate(([1.0], np.cumprod(1.0 - deaths / n_risk)))
    result: FloatArray = 1.0 - survival[np.searchsorted(at, data.time, side="left")]
    return result


def extended(pieces: FitParts, trend: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Score and information of the covariates and of covariates times trend."""
    sets, XT, parts = pieces.sets, pieces.XT, pieces.parts
    per_time = trend[sets.death_start]
    step_trend = per_time[sets.step_time]
    weight = sets.weights[sets.deaths]
    score = XT[:, sets.deaths] @ (weight * trend)
    score -= parts.mean @ (sets.step_weight * step_trend)
    blocks = []
    for power in (0, 1, 2):
        hazard = parts.hazard * step_trend**power
        exposure = exposed(sets, hazard[None, :])[0]
        block = (XT * (parts.weighted_risk * exposure)) @ XT.T
        block -= (parts.mean * (sets.step_weight * step_trend**power)) @ parts.mean.T
        blocks.append(block)
    return score, np.block([[blocks[0], blocks[1]], [blocks[1], blocks[2]]])


def one_test(score: FloatArray, information: FloatArray, group: IntArray) -> float:
    """Chi-square of the trend terms in `group`, all main effects kept."""
    p = len(score)
    keep = np.concatenate((np.arange(p), p + group))
    u = np.concatenate((np.zeros(p), score[group]))
    scale = 1.0 / np.sqrt(np.maximum(np.diag(information)[keep], 1e-300))
    block = information[np.ix_(keep, keep)] * np.outer(scale, scale)
    try:
        return float(u * scale @ np.linalg.solve(block, u * scale))
    except np.linalg.LinAlgError:
        return float("nan")
