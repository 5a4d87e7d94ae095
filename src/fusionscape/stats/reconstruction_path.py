"""The most likely integers behind a digitised Kaplan-Meier curve, by dynamic programming.

A path runs along the digitised points. At each it holds whole numbers (at risk, deaths so far)
and the survival these imply; between points it loses censored patients. Its cost adds up

- the misfit of every point to the curve of the path, in units of the digitising error;
- minus the log probability of the censored, spread evenly within an interval of the risk table;
- minus the log probability of the deaths, Poisson per point with the mean of its interval, so that
  noise on a flat stretch makes no death and separate deaths are not lumped together.

At a time of the risk table the number at risk is the printed one: a path that cannot meet it does
not exist. A death drawn at such a time may lie on either side of it, as digitising moves it.
Of paths that agree in interval, number at risk and deaths only the cheapest is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import IntArray

BEAM = 120  # paths kept at each point
OUTLIER = 3.0  # misfit beyond this many standard errors counts linearly
PRICE_OF_A_CORNER = 1.0  # for a point that belongs to the top of a drop before it
PRICE_OF_A_SIDE = 3.0  # for deaths counted on the other side of a time of the table
REACH = 3.0  # a drop may be drawn this many standard errors away from its time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Points in order of time and the risk table: `opens` of each interval, at risk `n` there.

    `censored` and `dying` are how many are expected to be censored in each interval, and to die at
    each of its points; `error` (per point) and
    `error_time` the standard errors of a digitised point. Each interval `closes` where the next
    opens, with `stay` left; the last has no end. `width` of the last reaches to the last point.
    `marks` are times at which the curve shows a censored patient, if any were read.
    """

    time: FloatArray
    survival: FloatArray
    opens: FloatArray
    n: IntArray
    censored: FloatArray
    dying: FloatArray
    error: FloatArray
    error_time: float
    marks: FloatArray
    closes: FloatArray
    stay: IntArray
    width: FloatArray

    def weight(self, begin: FloatArray, end: FloatArray) -> FloatArray:
        """How much of the censoring belongs to [begin, end): by marks where drawn, else by time."""
        length = np.maximum(end - begin, 0.0)
        if not self.marks.size:
            return length
        last = np.searchsorted(self.marks, end - self.error_time * 1e-3, side="left")
        first = np.searchsorted(self.marks, begin - self.error_time * 1e-3, side="left")
        small: float = 0.01 * self.marks.size / max(float(self.time[-1]), 1e-12)
        drawn: FloatArray = np.maximum(last - first, 0) + small * length
        return drawn


