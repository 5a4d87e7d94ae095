"""Proportions of several studies pooled: prevalence, remission rates."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from fusionscape.results import CountPool, FloatArray, caution
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.observed import numbers, refuse
from fusionscape.stats.pooling_values import (
    INTERVALS,
    NAMES,
    batch_of,
    centre,
    heterogeneity,
    pooled_value,
)
from fusionscape.stats.random_intercepts import LogDensity, fit_intercepts
from fusionscape.stats.study_estimates import check_enough, check_level, study_estimates
from fusionscape.stats.tables import MOST_COUNTED
from fusionscape.stats.tail_areas import chi_square_p, two_sided

LOGIT_MODELS = ("common", "reml", "dl", "pm", "ml", "he", "hs", "sj", "eb")
_REFERENCE = "Stijnen, Hamza and Ozdemir 2010, doi:10.1002/sim.4040"
_FREEMAN_TUKEY = (
    "The double arcsine is not offered: its back-transformation needs one sample size for all "
    "studies and can give misleading pools (Schwarzer et al 2019, doi:10.1002/jrsm.1348)."
)


def binomial_density(events: FloatArray, n: FloatArray) -> LogDensity:
    """Log binomial density at logit theta, with its binomial coefficient."""
    from scipy.special import expit, gammaln

    constant = (gammaln(n + 1) - gammaln(events + 1) - gammaln(n - events + 1))[:, None]
    x, size = events[:, None], n[:, None]

    def density(theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        p = expit(theta)
        value = constant + x * theta - size * np.logaddexp(0.0, theta)
        return value, x - size * p, -size * p * (1 - p)

    return density


def pool_proportions(
    events: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    model: str = "glmm",
    ci: str = "mhk",
    level: float = 0.95,
) -> CountPool:
    """What share of patients, over these studies?

    `events` of `n` patients per study, shape (k,). ``model="glmm"``: binomial-normal model on the
    logit scale by maximum likelihood (adaptive Gauss-Hermite quadrature), Wald interval; a study of
    0 or of all needs no correction. Any model of `pool` (``reml``, ``common`` ...) pools logits by
    inverse variance with interval `ci`; if any study has 0 or all, 1/2 is added to both cells of
    those studies. `estimate` and limits are logits: ``1 / (1 + exp(-x))`` gives shares; for the
    GLMM this is the share of a typical study, not the mean over studies. Freeman-Tukey's double
    arcsine is refused, with the reason. Where nobody (or everybody) in all studies has the
    outcome there is no logit: nan, caution ``no-variation``; where every study has none or all,
    the GLMM has no finite variance: nan, caution ``separated-studies``.

    References
    ----------
    Stijnen, Hamza and Ozdemir (2010), doi:10.1002/sim.4040. Schwarzer et al (2019),
    doi:10.1002/jrsm.1348.

    Examples
    --------
    >>> fit = pool_proportions([3, 0, 5], [40, 25, 60])
    >>> round(fit.estimate, 3), fit.tau2
    (-2.683, 0.0)
    """
    if model in ("ft", "freeman-tukey", "double-arcsine", "pft"):
        raise refuse("freeman-tukey-refused", _FREEMAN_TUKEY, "Use model='glmm'.", "model")
    if model not in ("glmm", *LOGIT_MODELS) or ci not in INTERVALS:
        raise refuse("unknown-option", f"`model` {model!r} or `ci` {ci!r} is not known.", "Check.")
    check_level(level)
    x = numbers(events, "events")
    size = numbers(n, "n", x.size)
    known = ~(np.isnan(x) | np.isnan(size)) & (size != 0)
    missing = int((~known).sum())
    x, size = x[known], size[known]
    if (
        (x != np.floor(x)).any()
        or (size != np.floor(size)).any()
        or (x < 0).any()
        or (x > size).any()
    ):
        raise refuse("bad-count", "Events are whole numbers between 0 and n.", "Check the counts.")
    if size.sum() > MOST_COUNTED:
        what = f"These are more than {MOST_COUNTED:,} patients."
        raise refuse("too-many-counted", what, "Check the counts.", "n")
    check_enough(x.size, 2)
    shell = _shell(x, size, missing, model, level)
    if x.sum() in (0, size.sum()):
        return replace(shell, cautions=(caution("no-variation"),))
    if model == "glmm" and ((x == 0) | (x == size)).all():  # the likelihood rises with tau for ever
        return replace(shell, cautions=(caution("separated-studies", n=int(x.size)),))
    return _glmm(shell, x, size) if model == "glmm" else _logits(shell, x, size, ci)


def _shell(x: FloatArray, size: FloatArray, missing: int, model: str, level: float) -> CountPool:
    glmm = model == "glmm"
    return CountPool(
        id="pool-proportions",
        label="",
        n=int(x.size),
        missing=missing,
        uninformative=0,
        events=int(x.sum()),
        patients=int(size.sum()),
        measure="logit",
        model=model,
        estimate=math.nan,
        se=math.nan,
        ci_low=math.nan,
        ci_high=math.nan,
        level=level,
        statistic=math.nan,
        p=math.nan,
        tau2=None,
        q=None,
        q_df=None,
        q_p=None,
        method="binomial-normal GLMM, maximum likelihood" if glmm else f"logits, {NAMES[model]}",
        reference=_REFERENCE,
        ratio=False,
    )


def _glmm(shell: CountPool, x: FloatArray, size: FloatArray) -> CountPool:
    share = float(x.sum() / size.sum())
    fit = fit_intercepts(binomial_density(x, size), shell.n, math.log(share / (1 - share)))
    half = normal_quantile(shell.level) * fit.se
    statistic = max(0.0, 2 * (fit.loglik - fit.loglik_common))
    z = fit.mean / fit.se
    return replace(
        shell,
        estimate=fit.mean,
        se=fit.se,
        ci_low=fit.mean - half,
        ci_high=fit.mean + half,
        statistic=z,
        p=two_sided(z, None),
        tau2=fit.tau2,
        loglik=fit.loglik,
        tau2_p=0.5 * chi_square_p(statistic, 1) if statistic > 0 else 1.0,
        cautions=() if fit.converged else (caution("not-converged", iterations=100),),
    )


def _logits(shell: CountPool, x: FloatArray, size: FloatArray, ci: str) -> CountPool:
    edge = 0.5 * ((x == 0) | (x == size))
    hit, rest = x + edge, size - x + edge
    studies = study_estimates(np.log(hit / rest), np.sqrt(1 / hit + 1 / rest), least=2)
    batch = batch_of(studies)
    middle = centre(batch, shell.model)
    value = pooled_value(middle, ci, shell.level)
    differ = heterogeneity(batch, middle, shell.level)
    corrected = int((edge > 0).sum())
    return replace(
        shell,
        estimate=value.estimate,
        se=value.se,
        ci_low=value.ci_low,
        ci_high=value.ci_high,
        statistic=value.statistic,
        p=value.p,
        tau2=middle.tau2,
        q=differ.q,
        q_df=differ.q_df,
        q_p=differ.q_p,
        cautions=(caution("half-added", n=corrected),) if corrected else (),
    )
