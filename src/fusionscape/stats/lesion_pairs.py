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
from fusionscape.stats.observed import refuse
from fusionscape.stats.odds_ratio_inference import infer
from fusionscape.stats.pair_counts import (
    BoolArray,
    PairCounts,
    lesion_states,
    pair_counts,
    structural_pairs,
)
from fusionscape.stats.tables import IntArray, check_level

Engine = Literal["auto", "numpy", "numba"]

Kernel = Callable[
    [IntArray, IntArray, IntArray, IntArray, FloatArray], tuple[FloatArray, FloatArray]
]

# the twin saves half a microsecond per pair and costs 0.65 s to load: it pays beyond this many
COMPILE_ABOVE = 1_000_000


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
    engine : ``auto`` takes the compiled twin above a million pairs if numba is installed.

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
    fixed = structural_pairs(structural, states.shape[1], counts)
    p, smallest = _p_values(counts, len(states), engine)
    reachable = ~fixed & (smallest < alpha)
    family = adjust(np.where(reachable, p, np.nan), method="bh")
    return PairsFit(
        a=counts.a,
        b=counts.b,
        both=counts.both,
        only_a=counts.only_a,
        only_b=counts.only_b,
        neither=counts.neither,
        n_tested=counts.n,
        p=np.where(fixed, np.nan, p),
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
        reference=_REFERENCE,
        cautions=_pair_cautions(fixed, reachable, alpha),
    )


_REFERENCE = (
    "Fisher 1935, doi:10.2307/2342435; Tarone 1990, doi:10.2307/2531456; "
    "Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x"
)


def _p_values(counts: PairCounts, patients: int, engine: Engine) -> tuple[FloatArray, FloatArray]:
    log_factorial = conditional.log_factorials(patients)
    kernel = _kernel(engine, len(counts.a))
    return kernel(counts.both, counts.in_a, counts.in_b, counts.n, log_factorial)


def _kernel(engine: Engine, pairs: int) -> Kernel:
    """The one place where the compiled twin is chosen."""
    if engine not in ("auto", "numpy", "numba"):
        what = "the engine is auto, numpy or numba"
        raise refuse("unknown-option", what, "Use auto.", "engine")
    large = engine == "auto" and pairs > COMPILE_ABOVE and find_spec("numba") is not None
    if engine == "numba" or large:
        from fusionscape.stats import fisher_pairs_numba

        compiled: Kernel = fisher_pairs_numba.pair_p_values
        return compiled
    from fusionscape.stats import fisher_pairs_numpy

    return fisher_pairs_numpy.pair_p_values


def _half_corrected(counts: PairCounts) -> FloatArray:
    together = np.log(counts.both + 0.5) + np.log(counts.neither + 0.5)
    out: FloatArray = together - np.log(counts.only_a + 0.5) - np.log(counts.only_b + 0.5)
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
    if not isinstance(fit, PairsFit):
        raise refuse("bad-option", "`fit` is no result of fisher_pairs.", "Give one.", "fit")
    try:
        chosen = range(len(fit.a)) if pairs is None else [range(len(fit.a))[i] for i in pairs]
    except (TypeError, IndexError):
        what = "`pairs` holds positions in the arrays of the fit."
        raise refuse("bad-pair", what, "Give whole numbers.", "pairs") from None
    wanted = np.asarray(chosen, dtype=np.int64)
    rows = np.full((len(wanted), 3), math.nan)
    for row, i in enumerate(wanted.tolist()):
        a, b, c, d = (int(v[i]) for v in (fit.both, fit.only_a, fit.only_b, fit.neither))
        found = infer(conditional.hypergeometric(a + b, c + d, a + c), a, "two-sided", fit.level)
        rows[row] = found.odds_ratio, found.low, found.high
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
