"""Cox regression: one engine for right-censored, delayed-entry and time-dependent data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FitTest, FloatArray, caution
from fusionscape.stats.cox_firth import climb, profile_limit, without
from fusionscape.stats.cox_input import BoolArray, CoxData, CoxError, checked
from fusionscape.stats.cox_likelihood import Likelihood, hazards
from fusionscape.stats.cox_monotone import Divergence, divergences, proven_finite
from fusionscape.stats.cox_newton import (
    Model,
    Peak,
    aliases,
    columns_of,
    evaluate,
    inverted,
    model_of,
    newton,
)
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.cox_scores import sandwich, score_residuals
from fusionscape.stats.design import Design

FEWEST_EVENTS_PER_VARIABLE = 10
FEWEST_CLUSTERS = 20
REFERENCE = (
    "Cox DR (1972) doi:10.1111/j.2517-6161.1972.tb00899.x; "
    "Andersen PK, Gill RD (1982) doi:10.1214/aos/1176345976"
)
FIRTH_REFERENCE = (
    "; Firth D (1993) doi:10.1093/biomet/80.1.27; "
    "Heinze G, Schemper M (2001) doi:10.1111/j.0006-341X.2001.00114.x"
)


def cox(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    X: npt.ArrayLike | Design,
    *,
    entry: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    weights_kind: str = "case",
    offset: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    robust: bool = False,
    ties: str = "efron",
    penalty: str | None = "auto",
    names: Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    level: float = 0.95,
) -> CoxFit:
    """How much does each covariate multiply the hazard, the others held?

    Maximum partial likelihood under proportional hazards. `time` and `entry` share one unit;
    a row is at risk on (entry, time], so a time-dependent covariate is several rows of one
    patient (give `cluster` only for a robust standard error). `X` is (rows, covariates) or the
    `Design` of `stats.design_matrix`, which brings names and terms; `terms` names the term of
    each column for tests of several columns at once.

    `weights_kind`: "case" (the likelihood is weighted), "frequency" (2 is two identical rows),
    "probability" (as case, and the standard error is robust). A row of weight 0 is an absent
    row. `robust` or `cluster` gives the sandwich standard error.

    `penalty`: "firth" always penalises; "auto" does when the partial likelihood is monotone (a
    covariate, or a combination, orders all deaths, so that its estimate is infinite), for every
    row of that fit, and says so; None never does, and then monotone data get no interval.
    Penalised fits carry profile penalised-likelihood limits and likelihood-ratio p values;
    others Wald. With `robust`, Firth fits keep Wald limits from the sandwich unless the
    likelihood is monotone, where Wald limits mean nothing.

    A constant or collinear column is kept with nan and a caution that names it; columns are
    taken in order. Missing values are refused (CoxError names the column), as are data without
    an event. `exact` ties take neither weights nor a robust standard error.

    Sources: Cox (1972) doi:10.1111/j.2517-6161.1972.tb00899.x; Andersen and Gill (1982)
    doi:10.1214/aos/1176345976; Heinze and Schemper (2001)
    doi:10.1111/j.0006-341X.2001.00114.x.

    >>> from fusionscape import stats
    >>> fit = stats.cox([4, 3, 2, 1], [1, 1, 1, 0], [[0], [1], [0], [1]], penalty=None)
    >>> round(float(fit.hazard_ratio[0]), 3)
    1.414
    >>> two = stats.cox([1, 2], [1, 0], [[1], [0]])   # one death, the exposed patient
    >>> two.penalty, round(float(two.hazard_ratio[0]), 6)
    ('firth', 3.0)
    """
    if penalty not in ("auto", "firth", None):
        raise CoxError("unknown-option", 'penalty must be "auto", "firth" or None')
    if not 0.0 < level < 1.0:
        raise CoxError("unknown-option", "level must lie between 0 and 1")
    columns: npt.ArrayLike
    if isinstance(X, Design):
        columns, names, terms = X.X, names or X.names, terms or X.terms
    else:
        columns = X
    data = checked(
        time,
        event,
        columns,
        entry=entry,
        strata=strata,
        weights=weights,
        weights_kind=weights_kind,
        offset=offset,
        cluster=cluster,
        ties=ties,
        names=names,
        terms=terms,
    )
    wants_robust = robust or cluster is not None or weights_kind == "probability"
    if wants_robust and ties == "exact":
        raise CoxError("exact-ties-robust", "exact ties have no robust standard error; use Efron")
    return fitted(data, wants_robust, penalty, level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climbed:
    """Everything between the data and the table of coefficients, on the scaled columns."""

    model: Model
    used: BoolArray
    null: Likelihood
    peak: Peak
    diverging: tuple[Divergence, ...]
    penalty: str | None
    null_value: float


def fitted(data: CoxData, robust: bool, penalty: str | None, level: float) -> CoxFit:
    """Fit, decide on the penalty, and fill the result."""
    whole = model_of(data)
    null = evaluate(whole, np.zeros(len(whole.XT)))
    reasons = aliases(null.information, float(whole.sets.death_weight.sum()))
    used = np.array([reason is None for reason in reasons])
    cautions = [
        alias_caution(data, column, *reason)
        for column, reason in enumerate(reasons)
        if reason is not None
    ]
    climbed = climbed_model(whole, used, null, penalty)
    inverse = inverted(climbed.peak.at.information)[0]
    covariance = inverse
    if robust and used.any():
        covariance = robust_covariance(data, climbed, inverse)
    cautions += fit_cautions(data, climbed, robust, penalty)
    return table(data, climbed, inverse, covariance, robust, level, cautions)


def climbed_model(whole: Model, used: BoolArray, null: Likelihood, penalty: str | None) -> Climbed:
    """Unpenalised fit, the test for a finite maximum, and Firth's fit where it is called for."""
    model = columns_of(whole, used)
    start = Likelihood(
        loglik=null.loglik,
        score=null.score[used],
        information=null.information[np.ix_(used, used)],
    )
    if not used.any():
        peak = Peak(beta=np.zeros(0), value=null.loglik, at=start, iterations=0, converged=True)
        return Climbed(
            model=model,
            used=used,
            null=start,
            peak=peak,
            diverging=(),
            penalty=None,
            null_value=null.loglik,
        )
    peak = newton(model, start)
    diverging = () if proven_finite(model, peak) else divergences(model)
    kind = "firth" if penalty == "firth" or (penalty == "auto" and diverging) else None
    null_value = start.loglik
    if kind == "firth":
        first = np.zeros(len(start.score)) if diverging or not peak.converged else peak.beta
        peak = climb(model, first, list(range(len(first))))
        null_value += inverted(start.information)[1]
    return Climbed(
        model=model,
        used=used,
        null=start,
        peak=peak,
        diverging=diverging,
        penalty=kind,
        null_value=null_value,
    )


