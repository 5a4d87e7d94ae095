"""How likely is each lesion in each patient, from how common it is and how many the patient has?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray

_MOST_ROUNDS = 500
_MATCHED = 1e-9
_FARTHEST = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Background:
    """Probabilities, patients by lesions, whose row and column sums match the observed ones.

    nan where not tested. `gap` is the largest difference left between a sum and its match.
    """

    probability: FloatArray
    gap: float

    @property
    def matched(self) -> bool:
        """Did the fit settle?"""
        return self.gap < 1e-6


def background(states: FloatArray) -> Background:
    """The matrix of maximum entropy among those with the observed row and column sums.

    Its log odds are a patient term plus a lesion term; both are found by turns with Newton steps.
    Patients and lesions that are all present or all absent are certain, leave first, and may make
    others so.
    """
    tested = ~np.isnan(states)
    present = np.where(tested, states, 0.0)
    probability = np.where(tested, present, np.nan)
    open_ = _undecided(present, tested)
    rows, columns = np.flatnonzero(open_.any(axis=1)), np.flatnonzero(open_.any(axis=0))
    if len(rows) == 0:
        return Background(probability=probability, gap=0.0)
    block = np.ix_(rows, columns)
    fitted, gap = _fit(present[block], open_[block])
    probability[block] = np.where(open_[block], fitted, probability[block])
    return Background(probability=probability, gap=gap)


def _undecided(present: FloatArray, tested: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tested cells outside all rows and columns that are constant, removed until none is left."""
    open_ = tested.copy()
    while True:
        before = int(open_.sum())
        for axis in (1, 0):
            total = (present * open_).sum(axis=axis, keepdims=True)
            size = open_.sum(axis=axis, keepdims=True)
            open_ &= (total > 0) & (total < size)
        if int(open_.sum()) == before:
            return open_


def _fit(present: FloatArray, open_: npt.NDArray[np.bool_]) -> tuple[FloatArray, float]:
    row_sum, column_sum = (present * open_).sum(axis=1), (present * open_).sum(axis=0)
    patient, lesion = np.zeros(len(row_sum)), np.zeros(len(column_sum))
    probability = _probability(patient, lesion, open_)
    for _ in range(_MOST_ROUNDS):
        patient += _newton(row_sum, probability, 1)
        probability = _probability(patient, lesion, open_)
        lesion += _newton(column_sum, probability, 0)
        probability = _probability(patient, lesion, open_)
        gap = float(np.abs(probability.sum(axis=1) - row_sum).max())
        gap = max(gap, float(np.abs(probability.sum(axis=0) - column_sum).max()))
        if gap < _MATCHED:
            break
    return probability, gap


def _probability(
    patient: FloatArray, lesion: FloatArray, open_: npt.NDArray[np.bool_]
) -> FloatArray:
    log_odds = np.clip(patient[:, None] + lesion[None, :], -_FARTHEST, _FARTHEST)
    out: FloatArray = np.where(open_, 1 / (1 + np.exp(-log_odds)), 0.0)
    return out


def _newton(observed: FloatArray, probability: FloatArray, axis: int) -> FloatArray:
    spread = (probability * (1 - probability)).sum(axis=axis)
    step = (observed - probability.sum(axis=axis)) / np.maximum(spread, 1e-12)
    out: FloatArray = np.clip(step, -1.0, 1.0)
    return out
