"""Survival and cumulative hazard that a Cox fit predicts for given covariates.

Source: Tsiatis (1981) doi:10.1214/aos/1176345333; Therneau and Grambsch (2000)
doi:10.1007/978-1-4757-3294-8, section 10.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray
from fusionscape.stats.cox_diagnostics import FitParts, parts_of
from fusionscape.stats.cox_input import BoolArray, CoxError, matrix, numbers
from fusionscape.stats.cox_likelihood import Hazards
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.cox_risk_sets import RiskSets, step_sums

CONF_TYPES = ("log-log", "log", "plain")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxSurvival:
    """Predicted curves of one stratum: one row per covariate row, one column per `time`.

    `std_err` is that of the cumulative hazard, which is that of log survival. `n_at_risk`,
    `n_event` and `n_censored` are weighted counts of the data behind the curve.
    """

    stratum: str | None
    time: FloatArray
    n_at_risk: FloatArray
    n_event: FloatArray
    n_censored: FloatArray
    cumulative_hazard: FloatArray
    survival: FloatArray
    std_err: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    conf_type: str
    level: float
    n: int
    events: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def cox_survival(
    fit: CoxFit,
    X: npt.ArrayLike,
    *,
    times: npt.ArrayLike | None = None,
    stratum: str | None = None,
    offset: npt.ArrayLike | None = None,
    conf_type: str = "log-log",
    level: float = 0.95,
) -> CoxSurvival:
    """What survival does the model predict for patients with these covariates?

    exp(-cumulative hazard), with the hazard estimate that matches the ties of the fit (Efron,
    or Breslow also for exact ties). The variance has the part of the baseline and the part of
    the coefficients; the latter is robust when the fit is. `X` has one row per curve in the
    columns of the fit; `stratum` is needed when the fit has strata. `times` (default: every
    distinct exit time) are read from the step function.

    Source: Tsiatis (1981) doi:10.1214/aos/1176345333.

    >>> from fusionscape import stats
    >>> fit = stats.cox([4, 3, 2, 1], [1, 1, 1, 0], [[0], [1], [0], [1]])
    >>> stats.cox_survival(fit, [[0.0]], times=[2]).survival.shape
    (1, 1)
    """
    if conf_type not in CONF_TYPES:
        raise CoxError("unknown-option", f"conf_type must be one of {CONF_TYPES}")
    pieces, k = parts_of(fit), stratum_index(fit, stratum)
    inside = fit.data.stratum == k
    wanted = np.unique(fit.data.time[inside]) if times is None else numbers(times, "times")
    cumulative, std_err = predicted(fit, pieces, k, X, offset, wanted)
    survival = np.exp(-cumulative)
    low, high = limits(survival, cumulative, std_err, conf_type, level)
    at_risk, died, censored = table_of_counts(fit, inside, wanted)
    return CoxSurvival(
        stratum=stratum,
        time=wanted,
        n_at_risk=at_risk,
        n_event=died,
        n_censored=censored,
        cumulative_hazard=cumulative,
        survival=survival,
        std_err=std_err,
        ci_low=low,
        ci_high=high,
        conf_type=conf_type,
        level=level,
        n=int(inside.sum()),
        events=int(fit.data.event[inside].sum()),
        missing=0,
        method=f"Predicted survival, {fit.method}; {conf_type} intervals of the curve",
        reference="Tsiatis AA (1981) doi:10.1214/aos/1176345333",
        cautions=fit.cautions,
    )


def predicted(
    fit: CoxFit,
    pieces: FitParts,
    k: int,
    X: npt.ArrayLike,
    offset: npt.ArrayLike | None,
    times: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Cumulative hazard and its standard error, covariate rows by times."""
    columns = np.asarray(X, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[1] != len(fit.names):
        raise CoxError("shape-mismatch", f"X needs {len(fit.names)} columns", column="X")
    covariates = matrix(columns, fit.names, len(columns))
    shift = np.zeros(len(covariates))
    if offset is not None:
        shift = numbers(offset, "offset", len(covariates))
    centred = (covariates - fit.means)[:, pieces.used]
    ratio = np.exp(centred @ fit.coef[pieces.used] + shift)[:, None]
    covariance = fit.covariance[np.ix_(pieces.used, pieces.used)]
    hazard, variance = at_times(stratum_steps(pieces, k), times, centred, covariance)
    return hazard * ratio, np.sqrt(variance) * ratio


def baseline_hazard(fit: CoxFit, *, stratum: str | None = None, level: float = 0.95) -> CoxSurvival:
    """What is the cumulative hazard of a patient whose covariates are all zero?

    >>> from fusionscape import stats
    >>> fit = stats.cox([4, 3, 2, 1], [1, 1, 1, 0], [[0], [1], [0], [1]])
    >>> stats.baseline_hazard(fit).time.tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    return cox_survival(fit, np.zeros((1, len(fit.names))), stratum=stratum, level=level)


def stratum_index(fit: CoxFit, stratum: str | None) -> int:
    """Which stratum is asked for."""
    labels = fit.data.strata
    if not labels and stratum is None:
        return 0
    if stratum is None or str(stratum) not in labels:
        raise CoxError("unknown-stratum", f"stratum must be one of {labels}", column="stratum")
    return labels.index(str(stratum))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """Cumulative hazard, its variance at known coefficients, and mean-weighted hazard."""

    time: FloatArray
    hazard: FloatArray
    variance: FloatArray
    mean_hazard: FloatArray


def stratum_steps(pieces: FitParts, k: int) -> Steps:
    """Cumulated steps of stratum `k` on the scale of the centred linear predictor."""
    sets, parts = pieces.sets, pieces.parts
    part = slice(int(sets.time_bounds[k]), int(sets.time_bounds[k + 1]))
    first = int(sets.row_bounds[k])
    unit = 1.0
    if first < sets.row_bounds[k + 1]:
        unit = float(np.exp(parts.log_risk[first] - pieces.eta[first]))
    rows = step_rows(sets, parts, unit)
    path = np.zeros((len(rows), part.stop - part.start + 1))
    np.cumsum(rows[:, part], axis=1, out=path[:, 1:])
    return Steps(time=sets.event_time[part], hazard=path[0], variance=path[1], mean_hazard=path[2:])


def step_rows(sets: RiskSets, parts: Hazards, unit: float) -> FloatArray:
    """Per event time: hazard, its variance, and hazard times covariate mean."""
    hazard = parts.hazard * unit
    variance = hazard * unit / parts.denominator
    rows = np.vstack((hazard[None, :], variance[None, :], parts.mean * hazard))
    return step_sums(sets, rows)


def at_times(
    steps: Steps, times: FloatArray, centred: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Baseline cumulative hazard and, per covariate row, its variance at `times`."""
    index = np.searchsorted(steps.time, times, side="right")
    hazard = steps.hazard[index]
    lever = centred[:, :, None] * hazard - steps.mean_hazard[:, index]
    spread = np.einsum("mit,ij,mjt->mt", lever, covariance, lever)
    return hazard[None, :], steps.variance[index] + spread


def limits(
    survival: FloatArray, cumulative: FloatArray, se: FloatArray, conf_type: str, level: float
) -> tuple[FloatArray, FloatArray]:
    """Pointwise limits, kept within 0 and 1."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2.0))
    if conf_type == "plain":
        half = z * se * survival
        return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)
    if conf_type == "log":
        return np.exp(-cumulative - z * se), np.minimum(np.exp(-cumulative + z * se), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(cumulative > 0.0, np.exp(z * se / cumulative), 1.0)
    return np.exp(-cumulative * factor), np.exp(-cumulative / factor)


def table_of_counts(
    fit: CoxFit, inside: BoolArray, times: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weighted numbers at risk just before each time; events and censored since the last."""
    data = fit.data
    time, weight, event = data.time[inside], data.weights[inside], data.event[inside]
    at_risk = tail_weight(time, weight, times)
    if data.entry is not None:
        at_risk = at_risk - tail_weight(data.entry[inside], weight, times)
    tallies = []
    for mask in (event, ~event):
        order = np.argsort(time[mask], kind="stable")
        path = np.concatenate(([0.0], np.cumsum(weight[mask][order])))
        total = path[np.searchsorted(time[mask][order], times, side="right")]
        tallies.append(np.diff(total, prepend=0.0))
    return at_risk, tallies[0], tallies[1]


def tail_weight(values: FloatArray, weight: FloatArray, times: FloatArray) -> FloatArray:
    """Weight of the rows whose value is at or after each time."""
    order = np.argsort(values, kind="stable")
    path = np.concatenate(([0.0], np.cumsum(weight[order][::-1])))
    result: FloatArray = path[len(values) - np.searchsorted(values[order], times, side="left")]
    return result
