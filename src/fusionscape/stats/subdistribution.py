"""Fine-Gray: how does the cumulative incidence of one cause depend on covariates?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.observed import (
    BoolArray,
    IntArray,
    Rows,
    checked_level,
    checked_number,
    floats,
    numbers,
    observe,
    read_only,
    refuse,
)
from fusionscape.stats.risk_table import prepend, product_limit, ratio, risk_table

REFERENCE = "Fine & Gray 1999, doi:10.1080/01621459.1999.10474144"
MONOTONE_SE = 50.0  # naive standard error, per standard deviation, of a coefficient run away
FEW_EVENTS_PER_VARIABLE = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FineGray:
    """Subdistribution hazard ratios with the robust standard error of Fine & Gray."""

    names: tuple[str, ...]
    of: int
    coef: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    hazard_ratio: FloatArray
    hr_low: FloatArray
    hr_high: FloatArray
    statistic: FloatArray
    p: FloatArray
    covariance: FloatArray
    loglik: float
    loglik_null: float
    df: int
    n: int
    events: int
    competing: int
    missing: int
    level: float
    converged: bool
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


@dataclass(slots=True, eq=False)
class _Data:
    """Rows with the censoring survival just before each distinct time."""

    X: FloatArray
    cause: BoolArray
    competing: BoolArray
    censored: BoolArray
    row: IntArray
    at_risk: FloatArray
    d: FloatArray
    d_censored: FloatArray
    G: FloatArray


@dataclass(slots=True, eq=False)
class _State:
    risk: FloatArray
    s0: FloatArray
    mean: FloatArray
    loglik: float
    score: FloatArray
    information: FloatArray


def _prepare(time: FloatArray, event: IntArray, X: FloatArray, of: int) -> _Data:
    table = risk_table(Rows(time, (event == 0).astype(np.intp)), index=True)
    assert table.row is not None
    g = product_limit(table.events, table.at_risk)
    cause = event == of
    return _Data(
        X=X,
        cause=cause,
        competing=(event > 0) & ~cause,
        censored=event == 0,
        row=table.row,
        at_risk=table.at_risk,
        d=np.bincount(table.row[cause], minlength=g.size).astype(float),
        d_censored=table.events,
        G=prepend(g[:-1], 1.0),
    )


def _risk_sum(data: _Data, values: FloatArray) -> FloatArray:
    """Sum over the risk set of each time: those still under observation, and those who had a
    competing event earlier, weighted by G(t-) / G(x-)."""
    size = data.G.size
    here = np.bincount(data.row, weights=values, minlength=size)
    standing = np.cumsum(here[::-1])[::-1]
    return standing + data.G * _gone(data, values)


def _gone(data: _Data, values: FloatArray) -> FloatArray:
    """Sum of value / G(x-) over competing events strictly before each time."""
    mine = data.row[data.competing]
    scaled = values[data.competing] / data.G[mine]
    sums: FloatArray = np.bincount(mine, weights=scaled, minlength=data.G.size).cumsum() * 1.0
    return prepend(sums[:-1], 0.0)


def _evaluate(data: _Data, beta: FloatArray) -> _State:
    eta = data.X @ beta
    shift = float(eta.max())
    risk = np.exp(eta - shift)
    s0 = _risk_sum(data, risk)
    p = beta.size
    mean = np.stack([_risk_sum(data, risk * data.X[:, j]) / s0 for j in range(p)], axis=1)
    information = np.zeros((p, p))
    for i in range(p):
        for j in range(i + 1):
            second = _risk_sum(data, risk * data.X[:, i] * data.X[:, j]) / s0
            information[i, j] = data.d @ (second - mean[:, i] * mean[:, j])
            information[j, i] = information[i, j]
    loglik = float(eta[data.cause].sum() - data.d @ (np.log(s0) + shift))
    score = data.X[data.cause].sum(axis=0) - data.d @ mean
    return _State(risk, s0, mean, loglik, score, information)


def _newton(data: _Data, limit: int = 60) -> tuple[FloatArray, _State, bool]:
    beta = np.zeros(data.X.shape[1])
    state = _evaluate(data, beta)
    for _ in range(limit):
        step = np.linalg.lstsq(state.information, state.score, rcond=1e-12)[0]
        size = 1.0
        tried = _evaluate(data, beta + step)
        while not tried.loglik >= state.loglik - 1e-10 * abs(state.loglik) and size > 1e-6:
            size /= 2
            tried = _evaluate(data, beta + size * step)
        beta, state = beta + size * step, tried
        if float(np.abs(size * step).max()) < 1e-10 * max(1.0, float(np.abs(beta).max())):
            return beta, state, True
    return beta, state, False


def _influence(data: _Data, state: _State) -> FloatArray:
    """Score residuals plus what each patient adds through the estimated censoring weights."""
    X, row, p = data.X, data.row, data.X.shape[1]
    hazard = ratio(data.d, state.s0)
    upto = np.cumsum(hazard)[row]
    weighted = hazard * data.G
    after = (np.cumsum(weighted[::-1])[::-1] - weighted)[row]
    late = np.where(data.competing, after / data.G[row], 0.0)
    eta = np.empty(X.shape)
    psi = np.empty(X.shape)
    gone = _gone(data, state.risk)
    from_on = np.cumsum(weighted[::-1])[::-1]
    for j in range(p):
        mean = state.mean[:, j]
        mean_upto = np.cumsum(hazard * mean)[row]
        mean_weighted = np.cumsum((weighted * mean)[::-1])[::-1]
        mean_after = (mean_weighted - weighted * mean)[row]
        mean_late = np.where(data.competing, mean_after / data.G[row], 0.0)
        drift = X[:, j] * (upto + late) - mean_upto - mean_late
        eta[:, j] = data.cause * (X[:, j] - mean[row]) - state.risk * drift
        q = _gone(data, state.risk * X[:, j]) * from_on - gone * mean_weighted
        lost = np.cumsum(q * data.d_censored / data.at_risk**2)
        psi[:, j] = data.censored * (q / data.at_risk)[row] - lost[row]
    return eta + psi


def _design(X: npt.ArrayLike, names: Sequence[str] | None, n: int) -> tuple[FloatArray, list[str]]:
    matrix = floats(X, "X")
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or matrix.shape[0] != n or matrix.shape[1] == 0:
        raise refuse("length-differs", f"`X` must have {n} rows.", "One row per patient.", "X")
    if np.isinf(matrix).any():
        raise refuse("infinite-covariate", "`X` holds an infinite value.", "Check it.", "X")
    given = [f"x{j + 1}" for j in range(matrix.shape[1])] if names is None else list(names)
    if len(given) != matrix.shape[1]:
        raise refuse("length-differs", "`names` must name every column.", "One each.", "names")
    return matrix, given


def _check_design(X: FloatArray, names: list[str]) -> FloatArray:
    spread: FloatArray = X.std(axis=0)
    for name, value, centre in zip(names, spread, np.abs(X).max(axis=0), strict=True):
        if value <= 1e-12 * max(float(centre), 1e-300):
            raise refuse("constant-covariate", f"{name} does not vary.", "Leave it out.", name)
    scaled = (X - X.mean(axis=0)) / spread
    if np.linalg.matrix_rank(scaled, tol=1e-8 * sqrt(X.shape[0])) < X.shape[1]:
        raise refuse(
            "collinear-covariates", "A covariate is a combination of others.", "Leave one out."
        )
    return spread


@dataclass(slots=True, eq=False)
class _Solution:
    beta: FloatArray
    covariance: FloatArray
    loglik: float
    runaway: BoolArray
    converged: bool


def _solve(data: _Data) -> _Solution:
    """Coefficients and their sandwich covariance; nan where the likelihood has no maximum."""
    beta, state, converged = _newton(data)
    inverse = np.linalg.pinv(state.information, hermitian=True)
    residual = _influence(data, state)
    covariance = inverse @ (residual.T @ residual) @ inverse
    runaway = ~(np.diag(inverse) < MONOTONE_SE**2) | ~(np.diag(state.information) > 1e-6)
    if runaway.any() or not converged:
        beta, covariance = np.full_like(beta, np.nan), np.full_like(covariance, np.nan)
        converged = False
    return _Solution(beta, covariance, state.loglik, runaway, converged)


def _notes(names: list[str], found: _Solution, events: int, n: int) -> tuple[Caution, ...]:
    """What to be careful about in this fit."""
    away = [name for name, gone in zip(names, found.runaway.tolist(), strict=True) if gone]
    notes = [caution("monotone-likelihood", covariate=name) for name in away]
    if not found.converged and not away:
        notes.append(caution("not-converged", n=n))
    if events < FEW_EVENTS_PER_VARIABLE * len(names):
        notes.append(caution("few-events-per-variable", events=events, variables=len(names)))
    return tuple(notes)


def _check_spread(variance: FloatArray, labels: Sequence[str]) -> None:
    """A variance of nothing would print an interval of no width: all events at one time, say."""
    for name, value in zip(labels, variance.tolist(), strict=True):
        if value <= 0:
            raise refuse(
                "no-variance", f"The events say nothing about how sure the ratio of {name} is.",
                "Leave it out, or wait for events at more times.", name,
            )  # fmt: skip


def _on_both_scales(coef: FloatArray, covariance: FloatArray, level: float) -> dict[str, Any]:
    """Coefficients and hazard ratios with limits and p."""
    se = np.sqrt(np.diag(covariance))
    half = normal_quantile(level) * se
    z = coef / se
    return {
        "coef": coef,
        "se": se,
        "ci_low": coef - half,
        "ci_high": coef + half,
        "hazard_ratio": np.exp(coef),
        "hr_low": np.exp(coef - half),
        "hr_high": np.exp(coef + half),
        "statistic": z,
        "p": np.array([erfc(abs(v) / sqrt(2)) for v in z.tolist()]),
        "covariance": covariance,
    }


def fine_gray(
    time: npt.ArrayLike,
    cause: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    of: int = 1,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> FineGray:
    """How does the cumulative incidence of one cause depend on covariates?

    Proportional subdistribution hazards. Patients with a competing event stay in the risk set
    with weight G(t-) / G(x-), G the Kaplan-Meier of censoring taken just before each time (as
    cmprsk::crr); tied events by Breslow. The standard error is the sandwich of Fine & Gray, which
    allows for the weights being estimated. Where a coefficient runs to infinity the numbers are
    nan and the caution ``monotone-likelihood`` names the covariate. There is no `entry`: the
    weights are for right censoring. Rows with a missing covariate are counted in `missing`.

    Source: Fine & Gray 1999, doi:10.1080/01621459.1999.10474144.

    >>> fit = fine_gray([1, 2, 3, 4, 5, 6], [1, 2, 1, 1, 2, 0], [0, 1, 1, 0, 0, 1])
    >>> fit.events, fit.competing, bool(fit.coef[0] < 0)
    (3, 2, True)
    """
    checked_number(of, "of", 1, whole=True)
    checked_level(level)
    given = numbers(time, "time")
    matrix, labels = _design(X, names, given.size)
    times = np.where(np.isnan(matrix).any(axis=1), np.nan, given)
    seen = observe(times, cause, causes=True)
    X_kept = matrix[seen.kept]
    events = int((seen.event == of).sum())
    if events == 0:
        raise refuse("no-events", f"Nobody had cause {of}.", "Check `of` and `cause`.", "of")
    spread = _check_design(X_kept, labels)
    data = _prepare(seen.time, seen.event, (X_kept - X_kept.mean(axis=0)) / spread, of)
    found = _solve(data)
    covariance = found.covariance / np.outer(spread, spread)
    _check_spread(np.diag(covariance), labels)
    return read_only(
        FineGray(
            names=tuple(labels),
            of=of,
            **_on_both_scales(found.beta / spread, covariance, level),
            loglik=found.loglik,
            loglik_null=_evaluate(data, np.zeros(len(labels))).loglik,
            df=len(labels),
            n=seen.n,
            events=events,
            competing=int(((seen.event > 0) & (seen.event != of)).sum()),
            missing=seen.missing,
            level=level,
            converged=found.converged,
            method="Fine-Gray proportional subdistribution hazards, robust standard error",
            reference=REFERENCE,
            cautions=seen.cautions() + _notes(labels, found, events, seen.n),
        )
    )
