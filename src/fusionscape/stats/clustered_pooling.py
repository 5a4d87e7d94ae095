"""Several estimates of one study: a multilevel pool with a cluster-robust standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, ClusteredPool, FloatArray, caution
from fusionscape.stats.observed import IntArray, labelled, numbers, refuse
from fusionscape.stats.pooling_values import ratio
from fusionscape.stats.study_estimates import check_level, study_estimates
from fusionscape.stats.tail_areas import quantile, two_sided

FEW_DF = 4.0
_MOST_STEPS = 200
_REFERENCE = (
    "Konstantopoulos 2011, doi:10.1002/jrsm.35; Pustejovsky and Tipton 2018, "
    "doi:10.1080/07350015.2016.1247004"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Layered:
    """Estimates, the covariance of their sampling errors, and the two layers of variance."""

    y: FloatArray
    sampling: FloatArray
    layers: tuple[FloatArray, ...]  # derivative of the covariance in every variance component

    def covariance(self, tau2: FloatArray) -> FloatArray:
        """Marginal covariance at the variance components `tau2`."""
        total = self.sampling.copy()
        for size, layer in zip(tau2, self.layers, strict=True):
            total += size * layer
        return total

    def state(self, tau2: FloatArray) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Restricted log likelihood, score, observed and expected information."""
        inverse = np.linalg.inv(self.covariance(tau2))
        ones = inverse.sum(axis=1)
        total = float(ones.sum())
        P = inverse - np.outer(ones, ones) / total
        Py = P @ self.y
        log_det = float(np.linalg.slogdet(inverse)[1])
        loglik = -0.5 * (math.log(total) - log_det + float(self.y @ Py))
        PG = [P @ layer for layer in self.layers]
        GPy = [layer @ Py for layer in self.layers]
        score = np.array(
            [0.5 * (float(Py @ g) - float(np.trace(a))) for g, a in zip(GPy, PG, strict=True)]
        )
        expected = np.array([[0.5 * float((a * b.T).sum()) for b in PG] for a in PG])
        bent = np.array([[float(g @ P @ h) for h in GPy] for g in GPy])
        return loglik, score, bent - expected, expected


def pool_clustered(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    cluster: Any,
    *,
    correlation: float = 0.0,
    level: float = 0.95,
) -> ClusteredPool:
    """What is the effect when some studies give several estimates?

    Three-level model by REML: variance between studies (`tau2_between`) and between the estimates
    of one study (`tau2_within`); `correlation` is that assumed between the sampling errors of
    estimates of one study. The standard error is cluster-robust with the bias-reduced CR2
    correction, t with Satterthwaite's degrees of freedom; the model's own standard error
    (`se_model`) and CR1 (`se_cr1`) stand beside it. `cluster` has one label per row; rows with nan
    or no cluster are left out and counted. InputError: fewer than two clusters.

    References
    ----------
    Konstantopoulos (2011), doi:10.1002/jrsm.35. Pustejovsky and Tipton (2018),
    doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    >>> fit = pool_clustered([0.3, 0.5, 0.1, 0.8], [0.2, 0.2, 0.3, 0.3], ["a", "a", "b", "c"])
    >>> fit.clusters, round(fit.estimate, 3)
    (3, 0.415)
    """
    check_level(level)
    if not -1 < correlation < 1:
        raise refuse("bad-correlation", "`correlation` lies between -1 and 1.", "Use 0.5, say.")
    y = numbers(yi, "yi")
    codes, _, known = labelled(cluster, y.size, "cluster")
    studies = study_estimates(np.where(known, y, np.nan), sei, least=2)
    codes = np.unique(codes[studies.kept], return_inverse=True)[1].astype(np.intp)
    m = int(codes.max()) + 1
    if m < 2:
        raise refuse("one-study", "All estimates are of one study.", "Choose one of them.")
    model, repeats = _layers(studies.y, studies.v, codes, correlation)
    tau2 = _variances(model)
    loglik = model.state(tau2)[0]
    V = model.covariance(tau2)
    W = np.asarray(np.linalg.inv(V), dtype=np.float64)
    total = float(W.sum())
    estimate = float((W @ studies.y).sum()) / total
    cr2, df, cr1 = _robust(studies.y - estimate, V, W, codes)
    statistic = ratio(estimate, cr2)
    half = quantile(level, df) * cr2
    return ClusteredPool(
        id="pool-clustered",
        label="",
        n=studies.n,
        clusters=m,
        missing=studies.missing,
        estimate=estimate,
        se=cr2,
        ci_low=estimate - half,
        ci_high=estimate + half,
        level=level,
        statistic=statistic,
        df=df,
        p=two_sided(statistic, df),
        se_model=math.sqrt(1 / total),
        se_cr1=cr1,
        tau2_between=float(tau2[0]),
        tau2_within=float(tau2[1]) if repeats else 0.0,
        correlation=correlation,
        loglik=loglik + 0.5 * (math.log(studies.n) - (studies.n - 1) * math.log(2 * math.pi)),
        method="three-level REML; CR2 robust standard error, Satterthwaite degrees of freedom",
        reference=_REFERENCE,
        cautions=_cautions(m, df, repeats),
    )


