"""Effects regressed on characteristics of the studies."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusionscape.results import (
    Caution,
    FloatArray,
    MetaRegression,
    OmnibusTest,
    RegressionTerm,
    caution,
)
from fusionscape.stats.observed import IntArray, floats, numbers, refuse
from fusionscape.stats.pooling_design import DesignFit, fit_design, inflation, wald_chi_square
from fusionscape.stats.pooling_values import (
    INTERVAL_NAMES,
    INTERVALS,
    MODELS,
    NAMES,
    SOURCES,
    ratio,
)
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)
from fusionscape.stats.tail_areas import chi_square_p, f_p, quantile, two_sided

STUDIES_PER_MODERATOR = 10


def meta_regression(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    model: str = "reml",
    ci: str = "hk",
    intercept: bool = True,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> MetaRegression:
    """Do effects change with a characteristic of the studies?

    Weighted regression of `yi` on `X` (shape (k,) or (k, p), numbers; code categories as 0/1)
    with residual variance tau2 by `model` (see `pool`). `ci` ``hk`` multiplies the variances by
    the residual mean square and uses t and F with k - p degrees of freedom; ``mhk`` never lets
    that factor fall below 1; ``wald`` is normal and chi-square. `tests` holds the omnibus test of
    all moderators (``moderators``) and of residual heterogeneity (``residual Q``). `r2` (per cent)
    is the share of tau2 explained; for the common-effect model the share of Q / df.
    Rows with nan anywhere are left out and counted. InputError: collinear moderators, no study
    to spare.

    References
    ----------
    Knapp and Hartung (2003), doi:10.1002/sim.1482. Viechtbauer et al (2015),
    doi:10.1037/met0000023.

    Examples
    --------
    >>> fit = meta_regression([0.1, 0.3, 0.5, 0.9], [0.2, 0.2, 0.3, 0.3], [1, 2, 3, 4])
    >>> round(fit.terms[1].coef, 3)
    0.253
    """
    check_choice(model, MODELS, "model")
    check_choice(ci, INTERVALS, "ci")
    check_level(level)
    studies, design, labels = _design(yi, sei, X, intercept, names)
    fit = fit_design(studies, design, model)
    empty = fit_design(studies, np.ones((studies.n, 1)), model)
    interval = "wald" if model == "common" else ci
    return MetaRegression(
        id="meta-regression",
        label="",
        n=studies.n,
        missing=studies.missing,
        model=model,
        interval=interval,
        terms=_terms(fit, labels, interval, level),
        tests=_tests(fit, design.shape[1], intercept, interval),
        tau2=fit.tau2,
        tau2_se=fit.tau2_se,
        tau2_without=empty.tau2,
        r2=_explained(fit, empty, model) if intercept else None,
        i2=_left(fit, model)[0],
        h2=_left(fit, model)[1],
        level=level,
        method=f"meta-regression, {NAMES[model]}; {INTERVAL_NAMES[interval]}",
        reference=f"{SOURCES[model]}; Knapp and Hartung 2003, doi:10.1002/sim.1482",
        cautions=_cautions(studies.n, design.shape[1] - intercept),
    )


def _design(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    X: npt.ArrayLike,
    intercept: bool,
    names: Sequence[str] | None,
) -> tuple[StudyEstimates, FloatArray, tuple[str, ...]]:
    y = numbers(yi, "yi")
    columns = floats(X, "X")
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or columns.shape[0] != y.size or np.isinf(columns).any():
        raise refuse("length-differs", "`X` needs one finite row per estimate.", "Check.", "X")
    known = ~np.isnan(columns).any(axis=1)
    studies = study_estimates(np.where(known, y, np.nan), sei)
    given = (
        tuple(names) if names is not None else tuple(f"x{i + 1}" for i in range(columns.shape[1]))
    )
    if len(given) != columns.shape[1]:
        raise refuse("length-differs", "`names` needs one name per column.", "Check.", "names")
    design = columns[studies.kept]
    if intercept:
        design, given = np.column_stack([np.ones(studies.n), design]), ("intercept", *given)
    return studies, design, given


def _terms(
    fit: DesignFit, labels: tuple[str, ...], interval: str, level: float
) -> tuple[RegressionTerm, ...]:
    factor, df = inflation(fit, interval)
    half = quantile(level, df)
    terms = []
    for i, name in enumerate(labels):
        coef, se = float(fit.coef[i]), factor * math.sqrt(float(fit.covariance[i, i]))
        statistic = ratio(coef, se)
        terms.append(
            RegressionTerm(
                name=name,
                coef=coef,
                se=se,
                ci_low=coef - half * se,
                ci_high=coef + half * se,
                statistic=statistic,
                df=df,
                p=two_sided(statistic, df),
            )
        )
    return tuple(terms)


def omnibus(fit: DesignFit, which: IntArray, interval: str, name: str) -> OmnibusTest:
    """F test (Hartung-Knapp) or chi-square test (Wald) of some coefficients."""
    size = len(which)
    chi2 = wald_chi_square(fit, which)
    factor, df2 = inflation(fit, interval)
    if df2 is None:
        return OmnibusTest(name=name, statistic=chi2, df=size, df2=None, p=chi_square_p(chi2, size))
    statistic = chi2 / size / factor**2 if factor > 0 else math.inf
    return OmnibusTest(
        name=name, statistic=statistic, df=size, df2=df2, p=f_p(statistic, size, df2)
    )


def _tests(fit: DesignFit, p: int, intercept: bool, interval: str) -> tuple[OmnibusTest, ...]:
    residual = OmnibusTest(
        name="residual Q", statistic=fit.q, df=fit.df, df2=None, p=chi_square_p(fit.q, fit.df)
    )
    moderators = np.arange(int(intercept), p)
    if moderators.size == 0:
        return (residual,)
    return omnibus(fit, moderators, interval, "moderators"), residual


def _explained(fit: DesignFit, empty: DesignFit, model: str) -> float | None:
    """Share of tau2 (common effect: of Q / df) that the moderators take away, in per cent."""
    if model == "common":
        left, before = fit.q / fit.df, empty.q / empty.df
    else:
        left, before = fit.tau2, empty.tau2
    return 100.0 * max(0.0, 1.0 - left / before) if before > 0 else None


def _left(fit: DesignFit, model: str) -> tuple[float, float]:
    """I2 in per cent and H2 of what is left between studies."""
    if model == "common":
        left = fit.q / fit.df
        return (100.0 * max(0.0, 1 - 1 / left) if left > 0 else 0.0), left
    return 100.0 * fit.tau2 / (fit.tau2 + fit.typical), fit.tau2 / fit.typical + 1.0


def _cautions(n: int, moderators: int) -> tuple[Caution, ...]:
    if n >= STUDIES_PER_MODERATOR * moderators:
        return ()
    return (caution("few-studies-per-moderator", n=n, moderators=moderators),)
