"""Weighted least squares for many meta-analyses at once.

A batch is `m` meta-analyses of up to `k` studies that share one design (`k` by `p`; a column of
ones for plain pooling). An absent study has weight zero, so leaving out, adding up, subsets and
simulation all run through the same lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """`y`, `v` and `present` (1 or 0) are m by k; absent studies have y 0 and v 1."""

    y: FloatArray
    v: FloatArray
    present: FloatArray
    X: FloatArray
    cross: FloatArray  # k by p*p: the outer product of every row of X
    n: FloatArray  # studies present, per meta-analysis

    @property
    def p(self) -> int:
        """Columns of the design."""
        return int(self.X.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """Coefficients (m by p), the inverse of X'WX, weights and residuals at one tau2."""

    coef: FloatArray
    inverse: FloatArray
    w: FloatArray
    residual: FloatArray

    @property
    def q(self) -> FloatArray:
        """Weighted residual sum of squares, y'Py."""
        total: FloatArray = (self.w * self.residual**2).sum(axis=1)
        return total


def make_batch(
    y: FloatArray, v: FloatArray, X: FloatArray | None = None, present: FloatArray | None = None
) -> Batch:
    """A batch from arrays of m by k (or k); nan in `y` or `v` means absent."""
    y, v = np.atleast_2d(y), np.atleast_2d(v)
    y, v = np.broadcast_arrays(y, v)
    here = ~(np.isnan(y) | np.isnan(v))
    if present is not None:
        here = here & (present > 0)
    design = np.ones((y.shape[1], 1)) if X is None else X
    k, p = design.shape
    mask = here.astype(np.float64)
    return Batch(
        y=np.where(here, y, 0.0),
        v=np.where(here, v, 1.0),
        present=mask,
        X=design,
        cross=(design[:, :, None] * design[:, None, :]).reshape(k, p * p),
        n=mask.sum(axis=1),
    )


def only(batch: Batch, rows: BoolArray | IntArray) -> Batch:
    """The meta-analyses where `rows` is true."""
    return Batch(
        y=batch.y[rows],
        v=batch.v[rows],
        present=batch.present[rows],
        X=batch.X,
        cross=batch.cross,
        n=batch.n[rows],
    )


def moment(batch: Batch, w: FloatArray) -> FloatArray:
    """X'WX for the weights `w`, m by p by p."""
    square: FloatArray = (w @ batch.cross).reshape(-1, batch.p, batch.p)
    return square


def inverted(square: FloatArray) -> FloatArray:
    """The inverse of every p by p matrix."""
    if square.shape[1] == 1:
        return 1.0 / square
    return np.asarray(np.linalg.inv(square), dtype=np.float64)


def log_determinant(square: FloatArray) -> FloatArray:
    """Logarithm of the determinant of every matrix."""
    if square.shape[1] == 1:
        single: FloatArray = np.log(square[:, 0, 0])
        return single
    several: FloatArray = np.linalg.slogdet(square)[1]
    return several


def weights(batch: Batch, tau2: FloatArray) -> FloatArray:
    """Inverse variances, zero where absent."""
    w: FloatArray = batch.present / (batch.v + tau2[:, None])
    return w


def fit_weighted(batch: Batch, w: FloatArray) -> Fitted:
    """Weighted least squares of every meta-analysis."""
    inverse = inverted(moment(batch, w))
    pull = (w * batch.y) @ batch.X
    coef = inverse[:, :, 0] * pull if batch.p == 1 else np.einsum("mpq,mq->mp", inverse, pull)
    residual = (batch.y - coef @ batch.X.T) * batch.present
    return Fitted(coef=coef, inverse=inverse, w=w, residual=residual)


def fit_at(batch: Batch, tau2: FloatArray) -> Fitted:
    """The fit with weights 1 / (v + tau2)."""
    return fit_weighted(batch, weights(batch, tau2))


def trace_product(a: FloatArray, b: FloatArray) -> FloatArray:
    """tr(AB) of every pair of matrices."""
    total: FloatArray = np.einsum("mpq,mqp->m", a, b)
    return total


def trace_p(batch: Batch, fit: Fitted) -> FloatArray:
    """tr P, where P = W - WX(X'WX)^-1 X'W."""
    total: FloatArray = fit.w.sum(axis=1) - trace_product(fit.inverse, moment(batch, fit.w**2))
    return total


def trace_pvpv(batch: Batch, fit: Fitted, spread: FloatArray) -> FloatArray:
    """tr(P D P D) for the diagonal `spread` (m by k): half the variance of a quadratic form."""
    w = fit.w
    inner = fit.inverse @ moment(batch, w**2 * spread)
    outer = trace_product(fit.inverse, moment(batch, w**3 * spread**2))
    own: FloatArray = ((w * spread) ** 2).sum(axis=1)
    return own - 2 * outer + trace_product(inner, inner)
