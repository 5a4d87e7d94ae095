"""The variance between studies, by eight estimators, for many meta-analyses at once.

Every estimate that solves an equation solves it to rounding: the root is bracketed, then found by
Newton's method. REML and ML take the highest of the maxima of their likelihood.

P below is W - WX(X'WX)^-1 X'W with W = diag(1 / (v + tau2)); r are the residuals.

  dl    y'Py at tau2 = 0 equals its expectation   DerSimonian & Laird 1986
  he    the same with equal weights               Hedges & Olkin 1985
  hs    (Q - k) / sum of weights                  Hunter & Schmidt 2004
  sj    two steps from the crude variance         Sidik & Jonkman 2005
  pm    Q(tau2) = k - p                           Paule & Mandel 1982
  eb    the same equation, Morris's form          Morris 1983
  ml    y'PPy = sum of weights                    Hardy & Thompson 1996
  reml  y'PPy = tr P                              Raudenbush 2009
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.weighted_means import (
    Batch,
    Fitted,
    fit_at,
    fit_weighted,
    log_determinant,
    moment,
    only,
    trace_p,
    trace_product,
    trace_pvpv,
)

RANDOM_MODELS = ("reml", "dl", "pm", "ml", "he", "hs", "sj", "eb")
_GRID = np.concatenate([[0.0], np.logspace(-4.5, 0, 10)])
_MOST_STEPS = 100
_SETTLED = 1e-12  # a Newton step so small leaves an error of the order of its square
_CHUNK = 512  # meta-analyses worked on together, so that they stay in the cache

Equation = Callable[[Batch, FloatArray], tuple[FloatArray, FloatArray]]


def tau_squared(batch: Batch, model: str) -> FloatArray:
    """tau2 of every meta-analysis, zero where the estimator would be negative."""
    zero = np.zeros(batch.y.shape[0])
    if model == "common":
        return zero
    if model in ("reml", "ml"):
        whole = np.arange(zero.size)
        pieces = [whole[i : i + _CHUNK] for i in range(0, zero.size, _CHUNK)]
        return np.concatenate([_highest(only(batch, i), model == "reml") for i in pieces])
    if model in ("pm", "eb"):
        return generalised_q_root(batch, batch.n - batch.p)
    return np.maximum(_moments(batch, model), 0.0)


def crude_variance(batch: Batch) -> FloatArray:
    """Variance of the estimates with divisor k, Sidik and Jonkman's first step."""
    mean = batch.y.sum(axis=1) / batch.n
    spread = ((batch.y - mean[:, None]) * batch.present) ** 2
    total: FloatArray = spread.sum(axis=1) / batch.n
    return total


def _moments(batch: Batch, model: str) -> FloatArray:
    df = batch.n - batch.p
    if model == "sj":
        first = crude_variance(batch)
        start = np.where(first > 0, first, 1.0)
        return np.where(first > 0, start * fit_at(batch, start).q / df, 0.0)
    if model == "he":
        fit = fit_weighted(batch, batch.present)
        expected = (batch.present * batch.v).sum(axis=1) - _unweighted_loss(batch, fit)
        return np.asarray((fit.q - expected) / df)
    fit = fit_at(batch, np.zeros(batch.y.shape[0]))
    if model == "hs":
        return np.asarray((fit.q - batch.n) / fit.w.sum(axis=1))
    return np.asarray((fit.q - df) / trace_p(batch, fit))


def _unweighted_loss(batch: Batch, fit: Fitted) -> FloatArray:
    """tr(H V), H the hat matrix of ordinary least squares."""
    lever = np.einsum("kp,mpq,kq->mk", batch.X, fit.inverse, batch.X)
    total: FloatArray = (lever * batch.v * batch.present).sum(axis=1)
    return total


def generalised_q_root(batch: Batch, target: FloatArray) -> FloatArray:
    """The tau2 at which y'Py equals `target`; zero where it is smaller already.

    y'Py falls and is convex, so Newton's method from zero climbs to the root without passing it.
    """
    tau2 = np.zeros(batch.y.shape[0])
    active = np.arange(tau2.size)
    part = batch
    for _ in range(_MOST_STEPS):
        fit = fit_at(part, tau2[active])
        slope = ((fit.w * fit.residual) ** 2).sum(axis=1)
        gap = fit.q - target[active]
        going = (gap > 0) & (slope > 0)
        step = np.where(going, gap / np.where(slope > 0, slope, 1.0), 0.0)
        tau2[active] += step
        moving = step > _SETTLED * tau2[active]
        if not moving.any():
            break
        if not moving.all():
            active, part = active[moving], only(part, moving)
    return tau2


