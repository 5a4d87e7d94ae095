"""Many meta-analyses of one shape pooled at once, for simulation and resampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray
from fusionscape.stats.observed import read_only, refuse
from fusionscape.stats.pooling_values import INTERVAL_NAMES, INTERVALS, MODELS, NAMES, SOURCES
from fusionscape.stats.study_estimates import check_choice, check_level
from fusionscape.stats.tau_squared import tau_squared
from fusionscape.stats.weighted_means import fit_at, make_batch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManyPools:
    """One entry of each array per meta-analysis; nan where fewer than two studies are known."""

    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tau2: FloatArray
    i2: FloatArray
    q: FloatArray
    k: FloatArray
    n: int
    missing: int
    model: str
    interval: str
    level: float
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def pool_many(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    model: str = "reml",
    ci: str = "mhk",
    level: float = 0.95,
) -> ManyPools:
    """What does each of many meta-analyses give?

    `yi` has shape (m, k): m meta-analyses of up to k studies; `sei` the same, or (k,). nan marks a
    study that is absent. The numbers are those of `pool`, computed together. `q` is Cochran's Q
    and `i2` (per cent) comes from Q. InputError: wrong shapes, a standard error not positive.

    References
    ----------
    Viechtbauer (2005), doi:10.3102/10769986030003261. Rover, Knapp and Friede (2015),
    doi:10.1186/s12874-015-0091-1.

    Examples
    --------
    >>> many = pool_many([[0.9, 1.0, 1.1], [0.2, 0.9, 1.6]], [0.3, 0.4, 0.5])
    >>> many.estimate.round(4).tolist()
    [0.9667, 0.8245]
    """
    check_choice(model, MODELS, "model")
    check_choice(ci, INTERVALS, "ci")
    check_level(level)
    y = np.asarray(yi, dtype=np.float64)
    se = np.asarray(sei, dtype=np.float64)
    if y.ndim != 2 or se.shape not in (y.shape, y.shape[1:]):
        raise refuse("length-differs", "`yi` is m by k; `sei` the same, or k.", "Check them.", "yi")
    if (se <= 0).any():
        raise refuse("se-not-positive", "A standard error is zero or negative.", "Check.", "sei")
    batch = make_batch(y, se**2)
    enough = batch.n >= 2
    tau2 = np.full(y.shape[0], np.nan)
    kept = make_batch(batch.y[enough], batch.v[enough], present=batch.present[enough])
    tau2[enough] = tau_squared(kept, model)
    return _filled(y, se, tau2, enough, model=model, ci=ci, level=level)


def _filled(
    y: FloatArray,
    se: FloatArray,
    tau2: FloatArray,
    enough: npt.NDArray[np.bool_],
    *,
    model: str,
    ci: str,
    level: float,
) -> ManyPools:
    from scipy.special import stdtrit

    batch = make_batch(y, se**2)
    df = np.where(enough, batch.n - 1, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        fit = fit_at(batch, tau2)
        q = fit_at(batch, np.where(enough, 0.0, np.nan)).q
    wald = np.sqrt(fit.inverse[:, 0, 0])
    interval = "wald" if model == "common" else ci
    factor = np.ones_like(wald)
    if interval != "wald":
        factor = fit.q / df if interval == "hk" else np.maximum(1.0, fit.q / df)
    se_mean = wald * np.sqrt(factor)
    reach = stdtrit(df if interval != "wald" else np.inf, 0.5 + level / 2)
    i2 = np.where(q > df, 100.0 * (1.0 - df / np.where(q > 0, q, 1.0)), 0.0)
    return read_only(
        ManyPools(
            estimate=fit.coef[:, 0],
            se=se_mean,
            ci_low=fit.coef[:, 0] - reach * se_mean,
            ci_high=fit.coef[:, 0] + reach * se_mean,
            tau2=tau2,
            i2=np.where(enough, i2, np.nan),
            q=q,
            k=batch.n.copy(),
            n=int(y.shape[0]),
            missing=int((batch.present == 0).sum()),
            model=model,
            interval=interval,
            level=level,
            method=f"{NAMES[model]}; {INTERVAL_NAMES[interval]}",
            reference=SOURCES[model] + SOURCES[interval],
        )
    )
