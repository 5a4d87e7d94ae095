"""From a fit to printed numbers: intervals, prediction intervals, heterogeneity."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray, Heterogeneity, PooledStudy, PooledValue
from fusionscape.results import PredictionInterval as Prediction
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.study_estimates import StudyEstimates
from fusionscape.stats.tail_areas import chi_square_p, quantile, two_sided
from fusionscape.stats.tau_squared import generalised_q_root, tau2_standard_error, tau_squared
from fusionscape.stats.weighted_means import Batch, fit_at, make_batch, trace_p

MODELS = ("common", "reml", "dl", "pm", "ml", "he", "hs", "sj", "eb")
INTERVALS = ("mhk", "hk", "wald")
NAMES = {
    "common": "common effect, inverse variance",
    "reml": "random effects, REML",
    "dl": "random effects, DerSimonian-Laird",
    "pm": "random effects, Paule-Mandel",
    "ml": "random effects, maximum likelihood",
    "he": "random effects, Hedges",
    "hs": "random effects, Hunter-Schmidt",
    "sj": "random effects, Sidik-Jonkman",
    "eb": "random effects, empirical Bayes",
}
INTERVAL_NAMES = {
    "wald": "Wald interval",
    "hk": "Hartung-Knapp interval",
    "mhk": "modified Hartung-Knapp interval (never narrower than Wald)",
}
SOURCES = {
    "common": "Cochran 1954, doi:10.2307/3001666",
    "reml": "Viechtbauer 2005, doi:10.3102/10769986030003261",
    "dl": "DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2",
    "pm": "Paule and Mandel 1982, doi:10.6028/jres.087.022",
    "ml": "Hardy and Thompson 1996",
    "he": "Hedges and Olkin 1985",
    "hs": "Hunter and Schmidt 2004; Viechtbauer 2005, doi:10.3102/10769986030003261",
    "sj": "Sidik and Jonkman 2005, doi:10.1111/j.1467-9876.2005.00489.x",
    "eb": "Morris 1983, doi:10.1080/01621459.1983.10477920",
    "wald": "",
    "hk": "; Hartung and Knapp 2001, doi:10.1002/sim.1009",
    "mhk": "; Rover, Knapp and Friede 2015, doi:10.1186/s12874-015-0091-1",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Centre:
    """The pooled estimate of one model before any interval is chosen."""

    model: str
    estimate: float
    se: float
    tau2: float
    spread: float  # weighted residual mean square, Hartung and Knapp's factor
    n: int
    weights: FloatArray


def batch_of(studies: StudyEstimates) -> Batch:
    """The studies as a batch of one meta-analysis."""
    return make_batch(studies.y, studies.v)


def centre(batch: Batch, model: str) -> Centre:
    """Pool the one meta-analysis of `batch`."""
    tau2 = tau_squared(batch, model)
    fit = fit_at(batch, tau2)
    n = int(batch.n[0])
    return Centre(
        model=model,
        estimate=float(fit.coef[0, 0]),
        se=math.sqrt(float(fit.inverse[0, 0, 0])),
        tau2=float(tau2[0]),
        spread=float(fit.q[0]) / (n - 1) if n > 1 else math.nan,
        n=n,
        weights=fit.w[0] / fit.w[0].sum(),
    )


def standard_error(middle: Centre, interval: str) -> tuple[float, float | None]:
    """Standard error and degrees of freedom (None: normal) of one kind of interval."""
    if interval == "wald" or middle.model == "common":
        return middle.se, None
    factor = middle.spread if interval == "hk" else max(1.0, middle.spread)
    return middle.se * math.sqrt(factor), float(middle.n - 1)


def ratio(estimate: float, se: float) -> float:
    """The statistic estimate / se; infinite on a standard error of zero, nan on 0 / 0."""
    if se > 0:
        return estimate / se
    return math.copysign(math.inf, estimate) if estimate else math.nan


def pooled_value(
    middle: Centre, interval: str, level: float, headline: bool = False
) -> PooledValue:
    """The estimate with one kind of interval."""
    se, df = standard_error(middle, interval)
    half = quantile(level, df) * se
    statistic = ratio(middle.estimate, se)
    return PooledValue(
        model=middle.model,
        interval="wald" if middle.model == "common" else interval,
        estimate=middle.estimate,
        se=se,
        ci_low=middle.estimate - half,
        ci_high=middle.estimate + half,
        statistic=statistic,
        df=df,
        p=two_sided(statistic, df),
        tau2=middle.tau2,
        level=level,
        headline=headline,
    )


def prediction(middle: Centre, interval: str, convention: str, level: float) -> Prediction:
    """Prediction interval by one convention: ``normal``, ``t with k-1`` or ``t with k-2``."""
    se, _ = standard_error(middle, interval)
    less = {"normal": None, "t with k-1": 1, "t with k-2": 2}[convention]
    df = None if less is None else float(middle.n - less)
    half = quantile(level, df) * math.sqrt(se**2 + middle.tau2)
    return Prediction(
        convention=convention,
        model=middle.model,
        interval=interval,
        low=middle.estimate - half,
        high=middle.estimate + half,
        df=df,
        level=level,
    )


def typical_variance(batch: Batch) -> float:
    """Higgins and Thompson's typical variance within studies, (k - p) / tr P."""
    fit = fit_at(batch, np.zeros(1))
    return float((batch.n[0] - batch.p) / trace_p(batch, fit)[0])


