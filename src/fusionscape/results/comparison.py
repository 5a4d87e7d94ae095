"""Distributions of measurements and tests between groups."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A measurement in one group: each statistic under its own name."""

    id: str
    label: str
    unit: str
    group: str | None
    n: int
    missing: int
    median: float
    q1: float
    q3: float
    mean: float
    sd: float | None
    minimum: float
    maximum: float
    method: str
    reference: str
    values: tuple[float, ...] = ()
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A hypothesis test: statistic, p and the family the p belongs to."""

    __test__ = False  # not a test case, whatever its name

    id: str
    label: str
    p: float
    n: int
    missing: int
    method: str
    reference: str
    statistic: float | None = None
    df: float | None = None
    p_adjusted: float | None = None
    adjustment: str | None = None
    family: str | None = None
    family_size: int | None = None
    p_ci_low: float | None = None
    p_ci_high: float | None = None
    relabellings: int | None = None
    seed: int | None = None
    groups: tuple[str, ...] = ()
    exposure: str | None = None
    comparator: str | None = None
    endpoint: str | None = None
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
