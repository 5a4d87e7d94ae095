"""Do two lesions occur together, or avoid each other, more than chance would have it?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats import conditional
from fusionscape.stats.multiplicity import adjust
from fusionscape.stats.tables import IntArray, check_level

BoolArray = npt.NDArray[np.bool_]
Engine = Literal["auto", "numpy", "numba"]

Kernel = Callable[
    [IntArray, IntArray, IntArray, IntArray, FloatArray], tuple[FloatArray, FloatArray]
]

COMPILE_ABOVE = 20_000  # pairs beyond which loading numba (0.65 s) pays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairsFit:
    """All pairs of lesions, one entry of each array per pair, in order (0,1), (0,2), ... (1,2).

    `a` and `b` are column numbers. `both`, `only_a`, `only_b` and `neither` add up to
    `n_tested`, the patients tested for both. `p` is nan for structural pairs; `p_adjusted`
    (Benjamini-Hochberg) is nan outside the family, which holds the `family_size` pairs that are
    not structural and whose margins allow a p below `alpha` (`reachable`). `smallest_p` is the
    least p that the margins allow. `log_odds_ratio` is the sample value with 0.5 added to every
    cell, always finite, for drawing; estimates to print come from `pair_odds_ratios`.
    """

    a: IntArray
    b: IntArray
    both: IntArray
    only_a: IntArray
    only_b: IntArray
    neither: IntArray
    n_tested: IntArray
    p: FloatArray
    p_adjusted: FloatArray
    smallest_p: FloatArray
    log_odds_ratio: FloatArray
    structural: BoolArray
    reachable: BoolArray
    family_size: int
    alpha: float
    level: float
    lesions: int
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCounts:
    """The 2x2 table of every pair."""

    a: IntArray
    b: IntArray
    both: IntArray
    in_a: IntArray
    in_b: IntArray
    n: IntArray


def lesion_states(matrix: npt.ArrayLike) -> FloatArray:
    """Patients by lesions as 1, 0 and nan; ValueError for anything else."""
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError("the matrix is patients by lesions")
    if not (np.isnan(values) | (values == 0) | (values == 1)).all():
        raise ValueError("the matrix holds 1 present, 0 absent and nan not tested")
    return values


def pair_counts(states: FloatArray) -> PairCounts:
    """Counts of every pair among the patients tested for both, by three matrix products."""
    tested = ~np.isnan(states)
    here = tested.astype(np.float32)  # sums of ones are exact up to 2**24 patients
    present = (states == 1).astype(np.float32)
    a, b = np.triu_indices(states.shape[1], k=1)

    def of_pairs(product: npt.NDArray[np.float32]) -> IntArray:
        out: IntArray = product[a, b].astype(np.int64)
        return out

    carriers = present.T @ here
    return PairCounts(
        a=a.astype(np.int64),
        b=b.astype(np.int64),
        both=of_pairs(present.T @ present),
        in_a=of_pairs(carriers),
        in_b=of_pairs(carriers.T),
        n=of_pairs(here.T @ here),
    )


def fisher_pairs(
    matrix: npt.ArrayLike,
    *,
    structural: Iterable[tuple[int, int]] | None = None,
    alpha: float = 0.05,
    level: float = 0.95,
    engine: Engine = "auto",
) -> PairsFit:
    """Which pairs of lesions co-occur or exclude each other?

    Two-sided Fisher p for every pair among the patients tested for both (pairwise deletion).
    Pairs whose margins cannot give a p below `alpha` (Tarone 1990) and `structural` pairs (a gene
    and its own ITD, two partners of one driver) stay out of the family that is adjusted by
    Benjamini-Hochberg. The test ignores how many lesions each patient carries; `burden_pairs`
    does not.

    Parameters
    ----------
    matrix : patients x lesions; 1 present, 0 absent, nan not tested.
    structural : pairs of column numbers, in either order.
    engine : ``auto`` takes the compiled twin above 20,000 pairs if numba is installed.

    References
    ----------
    Fisher (1935), doi:10.2307/2342435. Tarone (1990), doi:10.2307/2531456.
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> fit = fisher_pairs([[1, 1]] * 4 + [[0, 0]] * 4)
    >>> round(float(fit.p[0]), 4), fit.family_size
    (0.0286, 1)
    """
    states = lesion_states(matrix)
    check_level(level)
    counts = pair_counts(states)
    log_factorial = conditional.log_factorials(len(states))
    p, smallest = _kernel(engine, len(counts.a))(
        counts.both, counts.in_a, counts.in_b, counts.n, log_factorial
    )
    fixed = structural_pairs(structural, states.shape[1], counts)
    p = np.where(fixed, np.nan, p)
    reachable = ~fixed & (smallest < alpha)
    family = adjust(np.where(reachable, p, np.nan), method="bh")
    return PairsFit(
        a=counts.a,
        b=counts.b,
        both=counts.both,
        only_a=counts.in_a - counts.both,
        only_b=counts.in_b - counts.both,
        neither=counts.n - counts.in_a - counts.in_b + counts.both,
        n_tested=counts.n,
        p=p,
        p_adjusted=family.p_adjusted,
        smallest_p=smallest,
        log_odds_ratio=_half_corrected(counts),
        structural=fixed,
        reachable=reachable,
        family_size=family.n,
        alpha=alpha,
        level=level,
        lesions=states.shape[1],
        n=len(states),
        missing=int(np.isnan(states).any(axis=1).sum()),
        method="Fisher's exact test, two-sided; Benjamini-Hochberg over reachable pairs",
        reference="Fisher 1935, doi:10.2307/2342435; Tarone 1990, doi:10.2307/2531456; "
        + family.reference,
        cautions=_pair_cautions(fixed, reachable, alpha),
    )


def _kernel(engine: Engine, pairs: int) -> Kernel:
    """The one place where the compiled twin is chosen."""
    if engine not in ("auto", "numpy", "numba"):
        raise ValueError("the engine is auto, numpy or numba")
    large = engine == "auto" and pairs > COMPILE_ABOVE and find_spec("numba") is not None
    if engine == "numba" or large:
        from fusionscape.stats import fisher_pairs_numba

        compiled: Kernel = fisher_pairs_numba.pair_p_values
        return compiled
    from fusionscape.stats import fisher_pairs_numpy

    return fisher_pairs_numpy.pair_p_values


def structural_pairs(
    structural: Iterable[tuple[int, int]] | None, lesions: int, counts: PairCounts
) -> BoolArray:
    """True for the pairs named; ValueError when one is not a pair of columns."""
    named = np.zeros((lesions, lesions), dtype=bool)
    for i, j in structural or ():
        if i == j or not (0 <= i < lesions and 0 <= j < lesions):
            raise ValueError("a structural pair names two different columns of the matrix")
        named[min(i, j), max(i, j)] = True
    out: BoolArray = named[counts.a, counts.b]
    return out


def _half_corrected(counts: PairCounts) -> FloatArray:
    only_a, only_b = counts.in_a - counts.both, counts.in_b - counts.both
    neither = counts.n - counts.both - only_a - only_b
    out: FloatArray = (
        np.log(counts.both + 0.5)
        + np.log(neither + 0.5)
        - np.log(only_a + 0.5)
        - np.log(only_b + 0.5)
    )
    return out


def _pair_cautions(fixed: BoolArray, reachable: BoolArray, alpha: float) -> tuple[Caution, ...]:
    out_of_reach = int((~fixed & ~reachable).sum())
    if out_of_reach == 0:
        return ()
    return (caution("pairs-out-of-reach", n=out_of_reach, of=int((~fixed).sum()), alpha=alpha),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairOddsRatios:
    """Conditional maximum likelihood odds ratios of some pairs, limits matching their p.

    `pair` are positions in the arrays of the PairsFit. 0 and inf occur where a cell is empty,
    nan where the margins leave nothing free.
    """

    pair: IntArray
    odds_ratio: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    level: float
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def pair_odds_ratios(fit: PairsFit, *, pairs: Iterable[int] | None = None) -> PairOddsRatios:
    """How strong is the association of these pairs (all by default), and between which limits?

    Conditional maximum likelihood; limits invert the two-sided test at ``fit.level``. About half a
    millisecond per pair, so ask for those you print.

    Examples
    --------
    >>> fit = fisher_pairs([[1, 1]] * 4 + [[1, 0]] + [[0, 1]] + [[0, 0]] * 4)
    >>> round(float(pair_odds_ratios(fit).odds_ratio[0]), 3)
    10.907
    """
    wanted = np.arange(len(fit.a)) if pairs is None else np.asarray(list(pairs), dtype=np.int64)
    alpha = 1 - fit.level
    rows = np.full((len(wanted), 3), math.nan)
    for row, i in enumerate(wanted.tolist()):
        in_a = int(fit.both[i] + fit.only_a[i])
        not_a = int(fit.only_b[i] + fit.neither[i])
        x = int(fit.both[i])
        support = conditional.hypergeometric(in_a, not_a, x + int(fit.only_b[i]))
        rows[row, 0] = conditional.maximum_likelihood(support, x)
        rows[row, 1] = conditional.matching_lower_limit(support, x, alpha)
        rows[row, 2] = conditional.matching_upper_limit(support, x, alpha)
    rows.setflags(write=False)
    return PairOddsRatios(
        pair=wanted,
        odds_ratio=rows[:, 0],
        ci_low=rows[:, 1],
        ci_high=rows[:, 2],
        level=fit.level,
        n=fit.n,
        missing=fit.missing,
        method="conditional maximum likelihood odds ratio, limits matching the two-sided test",
        reference="Fay 2010, doi:10.1093/biostatistics/kxp050",
    )