def i2_of(tau2: float, typical: float) -> float:
    """I2 in per cent from tau2."""
    return 100.0 * tau2 / (tau2 + typical) if math.isfinite(tau2) else 100.0


def q_profile(batch: Batch, level: float) -> tuple[float, float]:
    """Q-profile limits of tau2 (Viechtbauer 2007): where Q(tau2) meets its chi-square quantiles."""
    from scipy.special import chdtri

    df = float(batch.n[0] - batch.p)
    tail = (1 - level) / 2
    limits = [
        float(generalised_q_root(batch, np.array([float(chdtri(df, share))]))[0])
        for share in (tail, 1 - tail)
    ]
    return limits[0], limits[1]


def heterogeneity(batch: Batch, middle: Centre, level: float) -> Heterogeneity:
    """Q, both I2, both H2, and tau2 with its Q-profile interval."""
    df = int(batch.n[0]) - batch.p
    q = float(fit_at(batch, np.zeros(1)).q[0])
    typical = typical_variance(batch)
    low, high = q_profile(batch, level)
    return Heterogeneity(
        q=q,
        q_df=df,
        q_p=chi_square_p(q, df),
        i2_q=100.0 * max(0.0, (q - df) / q) if q > 0 else 0.0,
        h2_q=q / df,
        tau2=middle.tau2,
        tau2_model=middle.model,
        tau2_se=tau2_se(batch, middle),
        i2_tau2=i2_of(middle.tau2, typical),
        h2_tau2=middle.tau2 / typical + 1.0,
        tau2_low=low,
        tau2_high=high,
        i2_low=i2_of(low, typical),
        i2_high=i2_of(high, typical),
        level=level,
    )


def tau2_se(batch: Batch, middle: Centre) -> float | None:
    """Standard error of tau2; a common effect has none."""
    if middle.model == "common":
        return None
    return float(tau2_standard_error(batch, np.array([middle.tau2]), middle.model)[0])


def study_rows(
    studies: StudyEstimates, common: FloatArray, random: FloatArray, level: float
) -> tuple[PooledStudy, ...]:
    """Every study with its Wald interval and its shares of the weight."""
    half = normal_quantile(level) * studies.se
    return tuple(
        PooledStudy(
            label=label,
            estimate=float(studies.y[i]),
            se=float(studies.se[i]),
            ci_low=float(studies.y[i] - half[i]),
            ci_high=float(studies.y[i] + half[i]),
            weight_common=float(common[i]),
            weight_random=float(random[i]),
        )
        for i, label in enumerate(studies.labels)
    )
