"""By how much one group's measurements are shifted from another's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.distributions import known_values
from fusionscape.stats.proportions import normal_quantile
from fusionscape.stats.rank_tests import EXACT_BELOW, midranks, rank_sum_law
from fusionscape.stats.tables import check_level


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFit:
    """Median of all differences between two groups; `achieved_level` is what the limits cover."""

    estimate: float
    ci_low: float
    ci_high: float
    level: float
    achieved_level: float | None
    group_sizes: tuple[int, ...]
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def hodges_lehmann(x: npt.ArrayLike, y: npt.ArrayLike, *, level: float = 0.95) -> ShiftFit:
    """By how much are the values of `x` shifted from those of `y`?

    Median of all pairwise differences x - y. The limits are order statistics of the differences:
    exact (as R) when both groups are under 50 and nothing is tied, else from the normal
    approximation. Groups too small for the level get infinite limits (caution
    ``level-not-attainable``).

    References
    ----------
    Hodges and Lehmann (1963), doi:10.1214/aoms/1177704172.

    Examples
    --------
    >>> fit = hodges_lehmann([1.1, 2.3, 3.2, 5.9], [4.4, 5.5, 6.7, 8.1])
    >>> round(fit.estimate, 3), round(fit.ci_low, 3), round(fit.ci_high, 3)
    (-3.25, -7.0, 1.5)
    """
    check_level(level)
    first, missing_x = known_values(x)
    second, missing_y = known_values(y)
    m, n = len(first), len(second)
    differences = np.sort((first[:, None] - second[None, :]).ravel())
    ranks, tied = midranks(np.concatenate([first, second]))
    use_exact = max(m, n) < EXACT_BELOW and not bool((tied > 1).any())
    depth, achieved = 0, None
    if m and n:
        depth, achieved = (
            _exact_depth(ranks, m, level)
            if use_exact
            else (
                _normal_depth(m, n, level),
                None,
            )
        )
    low, high = -math.inf, math.inf
    if depth > 0:
        low, high = float(differences[depth - 1]), float(differences[m * n - depth])
    cautions = (caution("level-not-attainable", level=level),) if m and n and depth == 0 else ()
    how = "exact" if use_exact else "normal approximation"
    return ShiftFit(
        estimate=float(np.median(differences)) if m and n else math.nan,
        ci_low=low,
        ci_high=high,
        level=level,
        achieved_level=achieved,
        group_sizes=(m, n),
        n=m + n,
        missing=missing_x + missing_y,
        method=f"Hodges-Lehmann shift, limits from order statistics ({how})",
        reference="Hodges and Lehmann 1963, doi:10.1214/aoms/1177704172",
        cautions=cautions if m and n else (caution("empty-group"),),
    )


def _exact_depth(ranks: FloatArray, m: int, level: float) -> tuple[int, float | None]:
    """Largest d with P(W < d) <= alpha / 2: the d-th difference from either end is a limit."""
    law = rank_sum_law(np.arange(1.0, len(ranks) + 1), m)[m * (m + 1) :: 2]
    below = np.concatenate(([0.0], np.cumsum(law)))
    depth = int(np.searchsorted(below, (1 - level) / 2 + 1e-12, side="right")) - 1
    return depth, 1 - 2 * float(below[depth]) if depth else None


def _normal_depth(m: int, n: int, level: float) -> int:
    half = normal_quantile(level) * math.sqrt(m * n * (m + n + 1) / 12)
    return max(0, math.floor(m * n / 2 - half))
