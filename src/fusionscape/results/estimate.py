"""Numbers with their denominator: estimates, counts and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fusionscape.results.caution import Caution

Scale = Literal[
    "proportion",
    "odds ratio",
    "log odds ratio",
    "risk difference",
    "risk ratio",
    "hazard ratio",
    "standardised difference",
    "difference",
    "ratio",
    "probability",
    "mean",
    "median",
    "days",
    "months",
    "years",
    "number needed to test",
    "test statistic",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A second interval beside the headline one, named by its method."""

    method: str
    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimate with everything needed to read it.

    `estimate` and its limits are on the scale named by `scale`. `n` is the denominator and
    `missing` how many of the group could not be used. `count` is the numerator of a
    proportion; `events` the number of events. `p_adjusted` belongs to `family`.
    """

    id: str
    label: str
    scale: Scale
    estimate: float
    n: int
    missing: int
    method: str
    reference: str
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    p: float | None = None
    p_adjusted: float | None = None
    adjustment: str | None = None
    family: str | None = None
    family_size: int | None = None
    count: int | None = None
    events: int | None = None
    statistic: float | None = None
    df: float | None = None
    exposure: str | None = None
    comparator: str | None = None
    endpoint: str | None = None
    group: str | None = None
    adjusted_for: tuple[str, ...] = ()
    p_method: str | None = None
    ci_method: str | None = None
    other_intervals: tuple[Interval, ...] = ()
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of how many."""

    id: str
    label: str
    count: int
    n: int
    missing: int
    method: str
    reference: str
    group: str | None = None
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A question that these data cannot answer; `code` says why, words turn it into a sentence."""

    id: str
    label: str
    code: str
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()