def robust_covariance(data: CoxData, climbed: Climbed, inverse: FloatArray) -> FloatArray:
    """Sandwich covariance on the scaled columns."""
    model, sets = climbed.model, climbed.model.sets
    parts = hazards(sets, model.XT, model.offset + climbed.peak.beta @ model.XT)
    residuals = score_residuals(sets, model.XT, parts)
    cluster = None if data.cluster is None else data.cluster[sets.order]
    return sandwich(residuals, sets.weights, cluster, inverse)


def alias_caution(data: CoxData, column: int, code: str, explained_by: list[int]) -> Caution:
    """Say which column has no coefficient, and why."""
    name = data.names[column]
    values = data.X[:, column]
    if values.max() == values.min():
        return caution("constant-covariate", covariate=name, value=float(values[0]))
    if code == "collinear-covariate":
        others = ", ".join(data.names[k] for k in explained_by)
        return caution("collinear-covariate", covariate=name, explained_by=others)
    return caution(code, covariate=name)


def fit_cautions(data: CoxData, climbed: Climbed, robust: bool, asked: str | None) -> list[Caution]:
    """What the reader of this fit must know."""
    names = [name for name, use in zip(data.names, climbed.used, strict=True) if use]
    answer = "firth" if climbed.penalty else "none"
    found = [
        caution(
            "monotone-likelihood",
            covariate=names[run.column],
            direction=run.direction,
            alone=run.alone,
            penalty=answer,
        )
        for run in climbed.diverging
    ]
    if climbed.diverging and climbed.penalty and asked == "auto":
        found.append(caution("switched-to-firth", covariates=len(names)))
    if climbed.diverging and not climbed.penalty:
        found.append(caution("no-interval-monotone-likelihood"))
    events, variables = int(data.event.sum()), len(names)
    if variables and events < FEWEST_EVENTS_PER_VARIABLE * variables:
        found.append(caution("few-events-per-variable", events=events, variables=variables))
    if robust and climbed.diverging and climbed.penalty:
        found.append(caution("profile-interval-not-robust"))
    clusters = 0 if data.cluster is None else len(np.unique(data.cluster))
    if 0 < clusters < FEWEST_CLUSTERS:
        found.append(caution("few-clusters", n=clusters))
    finite = climbed.penalty or not climbed.diverging
    if finite and not climbed.peak.converged:
        found.append(caution("not-converged", iterations=climbed.peak.iterations))
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Interval and test per used column, on the scale of the data."""

    low: FloatArray
    high: FloatArray
    statistic: FloatArray
    p: FloatArray
    ci_method: str


def wald_rows(coef: FloatArray, se: FloatArray, level: float, method: str) -> Rows:
    """Normal limits and z."""
    from scipy.special import ndtr, ndtri

    z = coef / se
    half = float(ndtri(0.5 + level / 2.0)) * se
    return Rows(
        low=coef - half,
        high=coef + half,
        statistic=z,
        p=2.0 * np.asarray(ndtr(-np.abs(z))),
        ci_method=method,
    )


def profile_rows(climbed: Climbed, level: float) -> Rows:
    """Profile penalised-likelihood limits and likelihood-ratio tests."""
    from scipy.special import chdtrc, chdtri

    model, peak = climbed.model, climbed.peak
    drop = float(chdtri(1.0, 1.0 - level)) / 2.0
    columns = range(len(peak.beta))
    limits = np.array(
        [[profile_limit(model, peak, k, sign, drop) for sign in (-1, 1)] for k in columns]
    )
    ratio = np.array([2.0 * (peak.value - without(model, peak, k).value) for k in columns])
    ratio = np.maximum(ratio, 0.0)
    return Rows(
        low=limits[:, 0] / model.scale,
        high=limits[:, 1] / model.scale,
        statistic=ratio,
        p=np.asarray(chdtrc(1.0, ratio)),
        ci_method="profile penalised likelihood",
    )


def no_rows(p: int) -> Rows:
    """No interval and no test."""
    blank = np.full(p, np.nan)
    return Rows(low=blank, high=blank, statistic=blank, p=blank, ci_method="none")


def rows_of(climbed: Climbed, coef: FloatArray, se: FloatArray, robust: bool, level: float) -> Rows:
    """The interval each kind of fit deserves."""
    if climbed.diverging and not climbed.penalty:
        return no_rows(len(coef))
    if climbed.penalty and (climbed.diverging or not robust):
        return profile_rows(climbed, level)
    return wald_rows(coef, se, level, "robust Wald" if robust else "Wald")


def table(
    data: CoxData,
    climbed: Climbed,
    inverse: FloatArray,
    covariance: FloatArray,
    robust: bool,
    level: float,
    cautions: list[Caution],
) -> CoxFit:
    """Back to the caller's scale and columns."""
    scale, used, peak = climbed.model.scale, climbed.used, climbed.peak
    coef = peak.beta / scale
    lost = bool(climbed.diverging) and not climbed.penalty
    runaway = np.zeros(len(coef))
    if lost:
        coef, runaway = limiting(coef, climbed.diverging)
    units = np.outer(scale, scale)
    inverse, covariance = inverse / units, covariance / units
    se = np.sqrt(np.diag(covariance))
    if lost:
        se, inverse, covariance = se * np.nan, inverse * np.nan, covariance * np.nan
    rows = rows_of(climbed, coef, se, robust, level)
    full_coef, low, high = widen(used, coef), widen(used, rows.low), widen(used, rows.high)
    events = int(data.event.sum())
    shift = float(np.log(scale).sum()) if climbed.penalty else 0.0
    with np.errstate(over="ignore"):
        ratios = np.exp(full_coef), np.exp(low), np.exp(high)
    return CoxFit(
        names=data.names,
        terms=data.terms,
        coef=full_coef,
        se=widen(used, se),
        ci_low=low,
        ci_high=high,
        hazard_ratio=ratios[0],
        hr_low=ratios[1],
        hr_high=ratios[2],
        statistic=widen(used, rows.statistic),
        statistic_name="chi-square" if rows.ci_method.startswith("profile") else "z",
        p=widen(used, rows.p),
        df=int(used.sum()),
        covariance=widen_square(used, covariance),
        model_covariance=widen_square(used, inverse),
        tests=whole_tests(climbed, coef, covariance, lost),
        loglik=peak.at.loglik,
        loglik_null=climbed.null.loglik,
        penalised_loglik=peak.value + shift if climbed.penalty else None,
        penalised_loglik_null=climbed.null_value + shift if climbed.penalty else None,
        n=data.n,
        events=events,
        missing=0,
        events_per_variable=events / max(int(used.sum()), 1),
        ties=data.ties,
        penalty=climbed.penalty,
        robust=robust,
        ci_method=rows.ci_method,
        level=level,
        monotone=monotone_columns(climbed),
        aliased=tuple(not u for u in used.tolist()),
        means=data.X.mean(axis=0),
        converged=peak.converged and not lost,
        iterations=peak.iterations,
        method=described(data, climbed, robust, rows.ci_method),
        reference=REFERENCE + (FIRTH_REFERENCE if climbed.penalty else ""),
        cautions=tuple(cautions) + profile_cautions(climbed, rows, used, data.names),
        data=data,
    )


