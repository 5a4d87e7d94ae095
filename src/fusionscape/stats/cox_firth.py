"""Firth's penalised likelihood: estimate, likelihood-ratio tests and profile limits.

The penalty is half the log determinant of the whole information matrix, in the profile too;
nuisance coefficients are refitted at every point of a profile.
Source: Firth (1993) doi:10.1093/biomet/80.1.27; Heinze and Schemper (2001)
doi:10.1111/j.0006-341X.2001.00114.x.
"""

from __future__ import annotations

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_likelihood import Likelihood
from fusionscape.stats.cox_newton import Model, Peak, penalised

MOST_ITERATIONS = 200
LONGEST_STEP = 3.0  # in standard deviations of a covariate
FARTHEST = 500.0
SMALLEST_GAIN = 1e-20
LEAST_VISIBLE_GAIN = 1e-11  # of a log likelihood: below it a line search meets rounding alone
SHORTENED = 1e-2  # a step cut below this share of itself found nothing worth having
MOST_LEGS = 64  # a move along a profile is cut into at most this many
REACHED = 1e-6  # a limit lies on the target to this, on the scale of the signed root


def climb(model: Model, beta: FloatArray, free: list[int]) -> Peak:
    """Maximise the penalised likelihood over the `free` coefficients, the others held.

    Newton with the information as first curvature, corrected from the scores seen (Broyden).
    """
    beta = beta.copy()
    value, score, at = penalised(model, beta)

    def ended(iterations: int, converged: bool) -> Peak:
        return Peak(
            beta=beta, value=value, at=at, iterations=iterations, converged=converged, score=score
        )

    if not free:
        return ended(0, True)
    block = np.ix_(free, free)
    curvature, fresh = at.information[block], True
    for iteration in range(1, MOST_ITERATIONS + 1):
        step = ascent(curvature, at.information[block], score[free])
        gain = float(step @ at.information[block] @ step)
        if gain < SMALLEST_GAIN:
            return ended(iteration, True)
        trial = searched(model, beta, free, step, value)
        if trial is None:
            if fresh:  # rounding: no point along the gradient is higher
                done = gain < 1e-10
                return ended(iteration, done)
            if within_rounding(at.information[block], score[free]):
                return ended(iteration, True)
            curvature, fresh = at.information[block], True
            continue
        cut = float(np.abs(trial[0]).max()) < SHORTENED * float(np.abs(step).max())
        if cut and within_rounding(at.information[block], score[free]):
            return ended(iteration, True)
        taken, beta, value, new_score, at = trial
        change = score[free] - new_score[free]
        curvature = curvature + np.outer(change - curvature @ taken, taken) / (taken @ taken)
        score, fresh = new_score, False
    return ended(MOST_ITERATIONS, False)


def within_rounding(information: FloatArray, score: FloatArray) -> bool:
    """True where what a Newton step could gain is lost in the rounding of the likelihood."""
    try:
        left = float(score @ np.linalg.solve(information, score))
    except np.linalg.LinAlgError:
        return False
    return 0.0 <= left < LEAST_VISIBLE_GAIN


def ascent(curvature: FloatArray, information: FloatArray, score: FloatArray) -> FloatArray:
    """A bounded step that goes uphill, from the curvature or else from the information."""
    try:
        step = np.linalg.solve(curvature, score)
        if not (np.isfinite(step).all() and step @ score > 0.0):
            step = np.linalg.solve(information, score)
    except np.linalg.LinAlgError:
        step = score / max(float(np.abs(score).max()), 1.0)
    longest = float(np.abs(step).max())
    bounded: FloatArray = np.asarray(step * min(1.0, LONGEST_STEP / max(longest, 1e-300)))
    return bounded


def searched(
    model: Model, beta: FloatArray, free: list[int], step: FloatArray, value: float
) -> tuple[FloatArray, FloatArray, float, FloatArray, Likelihood] | None:
    """The first of step, step/2, step/4 ... that does not lower the penalised likelihood."""
    for _ in range(30):
        moved = beta.copy()
        moved[free] += step
        new_value, score, at = penalised(model, moved)
        if new_value >= value - 1e-13 * abs(value) and np.isfinite(score).all():
            return step, moved, new_value, score, at
        step = step / 2.0
    return None