def _cautions(clusters: int, df: float, repeats: bool) -> tuple[Caution, ...]:
    found = []
    if df < FEW_DF:
        found.append(caution("few-degrees-of-freedom", df=df, clusters=clusters))
    if not repeats:
        found.append(caution("no-repeated-estimates"))
    return tuple(found)


def _layers(
    y: FloatArray, v: FloatArray, codes: IntArray, correlation: float
) -> tuple[_Layered, bool]:
    """The model; without repeated estimates the two variances cannot be told apart."""
    together = (codes[:, None] == codes[None, :]).astype(np.float64)
    se = np.sqrt(v)
    sampling = correlation * together * np.outer(se, se)
    np.fill_diagonal(sampling, v)
    repeats = bool(together.sum() > y.size)
    layers = (together, np.eye(y.size)) if repeats else (together,)
    return _Layered(y=y, sampling=sampling, layers=layers), repeats


def _variances(model: _Layered) -> FloatArray:
    """The highest of the REML maxima reached from several starts."""
    size = float(np.var(model.y)) or float(np.mean(np.diag(model.sampling)))
    if len(model.layers) == 1:
        starts = [[0.0], [0.1 * size], [size]]
    else:
        starts = [[a * size, b * size] for a in (0.05, 0.8) for b in (0.05, 0.8)]
    found = [_climb(model, np.array(start)) for start in starts]
    return max(found, key=lambda tau2: round(model.state(tau2)[0], 12))


def _climb(model: _Layered, tau2: FloatArray) -> FloatArray:
    """Newton's method over variances that stay at or above zero; Fisher's where not concave."""
    value, score, observed, expected = model.state(tau2)
    for _ in range(_MOST_STEPS):
        free = (tau2 > 0) | (score > 0)
        if not free.any():
            break
        square = np.ix_(free, free)
        bend = observed[square]
        if np.linalg.eigvalsh(bend)[0] <= 0:
            bend = expected[square]
        move = np.zeros_like(tau2)
        move[free] = np.linalg.lstsq(bend, score[free], rcond=None)[0]
        for _ in range(40):
            trial = np.maximum(tau2 + move, 0.0)
            state = model.state(trial)
            if state[0] >= value - 1e-13 * max(1.0, abs(value)):
                break
            move = move / 2
        change = np.abs(trial - tau2)
        tau2, (value, score, observed, expected) = trial, state
        if (change <= 1e-13 * np.maximum(tau2, 1e-300)).all():
            break
    return tau2


def _robust(
    residual: FloatArray, V: FloatArray, W: FloatArray, codes: IntArray
) -> tuple[float, float, float]:
    """CR2 standard error, its Satterthwaite degrees of freedom, and the CR1 standard error."""
    m = int(codes.max()) + 1
    pull = W.sum(axis=1)
    inverse = 1.0 / float(pull.sum())
    left = np.eye(V.shape[0]) - inverse * np.outer(np.ones(V.shape[0]), pull)
    scores, plain, maps = [], [], []
    for i in range(m):
        rows = np.flatnonzero(codes == i)
        block = V[np.ix_(rows, rows)]
        D = np.linalg.cholesky(block).T
        B = D @ (block - inverse) @ D.T
        A = D.T @ _inverse_root(B) @ D
        weight = inverse * (A.T @ pull[rows])
        scores.append(float(weight @ residual[rows]))
        plain.append(inverse * float(pull[rows] @ residual[rows]))
        maps.append(left[rows].T @ weight)
    G = np.array(maps)
    cross = G @ V @ G.T
    df = float(np.trace(cross)) ** 2 / float((cross**2).sum())
    cr1 = math.sqrt(m / (m - 1) * sum(s**2 for s in plain))
    return math.sqrt(sum(s**2 for s in scores)), df, cr1


def _inverse_root(square: FloatArray) -> FloatArray:
    """The symmetric inverse square root, zero along directions without variance."""
    values, vectors = np.linalg.eigh(square)
    usable = values > 1e-12 * max(float(values.max()), 1e-300)
    roots = np.where(usable, 1.0 / np.sqrt(np.where(usable, values, 1.0)), 0.0)
    root: FloatArray = (vectors * roots) @ vectors.T
    return root
