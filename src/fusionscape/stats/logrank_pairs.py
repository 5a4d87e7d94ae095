"""Log-rank between each pair of groups, adjusted for the number of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray
from fusionscape.stats.logrank_tests import Exact, LogRank, Weighting, check, logrank
from fusionscape.stats.multiplicity import adjust
from fusionscape.stats.observed import IntArray, Observed, observe, read_only

REFERENCE = "Holm 1979; Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairwiseLogRank:
    """One family of tests: every pair of groups, with raw and adjusted p values.

    `p` is the permutation p of a pair where it has one, else the chi-square p.
    """

    pairs: tuple[tuple[str, str], ...]
    tests: tuple[LogRank, ...]
    p: FloatArray
    p_holm: FloatArray
    p_bh: FloatArray
    family_size: int
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def _pair(
    seen: Observed, stratum: IntArray | None, a: int, b: int, options: dict[str, Any]
) -> LogRank:
    """The test between two groups alone."""
    mine = np.flatnonzero((seen.codes == a) | (seen.codes == b))
    labels = np.array(seen.groups, dtype=object)[seen.codes[mine]]
    return logrank(
        seen.time[mine],
        seen.event[mine],
        labels,
        entry=None if seen.entry is None else seen.entry[mine],
        weights=None if seen.weights is None else seen.weights[mine],
        strata=None if stratum is None else stratum[mine],
        **options,
    )


def logrank_pairwise(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    group: Any,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    strata: Any = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    weighting: Weighting = "fleming-harrington",
    exact: Exact = None,
    permutations: int = 100_000,
    seed: int = 20240514,
) -> PairwiseLogRank:
    """Which groups differ from which, allowing for the number of pairs?

    `logrank` on each pair of groups alone, pairs in sorted order, adjusted by Holm (family-wise)
    and by Benjamini-Hochberg (false discovery rate). Arguments and errors are those of `logrank`.

    Source: Holm 1979; Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> found = logrank_pairwise([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"], exact=False)
    >>> found.pairs, found.family_size
    ((('a', 'b'),), 1)
    """
    seen = observe(time, event, entry=entry, weights=weights, group=group, strata=strata)
    check(seen, weighting, rho, gamma)
    stratum = None if strata is None else seen.strata
    present = np.flatnonzero(np.bincount(seen.codes)).tolist()
    options: dict[str, Any] = {"rho": rho, "gamma": gamma, "weighting": weighting}
    options |= {"exact": exact, "permutations": permutations, "seed": seed}
    codes = list(combinations(present, 2))
    tests = [_pair(seen, stratum, a, b, options) for a, b in codes]
    p = np.array([t.p if t.exact is None else t.exact.p for t in tests])
    return read_only(
        PairwiseLogRank(
            pairs=tuple((seen.groups[a], seen.groups[b]) for a, b in codes),
            tests=tuple(tests),
            p=p,
            p_holm=adjust(p, method="holm").p_adjusted,
            p_bh=adjust(p, method="bh").p_adjusted,
            family_size=int((~np.isnan(p)).sum()),
            n=seen.n,
            missing=seen.missing,
            method=f"pairwise {tests[0].method}, Holm and Benjamini-Hochberg",
            reference=REFERENCE,
            cautions=seen.cautions(),
        )
    )
