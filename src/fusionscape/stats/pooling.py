"""Pool the estimates of several studies by one model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt

from fusionscape.results import Caution, Heterogeneity, Pool, caution
from fusionscape.stats.pooling_values import (
    INTERVAL_NAMES,
    INTERVALS,
    MODELS,
    NAMES,
    SOURCES,
    Centre,
    batch_of,
    centre,
    heterogeneity,
    pooled_value,
    prediction,
    study_rows,
)
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)

FEW_STUDIES = 5
DOMINATES = 0.5
UNEQUAL = 20.0  # ratio of variances; docs/simulations/pooling_coverage.md
# The prediction interval that goes with each interval of the mean; all are in a synthesis.
CONVENTION = {"wald": "normal", "hk": "t with k-1", "mhk": "t with k-1"}


def pool(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    model: str = "reml",
    ci: str = "mhk",
    level: float = 0.95,
    labels: Sequence[str] | None = None,
) -> Pool:
    """What is the effect over these studies, and how much do they differ?

    Inverse-variance pooling of `k` estimates `yi` with standard errors `sei`, both of shape (k,)
    and on an additive scale (log hazard ratio, log odds ratio, logit). `model` is ``common`` or a
    random-effects estimator of tau2: ``reml`` (default), ``dl``, ``pm``, ``ml``, ``he``, ``hs``,
    ``sj``, ``eb``; all are solved to rounding. `ci` is ``wald``, ``hk`` (Hartung-Knapp) or ``mhk``
    (modified: its standard error is never below Wald's); a common effect always has Wald's.
    I2 is in per cent. Rows with nan in `yi` or `sei` are left out and counted in `missing`.

    `pool` computes what it is asked for; what may be *claimed* from two studies, or from rows
    that should not be pooled, is the business of `synthesis`. InputError: one study, a standard
    error that is not positive, an unknown model.

    References
    ----------
    Viechtbauer (2005), doi:10.3102/10769986030003261. Hartung and Knapp (2001),
    doi:10.1002/sim.1009. Rover, Knapp and Friede (2015), doi:10.1186/s12874-015-0091-1.
    Viechtbauer (2007), doi:10.1002/sim.2514 (Q-profile).

    Examples
    --------
    >>> fit = pool([0.9, 1.0, 1.1], [0.3, 0.4, 0.5])
    >>> round(fit.estimate, 4), round(fit.ci_low, 3), round(fit.ci_high, 3), fit.tau2
    (0.9667, 0.036, 1.898, 0.0)
    """
    check_choice(model, MODELS, "model")
    check_choice(ci, INTERVALS, "ci")
    check_level(level)
    return pool_studies(study_estimates(yi, sei, labels, least=2), model, ci, level)


def pool_studies(studies: StudyEstimates, model: str, ci: str, level: float) -> Pool:
    """`pool` for studies that were checked already."""
    batch = batch_of(studies)
    middle = centre(batch, model)
    common = middle if model == "common" else centre(batch, "common")
    differ = heterogeneity(batch, middle, level)
    value = pooled_value(middle, ci, level)
    random = model != "common"
    return Pool(
        id="pool",
        label="",
        n=studies.n,
        missing=studies.missing,
        model=model,
        interval=value.interval,
        estimate=value.estimate,
        se=value.se,
        ci_low=value.ci_low,
        ci_high=value.ci_high,
        level=level,
        statistic=value.statistic,
        df=value.df,
        p=value.p,
        tau2=middle.tau2,
        tau2_se=differ.tau2_se,
        tau2_low=differ.tau2_low if random else None,
        tau2_high=differ.tau2_high if random else None,
        i2=differ.i2_tau2 if random else differ.i2_q,
        h2=differ.h2_tau2 if random else differ.h2_q,
        q=differ.q,
        q_df=differ.q_df,
        q_p=differ.q_p,
        studies=study_rows(studies, common.weights, middle.weights, level),
        prediction=prediction(middle, ci, CONVENTION[ci], level) if random else None,
        method=f"{NAMES[model]}; {INTERVAL_NAMES[value.interval]}",
        reference=SOURCES[model] + SOURCES[value.interval],
        cautions=pool_cautions(middle, differ, studies),
    )


def pool_cautions(
    middle: Centre, differ: Heterogeneity, studies: StudyEstimates
) -> tuple[Caution, ...]:
    """What a reader of the pooled number should know."""
    found = []
    if middle.n == 2:
        found.append(caution("two-studies-no-tau2"))
    elif middle.n < FEW_STUDIES:
        found.append(caution("few-studies", n=middle.n))
    share = float(middle.weights.max())
    if middle.n > 2 and share > DOMINATES:
        found.append(caution("one-study-dominates", share=share))
    spread = float(studies.v.max() / studies.v.min())
    if middle.n > 2 and middle.tau2 > 0 and spread > UNEQUAL:
        found.append(caution("very-unequal-studies", ratio=spread))
    if differ.q_df and differ.tau2_high == 0.0:
        found.append(caution("closer-than-chance", q=differ.q, df=differ.q_df))
    return tuple(found)
