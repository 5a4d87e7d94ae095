"""Do small studies tell another story? Funnel, tests of its asymmetry, corrections."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution
from fusionscape.results.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """One study in the funnel; `p` is its own two-sided Wald p against no effect."""

    label: str
    estimate: float
    se: float
    p: float
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelContour:
    """Where a study of standard error `se` would have p equal to `p`: no effect -/+ limit."""

    p: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The funnel: studies, the centre line, pseudo limits and contours of significance.

    `edge_low` and `edge_high` are the 95 % pseudo limits around `centre` at `se_max`; at zero
    standard error they meet the centre. Contours are straight lines from (no effect, 0).
    """

    id: str
    label: str
    n: int
    missing: int
    centre: float
    centre_model: str
    no_effect: float
    se_max: float
    edge_low: float
    edge_high: float
    points: tuple[FunnelPoint, ...]
    contours: tuple[FunnelContour, ...]
    level: float
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AsymmetryTest:
    """A test of funnel asymmetry; `form` names which of several it is.

    `limit` is the estimate at zero standard error where the form has one, `smallest_p` the least
    two-sided p that any order of this many studies can give (rank test).
    """

    id: str
    label: str
    form: str
    n: int
    missing: int
    statistic: float
    df: float | None
    p: float
    coef: float
    coef_se: float | None
    method: str
    reference: str
    limit: float | None = None
    limit_se: float | None = None
    limit_low: float | None = None
    limit_high: float | None = None
    limit_p: float | None = None
    tau2: float | None = None
    smallest_p: float | None = None
    exact_p: float | None = None
    level: float = 0.95
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PetPeese:
    """Estimates at zero standard error by two regressions; None where the gate is shut.

    `chosen` is peese when the PET limit differs from zero (one-sided 0.05), else pet.
    """

    id: str
    label: str
    n: int
    missing: int
    pet: AsymmetryTest | None
    peese: AsymmetryTest | None
    chosen: str | None
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimFill:
    """Trim-and-fill: `k0` studies thought missing on `side`, and the pool with them filled in."""

    id: str
    label: str
    n: int
    missing: int
    estimator: str
    side: str
    k0: int
    k0_se: float
    filled: tuple[FunnelPoint, ...]
    pool: Pool
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionModel:
    """Three-parameter selection model: effect, tau2, and the fate of non-significant studies.

    `relative_chance` is the chance of a study with one-sided p above `step` to be published,
    relative to one below. `estimate` is None where the model cannot be fitted (`cautions` say why).
    """

    id: str
    label: str
    n: int
    missing: int
    step: float
    direction: str
    below_step: int
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    tau2: float | None
    relative_chance: float | None
    loglik: float | None
    statistic: float | None
    p: float | None
    level: float
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
