"""Duval and Tweedie's trim-and-fill."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray, FunnelPoint, TrimFill, caution
from fusionscape.stats.funnel_tests import check_precision, few
from fusionscape.stats.pooling import pool_studies
from fusionscape.stats.pooling_design import fit_design
from fusionscape.stats.pooling_values import INTERVALS, MODELS, NAMES, centre
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)
from fusionscape.stats.tail_areas import two_sided
from fusionscape.stats.weighted_means import make_batch

_MOST_ROUNDS = 100
_REFERENCE = "Duval and Tweedie 2000, doi:10.1111/j.0006-341X.2000.00455.x"


def trim_fill(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    estimator: str = "L0",
    model: str = "reml",
    ci: str = "mhk",
    side: str | None = None,
    level: float = 0.95,
    labels: Sequence[str] | None = None,
) -> TrimFill:
    """How would the pool look if the funnel were symmetric (a sensitivity analysis)?

    `estimator` ``L0`` or ``R0`` estimates how many studies are missing on `side` (``left`` or
    ``right``; by default where the regression on the standard error says). The most extreme on
    the other side are trimmed until the number settles, then mirrored in the pool by `model`.
    The answer depends on estimator and model, and the method invents studies where heterogeneity
    alone makes the funnel skew: never a correction. At least three estimates.

    References
    ----------
    Duval and Tweedie (2000), doi:10.1111/j.0006-341X.2000.00455.x. Peters et al (2007),
    doi:10.1002/sim.2889.

    Examples
    --------
    >>> filled = trim_fill([0.9, 1.0, 1.1], [0.3, 0.4, 0.5])
    >>> filled.k0, filled.side, round(filled.pool.estimate, 4)
    (2, 'left', 0.9)
    """
    check_choice(estimator, ("L0", "R0"), "estimator")
    check_choice(model, MODELS, "model")
    check_choice(ci, INTERVALS, "ci")
    check_level(level)
    studies = study_estimates(yi, sei, labels, least=3)
    if side is None:
        check_precision(studies)
        line = fit_design(studies, np.column_stack([np.ones(studies.n), studies.se]), model)
        side = "right" if line.coef[1] < 0 else "left"
    check_choice(side, ("left", "right"), "side")
    sign = -1.0 if side == "right" else 1.0
    k0, k0_se, middle, order = _trimmed(sign * studies.y, studies.v, estimator, model)
    mirrored = order[studies.n - k0 :]
    whole = StudyEstimates(
        y=np.concatenate([studies.y, 2 * sign * middle - studies.y[mirrored]]),
        v=np.concatenate([studies.v, studies.v[mirrored]]),
        labels=studies.labels + tuple(f"filled {i + 1}" for i in range(k0)),
        kept=np.arange(studies.n + k0),
        missing=studies.missing,
    )
    return TrimFill(
        id="trim-fill",
        label="",
        n=studies.n,
        missing=studies.missing,
        estimator=estimator,
        side=side,
        k0=k0,
        k0_se=k0_se,
        filled=_filled(whole, studies.n),
        pool=pool_studies(whole, model, ci, level),
        method=f"trim-and-fill, {estimator}, {NAMES[model]}",
        reference=_REFERENCE,
        cautions=(caution("sensitivity-only"), *few(studies)),
    )


def _filled(whole: StudyEstimates, n: int) -> tuple[FunnelPoint, ...]:
    se = whole.se
    return tuple(
        FunnelPoint(
            label=whole.labels[i],
            estimate=float(whole.y[i]),
            se=float(se[i]),
            p=two_sided(float(whole.y[i] / se[i]), None),
            filled=True,
        )
        for i in range(n, whole.n)
    )


def _trimmed(
    y: FloatArray, v: FloatArray, estimator: str, model: str
) -> tuple[int, float, float, npt.NDArray[np.intp]]:
    """Studies missing on the left, its standard error, the trimmed centre, and the order of `y`."""
    order = np.argsort(y, kind="stable")
    k, k0, seen = y.size, 0, set[int]()
    for _ in range(_MOST_ROUNDS):
        seen.add(k0)
        rest = order[: k - k0]
        middle = float(y[rest[0]])
        if rest.size > 1:
            middle = centre(make_batch(y[rest], v[rest]), model).estimate
        number, se = _missing_studies(y[order] - middle, estimator)
        following = min(max(0, round(number)), k - 1)
        if following in seen:  # settled, or going round in a circle
            break
        k0 = following
    return k0, se, middle, order


def _missing_studies(deviation: FloatArray, estimator: str) -> tuple[float, float]:
    """L0 or R0 from deviations in ascending order, with its standard error."""
    k = deviation.size
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(deviation), kind="stable")] = np.arange(1, k + 1)
    if estimator == "R0":
        below = ranks[deviation < 0]
        number = k - (float(below.max()) if below.size else 0.0) - 1
        return number, math.sqrt(2 * max(0.0, number) + 2)
    rank_sum = float(ranks[deviation > 0].sum())
    n = (4 * rank_sum - k * (k + 1)) / (2 * k - 1)
    variance = (
        k * (k + 1) * (2 * k + 1) + 10 * n**3 + 27 * n**2 + 17 * n - 18 * k * n**2 - 18 * k * n
        + 6 * k**2 * n
    ) / 24  # fmt: skip
    return n, 4 * math.sqrt(max(variance, 0.0)) / (2 * k - 1)
