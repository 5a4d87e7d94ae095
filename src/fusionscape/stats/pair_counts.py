"""The 2x2 tables of all pairs of lesions, among the patients tested for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import index

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray
from fusionscape.stats.observed import floats, refuse
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
    values = floats(matrix, "matrix")
    if values.ndim != 2:
        raise refuse("not-a-table", "the matrix is patients by lesions", "Reshape it.", "matrix")
    if not (np.isnan(values) | (values == 0) | (values == 1)).all():
        what = "the matrix holds 1 present, 0 absent and nan not tested"
        raise refuse("not-0-1", what, "Recode the matrix.", "matrix")
    return values


def pair_counts(states: FloatArray) -> PairCounts:
    """Counts of every pair among the patients tested for both.

    A count is an inner product of flags: sums of ones, exact in single precision below 2**24
    patients, and the same on one thread or many.
    """
    exact: npt.DTypeLike = np.float32 if len(states) < 2**24 else np.float64
    tested: npt.NDArray[np.floating] = (~np.isnan(states)).astype(exact)
    present: npt.NDArray[np.floating] = (states == 1).astype(exact)
    a, b = np.triu_indices(states.shape[1], k=1)
    above = np.triu(np.ones((states.shape[1], states.shape[1]), dtype=bool), k=1)
    carriers = present.T @ tested
    return PairCounts(
        a=a.astype(np.int64),
        b=b.astype(np.int64),
        both=(present.T @ present)[above].astype(np.int64),
        in_a=carriers[above].astype(np.int64),
        in_b=carriers.T[above].astype(np.int64),
        n=(tested.T @ tested)[above].astype(np.int64),
    )


def structural_pairs(
    structural: Iterable[tuple[int, int]] | None, lesions: int, counts: PairCounts
) -> BoolArray:
    """True for the pairs named; ValueError when one is not a pair of columns."""
    named = np.zeros((lesions, lesions), dtype=bool)
    what = "a structural pair names two different columns of the matrix"
    try:
        pairs = [(index(i), index(j)) for i, j in structural or ()]
    except (TypeError, ValueError):
        raise refuse("bad-pair", what, "Give column numbers.", "structural") from None
    for i, j in pairs:
        if i == j or not (0 <= i < lesions and 0 <= j < lesions):
            raise refuse("bad-pair", what, "Give column numbers.", "structural")
        named[min(i, j), max(i, j)] = True
    out: BoolArray = named[counts.a, counts.b]
    return out
