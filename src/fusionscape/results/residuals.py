"""Residuals of one covariate of a hazard model, drawn over time."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution
from fusionscape.results.curve import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals:
    """Scaled Schoenfeld residuals of one covariate with their smooth and its pointwise interval.

    `time` and `value` hold one entry per event drawn: `drawn` of the `events`, evenly spread where
    the cap is reached. `smooth_time`, `smooth`, `smooth_low` and `smooth_high` come from all
    events; they are empty where too few times differ. Values are on the scale of the log hazard
    ratio; `coef` is the one the model estimates. `statistic`, `df` and `p` are of the test of
    proportional hazards of `term`, to which the covariate belongs. Compare with `results.same`.
    """

    id: str
    label: str
    fit: str
    term: str
    n: int
    events: int
    missing: int
    drawn: int
    time: FloatArray
    value: FloatArray
    smooth_time: FloatArray
    smooth: FloatArray
    smooth_low: FloatArray
    smooth_high: FloatArray
    coef: float
    statistic: float
    df: float
    p: float
    transform: str
    endpoint: str | None = None
    level: float = 0.95
    time_unit: str = "days"
    method: str = ""
    reference: str = ""
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