def without(model: Model, peak: Peak, column: int) -> Peak:
    """The fit with one coefficient held at zero: the null of its likelihood-ratio test."""
    start = peak.beta.copy()
    start[column] = 0.0
    return climb(model, start, [k for k in range(len(start)) if k != column])


def profile_limit(model: Model, peak: Peak, column: int, sign: int, drop: float) -> float:
    """Where the profile penalised log likelihood lies `drop` below its peak, on one side.

    Works on the signed root of twice the drop, which is close to a straight line. Infinite
    when the profile never falls that far.
    """
    root = Profile(model, peak, column, drop)
    spread = float(np.sqrt(np.linalg.inv(peak.at.information)[column, column]))
    low, high = 0.0, spread * float(np.sqrt(2.0 * drop))
    while root.excess(sign * high) < 0.0:
        low, high = high, 2.0 * high
        if high > FARTHEST:
            return sign * np.inf
    return float(peak.beta[column] + sign * root.crossing(sign, low, high))


class Profile:
    """Penalised profile of one coefficient, refitting the others from the last point."""

    def __init__(self, model: Model, peak: Peak, column: int, drop: float) -> None:
        self.model, self.peak, self.column = model, peak, column
        self.target = float(np.sqrt(2.0 * drop))
        self.free = [k for k in range(len(peak.beta)) if k != column]
        self.last = peak
        self.slope = np.nan

    def excess(self, distance: float) -> float:
        """Root of twice the drop at `distance` from the estimate, minus its target."""
        here = self.walked(float(self.peak.beta[self.column]) + distance)
        if np.isfinite(here.value):
            self.last = here
        depth = float(np.sqrt(max(2.0 * (self.peak.value - here.value), 0.0)))
        uphill = np.nan if here.score is None else float(here.score[self.column])
        self.slope = abs(uphill) / depth if depth > 0.0 else np.nan
        return depth - self.target

    def walked(self, value: float) -> Peak:
        """The best fit with the coefficient at `value`, reached in legs from the last point.

        A leg is short enough that the first guess of the others stays near: far out a bad guess
        falls where the information is singular, and the climb from there finds no top.
        """
        here = self.last
        for leg in range(MOST_LEGS):
            move = value - float(here.beta[self.column])
            pull = self.pull(here)
            farthest = float(np.abs(pull * move).max(initial=0.0))
            final = farthest < LONGEST_STEP or leg == MOST_LEGS - 1
            move = move if final else move * 0.9 * LONGEST_STEP / farthest
            start = here.beta.copy()
            start[self.column] = value if final else start[self.column] + move
            start[self.free] -= pull * move
            here = climb(self.model, start, self.free)
            if final or not np.isfinite(here.value):
                break
        return here

    def pull(self, here: Peak) -> FloatArray:
        """How fast the other coefficients follow: the information matrix, taken as linear."""
        info = here.at.information
        try:
            block = info[np.ix_(self.free, self.free)]
            solved = np.linalg.solve(block, info[self.free, self.column])
            found: FloatArray = np.asarray(solved, dtype=np.float64)
        except np.linalg.LinAlgError:  # far out nothing is known of the others: they stay
            return np.zeros(len(self.free))
        return found if np.isfinite(found).all() else np.zeros(len(self.free))

    def crossing(self, sign: int, low: float, high: float) -> float:
        """Newton on the root, kept inside a shrinking bracket.

        Infinite where the profile jumps over its target: a limit that rounding made is none.
        """
        at = high
        value = self.excess(sign * at)
        for _ in range(100):
            low, high = (low, at) if value >= 0.0 else (at, high)
            slope = self.slope
            step = value / slope if np.isfinite(slope) and slope > 0.0 else np.inf
            following = at - step
            if abs(following - at) <= 1e-11 * (1.0 + abs(at)) or high - low <= 1e-12 * high:
                if not abs(value) <= REACHED:
                    return np.inf
                return following if low <= following <= high else at
            at = following if low < following < high else 0.5 * (low + high)
            value = self.excess(sign * at)
        return at
