"""Estimates of several studies pooled: the numbers, what they assume, what may be claimed."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledStudy:
    """One study of a pool, with its Wald interval and its share of the weight (0 to 1)."""

    label: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    weight_common: float
    weight_random: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledValue:
    """One model with one kind of interval: `model` and `interval` say which, always shown.

    `df` is None for a normal reference. Exactly one value of a synthesis is the `headline`.
    """

    model: str  # common, reml, dl, pm, ml, he, hs, sj, eb, mh, peto, glmm, inverse variance
    interval: str  # wald, hk, mhk, likelihood ratio
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    df: float | None
    p: float
    tau2: float
    level: float = 0.95
    headline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionInterval:
    """Where the effect of a new study is expected; `convention` names quantile and standard error.

    `df` is None for a normal quantile; `interval` says whose standard error is used.
    """

    convention: str  # normal, t with k-1, t with k-2
    model: str
    interval: str
    low: float
    high: float
    df: float | None
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """How the studies differ. I2 is in per cent; its two definitions are kept apart by name.

    `i2_q` and `h2_q` come from Q, `i2_tau2` and `h2_tau2` from tau2 and the typical variance.
    `tau2_low` and `tau2_high` are the Q-profile limits.
    """

    q: float
    q_df: int
    q_p: float
    i2_q: float
    h2_q: float
    tau2: float
    tau2_model: str
    tau2_se: float | None
    i2_tau2: float
    h2_tau2: float
    tau2_low: float
    tau2_high: float
    i2_low: float
    i2_high: float
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Several estimates pooled by one model with one interval.

    `n` counts the studies pooled. Estimates are on the additive scale they came in (log hazard
    ratio, log odds ratio, logit ...), named by `scale`; `ratio` says that their exponential is
    what one prints. `i2` is in per cent: from tau2 for random effects, from Q for common effect.
    """

    id: str
    label: str
    n: int
    missing: int
    model: str
    interval: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    statistic: float
    df: float | None
    p: float
    tau2: float
    tau2_se: float | None
    tau2_low: float | None
    tau2_high: float | None
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    studies: tuple[PooledStudy, ...]
    method: str
    reference: str
    prediction: PredictionInterval | None = None
    scale: str = ""
    ratio: bool = False
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPool:
    """Counts pooled without a normal approximation per study: Mantel-Haenszel, Peto or GLMM.

    `estimate` is on the additive scale (log for a ratio). `n` studies gave information, the
    `uninformative` ones (no event, or events only, in both arms) are counted apart.
    """

    id: str
    label: str
    n: int
    missing: int
    uninformative: int
    events: int
    patients: int
    measure: str
    model: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    statistic: float
    p: float
    tau2: float | None
    q: float | None
    q_df: int | None
    q_p: float | None
    method: str
    reference: str
    loglik: float | None = None
    tau2_p: float | None = None
    ratio: bool = True
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingGate:
    """Whether these rows may be pooled, and what may be said if they are.

    `code` is open, one-study, two-studies-apart, two-studies-overlap or refused. `reasons` are
    the reasons of a refusal; `overridden` is the reason the user gave for pooling all the same.
    """

    code: str
    n: int
    pools: bool
    claims_tau2: bool
    tests_small_studies: bool
    reasons: tuple[Caution, ...] = ()
    overridden: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """All that may be said of a set of estimates: every model side by side, behind the gate.

    The headline is REML with the modified Hartung-Knapp interval, fixed before looking. `range_low`
    and `range_high` are the smallest and largest estimate. Where the gate is shut `values` is
    empty; with two studies it holds the common-effect value alone, if their intervals overlap.
    """

    id: str
    label: str
    n: int
    missing: int
    gate: PoolingGate
    studies: tuple[PooledStudy, ...]
    values: tuple[PooledValue, ...]
    predictions: tuple[PredictionInterval, ...]
    heterogeneity: Heterogeneity | None
    range_low: float | None
    range_high: float | None
    method: str
    reference: str
    level: float = 0.95
    scale: str = ""
    ratio: bool = False
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
