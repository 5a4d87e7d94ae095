"""How often a random choice of m of n scores sums to at least x: counted, not sampled.

Scores are split in two halves, each half lists its sums by the number chosen (equal scores
chosen in one go, with their binomial multiplicity), and the halves meet by sorted search. This
counts 1e12 relabellings with lists of a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log, prod

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray

Numbers = npt.NDArray[np.int64] | FloatArray
Sums = list[tuple[FloatArray, Numbers]]  # indexed by how many were chosen
LIMIT = 1 << 22  # list entries of one half


@dataclass(frozen=True, slots=True)
class Urn:
    """Distinct scores with their multiplicities, of which `m` patients are chosen."""

    values: tuple[float, ...]
    copies: tuple[int, ...]
    m: int

    @property
    def relabellings(self) -> int:
        """Number of ways to choose."""
        return comb(sum(self.copies), self.m)


def urn(scores: FloatArray, m: int) -> Urn:
    """The urn of one stratum; its scores add up to zero, so the smaller group is chosen."""
    if 2 * m > scores.size:
        scores, m = -scores, scores.size - m
    scale = float(np.abs(scores).max(initial=0.0)) or 1.0
    rounded = np.round(scores / scale, 12)
    _, where, copies = np.unique(rounded, return_index=True, return_counts=True)
    return Urn(tuple(scores[where].tolist()), tuple(copies.tolist()), m)


def _lengths(copies: list[int], m: int) -> FloatArray:
    """List length for each number chosen, before making the lists; stops when too long."""
    lengths = np.zeros(m + 1)
    lengths[0] = 1
    for g in copies:
        lengths = np.convolve(lengths, np.ones(min(g, m) + 1))[: m + 1]
        if lengths.sum() > LIMIT:
            break
    return lengths


def _sums(values: list[float], copies: list[int], m: int, kind: type) -> Sums:
    """All sums of 0..m of these scores, with how many choices give each."""
    empty: tuple[FloatArray, Numbers] = (np.zeros(0), np.zeros(0, dtype=kind))
    lists: Sums = [(np.zeros(1), np.ones(1, dtype=kind))] + [empty] * m
    for value, g in zip(values, copies, strict=True):
        grown: Sums = []
        for k in range(m + 1):
            take = range(min(g, k) + 1)
            sums = np.concatenate([lists[k - j][0] + j * value for j in take])
            ways = np.concatenate([lists[k - j][1] * kind(comb(g, j)) for j in take])
            grown.append((sums, ways))
        lists = grown
    return lists


def _halves(box: Urn) -> tuple[list[int], list[int]]:
    """Indices of the scores of each half, balanced by the length of their lists."""
    sides: tuple[list[int], list[int]] = ([], [])
    loads = [0.0, 0.0]
    for i in sorted(range(len(box.values)), key=lambda i: (-box.copies[i], box.values[i])):
        side = int(loads[1] < loads[0])
        sides[side].append(i)
        loads[side] += log(box.copies[i] + 1)
    return sides


@dataclass(slots=True)
class Plan:
    """How the strata are spread over the two sides that meet."""

    split: Urn
    folded: tuple[list[Urn], list[Urn]]
    feasible: bool


def plan(urns: list[Urn]) -> Plan:
    """Split the largest urn in two and fold the others into the shorter side."""
    ordered = sorted(urns, key=lambda u: -u.relabellings)
    split, rest = ordered[0], ordered[1:]
    halves = [[split.copies[i] for i in side] for side in _halves(split)]
    lengths = [float(_lengths(h, split.m).sum()) for h in halves]
    folded: tuple[list[Urn], list[Urn]] = ([], [])
    feasible = True
    for other in rest:
        side = int(lengths[1] < lengths[0])
        folded[side].append(other)
        steps = _lengths(list(other.copies), other.m)
        feasible &= bool(steps.sum() <= LIMIT)
        lengths[side] *= float(steps[other.m])
    return Plan(split, folded, feasible and max(lengths) <= LIMIT)


def _fold(lists: Sums, urns: list[Urn], kind: type) -> Sums:
    for other in urns:
        sums, ways = _sums(list(other.values), list(other.copies), other.m, kind)[other.m]
        lists = [
            ((a[:, None] + sums[None, :]).ravel(), (c[:, None] * ways[None, :]).ravel())
            for a, c in lists
        ]
    return lists


class Distribution:
    """The exact distribution of the sum of chosen scores over all relabellings."""

    def __init__(self, design: Plan, tolerance: float) -> None:
        urns = [design.split, *design.folded[0], *design.folded[1]]
        self.total = prod(u.relabellings for u in urns)
        self.tolerance = tolerance
        kind: type = np.int64 if self.total < 2**62 else np.float64
        sides = []
        for half, folded in zip(_halves(design.split), design.folded, strict=True):
            values = [design.split.values[i] for i in half]
            copies = [design.split.copies[i] for i in half]
            sides.append(_fold(_sums(values, copies, design.split.m, kind), folded, kind))
        self._pairs = self._meet(sides[0], sides[1], design.split.m)

    @staticmethod
    def _meet(a: Sums, b: Sums, m: int) -> list[tuple[FloatArray, Numbers, FloatArray, Numbers]]:
        pairs: list[tuple[FloatArray, Numbers, FloatArray, Numbers]] = []
        for k in range(m + 1):
            (left, left_ways), (right, right_ways) = a[k], b[m - k]
            if left.size and right.size:
                down, up = np.argsort(-left), np.argsort(right)
                suffix: Numbers = right_ways[up][::-1].cumsum()[::-1]
                tail: Numbers = np.append(suffix, [0])
                pairs.append((left[down], left_ways[down], right[up], tail))
        return pairs

    def at_least(self, x: float) -> int:
        """Number of relabellings whose sum is at least x, ties within the tolerance included."""
        found = 0
        for left, ways, right, tail in self._pairs:
            first = np.searchsorted(right, (x - self.tolerance) - left, side="left")
            found += int((ways * tail[first]).sum())
        return found
