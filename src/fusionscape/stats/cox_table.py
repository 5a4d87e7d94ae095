"""The table of a fitted Cox model, back on the scale and columns of the caller."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from fusionscape.results import Caution, FitTest, FloatArray
from fusionscape.stats.cox_cautions import profile_cautions
from fusionscape.stats.cox_climb import Climbed
from fusionscape.stats.cox_input import BoolArray, CoxData
from fusionscape.stats.cox_intervals import Rows, rows_of
from fusionscape.stats.cox_result import CoxFit

REFERENCE = (
    "Cox DR (1972) doi:10.1111/j.2517-6161.1972.tb00899.x; "
    "Andersen PK, Gill RD (1982) doi:10.1214/aos/1176345976"
)
FIRTH_REFERENCE = (
    "; Firth D (1993) doi:10.1093/biomet/80.1.27; "
    "Heinze G, Schemper M (2001) doi:10.1111/j.0006-341X.2001.00114.x"
)


class Columns(TypedDict):
    """Coefficients with intervals and tests, one entry per column of the caller."""

    coef: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    hazard_ratio: FloatArray
    hr_low: FloatArray
    hr_high: FloatArray
    statistic: FloatArray
    p: FloatArray


def table(
    data: CoxData,
    climbed: Climbed,
    inverse: FloatArray,
    covariance: FloatArray,
    robust: bool,
    level: float,
    cautions: list[Caution],
) -> CoxFit:
    """The fit on the caller's scale and columns."""
    used, peak, penalty = climbed.used, climbed.peak, climbed.penalty
    units = np.outer(climbed.model.scale, climbed.model.scale) * (np.nan if climbed.failed else 1)
    inverse, covariance = inverse / units, covariance / units
    coef, se = estimates(climbed), np.sqrt(np.diag(covariance))
    rows = rows_of(climbed, coef, se, robust, level)
    df = int(used.sum())
    shift = float(np.log(climbed.model.scale).sum())
    return CoxFit(
        **columns(used, coef, se, rows),
        names=data.names,
        terms=data.terms,
        statistic_name="chi-square" if rows.ci_method.startswith("profile") else "z",
        df=df,
        covariance=widen_square(used, covariance),
        model_covariance=widen_square(used, inverse),
        tests=whole_tests(climbed, coef, covariance),
        loglik=peak.at.loglik,
        loglik_null=climbed.null.loglik,
        penalised_loglik=peak.value + shift if penalty else None,
        penalised_loglik_null=climbed.null_value + shift if penalty else None,
        **sizes(data, df),
        ties=data.ties,
        penalty=penalty,
        robust=robust,
        ci_method=rows.ci_method,
        level=level,
        monotone=monotone_columns(climbed),
        aliased=tuple(not u for u in used.tolist()),
        means=climbed.means,
        converged=not climbed.failed,
        iterations=peak.iterations,
        method=described(data, climbed, robust, rows.ci_method),
        reference=REFERENCE + (FIRTH_REFERENCE if penalty else ""),
        cautions=tuple(cautions) + profile_cautions(rows, used, data.names),
        data=data,
    )


class Sizes(TypedDict):
    """How many rows, events and events per estimated coefficient."""

    n: int
    events: int
    missing: int
    events_per_variable: float


def sizes(data: CoxData, df: int) -> Sizes:
    """Count; nothing is missing here, as missing values are refused."""
    events = int(data.event.sum())
    return Sizes(n=data.n, events=events, missing=0, events_per_variable=events / max(df, 1))


def columns(used: BoolArray, coef: FloatArray, se: FloatArray, rows: Rows) -> Columns:
    """Widen to all columns and add the ratio scale."""
    full, low, high = widen(used, coef), widen(used, rows.low), widen(used, rows.high)
    with np.errstate(over="ignore"):
        ratio, ratio_low, ratio_high = np.exp(full), np.exp(low), np.exp(high)
    return Columns(
        coef=full,
        se=widen(used, se),
        ci_low=low,
        ci_high=high,
        hazard_ratio=ratio,
        hr_low=ratio_low,
        hr_high=ratio_high,
        statistic=widen(used, rows.statistic),
        p=widen(used, rows.p),
    )


def estimates(climbed: Climbed) -> FloatArray:
    """Coefficients per unit; infinite or nan where the likelihood has no maximum."""
    coef: FloatArray = climbed.peak.beta / climbed.model.scale
    if climbed.failed == "not converged":
        coef[:] = np.nan
    if climbed.failed == "monotone":
        ends = {"up": np.inf, "down": -np.inf, "either": np.nan}
        for run in climbed.diverging:
            coef[run.column] = ends[run.direction]
    return coef


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


def whole_tests(climbed: Climbed, coef: FloatArray, covariance: FloatArray) -> tuple[FitTest, ...]:
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
    if not climbed.diverging and not climbed.failed:
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
