"""The 2x2 tables of all pairs of lesions, among the patients tested for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray
from fusionscape.stats.tables import IntArray

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCounts:
    """The 2x2 table of every pair."""

    a: IntArray
    b: IntArray
    both: IntArray
    in_a: IntArray
    in_b: IntArray
    n: IntArray

    @property
    def only_a(self) -> IntArray:
        """Carriers of A without B."""
        out: IntArray = self.in_a - self.both
        return out

    @property
    def only_b(self) -> IntArray:
        """Carriers of B without A."""
        out: IntArray = self.in_b - self.both
        return out

    @property
    def neither(self) -> IntArray:
        """Tested for both, carrying none."""
        out: IntArray = self.n - self.in_a - self.in_b + self.both
        return out


def lesion_states(matrix: npt.ArrayLike) -> FloatArray:
    """Patients by lesions as 1, 0 and nan; ValueError for anything else."""
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError("the matrix is patients by lesions")
    if not (np.isnan(values) | (values == 0) | (values == 1)).all():
        raise ValueError("the matrix holds 1 present, 0 absent and nan not tested")
    return values


def pair_counts(states: FloatArray) -> PairCounts:
    """Counts of every pair among the patients tested for both.

    Patients are packed as bits, so that a count is an intersection and a population count: exact,
    and the same on one thread or many.
    """
    tested, present = _packed(~np.isnan(states)), _packed(states == 1)
    a, b = np.triu_indices(states.shape[1], k=1)
    carriers = _overlaps(present, tested)
    return PairCounts(
        a=a.astype(np.int64),
        b=b.astype(np.int64),
        both=_overlaps(present, present)[a, b],
        in_a=carriers[a, b],
        in_b=carriers[b, a],
        n=_overlaps(tested, tested)[a, b],
    )


def _packed(flags: BoolArray) -> npt.NDArray[np.uint64]:
    """One row of 64-bit words per lesion, one bit per patient."""
    words = -(-len(flags) // 64)
    padded = np.zeros((flags.shape[1], words * 64), dtype=bool)
    padded[:, : len(flags)] = flags.T
    return np.packbits(padded, axis=1).view(np.uint64)


def _overlaps(first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> IntArray:
    """Patients in both sets, for every set of `first` and of `second`."""
    out = np.zeros((len(first), len(second)), dtype=np.int64)
    for word in range(first.shape[1]):
        out += np.bitwise_count(first[:, word, None] & second[None, :, word])
    return out


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
