"""Rank tests of a measurement between groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.contingency import chi_square_tail
from fusionscape.stats.distributions import known_values

EXACT_BELOW = 50  # R's rule, per group

_MANN_WHITNEY = (
    "Mann and Whitney 1947, doi:10.1214/aoms/1177730491; Wilcoxon 1945, doi:10.2307/3001968"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFit:
    """A rank test. `statistic` is Mann-Whitney's W of the first group, or Kruskal-Wallis's H."""

    statistic: float
    p: float
    df: int | None
    exact: bool
    ties: bool
    group_sizes: tuple[int, ...]
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def midranks(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ranks from 1, ties sharing their mean, and the size of every set of ties."""
    _, where, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    ranks = last - (sizes - 1) / 2
    return ranks[where], sizes.astype(np.float64)


def mann_whitney(x: npt.ArrayLike, y: npt.ArrayLike, *, exact: bool | None = None) -> RankFit:
    """Does the measurement tend to be larger in one of two groups?

    Two-sided Wilcoxon rank-sum test. ``exact=None`` follows R: exact when both groups have fewer
    than 50 known values and none are tied, otherwise normal with correction for ties and
    continuity. ``exact=True`` is exact with ties too, given the midranks. `statistic` counts the
    pairs in which `x` is larger (ties half). nan is missing.

    References
    ----------
    Mann and Whitney (1947), doi:10.1214/aoms/1177730491.

    Examples
    --------
    >>> fit = mann_whitney([1.1, 2.2, 3.3], [4.4, 5.5, 6.6])
    >>> fit.statistic, round(fit.p, 4)
    (0.0, 0.1)
    """
    first, missing_x = known_values(x)
    second, missing_y = known_values(y)
    m, n = len(first), len(second)
    ranks, tied = midranks(np.concatenate([first, second]))
    ties = bool((tied > 1).any())
    statistic = float(ranks[:m].sum()) - m * (m + 1) / 2
    use_exact = (max(m, n) < EXACT_BELOW and not ties) if exact is None else exact
    p = math.nan
    cautions: tuple[Caution, ...] = (caution("empty-group"),)
    if m and n:
        p = _exact_p(ranks, m) if use_exact else _normal_p(statistic, m, n, tied)
        cautions = ()
    how = "exact" if use_exact else "normal approximation, corrected for ties and continuity"
    return RankFit(
        statistic=statistic,
        p=p,
        df=None,
        exact=use_exact,
        ties=ties,
        group_sizes=(m, n),
        n=m + n,
        missing=missing_x + missing_y,
        method=f"Mann-Whitney (Wilcoxon rank-sum) test, two-sided, {how}",
        reference=_MANN_WHITNEY,
        cautions=cautions,
    )


def rank_sum_law(ranks: FloatArray, m: int) -> FloatArray:
    """Probability of every doubled rank sum of `m` of these ranks drawn without replacement."""
    doubled = np.round(2 * ranks).astype(np.int64)
    law = np.zeros((m + 1, int(np.sort(doubled)[-m:].sum()) + 1))
    law[0, 0] = 1.0
    size = law.shape[1]
    for seen, rank in enumerate(doubled.tolist()):
        top = min(seen + 1, m)
        if rank < size:
            law[1 : top + 1, rank:] += law[:top, : size - rank].copy()
    out: FloatArray = law[m] / law[m].sum()
    return out


def _exact_p(ranks: FloatArray, m: int) -> float:
    """Twice the smaller tail without ties; with ties all sums as far from the mean."""
    law = rank_sum_law(ranks, m)
    observed = round(2 * float(ranks[:m].sum()))
    centre = m * float(ranks.sum()) * 2 / len(ranks)
    sums = np.arange(len(law))
    far = np.abs(sums - centre) >= abs(observed - centre) - 1e-7
    return min(1.0, float(law[far].sum()))


def _normal_p(statistic: float, m: int, n: int, tied: FloatArray) -> float:
    total = m + n
    variance = m * n / 12 * (total + 1 - float((tied**3 - tied).sum()) / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    distance = statistic - m * n / 2
    shifted = max(0.0, abs(distance) - 0.5) if distance else 0.0
    return math.erfc(shifted / math.sqrt(2 * variance))


def kruskal_wallis(values: npt.ArrayLike, group: npt.ArrayLike) -> RankFit:
    """Does the measurement differ between two or more groups?

    Kruskal-Wallis H, corrected for ties, against chi-square. A nan value is missing; `group` holds
    one label per value, and groups without known values are left out.

    References
    ----------
    Kruskal and Wallis (1952), doi:10.1080/01621459.1952.10483441.

    Examples
    --------
    >>> fit = kruskal_wallis([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"])
    >>> round(fit.statistic, 4), fit.df, round(fit.p, 4)
    (4.5714, 2, 0.1017)
    """
    array = np.asarray(values, dtype=np.float64).ravel()
    labels = np.asarray(group).ravel()
    if len(array) != len(labels):
        raise ValueError("one group label per value")
    here = ~np.isnan(array)
    known, missing = known_values(array)
    _, where, sizes = np.unique(labels[here], return_inverse=True, return_counts=True)
    n, k = len(known), len(sizes)
    ranks, tied = midranks(known) if n else (known, known)
    spread = 1 - float((tied**3 - tied).sum()) / (n**3 - n) if n > 1 else 0.0
    statistic, p = math.nan, math.nan
    cautions: tuple[Caution, ...] = (caution("empty-group"),)
    if k > 1 and spread <= 0:
        statistic, p, cautions = 0.0, 1.0, (caution("no-variation"),)
    elif k > 1:
        sums = np.bincount(where, weights=ranks)
        statistic = (12 * float((sums**2 / sizes).sum()) / (n * (n + 1)) - 3 * (n + 1)) / spread
        p, cautions = chi_square_tail(statistic, k - 1), ()
    return RankFit(
        statistic=statistic,
        p=p,
        df=max(k - 1, 0),
        exact=False,
        ties=bool((tied > 1).any()),
        group_sizes=tuple(sizes.tolist()),
        n=n,
        missing=missing,
        method="Kruskal-Wallis test, corrected for ties",
        reference="Kruskal and Wallis 1952, doi:10.1080/01621459.1952.10483441",
        cautions=cautions,
    )
