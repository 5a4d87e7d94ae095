"""Curves over time: survival, cumulative incidence, state occupation, numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fusionscape.results.caution import Caution

FloatArray = npt.NDArray[np.float64]


def no_values() -> FloatArray:
    """An empty array that cannot be written to."""
    empty: FloatArray = np.zeros(0)
    empty.setflags(write=False)
    return empty


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """A step function at its distinct times, one entry of each array per time.

    `kind` says what it is: survival, cumulative hazard, cumulative incidence, occupation.
    `std_err` is on the scale of `estimate`. `n_at_risk` counts (or sums weights of) those at
    risk just before each time. `quantile` answers `quantile_probs` (0.25, 0.5, 0.75).
    Compare curves with `results.same`.
    """

    id: str
    label: str
    curve: str
    group: str | None
    n: float
    events: float
    missing: int
    time: FloatArray
    estimate: FloatArray
    std_err: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_at_risk: FloatArray
    n_event: FloatArray
    n_censored: FloatArray
    n_enter: FloatArray = field(default_factory=no_values)
    quantile_probs: FloatArray = field(default_factory=no_values)
    quantile: FloatArray = field(default_factory=no_values)
    quantile_low: FloatArray = field(default_factory=no_values)
    quantile_high: FloatArray = field(default_factory=no_values)
    cause: str | None = None
    conf_type: str = "log-log"
    level: float = 0.95
    time_unit: str = "days"
    endpoint: str | None = None
    rules: str | None = None
    start_time: float = 0.0
    follow_up_median: float | None = None
    method: str = ""
    reference: str = ""
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