def score(batch: Batch, tau2: FloatArray, reml: bool) -> tuple[FloatArray, FloatArray]:
    """Twice the derivative of the log likelihood in tau2, and its own derivative."""
    fit = fit_at(batch, tau2)
    u = fit.w * fit.residual
    wu, w2 = fit.w * u, fit.w**2
    pulled = wu @ batch.X
    bend = (u * wu).sum(axis=1) - np.einsum("mp,mpq,mq->m", pulled, fit.inverse, pulled)
    trace, trace_of_square = fit.w.sum(axis=1), w2.sum(axis=1)
    if reml:
        inner = fit.inverse @ moment(batch, w2)
        trace = trace - np.trace(inner, axis1=1, axis2=2)
        cubed = trace_product(fit.inverse, moment(batch, w2 * fit.w))
        trace_of_square = trace_of_square - 2 * cubed + trace_product(inner, inner)
    return (u**2).sum(axis=1) - trace, trace_of_square - 2 * bend


def loglik(batch: Batch, tau2: FloatArray, reml: bool) -> FloatArray:
    """Log likelihood (restricted or not) at tau2, without its constant."""
    fit = fit_at(batch, tau2)
    value = (np.log(batch.v + tau2[:, None]) * batch.present).sum(axis=1) + fit.q
    if reml:
        value = value - log_determinant(fit.inverse)
    half: FloatArray = -0.5 * value
    return half


def _highest(batch: Batch, reml: bool) -> FloatArray:
    """The best point of a grid tells which maximum is the highest; Newton finds it."""
    spread = np.ptp(np.where(batch.present > 0, batch.y, batch.y.max(axis=1)[:, None]), axis=1)
    ceiling = 2 * np.maximum(spread**2, crude_variance(batch) * batch.n)
    heights = np.stack([loglik(batch, share * ceiling, reml) for share in _GRID])
    best = heights.argmax(axis=0)
    low = _GRID[np.maximum(best - 1, 0)] * ceiling
    high = _GRID[np.minimum(best + 1, _GRID.size - 1)] * ceiling
    middle = _GRID[best] * ceiling
    slope = score(batch, middle, reml)[0]
    low, high = np.where(slope > 0, middle, low), np.where(slope > 0, high, middle)
    return _bracketed(lambda part, t: score(part, t, reml), batch, low, high)


def _bracketed(f: Equation, batch: Batch, low: FloatArray, high: FloatArray) -> FloatArray:
    """The root of a falling `f` between low and high: Newton's method, else halving.

    Where `f` is not positive at low = 0 the answer is zero.
    """
    tau2, active, part = low.copy(), np.arange(low.size), batch
    low, high = low.copy(), high.copy()
    for _ in range(_MOST_STEPS):
        here = tau2[active]
        value, slope = f(part, here)
        above = value > 0
        low[active] = np.where(above, here, low[active])
        high[active] = np.where(above, high[active], here)
        newton = here - value / np.where(slope < 0, slope, -np.inf)
        inside = (slope < 0) & (newton > low[active]) & (newton < high[active])
        step = np.where(inside, newton, 0.5 * (low[active] + high[active]))
        step = np.where(value == 0, here, step)
        tau2[active] = step
        moving = (np.abs(step - here) > _SETTLED * step) & (high[active] > low[active])
        if not moving.any():
            break
        if not moving.all():
            active, part = active[moving], only(part, moving)
    return tau2


def tau2_standard_error(batch: Batch, tau2: FloatArray, model: str) -> FloatArray:
    """Large-sample standard error of tau2: from information, or from the quadratic form."""
    df = batch.n - batch.p
    total = batch.v + tau2[:, None]
    if model in ("reml", "ml"):
        fit = fit_at(batch, tau2)
        ones = np.ones_like(batch.v)
        spread = trace_pvpv(batch, fit, ones) if model == "reml" else (fit.w**2).sum(axis=1)
        return np.sqrt(2.0 / spread)
    if model in ("pm", "eb"):
        return np.asarray(np.sqrt(2.0 * batch.n**2 / df) / fit_at(batch, tau2).w.sum(axis=1))
    if model == "he":
        fit, unit = fit_weighted(batch, batch.present), df
    elif model == "sj":
        first = crude_variance(batch)
        fit = fit_at(batch, np.where(first > 0, first, 1.0))
        unit = df / np.where(first > 0, first, 1e-300)  # no spread at all: no error either
    else:
        fit = fit_at(batch, np.zeros_like(tau2))
        unit = fit.w.sum(axis=1) if model == "hs" else trace_p(batch, fit)
    return np.asarray(np.sqrt(2 * trace_pvpv(batch, fit, total)) / unit)
