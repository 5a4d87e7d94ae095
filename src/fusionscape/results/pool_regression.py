"""Why studies differ: subgroups, regression on study characteristics, dependent estimates."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution
from fusionscape.results.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionTerm:
    """One coefficient with its interval and test; `df` is None for a normal reference."""

    name: str
    coef: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    df: float | None
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OmnibusTest:
    """A test of several coefficients or groups at once; `df2` is None for a chi-square."""

    name: str
    statistic: float
    df: float
    df2: float | None
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaRegression:
    """Effects regressed on characteristics of the studies; `tau2` is what they leave unexplained.

    `r2` is the share of tau2 explained, in per cent, None without an intercept. `r2`, `i2` and
    `h2` are nan where undefined. `tests` holds the test of all moderators and of the residual Q.
    """

    id: str
    label: str
    n: int
    missing: int
    model: str
    interval: str
    terms: tuple[RegressionTerm, ...]
    tests: tuple[OmnibusTest, ...]
    tau2: float
    tau2_se: float | None
    tau2_without: float
    r2: float | None
    i2: float
    h2: float
    level: float
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()

    @property
    def coef(self) -> tuple[float, ...]:
        """The coefficients, in the order of `terms`."""
        return tuple(term.coef for term in self.terms)

    @property
    def se(self) -> tuple[float, ...]:
        """Their standard errors."""
        return tuple(term.se for term in self.terms)

    @property
    def ci_low(self) -> tuple[float, ...]:
        """Their lower limits."""
        return tuple(term.ci_low for term in self.terms)

    @property
    def ci_high(self) -> tuple[float, ...]:
        """Their upper limits."""
        return tuple(term.ci_high for term in self.terms)

    @property
    def p(self) -> tuple[float, ...]:
        """Their p values."""
        return tuple(term.p for term in self.terms)

    def term(self, name: str) -> RegressionTerm:
        """The coefficient called `name`."""
        return next(term for term in self.terms if term.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupPools:
    """A pool per subgroup and the test between them.

    `tau2_form` says whether each subgroup has a tau2 of its own (``separate``) or they share one
    (``common``). A subgroup of one study has a pool of None in `pools` and stands in `alone`.
    """

    id: str
    label: str
    n: int
    missing: int
    model: str
    interval: str
    tau2_form: str
    groups: tuple[str, ...]
    pools: tuple[Pool, ...]
    between: tuple[OmnibusTest, ...]
    tau2: float | None
    level: float
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredPool:
    """Several estimates per study pooled with variance between studies and within them.

    `df` is Satterthwaite's. `tau2_between` is the variance between studies, `tau2_within` that
    between the estimates of one study. `n` counts estimates, `clusters` studies.
    """

    id: str
    label: str
    n: int
    clusters: int
    missing: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    statistic: float
    df: float
    p: float
    se_model: float
    se_cr1: float
    tau2_between: float
    tau2_within: float
    correlation: float
    loglik: float
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
