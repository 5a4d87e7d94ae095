"""What each study does to the pool."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray, PoolInfluence, StudyInfluence
from fusionscape.stats.pooling_values import MODELS, NAMES, batch_of
from fusionscape.stats.study_estimates import StudyEstimates, check_choice, study_estimates
from fusionscape.stats.tail_areas import chi_square_p
from fusionscape.stats.tau_squared import tau_squared
from fusionscape.stats.weighted_means import fit_at, make_batch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pooled:
    """Estimate, its variance, tau2 and Q; arrays where each study is left out in turn."""

    estimate: FloatArray
    variance: FloatArray
    tau2: FloatArray
    q: FloatArray


def study_influence(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    model: str = "reml",
    labels: Sequence[str] | None = None,
) -> PoolInfluence:
    """Which studies pull the pool, and which do not fit it?

    Each study is left out and everything, tau2 too, estimated anew. Per study: the studentised
    deleted residual (`rstudent`), DFFITS, Cook's distance, the ratio of variances without and with
    it, tau2 and Q without it, its leverage (`hat`) and weight, DFBETA, and Baujat's coordinates.
    A study is marked `influential` when |DFFITS| > 3 sqrt(1/(k-1)), when Cook's distance passes the
    median of chi-square (0.455), when its leverage exceeds 3/k, or when |DFBETA| > 1.
    At least three estimates. Shapes, models and missing values as in `pool`.

    References
    ----------
    Viechtbauer and Cheung (2010), doi:10.1002/jrsm.11. Baujat et al (2002), doi:10.1002/sim.1221.

    Examples
    --------
    >>> seen = study_influence([0.1, 0.2, 0.15, 2.0], [0.2, 0.2, 0.2, 0.2])
    >>> [s.influential for s in seen.studies]
    [False, False, False, True]
    """
    check_choice(model, MODELS, "model")
    studies = study_estimates(yi, sei, labels, least=3)
    n = studies.n
    whole = _pooled(studies, np.ones((1, n)), model)
    without = _pooled(studies, 1.0 - np.eye(n), model)
    rows = _rows(studies, whole, without)
    return PoolInfluence(
        id="influence",
        label="",
        n=n,
        missing=studies.missing,
        model=model,
        studies=rows,
        method=f"{NAMES[model]}; each study left out, tau2 estimated anew",
        reference=(
            "Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11; "
            "Baujat et al 2002, doi:10.1002/sim.1221"
        ),
    )


def _pooled(studies: StudyEstimates, present: FloatArray, model: str) -> _Pooled:
    batch = make_batch(studies.y, studies.v, present=present)
    tau2 = tau_squared(batch, model)
    fit = fit_at(batch, tau2)
    return _Pooled(
        estimate=fit.coef[:, 0],
        variance=fit.inverse[:, 0, 0],
        tau2=tau2,
        q=fit_at(batch, np.zeros_like(tau2)).q,
    )


def _rows(studies: StudyEstimates, whole: _Pooled, without: _Pooled) -> tuple[StudyInfluence, ...]:
    n = studies.n
    batch = batch_of(studies)
    total = fit_at(batch, whole.tau2)
    hat = total.w[0] / total.w[0].sum()
    middle, variance = float(whole.estimate[0]), float(whole.variance[0])
    shift = middle - without.estimate
    spread = studies.v + without.tau2
    # the whole pool at the tau2 found without the study
    at_deleted = 1.0 / (1.0 / (studies.v[None, :] + without.tau2[:, None])).sum(axis=1)
    rstudent = (studies.y - without.estimate) / np.sqrt(spread + without.variance)
    dffits = shift / np.sqrt(hat * spread)
    cook = shift**2 / variance
    dfbeta = shift / np.sqrt(at_deleted)
    x, y = _baujat(studies, whole, shift, without)
    marked = (
        (np.abs(dffits) > 3 * math.sqrt(1 / (n - 1)))
        | (np.array([chi_square_p(c, 1) for c in cook.tolist()]) < 0.5)
        | (hat > 3 / n)
        | (np.abs(dfbeta) > 1)
    )
    return tuple(
        StudyInfluence(
            label=studies.labels[i],
            residual=float(studies.y[i] - middle),
            rstudent=float(rstudent[i]),
            dffits=float(dffits[i]),
            cook_d=float(cook[i]),
            cov_ratio=float(without.variance[i] / variance),
            tau2_without=float(without.tau2[i]),
            q_without=float(without.q[i]),
            hat=float(hat[i]),
            weight=float(hat[i]),
            dfbeta=float(dfbeta[i]),
            baujat_x=float(x[i]),
            baujat_y=float(y[i]),
            influential=bool(marked[i]),
        )
        for i in range(n)
    )


def _baujat(
    studies: StudyEstimates, whole: _Pooled, shift: FloatArray, without: _Pooled
) -> tuple[FloatArray, FloatArray]:
    """Squared Pearson residual, and squared shift in units of the variance left behind."""
    x = (studies.y - whole.estimate[0]) ** 2 / (studies.v + whole.tau2[0])
    return x, shift**2 / without.variance
