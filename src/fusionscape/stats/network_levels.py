"""The network of an r x c table: its nodes, its edges, and the bounds at each node."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.tables import IntArray


class EdgeLimitError(Exception):
    """The network alone is too large."""


@dataclass(slots=True)
class Level:
    """Nodes before one row is placed. Values are minus sums of log factorials of cells.

    `total` is the log sum of exp(value) over all completions, `longest` and `shortest` their
    extreme values, `longest_above` and `shortest_above` those of the rows already placed.
    exp(`constant`) turns exp(value of whole table) into a probability. Edges are sorted by
    parent.
    """

    left: IntArray
    edge_start: IntArray
    edge_count: IntArray
    edge_child: IntArray
    edge_value: FloatArray
    total: FloatArray
    longest: FloatArray
    shortest: FloatArray
    longest_above: FloatArray
    shortest_above: FloatArray
    constant: float


def build_levels(
    rows: IntArray, columns: IntArray, log_factorial: FloatArray, edge_limit: int
) -> list[Level]:
    """Levels 0 .. r - 1; the last row is forced, so the last level has no edges."""
    constant = log_factorial[rows].sum() + log_factorial[columns].sum()
    constant -= log_factorial[rows.sum()]
    levels = []
    left = np.sort(columns)[None, :]
    edges = 0
    for k, row in enumerate(rows[:-1]):
        parent, cells = _placements(left, int(row), edge_limit - edges)
        edges += len(parent)
        remaining = np.sort(left[parent] - cells, axis=1)
        below, child = _unique_rows(remaining)
        value = -log_factorial[cells].sum(axis=1)
        total = _log_total(left, rows[k:], log_factorial)
        levels.append(_level(left, parent, child, value, total, float(constant)))
        left = below
    none = np.zeros(0, dtype=np.int64)
    total = _log_total(left, rows[-1:], log_factorial)
    levels.append(_level(left, none, none, np.zeros(0), total, float(constant)))
    _bounds(levels, -log_factorial[left].sum(axis=1))
    return levels


def _level(
    left: IntArray,
    parent: IntArray,
    child: IntArray,
    value: FloatArray,
    total: FloatArray,
    constant: float,
) -> Level:
    count = np.bincount(parent, minlength=len(left))
    blank = np.zeros(len(left))
    return Level(
        left=left,
        edge_start=np.cumsum(count) - count,
        edge_count=count,
        edge_child=child,
        edge_value=value,
        total=total,
        longest=blank,
        shortest=blank,
        longest_above=blank,
        shortest_above=blank,
        constant=constant,
    )


def _log_total(left: IntArray, rows: IntArray, log_factorial: FloatArray) -> FloatArray:
    """All tables with these margins: (sum)! / (row factorials * column factorials)."""
    of_rows = float(log_factorial[int(rows.sum())] - log_factorial[rows].sum())
    out: FloatArray = of_rows - log_factorial[left].sum(axis=1)
    return out


def _placements(left: IntArray, row: int, limit: int) -> tuple[IntArray, IntArray]:
    """Every way to place a row of `row` patients at every node: (node, cells)."""
    node = np.arange(len(left))
    to_place = np.full(len(left), row)
    room = left.sum(axis=1)
    cells: list[IntArray] = []
    for j in range(left.shape[1] - 1):
        room = room - left[node, j]
        low = np.maximum(0, to_place - room)
        width = np.minimum(to_place, left[node, j]) - low + 1
        if int(width.sum()) > limit:
            raise EdgeLimitError
        again = np.repeat(np.arange(len(node)), width)
        offset = np.arange(len(again)) - np.repeat(np.cumsum(width) - width, width)
        cell = low[again] + offset
        node, room = node[again], room[again]
        to_place = to_place[again] - cell
        cells = [*(column[again] for column in cells), cell]
    return node, np.column_stack([*cells, to_place])


def _unique_rows(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct rows in lexicographic order, and where each row went."""
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    where = np.empty(len(rows), dtype=np.int64)
    where[order] = np.cumsum(new) - 1
    return ordered[new], where


def _bounds(levels: list[Level], forced: FloatArray) -> None:
    """Fill in the extreme values below (from the last level up) and above (from the first)."""
    levels[-1].longest = levels[-1].shortest = forced
    for level, below in zip(levels[-2::-1], levels[:0:-1], strict=True):
        value, child = level.edge_value, level.edge_child
        level.longest = np.maximum.reduceat(value + below.longest[child], level.edge_start)
        level.shortest = np.minimum.reduceat(value + below.shortest[child], level.edge_start)
    for level, below in pairwise(levels):
        parent = np.repeat(np.arange(len(level.left)), level.edge_count)
        below.longest_above = np.full(len(below.left), -np.inf)
        below.shortest_above = np.full(len(below.left), np.inf)
        value, child = level.edge_value, level.edge_child
        np.maximum.at(below.longest_above, child, level.longest_above[parent] + value)
        np.minimum.at(below.shortest_above, child, level.shortest_above[parent] + value)