def limiting(coef: FloatArray, diverging: tuple[Divergence, ...]) -> tuple[FloatArray, FloatArray]:
    """Infinite coefficients where the likelihood has no maximum; nan where either way goes."""
    ends = {"up": np.inf, "down": -np.inf, "either": np.nan}
    result = coef.copy()
    for run in diverging:
        result[run.column] = ends[run.direction]
    return result, result - coef


def widen(used: BoolArray, values: FloatArray) -> FloatArray:
    """Used columns back among all, nan elsewhere."""
    result = np.full(len(used), np.nan)
    result[used] = values
    return result


def widen_square(used: BoolArray, values: FloatArray) -> FloatArray:
    """The same for a matrix."""
    result = np.full((len(used), len(used)), np.nan)
    result[np.ix_(used, used)] = values
    return result


def monotone_columns(climbed: Climbed) -> tuple[str | None, ...]:
    """Direction per column of the caller."""
    kept = np.flatnonzero(climbed.used).tolist()
    result: list[str | None] = [None] * len(climbed.used)
    for run in climbed.diverging:
        result[kept[run.column]] = run.direction
    return tuple(result)


def profile_cautions(
    climbed: Climbed, rows: Rows, used: BoolArray, names: tuple[str, ...]
) -> tuple[Caution, ...]:
    """Profile limits that were not reached."""
    if not rows.ci_method.startswith("profile"):
        return ()
    kept = np.flatnonzero(used).tolist()
    open_ended = ~(np.isfinite(rows.low) & np.isfinite(rows.high))
    return tuple(
        caution("profile-limit-not-reached", covariate=names[kept[k]])
        for k in np.flatnonzero(open_ended).tolist()
    )


