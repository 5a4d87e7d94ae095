"""A three-parameter selection model: what if non-significant studies appear less often?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray, SelectionModel, caution
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.pooling_gates import LEAST_FOR_SMALL_STUDY_TESTS
from fusionscape.stats.pooling_values import batch_of, centre
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)
from fusionscape.stats.tail_areas import chi_square_p

_REFERENCE = "Hedges 1992, doi:10.1214/ss/1177011364; Vevea and Hedges 1995, doi:10.1007/BF02294384"
_WIDEST = math.log(1e5)  # beyond, the chance is not told by the data
_COMPLEX_STEP = 1e-30
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Selected:
    """Studies turned so that the favoured direction is upward; `low` marks p above the step."""

    y: FloatArray
    v: FloatArray
    cut: FloatArray
    low: npt.NDArray[np.bool_]

    def loglik(self, parameters: Any) -> Any:
        """Log likelihood at (mean, tau2, log relative chance); complex arguments allowed."""
        from scipy.special import ndtr

        mean, tau2, chance = parameters
        total = self.v + tau2
        passed = ndtr((mean - self.cut) / np.sqrt(total))
        seen = passed + np.exp(chance) * (1 - passed)
        density = -0.5 * (np.log(2 * np.pi * total) + (self.y - mean) ** 2 / total)
        return density.sum() + chance * self.low.sum() - np.log(seen).sum()

    def gradient(self, parameters: FloatArray) -> FloatArray:
        """Exact derivative by complex steps."""
        steps = np.eye(3) * 1j * _COMPLEX_STEP
        return np.array([self.loglik(parameters + s).imag for s in steps]) / _COMPLEX_STEP

    def hessian(self, parameters: FloatArray) -> FloatArray:
        """Central differences of the exact gradient."""
        size = 1e-5 * np.maximum(np.abs(parameters), [1e-1, 1e-2, 1.0])
        size[1] = min(size[1], 0.5 * float(self.v.min()))
        columns = [
            (self.gradient(parameters + s) - self.gradient(parameters - s)) / (2 * s.sum())
            for s in np.diag(size)
        ]
        square = np.array(columns)
        symmetric: FloatArray = (square + square.T) / 2
        return symmetric


def selection_model(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    step: float = 0.025,
    direction: str = "estimate",
    least: int = LEAST_FOR_SMALL_STUDY_TESTS,
    level: float = 0.95,
) -> SelectionModel:
    """How would the effect change if non-significant studies were published less often?

    Maximum likelihood of a random-effects model in which a study whose one-sided p exceeds `step`
    appears with another chance than one below it. `direction` is that of the one-sided p:
    ``greater``, ``less``, or ``estimate`` (the sign of the ML estimate). `p` is the likelihood
    ratio test of no selection. A sensitivity analysis: nothing is fitted below `least` estimates,
    or when all fall on one side of the step; `cautions` say which.

    References
    ----------
    Hedges (1992), doi:10.1214/ss/1177011364. Vevea and Hedges (1995), doi:10.1007/BF02294384.

    Examples
    --------
    >>> selection_model([0.9, 1.0, 1.1], [0.3, 0.4, 0.5]).estimate is None
    True
    """
    check_choice(direction, ("estimate", "greater", "less"), "direction")
    check_level(level)
    check_level(2 * step)
    studies = study_estimates(yi, sei, least=2)
    start = centre(batch_of(studies), "ml")
    if direction == "estimate":
        direction = "less" if start.estimate < 0 else "greater"
    sign = -1.0 if direction == "less" else 1.0
    cut = normal_quantile(1 - 2 * step) * studies.se
    model = _Selected(y=sign * studies.y, v=studies.v, cut=cut, low=sign * studies.y <= cut)
    shell = _shell(studies, step, direction, int((~model.low).sum()), level)
    if studies.n < least:
        return replace(shell, cautions=(caution("too-few-for-limit", n=studies.n, least=least),))
    if model.low.all() or not model.low.any():
        return replace(shell, cautions=(caution("selection-not-identified", step=step),))
    return _fitted(shell, model, sign, np.array([sign * start.estimate, start.tau2, 0.0]))


def _shell(
    studies: StudyEstimates, step: float, direction: str, below: int, level: float
) -> SelectionModel:
    return SelectionModel(
        id="selection-model",
        label="",
        n=studies.n,
        missing=studies.missing,
        step=step,
        direction=direction,
        below_step=below,
        estimate=None,
        se=None,
        ci_low=None,
        ci_high=None,
        tau2=None,
        relative_chance=None,
        loglik=None,
        statistic=None,
        p=None,
        level=level,
        method="three-parameter selection model, maximum likelihood, likelihood-ratio test",
        reference=_REFERENCE,
        cautions=(caution("sensitivity-only"),),
    )


def _fitted(
    shell: SelectionModel, model: _Selected, sign: float, start: FloatArray
) -> SelectionModel:
    best, se = _maximum(model, start)
    mean, tau2, chance = (float(value) for value in best)
    top = float(model.loglik(best))
    statistic = max(0.0, 2 * (top - float(model.loglik(start))))
    half = normal_quantile(shell.level) * se
    cautions = shell.cautions
    if abs(chance) >= _WIDEST - 1e-6:
        cautions = (*cautions, caution("selection-not-identified", step=shell.step))
    return replace(
        shell,
        estimate=sign * mean,
        se=se,
        ci_low=sign * mean - half,
        ci_high=sign * mean + half,
        tau2=tau2,
        relative_chance=math.exp(chance),
        loglik=top,
        statistic=statistic,
        p=chi_square_p(statistic, 1),
        cautions=cautions,
    )


def _maximum(model: _Selected, start: FloatArray) -> tuple[FloatArray, float]:
    """The highest of the maxima reached from several starts, and the standard error of the mean."""
    from scipy.optimize import minimize

    bounds = [(None, None), (0.0, None), (-_WIDEST, _WIDEST)]

    def downhill(point: FloatArray) -> float:
        return -float(model.loglik(point))

    def slope(point: FloatArray) -> FloatArray:
        return -model.gradient(point)

    best, highest = start, -math.inf
    for chance in (0.0, -2.0, 2.0):
        for extra in (0.0, 0.5 * float(model.v.mean())):
            first = np.asarray(start + np.array([0.0, extra, chance]), dtype=np.float64)
            found = minimize(
                downhill, first, jac=slope, method="L-BFGS-B", bounds=bounds, tol=1e-13
            )
            if -float(found.fun) > highest:
                best, highest = np.asarray(found.x, dtype=np.float64), -float(found.fun)
    return _polished(model, best)


def _polished(model: _Selected, best: FloatArray) -> tuple[FloatArray, float]:
    """Newton's method on the parameters that are not on a bound."""
    point = best.copy()
    settled = 1e-9 * float(model.v.min())
    if point[1] < settled and model.gradient(point * [1, 0, 1])[1] <= 0:
        point[1] = 0.0
    free = np.array([True, point[1] > 0, abs(point[2]) < _WIDEST - 1e-6])
    square = np.ix_(free, free)
    for _ in range(_MOST_STEPS):
        move = np.linalg.solve(-model.hessian(point)[square], model.gradient(point)[free])
        trial = point.copy()
        trial[free] += move
        if trial[1] < 0 or model.loglik(trial) < model.loglik(point) - 1e-12:
            break
        point = trial
        if np.abs(move).max() < 1e-13:
            break
    inverse = np.linalg.inv(-model.hessian(point)[square])
    return point, math.sqrt(float(inverse[0, 0])) if inverse[0, 0] > 0 else math.nan