def problem_of(
    time: FloatArray,
    survival: FloatArray,
    opens: FloatArray,
    n: IntArray,
    *,
    censored: FloatArray,
    dying: FloatArray,
    error: FloatArray,
    error_time: float,
    marks: FloatArray,
) -> Problem:
    """The problem with what follows from it."""
    end = max(float(time[-1]), float(opens[-1]))
    width = np.append(np.diff(opens), end - float(opens[-1]))
    return Problem(
        time=time,
        survival=survival,
        opens=opens,
        n=n,
        censored=censored,
        dying=dying,
        error=error,
        error_time=error_time,
        marks=marks,
        closes=np.append(opens[1:], np.inf),
        stay=np.append(n[1:], 0),
        width=np.maximum(width, 1e-12),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Paths abreast: where each is, what it implies and what it cost; `level` before its drop."""

    interval: IntArray
    at_risk: IntArray
    deaths: IntArray
    survival: FloatArray
    level: FloatArray
    dropped: FloatArray
    cost: FloatArray

    def take(self, rows: IntArray) -> Paths:
        """These paths, a row may come twice."""
        return Paths(
            *(
                getattr(self, name)[rows]
                for name in (
                    "interval", "at_risk", "deaths", "survival", "level", "dropped", "cost",
                )
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One choice of all paths: which path each came from, and the number chosen (-1: none).

    `survival` is the level after it.
    """

    kind: str
    node: int
    parent: IntArray
    chosen: IntArray
    interval: IntArray
    survival: FloatArray


@dataclass(slots=True, eq=False)
class Search:
    """The paths so far and the choices that led to them."""

    problem: Problem
    paths: Paths
    stages: list[Stage] = field(default_factory=list)

    def keep(self, kind: str, node: int, paths: Paths, parent: IntArray, chosen: IntArray) -> None:
        """Keep the cheapest path of each kind, and of these the cheapest of all."""
        before = self.paths.interval[parent]
        rows = cheapest(paths)
        self.paths = paths.take(rows)
        stage = Stage(kind, node, parent[rows], chosen[rows], before[rows], self.paths.survival)
        self.stages.append(stage)


def cheapest(paths: Paths) -> IntArray:
    """Rows of the best path per (interval, at risk, deaths), at most BEAM of them."""
    size = np.int64(max(int(paths.at_risk.max()), int(paths.deaths.max())) + 1)
    key = (paths.interval.astype(np.int64) * size + paths.at_risk) * size + paths.deaths
    order = np.lexsort((paths.cost, key))
    first = np.append(True, np.diff(key[order]) != 0)
    rows: IntArray = order[first]
    if rows.size > BEAM:
        rows = rows[np.argsort(paths.cost[rows], kind="stable")[:BEAM]]
    return rows


def misfit(residual: FloatArray) -> FloatArray:
    """Half the square of a residual in standard errors, linear beyond OUTLIER."""
    size = np.abs(residual)
    return np.where(size <= OUTLIER, 0.5 * size**2, OUTLIER * size - 0.5 * OUTLIER**2)


def unlikely(count: IntArray, expected: FloatArray) -> FloatArray:
    """Minus the log probability of a Poisson count."""
    mean = np.maximum(expected, 1e-6)
    cost: FloatArray = mean - count * np.log(mean) + log_factorials(int(count.max()))[count]
    return cost


@lru_cache(maxsize=64)
def log_factorials(most: int) -> FloatArray:
    """Log of 0!, 1!, ... up to `most`!."""
    return np.append(0.0, np.cumsum(np.log(np.arange(1, most + 1))))


def share_of(problem: Problem, interval: IntArray, start: float, end: FloatArray) -> FloatArray:
    """Censored expected from `start` on to `end`, within the interval of each path."""
    opens = problem.opens[interval]
    begin = np.maximum(start, opens)
    part = problem.weight(begin, np.minimum(end, problem.closes[interval]))
    whole = np.maximum(problem.weight(opens, opens + problem.width[interval]), 1e-12)
    expected: FloatArray = problem.censored[interval] * np.minimum(part / whole, 1.0)
    return expected


def cross(search: Search, node: int, start: float, at: float) -> None:
    """Let paths pass the times of the risk table that lie before `at`, or close to it."""
    problem = search.problem
    slack = REACH * problem.error_time
    past_the_points = node < 0
    for interval in range(int(search.paths.interval.min()), problem.opens.size - 1):
        end = float(problem.closes[interval])
        if not past_the_points and at < end - slack:
            return
        paths = search.paths
        here = paths.interval == interval
        must = past_the_points or at > end + slack
        wait = np.flatnonzero(~here) if must else np.arange(paths.cost.size)
        go = np.flatnonzero(here)
        moved = paths.take(go)
        lost = moved.at_risk - problem.stay[interval]
        price = unlikely(lost, share_of(problem, moved.interval, start, np.full(go.size, end)))
        moved = replace(
            moved,
            interval=moved.interval + 1,
            at_risk=np.full(go.size, problem.stay[interval]),
            cost=moved.cost + price,
        )
        chosen = np.concatenate((np.full(wait.size, -1, dtype=np.intp), lost))
        parent = np.concatenate((wait, go))
        search.keep("cross", node, joined_paths(paths.take(wait), moved), parent, chosen)


def joined_paths(one: Paths, other: Paths) -> Paths:
    """Two sets of paths side by side."""
    names = ("interval", "at_risk", "deaths", "survival", "level", "dropped", "cost")
    return Paths(*(np.concatenate((getattr(one, n), getattr(other, n))) for n in names))


def censor(search: Search, node: int, start: float, at: float) -> None:
    """Let patients be censored between two points of an interval."""
    problem, paths = search.problem, search.paths
    expected = share_of(problem, paths.interval, start, np.full(paths.cost.size, at))
    room = paths.at_risk - problem.stay[paths.interval]
    likely = int(np.ceil(float((expected + 3.0 * np.sqrt(expected)).max()))) + 1
    most = min(likely, int(room.max()))
    parent = np.repeat(np.arange(paths.cost.size), most + 1)
    chosen = np.tile(np.arange(most + 1), paths.cost.size)
    fits = chosen <= room[parent]
    parent, chosen = parent[fits], chosen[fits]
    taken = paths.take(parent)
    cost = taken.cost + unlikely(chosen, expected[parent])
    moved = replace(taken, at_risk=taken.at_risk - chosen, cost=cost)
    search.keep("censor", node, moved, parent, chosen)


def die(search: Search, node: int) -> None:
    """Let patients die at a point, then compare the point with the curve."""
    problem, paths = search.problem, search.paths
    at, value = float(problem.time[node]), float(problem.survival[node])
    wanted = paths.at_risk * (1.0 - value / np.maximum(paths.survival, 1e-12))
    near = np.floor(wanted).astype(np.intp)[:, None] + np.arange(-1, 3)
    room = paths.at_risk - problem.stay[paths.interval]
    options = np.column_stack((np.zeros(paths.cost.size, dtype=np.intp), near))
    fits = (options > 0) & (options <= room[:, None])
    fits[:, 0] = True
    parent, which = np.nonzero(fits)
    chosen = options[parent, which]
    moved = after_deaths(paths.take(parent), chosen, at)
    cost = moved.cost + unlikely(chosen, problem.dying[moved.interval])
    cost += point_cost(problem, moved, node) + side_cost(problem, moved, at, chosen)
    search.keep("die", node, replace(moved, cost=cost), parent, chosen)


def after_deaths(paths: Paths, deaths: IntArray, at: float) -> Paths:
    """The paths with these deaths at time `at`."""
    dropped = deaths > 0
    left = paths.at_risk - deaths
    return Paths(
        paths.interval,
        left,
        paths.deaths + deaths,
        np.where(dropped, paths.survival * left / np.maximum(paths.at_risk, 1), paths.survival),
        np.where(dropped, paths.survival, paths.level),
        np.where(dropped, at, paths.dropped),
        paths.cost,
    )


def point_cost(problem: Problem, paths: Paths, node: int) -> FloatArray:
    """Misfit of one point: to the level, or to the upper corner of a drop drawn just before it."""
    at, value, error = problem.time[node], problem.survival[node], problem.error[node]
    to_level = misfit((value - paths.survival) / error)
    to_corner = misfit((value - paths.level) / error)
    to_corner = to_corner + misfit((at - paths.dropped) / problem.error_time) + PRICE_OF_A_CORNER
    cost: FloatArray = np.where(at > paths.dropped, np.minimum(to_level, to_corner), to_level)
    return cost


def side_cost(problem: Problem, paths: Paths, at: float, deaths: IntArray) -> FloatArray:
    """Price of a death counted on the other side of a time of the risk table."""
    early = np.maximum(problem.opens[paths.interval] - at, 0.0)
    late = np.maximum(at - problem.closes[paths.interval], 0.0)
    moved = (deaths > 0) & (early + late > 0.0)
    cost: FloatArray = (misfit((early + late) / problem.error_time) + PRICE_OF_A_SIDE) * moved
    return cost


def search_paths(problem: Problem) -> Search:
    """Every path that is worth keeping, from the first point to the end of the table."""
    one = np.ones(1)
    start = Paths(
        np.zeros(1, dtype=np.intp),
        problem.n[:1].astype(np.intp),
        np.zeros(1, dtype=np.intp),
        one,
        one,
        -np.inf * one,
        0.0 * one,
    )
    search = Search(problem, start)
    last = float(problem.opens[0])
    for node, at in enumerate(problem.time.tolist()):
        cross(search, node, last, at)
        censor(search, node, last, at)
        die(search, node)
        last = at
    cross(search, -1, last, np.inf)
    # a curve is drawn up to its last patient: one who leaves before its end is unlikely
    empty = (search.paths.at_risk == 0) & (search.paths.survival > 0.0)
    if problem.time[-1] >= problem.opens[-1]:
        price = np.where(empty, PRICE_OF_A_SIDE, 0.0)
        search.paths = replace(search.paths, cost=search.paths.cost + price)
    return search


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Deaths (interval, node, count), censorings (interval, from, to, count), and the cost.

    `level` is the survival after each point; `deaths_low` to `deaths_high` the totals of paths
    hardly dearer than the best; `unguided` the total of the cheapest path, wanted or not.
    """

    deaths: list[tuple[int, int, int]]
    censored: list[tuple[int, float, float, int]]
    level: FloatArray
    left: int
    cost: float
    total: int
    unguided: int
    deaths_low: int
    deaths_high: int


def solution(search: Search, wanted: int | None) -> Solution:
    """The cheapest path, or the cheapest with the wanted number of deaths (or nearest to it)."""
    paths = search.paths
    rows = np.arange(paths.cost.size)
    if wanted is not None:
        distance = np.abs(paths.deaths - wanted)
        rows = rows[distance == distance.min()]
    best = int(rows[np.argmin(paths.cost[rows])])
    near = paths.deaths[paths.cost <= paths.cost.min() + 2.0]
    deaths: list[tuple[int, int, int]] = []
    censored: list[tuple[int, float, float, int]] = []
    level = np.ones(search.problem.time.size)
    row = best
    for stage in reversed(search.stages):
        count, interval = int(stage.chosen[row]), int(stage.interval[row])
        if stage.kind == "die":
            level[stage.node] = stage.survival[row]
        if count > 0 and stage.kind == "die":
            deaths.append((interval, stage.node, count))
        elif count > 0:
            begin, end = stretch(search.problem, stage, interval)
            censored.append((interval, begin, end, count))
        row = int(stage.parent[row])
    return Solution(
        deaths=deaths[::-1],
        censored=censored[::-1],
        level=level,
        left=int(paths.at_risk[best]),
        cost=float(paths.cost[best]),
        total=int(paths.deaths[best]),
        unguided=int(paths.deaths[np.argmin(paths.cost)]),
        deaths_low=int(near.min()),
        deaths_high=int(near.max()),
    )


def stretch(problem: Problem, stage: Stage, interval: int) -> tuple[float, float]:
    """Between which times the censored of one choice left."""
    opened, closed = float(problem.opens[interval]), float(problem.closes[interval])
    time = problem.time
    if stage.node < 0:
        before = float(time[-1])
        ended = problem.stay[interval] == 0  # the curve ends where the last patient left
        return max(before, opened), max(before, opened) if ended else closed
    before = float(time[stage.node - 1]) if stage.node > 0 else opened
    begin = min(max(before, opened), closed)
    if stage.kind == "cross":
        return begin, closed
    return begin, max(begin, min(float(time[stage.node]), closed))
