"""The (penalised) log likelihood of a logistic model and its maximum."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.separation import separated_columns

_MOST_STEPS = 200
_MOST_HALVINGS = 40
_SUSPECT_AT = 30.0  # a linear predictor this far out calls for a check of separation
_SETTLED = 1e-7  # the next Newton step is then below rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Coefficients, the value of the (penalised) log likelihood and the information there."""

    coef: FloatArray
    value: float
    information: FloatArray


class Likelihood:
    """Binomial log likelihood; with `firth`, plus half the log determinant of the information.

    The penalty always uses the full information matrix, also where coefficients are held fixed, so
    that likelihoods with and without them are comparable.
    """

    def __init__(self, design: FloatArray, outcome: FloatArray, *, firth: bool) -> None:
        self.scale = np.abs(design).max(axis=0)
        self.design = design
        self.outcome = outcome
        self.firth = firth

    def value(self, coef: FloatArray) -> float:
        """The (penalised) log likelihood."""
        predictor = self.design @ coef
        loglik = float((self.outcome * predictor - np.logaddexp(0.0, predictor)).sum())
        if not self.firth:
            return loglik
        sign, log_determinant = np.linalg.slogdet(self.information(coef))
        return loglik + 0.5 * float(log_determinant) if sign > 0 else -math.inf

    def _share(self, coef: FloatArray) -> FloatArray:
        predictor = self.design @ coef
        share: FloatArray = 0.5 * (1 + np.tanh(predictor / 2))
        return share

    def information(self, coef: FloatArray) -> FloatArray:
        """Fisher information of all coefficients."""
        share = self._share(coef)
        out: FloatArray = (self.design.T * (share * (1 - share))) @ self.design
        return out

    def _score(self, coef: FloatArray, information: FloatArray) -> FloatArray:
        share = self._share(coef)
        residual = self.outcome - share
        if self.firth:
            leverage = ((self.design @ np.linalg.inv(information)) * self.design).sum(axis=1)
            residual = residual + leverage * share * (1 - share) * (0.5 - share)
        score: FloatArray = self.design.T @ residual
        return score

    def _curvature(self, coef: FloatArray, information: FloatArray, free: list[int]) -> FloatArray:
        """Minus the second derivative where that is positive definite, else the information."""
        block = np.ix_(free, free)
        if not self.firth or not free:
            return information[block]
        share, design = self._share(coef), self.design
        weight = share * (1 - share)
        first, second = weight * (1 - 2 * share), weight * (1 - 6 * weight)
        inverse = np.linalg.inv(information)
        spread = ((design @ inverse) * design).sum(axis=1)
        # derivative of the information by each coefficient, times its inverse
        moved = [inverse @ (design.T * (first * column)) @ design for column in design.T]
        twice = np.array([[(a * b.T).sum() for b in moved] for a in moved])
        penalty = (design.T * (spread * second)) @ design - twice
        curvature: FloatArray = (information - penalty / 2)[block]
        smallest = float(np.linalg.eigvalsh(curvature).min())
        return curvature if smallest > 0 else information[block]

    def maximise(
        self, *, fixed: Mapping[int, float] | None = None, start: FloatArray | None = None
    ) -> Solution | None:
        """Newton's method with step halving over the coefficients not `fixed`.

        None where the likelihood rises without end or the steps do not settle.
        """
        held = dict(fixed or {})
        coef = np.zeros(self.design.shape[1]) if start is None else start.copy()
        for column, value in held.items():
            coef[column] = value
        free = [j for j in range(len(coef)) if j not in held]
        if start is None and 0 in free:
            coef[0] = self._intercept()
        return self._climb(coef, free)

    def _intercept(self) -> float:
        events, n = float(self.outcome.sum()), len(self.outcome)
        return math.log((events + 0.5) / (n - events + 0.5))

    def _climb(self, coef: FloatArray, free: list[int]) -> Solution | None:
        value, suspect = self.value(coef), not self.firth
        for _ in range(_MOST_STEPS):
            if suspect and float(np.abs(self.design @ coef).max()) > _SUSPECT_AT:
                if any(separated_columns(self.design[:, free], self.outcome)):
                    return None
                suspect = False
            information = self.information(coef)
            try:
                score = self._score(coef, information)[free]
                inner = self._curvature(coef, information, free)
                step = np.asarray(np.linalg.solve(inner, score), dtype=np.float64)
            except np.linalg.LinAlgError:
                return None
            if float(np.abs(step * self.scale[free]).max(initial=0.0)) < _SETTLED:
                coef = coef.copy()
                coef[free] += step
                return self._at(coef)
            coef, value, moved = self._step(coef, free, step, value)
            if not moved:
                return None
        return None

    def _at(self, coef: FloatArray) -> Solution:
        return Solution(coef=coef, value=self.value(coef), information=self.information(coef))

    def _step(
        self, coef: FloatArray, free: list[int], step: FloatArray, value: float
    ) -> tuple[FloatArray, float, bool]:
        longest = float(np.abs(self.design[:, free] @ step).max(initial=0.0))
        length = min(1.0, 5.0 / longest) if longest > 0 else 1.0
        for _ in range(_MOST_HALVINGS):
            tried = coef.copy()
            tried[free] += length * step
            higher = self.value(tried)
            if higher >= value - 1e-13 * abs(value):
                return tried, higher, True
            length /= 2
        return coef, value, False