def whole_tests(
    climbed: Climbed, coef: FloatArray, covariance: FloatArray, lost: bool
) -> tuple[FitTest, ...]:
    """Likelihood ratio, score and Wald tests of the whole model."""
    from scipy.special import chdtrc

    df = len(coef)
    if df == 0:
        return ()
    null = climbed.null
    values = [
        (
            "penalised likelihood ratio" if climbed.penalty else "likelihood ratio",
            2.0 * (climbed.peak.value - climbed.null_value),
        ),
        ("score", float(null.score @ np.linalg.solve(null.information, null.score))),
    ]
    if not climbed.diverging:
        values.append(("Wald", float(coef @ np.linalg.solve(covariance, coef))))
    return tuple(
        FitTest(name=name, statistic=value, df=float(df), p=float(chdtrc(float(df), value)))
        for name, value in values
    )


def described(data: CoxData, climbed: Climbed, robust: bool, ci_method: str) -> str:
    """One line for the Methods section."""
    parts = [f"Cox regression, {data.ties.capitalize()} ties"]
    if data.entry is not None:
        parts.append("delayed entry")
    if data.strata:
        parts.append(f"{len(data.strata)} strata")
    if data.weighted:
        parts.append("weighted")
    if climbed.penalty:
        parts.append("Firth's penalty")
    if robust:
        parts.append("robust standard errors")
    return ", ".join(parts) + f"; {ci_method} intervals"
