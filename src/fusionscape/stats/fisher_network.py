"""Exact p of an r x c table, by a network of partial tables met in the middle.

Rows are placed one at a time. A node of the network is what is left of the column totals, sorted
(columns are exchangeable for what follows); an edge is one way to place a row. A partial table
needs only its node and the sum of its cells' log factorials, so equal ones are merged, and those
whose every completion counts, or none does, leave early because the longest and the shortest
completion of each node are known (Mehta and Patel 1983). Rows are placed from both ends; where
the two halves meet, sorted sums replace the enumeration of their pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.conditional import log_factorials
from fusionscape.stats.network_levels import EdgeLimitError, Level, build_levels
from fusionscape.stats.tables import IntArray

WORK_LIMIT = 30_000_000  # partial tables handled, both halves together
TIE = 3.4525e-7  # log scale; tables this close are equally likely, as in R
_MERGE = 1e-10  # partial sums closer than this are the same sum
_CHUNK = 2_000_000


class WorkLimitError(Exception):
    """The table is too large to enumerate."""


@dataclass(slots=True)
class _Half:
    """Partial tables sorted by node and value; `weight` counts how many share both."""

    node: IntArray
    value: FloatArray
    weight: FloatArray


def exact_p(table: IntArray, *, work_limit: int = WORK_LIMIT) -> float:
    """Probability of all tables with these margins no likelier than the observed one.

    Rows and columns must not be empty. WorkLimitError when more than `work_limit` partial
    tables would have to be handled.
    """
    cells = table if table.shape[0] >= table.shape[1] else table.T
    log_factorial = log_factorials(int(cells.sum()))
    threshold = -float(log_factorial[cells].sum()) + TIE
    row_totals = np.sort(cells.sum(axis=1))
    try:
        levels = build_levels(row_totals, cells.sum(axis=0), log_factorial, work_limit // 5)
    except EdgeLimitError as error:
        raise WorkLimitError from error
    return _Search(levels, threshold, work_limit).run()


class _Search:
    """One enumeration: a half from the first row, a half from the last, and what is settled."""

    def __init__(self, levels: list[Level], threshold: float, work_limit: int) -> None:
        self.levels = levels
        self.threshold = threshold
        self.work_left = work_limit
        self.settled = 0.0  # probability of tables already known to count
        one = np.ones(1)
        self.top = _Half(node=np.zeros(1, dtype=np.int64), value=np.zeros(1), weight=one)
        end = levels[-1]
        nodes = np.arange(len(end.total))
        self.bottom = _Half(node=nodes, value=end.longest.copy(), weight=np.ones(len(nodes)))
        self.always = np.zeros(len(nodes))  # share of a node's completions that always count

    def run(self) -> float:
        """Place rows from whichever end is cheaper until the halves meet."""
        first, last = 0, len(self.levels) - 1
        while first < last:
            down = self._cost_down(first)
            up = self._cost_up(last - 1)
            if min(down, up) > self.work_left:
                raise WorkLimitError
            self.work_left -= int(min(down, up))
            if down <= up:
                self._place_down(first)
                first += 1
            else:
                last -= 1
                self._place_up(last)
        return min(1.0, self.settled + self._meet(first))

    def _cost_down(self, k: int) -> float:
        return float(self.levels[k].edge_count[self.top.node].sum())

    def _cost_up(self, k: int) -> float:
        in_child = np.bincount(self.bottom.node, minlength=len(self.levels[k + 1].total))
        return float(in_child[self.levels[k].edge_child].sum())

    def _place_down(self, k: int) -> None:
        level, below = self.levels[k], self.levels[k + 1]
        parts = []
        repeats = level.edge_count[self.top.node]
        for start, stop in _chunks(repeats):
            here = slice(start, stop)
            item, edge = _expand(level.edge_start[self.top.node[here]], repeats[here])
            node = level.edge_child[edge]
            value = self.top.value[here][item] + level.edge_value[edge]
            weight = self.top.weight[here][item]
            counts = value + below.longest[node] <= self.threshold
            exponent = value[counts] + below.total[node[counts]] + level.constant
            self.settled += float(weight[counts] @ np.exp(exponent))
            open_ = ~counts & (value + below.shortest[node] <= self.threshold)
            parts.append(_merged(node[open_], value[open_], weight[open_]))
        self.top = _joined(parts)

    def _place_up(self, k: int) -> None:
        level, below = self.levels[k], self.levels[k + 1]
        size = np.bincount(self.bottom.node, minlength=len(below.total))
        first = np.cumsum(size) - size
        parent = np.repeat(np.arange(len(level.total)), level.edge_count)
        share = np.exp(level.edge_value + below.total[level.edge_child] - level.total[parent])
        always = np.zeros(len(level.total))
        np.add.at(always, parent, share * self.always[level.edge_child])
        parts = []
        repeats = size[level.edge_child]
        for start, stop in _chunks(repeats):
            here = slice(start, stop)
            edge, item = _expand(first[level.edge_child[here]], repeats[here])
            edge += start
            node = parent[edge]
            value = self.bottom.value[item] + level.edge_value[edge]
            weight = self.bottom.weight[item]
            counts = value + level.longest_above[node] <= self.threshold
            mass = weight[counts] * np.exp(value[counts] - level.total[node[counts]])
            np.add.at(always, node[counts], mass)
            open_ = ~counts & (value + level.shortest_above[node] <= self.threshold)
            parts.append(_merged(node[open_], value[open_], weight[open_]))
        self.bottom, self.always = _joined(parts), always

    def _meet(self, k: int) -> float:
        """Sum over pairs of an upper and a lower partial table whose values reach threshold."""
        level = self.levels[k]
        nodes = np.arange(len(level.total) + 1)
        top_at = np.searchsorted(self.top.node, nodes)
        bottom_at = np.searchsorted(self.bottom.node, nodes)
        total = 0.0
        for node in np.unique(self.top.node).tolist():
            upper = slice(top_at[node], top_at[node + 1])
            lower = slice(bottom_at[node], bottom_at[node + 1])
            log_total = level.total[node]
            mass = self.bottom.weight[lower] * np.exp(self.bottom.value[lower] - log_total)
            reached = np.concatenate(([0.0], np.cumsum(mass))) + self.always[node]
            values = self.top.value[upper]
            room = self.threshold - values
            share = reached[np.searchsorted(self.bottom.value[lower], room, side="right")]
            chance = np.exp(values + log_total + level.constant)
            total += float((self.top.weight[upper] * chance) @ share)
        return total


def _chunks(repeats: IntArray) -> list[tuple[int, int]]:
    """Ranges of items whose expansions stay near the chunk size."""
    if len(repeats) == 0:
        return []
    block = np.cumsum(repeats) // _CHUNK
    cuts = np.flatnonzero(np.diff(block)) + 1
    edges = [0, *cuts.tolist(), len(repeats)]
    return list(pairwise(edges))


def _expand(starts: IntArray, repeats: IntArray) -> tuple[IntArray, IntArray]:
    """For each item i its number, and ``starts[i], starts[i] + 1, ...``, `repeats[i]` of them."""
    item = np.repeat(np.arange(len(repeats)), repeats)
    offset = np.arange(len(item)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return item, starts[item] + offset


def _merged(node: IntArray, value: FloatArray, weight: FloatArray) -> _Half:
    order = np.lexsort((value, node))
    node, value, weight = node[order], value[order], weight[order]
    if len(node) == 0:
        return _Half(node=node, value=value, weight=weight)
    new = np.ones(len(node), dtype=bool)
    new[1:] = (np.diff(node) != 0) | (np.diff(value) > _MERGE)
    first = np.flatnonzero(new)
    return _Half(node=node[first], value=value[first], weight=np.add.reduceat(weight, first))


def _joined(parts: list[_Half]) -> _Half:
    if len(parts) == 1:
        return parts[0]
    return _merged(
        np.concatenate([part.node for part in parts] or [np.zeros(0, dtype=np.int64)]),
        np.concatenate([part.value for part in parts] or [np.zeros(0)]),
        np.concatenate([part.weight for part in parts] or [np.zeros(0)]),
    )
