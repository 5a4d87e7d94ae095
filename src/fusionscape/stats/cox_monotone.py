"""Does the partial likelihood have a maximum, or does it rise without end?

It rises without end along b when at every event time those who die have the largest x'b of all
at risk (with exact ties: no smaller than any survivor of that time), strictly at least once.
That is a linear programme. Most fits never need it: a converged Newton step proves a maximum.

Source: Jacobsen (1989) doi:10.2307/4616148; Bryson and Johnson (1981)
doi:10.1080/00401706.1981.10487681; the proof from Newton's step, Bach (2010)
doi:10.1214/09-EJS521, proposition 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import likelihood
from fusionscape.stats.cox_newton import Model, Peak

VIOLATION = 1e-8
MOST_ROUNDS = 500
CUTS_PER_ROUND = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """How one coefficient runs away: up, down or either; `alone` without the other columns."""

    column: int
    direction: str
    alone: bool


def proven_finite(model: Model, peak: Peak) -> bool:
    """True when the last Newton step proves that a finite maximum exists nearby."""
    if not peak.converged:
        return False
    smallest = float(np.linalg.eigvalsh(peak.at.information)[0])
    if smallest <= 1e-9 * float(model.sets.death_weight.sum()):
        return False
    decrement = float(peak.at.score @ np.linalg.solve(peak.at.information, peak.at.score))
    deaths = float(model.sets.n_deaths.max()) if model.exact else 1.0
    # summed norms of rows bound the spread of any risk set; x is centred
    spread = 2.0 * deaths * float(np.sqrt(np.einsum("ij,ij->j", model.XT, model.XT).max()))
    return bool(np.sqrt(max(decrement, 0.0) / smallest) * spread <= 0.25)


def divergences(model: Model) -> tuple[Divergence, ...]:
    """Coefficients without a finite estimate, in column order; empty when all are finite."""
    cone = Cone.of(model)
    p = len(model.XT)
    if p == 1:
        runs = [sign for sign in (1.0, -1.0) if cone.contains(np.array([sign]))]
        return tuple(
            Divergence(column=0, direction="up" if sign > 0 else "down", alone=True)
            for sign in runs[:1]
        )
    if cone.best(cone.slope) is None:
        return ()
    found = []
    for j in range(p):
        unit = np.zeros(p)
        unit[j] = 1.0
        up, down = cone.best(unit) is not None, cone.best(-unit) is not None
        if up or down:
            direction = "either" if up and down else "up" if up else "down"
            alone = cone.contains(unit) or cone.contains(-unit)
            found.append(Divergence(column=j, direction=direction, alone=alone))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cone:
    """Directions along which no risk set objects; found by adding violated pairs as cuts."""

    X: FloatArray
    death_rows: IntArray
    death_time: IntArray
    first: IntArray
    last: IntArray
    n_times: int
    slope: FloatArray
    cuts: list[FloatArray]

    @classmethod
    def of(cls, model: Model) -> Cone:
        """Risk sets as ranges of event times per row."""
        sets = model.sets
        n_strata = len(sets.row_bounds) - 1
        stratum = np.repeat(np.arange(n_strata), np.diff(sets.row_bounds))
        last = sets.until - stratum
        if model.exact:  # tied deaths need not equal each other
            last = last - sets.dead
        first = sets.time_bounds[stratum] if sets.before is None else sets.before - stratum
        return cls(
            X=np.ascontiguousarray(model.XT.T),
            death_rows=sets.deaths,
            death_time=sets.death_time,
            first=first,
            last=np.maximum(last, first),
            n_times=sets.n_times,
            slope=likelihood(sets, model.XT, np.zeros(len(sets.order))).score,
            cuts=[],
        )

    def violations(self, b: FloatArray) -> FloatArray:
        """Differences x(largest at risk) - x(death) whose product with `b` is positive."""
        along = self.X @ b
        order = np.argsort(along, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        best = largest_covering(self.first, self.last, rank, self.n_times)[self.death_time]
        dying = self.death_rows[best >= 0]
        rival = order[best[best >= 0]]
        excess = along[rival] - along[dying]
        worst = np.argsort(-excess, kind="stable")[:CUTS_PER_ROUND]
        pairs: FloatArray = self.X[rival[worst]] - self.X[dying[worst]]
        size = np.maximum(np.linalg.norm(pairs, axis=1), 1.0)
        broken: FloatArray = pairs[excess[worst] > VIOLATION * size * np.abs(b).max()]
        return broken

    def contains(self, b: FloatArray) -> bool:
        """Whether no risk set objects to direction `b`."""
        return len(self.violations(b)) == 0

    def best(self, objective: FloatArray) -> FloatArray | None:
        """The direction with most of `objective`, or None when none has any."""
        from scipy.optimize import linprog

        threshold = 1e-7 * (1.0 + float(np.abs(objective).sum()))
        for _ in range(MOST_ROUNDS):
            rows = np.concatenate(self.cuts) if self.cuts else None
            solution = linprog(
                -objective,
                A_ub=rows,
                b_ub=None if rows is None else np.zeros(len(rows)),
                bounds=[(-1.0, 1.0)] * len(objective),
                method="highs",
                options={
                    "primal_feasibility_tolerance": 1e-10,
                    "dual_feasibility_tolerance": 1e-10,
                },
            )
            b = np.asarray(solution.x, dtype=np.float64)
            if float(objective @ b) <= threshold:
                return None
            fresh = self.violations(b)
            if len(fresh) == 0:
                return b
            self.cuts.append(fresh / np.linalg.norm(fresh, axis=1, keepdims=True))
        return b  # undecided: treat as running away, which only costs the penalty


def largest_covering(first: IntArray, last: IntArray, rank: IntArray, n_times: int) -> IntArray:
    """For each time index, the largest rank among rows whose range [first, last) covers it.

    Each range is a few nodes of a binary tree over time indices; -1 where nothing covers.
    """
    size = 1 << max(n_times - 1, 0).bit_length()
    tree = np.full(2 * size, -1, dtype=np.int64)
    low, high = first + size, last + size
    while True:
        open_rows = low < high
        if not open_rows.any():
            break
        odd = open_rows & (low % 2 == 1)
        np.maximum.at(tree, low[odd], rank[odd])
        low = low + odd
        odd = open_rows & (high % 2 == 1)
        high = high - odd
        np.maximum.at(tree, high[odd], rank[odd])
        low, high = low // 2, high // 2
    level = 1
    while level < size:
        parents = np.arange(level, 2 * level)
        tree[2 * parents] = np.maximum(tree[2 * parents], tree[parents])
        tree[2 * parents + 1] = np.maximum(tree[2 * parents + 1], tree[parents])
        level *= 2
    result: IntArray = tree[size : size + n_times]
    return result
