"""Regression fits: coefficients with their tests, and what else the fit knows."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One row of a coefficient table; a reference row has `reference_row` true and no numbers.

    Of a model with imputed values, `imputed` holds the coefficient of each completed data set,
    `missing_information` the share of information lost to missing values, `monte_carlo_error`
    the error of `coef` from drawing so few, and `df` the degrees of freedom of its t limits.
    """

    name: str
    variable: str
    level_label: str | None
    n: int
    events: int
    coef: float | None
    se: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    p: float | None
    reference_row: bool = False
    monotone: str | None = None
    p_adjusted: float | None = None
    df: float | None = None
    missing_information: float | None = None
    monte_carlo_error: float | None = None
    imputed: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FitTest:
    """A test that belongs to a fit: likelihood ratio, score, Wald, proportional hazards."""

    name: str
    statistic: float
    df: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A regression table ready for words, forest and tables.

    `dropped` says per covariate how many patients it cost. `scale` is hazard ratio,
    subdistribution hazard ratio or odds ratio. The p values of the terms are one `family`.
    `imputations` counts completed data sets where unknown covariates were imputed.
    """

    id: str
    label: str
    scale: str
    endpoint: str | None
    n: int
    events: int
    missing: int
    terms: tuple[Term, ...]
    tests: tuple[FitTest, ...]
    dropped: tuple[tuple[str, int], ...]
    events_per_variable: float | None
    loglik: float | None
    concordance: float | None
    penalty: str | None
    ties: str | None
    strata: tuple[str, ...] = ()
    imputations: int | None = None
    adjusted_for: tuple[str, ...] = ()
    family: str | None = None
    adjustment: str | None = None
    family_size: int | None = None
    level: float = 0.95
    method: str = ""
    reference: str = ""
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
