"""A fitted Cox model."""

from __future__ import annotations

from dataclasses import dataclass, field

from fusionscape.results import Caution, FitTest, FloatArray
from fusionscape.stats.cox_input import CoxData


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxFit:
    """Coefficients of a Cox model with their intervals, one entry per covariate column.

    `coef, se, ci_low, ci_high` are log hazard ratios, `hazard_ratio, hr_low, hr_high` their
    exponentials. `statistic` is z (`statistic_name` "z") or the penalised likelihood-ratio
    chi-square on 1 degree of freedom ("chi-square"). `covariance` is the robust one when
    `robust`, `model_covariance` always the inverse information. An aliased column has nan
    everywhere. `monotone` says per column whether its unpenalised estimate runs away: "up",
    "down", "either" or None. `loglik` and `loglik_null` are log partial likelihoods at the
    estimate and at zero; the penalised ones are None without Firth's penalty. `n` counts rows
    of positive weight (patients, when each has one row), `events` the rows that end in one.
    """

    names: tuple[str, ...]
    terms: tuple[str, ...]
    coef: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    hazard_ratio: FloatArray
    hr_low: FloatArray
    hr_high: FloatArray
    statistic: FloatArray
    statistic_name: str
    p: FloatArray
    df: int
    covariance: FloatArray
    model_covariance: FloatArray
    tests: tuple[FitTest, ...]
    loglik: float
    loglik_null: float
    penalised_loglik: float | None
    penalised_loglik_null: float | None
    n: int
    events: int
    missing: int
    events_per_variable: float
    ties: str
    penalty: str | None
    robust: bool
    ci_method: str
    level: float
    monotone: tuple[str | None, ...]
    aliased: tuple[bool, ...]
    means: FloatArray
    converged: bool
    iterations: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()
    data: CoxData = field(repr=False)
