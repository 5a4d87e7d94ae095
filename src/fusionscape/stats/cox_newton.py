"""Maximum partial likelihood: standardised covariates, aliases, Newton with step halving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_exact_ties import exact_likelihood
from fusionscape.stats.cox_input import CoxData, IntArray
from fusionscape.stats.cox_likelihood import (
    Likelihood,
    assembled,
    hazards,
    information_slope,
    likelihood,
)
from fusionscape.stats.cox_risk_sets import RiskSets, build
from fusionscape.stats.products import combined

MOST_ITERATIONS = 60
ALIAS_TOLERANCE = 1e-9
COMPILED_FROM = 50_000  # rows; below, loading the compiler costs more than it saves

BLOCK = 4096  # rows

Kernel = Callable[[RiskSets, FloatArray, FloatArray], Likelihood]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """Sorted, centred and scaled data of one fit; coefficients here are per `scale`."""

    sets: RiskSets
    XT: FloatArray
    offset: FloatArray
    center: FloatArray
    scale: FloatArray
    exact: bool
    kernel: Kernel


def chosen_kernel(n: int) -> Kernel:
    """The compiled likelihood for many rows where numba is installed, else the numpy one."""
    if n < COMPILED_FROM or find_spec("numba") is None:
        return likelihood
    from fusionscape.stats import cox_numba

    compiled: Kernel = cox_numba.likelihood
    return compiled


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peak:
    """Where the climb ended.

    `value` is the (penalised) log likelihood there, `score` the slope of a penalised one.
    """

    beta: FloatArray
    value: float
    at: Likelihood
    iterations: int
    converged: bool
    score: FloatArray | None = None


def model_of(data: CoxData) -> Model:
    """Sort and standardise: column mean 0, standard deviation 1 (a constant column is 0)."""
    sets, kernel = build(data), chosen_kernel(data.n)
    center = data.X.mean(axis=0)
    XT = centred(data.X, sets.order, center)
    scale = np.sqrt(np.einsum("ij,ij->i", XT, XT) / data.n)
    for j in np.flatnonzero(scale <= 1e-6 * np.abs(center)).tolist():
        if data.X[:, j].max() == data.X[:, j].min():
            XT[j] = scale[j] = 0.0
    scale[scale == 0.0] = 1.0
    XT /= scale[:, None]
    return Model(
        sets=sets,
        XT=XT,
        offset=data.offset[sets.order],
        center=center,
        scale=scale,
        exact=data.ties == "exact",
        kernel=kernel,
    )


def centred(X: FloatArray, order: IntArray, center: FloatArray) -> FloatArray:
    """Rows in order, less `center`, as (covariates, rows); in blocks that stay in the cache."""
    XT = np.empty((X.shape[1], len(order)))
    for low in range(0, len(order), BLOCK):
        rows = order[low : low + BLOCK]
        XT[:, low : low + BLOCK] = (X[rows] - center).T
    return XT


def columns_of(model: Model, keep: np.typing.NDArray[np.bool_]) -> Model:
    """The model without its aliased columns."""
    if keep.all():
        return model
    return replace(model, XT=model.XT[keep], center=model.center[keep], scale=model.scale[keep])


def evaluate(model: Model, beta: FloatArray) -> Likelihood:
    """Log likelihood, score and information at `beta`."""
    eta = model.offset + combined(beta, model.XT)
    if model.exact:
        return exact_likelihood(model.sets, model.XT, eta)[0]
    return model.kernel(model.sets, model.XT, eta)


def penalised(model: Model, beta: FloatArray) -> tuple[float, FloatArray, Likelihood]:
    """Firth: log likelihood + log |information| / 2, its score, and the plain likelihood.

    Source: Firth (1993) doi:10.1093/biomet/80.1.27.
    """
    eta = model.offset + combined(beta, model.XT)
    if model.exact:
        at = exact_likelihood(model.sets, model.XT, eta)[0]
        inverse, half_log = inverted(at.information)
        slope = exact_likelihood(model.sets, model.XT, eta, inverse)[1]
    else:
        with np.errstate(all="ignore"):
            parts = hazards(model.sets, model.XT, eta)
            at = assembled(model.sets, model.XT, parts)
            inverse, half_log = inverted(at.information)
            slope = information_slope(model.sets, model.XT, parts, inverse)
    return at.loglik + half_log, at.score + slope, at


def inverted(information: FloatArray) -> tuple[FloatArray, float]:
    """Inverse and half the log determinant; a singular matrix gives minus infinity."""
    try:
        root = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return np.zeros_like(information), -np.inf
    half = np.linalg.inv(root)
    return half.T @ half, float(np.log(np.diag(root)).sum())


def aliases(information: FloatArray, events: float) -> list[tuple[str, list[int]] | None]:
    """Per column None, or why it has no coefficient and the earlier columns that explain it.

    Columns are taken in order; one whose information is used up by those before it is aliased,
    as in R. Covariates are standardised, so information is of the order of the event count.
    """
    kept: list[int] = []
    found: list[tuple[str, list[int]] | None] = []
    for j in range(len(information)):
        own = information[j, j]
        if own <= ALIAS_TOLERANCE * events:
            found.append(("covariate-without-contrast", []))
            continue
        share = np.linalg.solve(information[np.ix_(kept, kept)], information[kept, j])
        if own - information[j, kept] @ share <= ALIAS_TOLERANCE * own:
            part = [k for k, s in zip(kept, share.tolist(), strict=True) if abs(s) > 1e-6]
            found.append(("collinear-covariate", part))
            continue
        kept.append(j)
        found.append(None)
    return found


def newton(model: Model, start: Likelihood) -> Peak:
    """Climb from zero; stops after a step whose gain in log likelihood was below 1e-12."""
    beta = np.zeros(len(model.XT))
    at = start
    for iteration in range(1, MOST_ITERATIONS + 1):
        try:
            step = np.linalg.solve(at.information, at.score)
        except np.linalg.LinAlgError:
            return Peak(beta=beta, value=at.loglik, at=at, iterations=iteration, converged=False)
        gain = float(step @ at.score)
        if 0.0 <= gain < 1e-20:  # the step is below 1e-10 standard errors
            return Peak(beta=beta, value=at.loglik, at=at, iterations=iteration, converged=True)
        trial = evaluate(model, beta + step)
        halvings = 0
        while not trial.loglik >= at.loglik - 1e-11 * abs(at.loglik) and halvings < 40:
            step, halvings = step / 2.0, halvings + 1
            trial = evaluate(model, beta + step)
        if halvings == 40:  # rounding hides what is left to gain, or there is no way up
            done = gain < 1e-9
            return Peak(beta=beta, value=at.loglik, at=at, iterations=iteration, converged=done)
        beta, at = beta + step, trial
        if halvings == 0 and gain < 1e-12:
            return Peak(beta=beta, value=at.loglik, at=at, iterations=iteration, converged=True)
    return Peak(beta=beta, value=at.loglik, at=at, iterations=MOST_ITERATIONS, converged=False)
