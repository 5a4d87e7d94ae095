"""Logistic regression, by maximum likelihood or with Firth's penalty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.contingency import chi_square_tail
from fusionscape.stats.logistic_likelihood import Likelihood, Solution
from fusionscape.stats.observed import floats, refuse
from fusionscape.stats.roots import crossing
from fusionscape.stats.separation import separated_columns
from fusionscape.stats.tables import check_level

Penalty = Literal["auto", "firth"] | None

_FARTHEST = 40.0  # a limit beyond this log odds ratio is infinite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogisticFit:
    """Coefficients in the order of `names`, the intercept apart.

    `coef`, `se`, `ci_low`, `ci_high` are log odds ratios, `odds_ratio`, `or_low`, `or_high` their
    exponentials. `p` belongs to the likelihood ratio test (penalised when `penalty` is firth), and
    so do the profile limits; `wald_p` is for comparison. `separated` holds -1, 0 or 1 per
    coefficient: the direction in which the plain likelihood has no maximum.
    """

    names: tuple[str, ...]
    coef: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    odds_ratio: FloatArray
    or_low: FloatArray
    or_high: FloatArray
    p: FloatArray
    wald_p: FloatArray
    intercept: float
    intercept_se: float
    separated: tuple[int, ...]
    penalty: str | None
    level: float
    loglik: float
    statistic: float
    df: int
    model_p: float
    n: int
    events: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def logistic(
    y: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    penalty: Penalty = "auto",
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> LogisticFit:
    """Which characteristics go with a yes-or-no outcome, each adjusted for the others?

    An intercept is added. ``penalty="firth"`` maximises the likelihood times the root of the
    information determinant, which is finite always and less biased in small samples;
    ``penalty=None`` is plain maximum likelihood; ``"auto"`` is plain unless a linear combination
    of the covariates separates events from non-events, then Firth (caution ``separation-firth``).
    Plain fits of separated data have no estimate: nan for separated coefficients (caution
    ``separation``). Intervals and p come from the profile (penalised) likelihood.

    Parameters
    ----------
    y : 1 event, 0 none, nan missing. X : patients x covariates, nan missing; a patient with any
        missing value is left out and counted.

    Raises
    ------
    ValueError : shapes differ, y is not 0/1, or a covariate is constant or a combination of others.

    References
    ----------
    Firth (1993), doi:10.1093/biomet/80.1.27. Heinze and Schemper (2002), doi:10.1002/sim.1047.
    Konis (2007), Linear programming algorithms for detecting separated data, Oxford.

    Examples
    --------
    >>> y = [1] * 8 + [0] * 2 + [0] * 12
    >>> fit = logistic(y, [[1]] * 10 + [[0]] * 12, names=["FLT3-ITD"])
    >>> fit.penalty, round(float(fit.coef[0]), 4)
    ('firth', 4.4427)
    """
    check_level(level)
    if penalty not in ("auto", "firth", None):
        raise refuse("unknown-option", "the penalty is auto, firth or None", "Check the arguments.")
    outcome, covariates, missing, labels = _complete(y, X, names)
    design = np.column_stack([np.ones(len(outcome)), covariates])
    _check_rank(design)
    plain = Likelihood(design, outcome, firth=False)
    solution = plain.maximise()
    separated = (0,) * len(labels)
    if solution is None:
        separated = separated_columns(design, outcome)[1:]
    firth = penalty == "firth" or (penalty == "auto" and solution is None)
    if firth:
        plain = Likelihood(design, outcome, firth=True)
        solution = plain.maximise()
    notes = _notes(firth, separated, labels, outcome)
    if solution is None:
        return _unestimable(outcome, labels, separated, level, missing, notes)
    return _report(plain, solution, labels, separated, firth, level, missing, notes)


def _complete(
    y: npt.ArrayLike, X: npt.ArrayLike, names: Sequence[str] | None
) -> tuple[FloatArray, FloatArray, int, tuple[str, ...]]:
    outcome, covariates = floats(y, "y"), floats(X, "X")
    if outcome.ndim != 1 or covariates.ndim != 2 or len(outcome) != len(covariates):
        raise refuse(
            "length-differs",
            "y is one value per patient and X patients by covariates",
            "Check the arguments.",
        )
    if covariates.shape[1] == 0:
        raise refuse("no-covariates", "X holds at least one covariate", "Check the arguments.")
    labels = tuple(names) if names is not None else _numbered(covariates.shape[1])
    if len(labels) != covariates.shape[1]:
        raise refuse("names-mismatch", "one name per covariate", "Check the arguments.")
    here = ~(np.isnan(outcome) | np.isnan(covariates).any(axis=1))
    if not np.isin(outcome[here], (0, 1)).all():
        raise refuse("not-0-1", "the outcome is 1, 0 or nan", "Check the arguments.")
    if not np.isfinite(covariates[here]).all():
        raise refuse(
            "not-finite", "a covariate is finite, or nan when missing", "Check the arguments."
        )
    return outcome[here], covariates[here], int((~here).sum()), labels


def _numbered(columns: int) -> tuple[str, ...]:
    return tuple(f"x{i + 1}" for i in range(columns))


def _check_rank(design: FloatArray) -> None:
    scale = np.abs(design).max(axis=0, initial=0.0)
    scaled = design / np.where(scale > 0, scale, 1.0)
    if len(design) == 0 or np.linalg.matrix_rank(scaled, tol=1e-9 * len(design)) < design.shape[1]:
        raise refuse(
            "collinear-covariate",
            "a covariate is constant or a combination of the others",
            "Check the arguments.",
        )


def _notes(
    firth: bool,
    separated: tuple[int, ...],
    labels: tuple[str, ...],
    outcome: FloatArray,
) -> tuple[Caution, ...]:
    out = []
    code = "separation-firth" if firth else "separation"
    for name, direction in zip(labels, separated, strict=True):
        if direction:
            out.append(caution(code, covariate=name, direction=direction))
    rarer = int(min(outcome.sum(), (1 - outcome).sum()))
    if rarer < 10 * len(labels):
        out.append(caution("few-events-per-variable", events=rarer, variables=len(labels)))
    return tuple(out)


def _report(
    likelihood: Likelihood,
    solution: Solution,
    labels: tuple[str, ...],
    separated: tuple[int, ...],
    firth: bool,
    level: float,
    missing: int,
    notes: tuple[Caution, ...],
) -> LogisticFit:
    k = len(labels)
    se = np.sqrt(np.diag(np.linalg.inv(solution.information)))
    coef = solution.coef[1:]
    limits = np.full((k, 2), math.nan)
    for j in range(k):
        limits[j] = profile_limits(likelihood, solution, j + 1, level)
    null = likelihood.maximise(fixed=dict.fromkeys(range(1, k + 1), 0.0))
    statistic = 2 * (solution.value - null.value) if null is not None else math.nan
    return replace(
        _unestimable(likelihood.outcome, labels, separated, level, missing, notes),
        coef=coef,
        se=se[1:],
        ci_low=limits[:, 0],
        ci_high=limits[:, 1],
        odds_ratio=_ratio(coef),
        or_low=_ratio(limits[:, 0]),
        or_high=_ratio(limits[:, 1]),
        p=np.array([_ratio_p(likelihood, solution, j + 1) for j in range(k)]),
        wald_p=np.array([math.erfc(abs(z) / math.sqrt(2)) for z in coef / se[1:]]),
        intercept=float(solution.coef[0]),
        intercept_se=float(se[0]),
        penalty="firth" if firth else None,
        loglik=solution.value,
        statistic=statistic,
        model_p=chi_square_tail(max(0.0, statistic), k),
        method=_method(firth),
        reference=_REFERENCE[firth],
    )


_REFERENCE = {
    True: "Firth 1993, doi:10.1093/biomet/80.1.27; Heinze and Schemper 2002, doi:10.1002/sim.1047",
    False: "Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x",
}


def _method(firth: bool) -> str:
    kind = "with Firth's penalty, profile penalised" if firth else ", profile"
    return f"logistic regression {kind} likelihood intervals".replace(" ,", ",")


def _ratio(coef: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):  # a covariate in tiny units may have an infinite ratio
        out: FloatArray = np.exp(coef)
    return out


def _ratio_p(likelihood: Likelihood, solution: Solution, column: int) -> float:
    null = likelihood.maximise(fixed={column: 0.0})
    if null is None:
        return math.nan
    return chi_square_tail(max(0.0, 2 * (solution.value - null.value)), 1)


def profile_limits(
    likelihood: Likelihood, solution: Solution, column: int, level: float
) -> tuple[float, float]:
    """Values of one coefficient at which the profile likelihood ratio test just rejects."""
    from fusionscape.stats.proportions import normal_quantile

    drop = normal_quantile(level) ** 2 / 2
    scale = float(np.abs(likelihood.design[:, column]).max())
    centre = float(solution.coef[column])
    step = float(np.sqrt(np.linalg.inv(solution.information)[column, column]))

    def excess(value: float) -> float:
        if abs(value - centre) * scale > _FARTHEST * 10:
            return math.nan
        at = likelihood.maximise(fixed={column: value}, start=solution.coef)
        return math.nan if at is None else solution.value - at.value - drop

    return crossing(excess, centre, -2 * step), crossing(excess, centre, 2 * step)


def _unestimable(
    outcome: FloatArray,
    labels: tuple[str, ...],
    separated: tuple[int, ...],
    level: float,
    missing: int,
    notes: tuple[Caution, ...],
) -> LogisticFit:
    none = np.full(len(labels), math.nan)
    return LogisticFit(
        names=labels,
        coef=none,
        se=none,
        ci_low=none,
        ci_high=none,
        odds_ratio=none,
        or_low=none,
        or_high=none,
        p=none,
        wald_p=none,
        intercept=math.nan,
        intercept_se=math.nan,
        separated=separated,
        penalty=None,
        level=level,
        loglik=math.nan,
        statistic=math.nan,
        df=len(labels),
        model_p=math.nan,
        n=len(outcome),
        events=int(outcome.sum()),
        missing=missing,
        method=_method(False),
        reference=_REFERENCE[False],
        cautions=notes,
    )
