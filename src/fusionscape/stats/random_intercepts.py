"""Maximum likelihood with one normal random effect per study, by adaptive quadrature.

The likelihood of study i is the integral over u of f_i(mean + sd u) phi(u). Gauss-Hermite nodes
are moved to the mode of each integrand and scaled by its curvature (Liu and Pierce 1994), so that
about a hundred nodes give the integral to rounding, for a rate of 0 or 1 too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from fusionscape.results import FloatArray

NODES = 101
_MOST_STEPS = 100
_SETTLED = 1e-10
_WIDEST = 50.0  # a standard deviation in logits; wider, the likelihood has no top

# log density of every study at its own effect, with first and second derivative: k by m in and out
LogDensity = Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptFit:
    """Mean and variance of the random effects; `loglik_common` is the fit without them."""

    mean: float
    se: float
    tau2: float
    loglik: float
    loglik_common: float
    converged: bool


def fit_intercepts(density: LogDensity, k: int, start: float) -> InterceptFit:
    """Maximise over mean and standard deviation; a variance that runs to zero is zero."""
    mean, information, common = _common(density, k, start)
    best = _climb(density, k, np.array([mean, 0.3]))
    for sd in (1.0, 0.05):
        other = _climb(density, k, np.array([mean, sd]))
        if other[1] > best[1] + 1e-9:
            best = other
    point, top, converged = best
    if top <= common + 1e-10 or abs(point[1]) < 1e-6:
        return InterceptFit(
            mean=mean,
            se=1 / math.sqrt(information) if information > 0 else math.inf,
            tau2=0.0,
            loglik=common,
            loglik_common=common,
            converged=True,
        )
    covariance = np.linalg.inv(-likelihood(density, k, point)[2])
    return InterceptFit(
        mean=float(point[0]),
        se=math.sqrt(float(covariance[0, 0])),
        tau2=float(point[1]) ** 2,
        loglik=top,
        loglik_common=common,
        converged=converged,
    )


def _common(density: LogDensity, k: int, start: float) -> tuple[float, float, float]:
    """Newton's method on one mean for all: the mean, its information, the log likelihood."""
    mean = start
    for _ in range(_MOST_STEPS):
        _, slope, bend = density(np.full((k, 1), mean))
        step = float(slope.sum()) / -float(bend.sum())
        mean += max(-2.0, min(2.0, step))
        if abs(step) < _SETTLED:
            break
    value, _, bend = density(np.full((k, 1), mean))
    return mean, -float(bend.sum()), float(value.sum())


def likelihood(
    density: LogDensity, k: int, point: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Log likelihood at (mean, sd) with gradient and Hessian, all by the same quadrature.

    The derivatives of the log of an integral are moments of the derivatives of its integrand
    (Louis 1982): H = E[h + g g'] - E[g] E[g]'.
    """
    mean, sd = float(point[0]), float(point[1])
    u, scale = _modes(density, k, mean, sd)
    nodes, log_weights = _rule()
    at = u[:, None] + scale[:, None] * nodes[None, :]
    value, slope, bend = density(mean + sd * at)
    log_terms = value - 0.5 * at**2 + 0.5 * nodes[None, :] ** 2 + log_weights[None, :]
    highest = log_terms.max(axis=1, keepdims=True)
    terms = np.exp(log_terms - highest)
    total = terms.sum(axis=1)
    loglik = float((np.log(total) + highest[:, 0] + np.log(scale)).sum())
    share = terms / total[:, None]
    first = np.stack([(share * slope).sum(axis=1), (share * slope * at).sum(axis=1)])
    second = share * (bend + slope**2)
    mixed = float((second * at).sum())
    square = np.array([[float(second.sum()), mixed], [mixed, float((second * at**2).sum())]])
    return loglik, first.sum(axis=1), square - first @ first.T


@cache
def _rule() -> tuple[FloatArray, FloatArray]:
    """Nodes for the standard normal and the logarithms of their weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, np.log(weights) - 0.5 * math.log(2 * math.pi)


def _modes(density: LogDensity, k: int, mean: float, sd: float) -> tuple[FloatArray, FloatArray]:
    """Mode of every integrand in u, and one over the root of its curvature there."""
    u = np.zeros(k)
    for _ in range(_MOST_STEPS):
        _, slope, bend = density((mean + sd * u)[:, None])
        step = (sd * slope[:, 0] - u) / (1 - sd**2 * bend[:, 0])
        u = u + np.clip(step, -3.0, 3.0)
        if np.abs(step).max() < 1e-10:
            break
    _, _, bend = density((mean + sd * u)[:, None])
    return u, 1.0 / np.sqrt(1 - sd**2 * bend[:, 0])


def _climb(density: LogDensity, k: int, point: FloatArray) -> tuple[FloatArray, float, bool]:
    """Newton's method with halving; up the gradient where the surface is not concave."""
    value, gradient, hessian = likelihood(density, k, point)
    for _ in range(_MOST_STEPS):
        eigen, vectors = np.linalg.eigh(-hessian)
        bent = vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(eigen), 1e-8))
        move = bent * min(1.0, 1.0 / max(float(np.abs(bent).max()), 1e-300))
        if float(np.abs(move).max()) < _SETTLED:
            return point, value, True
        if abs(float(point[1])) > _WIDEST:
            return point, value, False
        for _ in range(30):
            trial = np.array([point[0] + move[0], abs(point[1] + move[1])])
            new = likelihood(density, k, trial)
            if new[0] >= value - 1e-12 * abs(value):
                break
            move = move / 2
        else:
            return point, value, float(np.abs(gradient).max()) < 1e-5
        point, (value, gradient, hessian) = trial, new
    return point, value, False
