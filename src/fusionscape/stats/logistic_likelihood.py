"""The (penalised) log likelihood of a logistic model and its maximum."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray

_MOST_STEPS = 200
_MOST_HALVINGS = 40
_SEPARATED_AT = 30.0  # a linear predictor this far out means the likelihood has no maximum


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
        value = self.value(coef)
        for _ in range(_MOST_STEPS):
            information = self.information(coef)
            if not self.firth and self._runs_off(coef):
                return None
            inner = information[np.ix_(free, free)]
            try:
                score = self._score(coef, information)[free]
                step = np.asarray(np.linalg.solve(inner, score), dtype=np.float64)
            except np.linalg.LinAlgError:
                return None
            small = float(np.abs(step * self.scale[free]).max(initial=0.0))
            if small < 1e-11 or float(step @ score) < 1e-22:
                return Solution(coef=coef, value=value, information=information)
            coef, higher, moved = self._step(coef, free, step, value)
            if not moved:
                settled = small < 1e-6
                return (
                    Solution(coef=coef, value=value, information=self.information(coef))
                    if settled
                    else None
                )
            value = higher
        return None

    def _runs_off(self, coef: FloatArray) -> bool:
        return float(np.abs(self.design @ coef).max()) > _SEPARATED_AT

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
