"""What a pool rests on: studies left out or added one by one, influence, all subsets."""

from __future__ import annotations

from dataclasses import dataclass, field

from fusionscape.results.caution import Caution
from fusionscape.results.curve import FloatArray, no_values


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStep:
    """The pool of the studies named by the step: all but one, or the first so many.

    A step of one study is that study: its tau2, I2 and Q are None.
    """

    label: str
    n: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    tau2: float | None
    i2: float | None
    q: float | None
    q_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSteps:
    """Pools of nearby sets of studies; `kind_of_step` is leave-one-out or cumulative."""

    id: str
    label: str
    n: int
    missing: int
    kind_of_step: str
    model: str
    interval: str
    steps: tuple[PoolStep, ...]
    level: float
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInfluence:
    """What one study does to the pool; the names are those of regression diagnostics.

    `baujat_x` is its contribution to Q, `baujat_y` the squared shift of the pooled estimate when
    it is left out, in units of its variance.
    """

    label: str
    residual: float
    rstudent: float
    dffits: float
    cook_d: float
    cov_ratio: float
    tau2_without: float
    q_without: float
    hat: float
    weight: float
    dfbeta: float
    baujat_x: float
    baujat_y: float
    influential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolInfluence:
    """Influence of every study on a pool."""

    id: str
    label: str
    n: int
    missing: int
    model: str
    studies: tuple[StudyInfluence, ...]
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AllSubsets:
    """The pooled estimate and I2 (per cent) of every subset of two studies or more.

    `membership` is one bit mask per subset (bit i set: study i is in), as a float array.
    """

    id: str
    label: str
    n: int
    missing: int
    subsets: int
    complete: bool
    model: str
    labels: tuple[str, ...]
    estimate: FloatArray = field(default_factory=no_values)
    i2: FloatArray = field(default_factory=no_values)
    size: FloatArray = field(default_factory=no_values)
    membership: FloatArray = field(default_factory=no_values)
    seed: int | None = None
    method: str = ""
    reference: str = ""
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
