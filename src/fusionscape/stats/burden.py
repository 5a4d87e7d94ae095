"""Do two lesions occur together more than each patient's number of lesions explains?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.margins_model import background
from fusionscape.stats.multiplicity import adjust
from fusionscape.stats.pair_counts import (
    BoolArray,
    PairCounts,
    lesion_states,
    pair_counts,
    structural_pairs,
)
from fusionscape.stats.tables import IntArray

SMALLEST_PANEL = 20
_CHUNK = 4_000_000  # numbers held at once while a block of pairs is worked through


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BurdenFit:
    """All pairs of lesions, one entry of each array per pair, in order (0,1), (0,2), ... (1,2).

    `both` is the observed overlap among the `n_tested` patients tested for both, `expected` what
    patients' burdens and lesions' frequencies lead to. `p_together` and `p_apart` are the chances
    of an overlap as large, and as small; `p` is twice the smaller. `p_adjusted` is
    Benjamini-Hochberg over the `family_size` pairs that are not structural.
    When `refused` names a reason, all p are nan.
    """

    a: IntArray
    b: IntArray
    both: IntArray
    expected: FloatArray
    n_tested: IntArray
    p_together: FloatArray
    p_apart: FloatArray
    p: FloatArray
    p_adjusted: FloatArray
    structural: BoolArray
    family_size: int
    usable_lesions: int
    refused: str | None
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def burden_pairs(
    matrix: npt.ArrayLike, *, structural: Iterable[tuple[int, int]] | None = None
) -> BurdenFit:
    """Do two lesions co-occur, or avoid each other, beyond what the patients' burdens explain?

    A patient with many lesions has most pairs, so a plain test finds co-occurrence everywhere. Here
    each patient has an own probability of each lesion, from a maximum entropy matrix with the
    observed row and column sums, and the overlap is compared with its exact Poisson-binomial law
    (the idea of DISCOVER). Two-sided p is twice the smaller tail.

    Refused (`refused` = ``panel-too-small-for-burden``) under 20 lesions that vary: a pair is then
    more than a tenth of the panel its own patients' burden is read from, and explains itself away.
    Simulated without any association, overlaps fall short of `expected` by 1.5 standard deviations
    with 5 lesions, 0.8 with 10, 0.5 with 20 and 0.1 with 100: read exclusivity with care in panels
    not far above the limit.
    Refused (``background-not-identified``) when no matrix with these sums is found.

    Parameters
    ----------
    matrix : patients x lesions; 1 present, 0 absent, nan not tested.
    structural : pairs of column numbers that must not be read as co-occurrence.

    References
    ----------
    Canisius, Martens and Wessels (2016), doi:10.1186/s13059-016-1114-x.

    Examples
    --------
    >>> burden_pairs([[1, 0], [0, 1], [1, 1]]).refused
    'panel-too-small-for-burden'
    """
    states = lesion_states(matrix)
    counts = pair_counts(states)
    fixed = structural_pairs(structural, states.shape[1], counts)
    carriers, tested = np.nansum(states, axis=0), (~np.isnan(states)).sum(axis=0)
    usable = int(((carriers > 0) & (carriers < tested)).sum())
    nothing = np.full(len(counts.a), math.nan)
    expected, together, apart, refused = nothing, nothing, nothing, "panel-too-small-for-burden"
    if usable >= SMALLEST_PANEL:
        model = background(states)
        refused = "" if model.matched else "background-not-identified"
        if model.matched:
            expected, together, apart = _overlaps(model.probability, counts)
    p = np.where(fixed, math.nan, np.minimum(1.0, 2 * np.minimum(together, apart)))
    family = adjust(p, method="bh")
    return BurdenFit(
        a=counts.a,
        b=counts.b,
        both=counts.both,
        expected=expected,
        n_tested=counts.n,
        p_together=np.where(fixed, math.nan, together),
        p_apart=np.where(fixed, math.nan, apart),
        p=p,
        p_adjusted=family.p_adjusted,
        structural=fixed,
        family_size=family.n,
        usable_lesions=usable,
        refused=refused or None,
        n=len(states),
        missing=int(np.isnan(states).any(axis=1).sum()),
        method="Poisson-binomial test of overlap given patients' burdens; Benjamini-Hochberg",
        reference="Canisius, Martens and Wessels 2016, doi:10.1186/s13059-016-1114-x",
        cautions=(caution(refused, lesions=usable, least=SMALLEST_PANEL),) if refused else (),
    )


def _overlaps(
    probability: FloatArray, counts: PairCounts
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Expected overlap, P(overlap >= observed) and P(overlap <= observed) of every pair."""
    known = np.nan_to_num(probability, nan=0.0)  # an untested patient adds nothing to an overlap
    pairs = len(counts.a)
    expected, together, apart = np.zeros(pairs), np.zeros(pairs), np.zeros(pairs)
    order = np.argsort(counts.both, kind="stable")
    for start, stop in _blocks(counts.both[order]):
        at = order[start:stop]
        joint = known[:, counts.a[at]] * known[:, counts.b[at]]
        expected[at] = joint.sum(axis=0)
        together[at], apart[at] = poisson_binomial_tails(joint, counts.both[at])
    return expected, together, apart


def _blocks(overlap: IntArray) -> list[tuple[int, int]]:
    """Ranges of pairs, ordered by overlap, that fit in memory and in the cache together."""
    out, start = [], 0
    while start < len(overlap):
        width = max(1, min(256, _CHUNK // (int(overlap[min(start + 255, len(overlap) - 1)]) + 2)))
        out.append((start, min(start + width, len(overlap))))
        start += width
    return out


def poisson_binomial_tails(joint: FloatArray, observed: IntArray) -> tuple[FloatArray, FloatArray]:
    """P(T >= observed) and P(T <= observed) for sums T of independent trials, one per column.

    `joint` holds the chance of each trial (rows) in each sum (columns). Trials are added one by
    one; what passes the observed value is caught in a last state, so that small tails are sums of
    positive numbers and keep their digits.
    """
    most = int(observed.max(initial=0))
    law = np.zeros((most + 2, joint.shape[1]))
    law[0] = 1.0
    columns = np.arange(joint.shape[1])
    beyond = np.zeros(joint.shape[1])
    for chance in joint:
        beyond += law[observed, columns] * chance
        up = law[:-1] * chance
        law *= 1 - chance
        law[1:] += up
        law[observed + 1, columns] = 0.0
    inside = np.where(np.arange(most + 2)[:, None] <= observed[None, :], law, 0.0)
    at = inside[observed, columns]
    return np.minimum(1.0, beyond + at), np.minimum(1.0, inside.sum(axis=0))
