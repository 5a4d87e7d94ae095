"""One proportion with its interval, and the number needed to test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from fusionscape.results import Caution, caution
from fusionscape.stats.tables import check_count, check_level

IntervalMethod = Literal["clopper-pearson", "wilson"]

_METHODS = {
    "clopper-pearson": (
        "Clopper-Pearson exact interval",
        "Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404",
    ),
    "wilson": ("Wilson score interval", "Wilson 1927, doi:10.1080/01621459.1927.10502953"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionFit:
    """`count` of `n`, as a share between 0 and 1 with its interval; nan when `n` is zero."""

    estimate: float
    ci_low: float
    ci_high: float
    level: float
    count: int
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def normal_quantile(level: float) -> float:
    """Two-sided standard normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def clopper_pearson(count: int, n: int, level: float) -> tuple[float, float]:
    """Exact limits of a proportion, by inverting two one-sided binomial tests."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(count, n - count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0
    return low, high


def wilson(count: int, n: int, level: float) -> tuple[float, float]:
    """Limits where the score test of a proportion just rejects."""
    if n == 0:
        return 0.0, 1.0
    z2 = normal_quantile(level) ** 2
    p = count / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = 0.0 if count == 0 else centre - half
    high = 1.0 if count == n else centre + half
    return low, high


def proportion(
    successes: int,
    n: int,
    *,
    method: IntervalMethod = "clopper-pearson",
    level: float = 0.95,
    missing: int = 0,
) -> ProportionFit:
    """What share of the patients has this, and between which limits?

    Clopper-Pearson (exact, never covers less than `level`) or Wilson (score). `n` counts patients
    with a known value only; `missing` is carried along. With ``n = 0`` nothing is known: the
    estimate is nan and the interval 0 to 1.

    References
    ----------
    Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404.
    Wilson (1927), doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> fit = proportion(2, 25)
    >>> round(fit.estimate, 3), round(fit.ci_low, 4), round(fit.ci_high, 4)
    (0.08, 0.0098, 0.2603)
    """
    check_count(successes, n)
    check_level(level)
    if method not in _METHODS:
        raise ValueError("the method is clopper-pearson or wilson")
    name, reference = _METHODS[method]
    limits = clopper_pearson if method == "clopper-pearson" else wilson
    low, high = limits(successes, n, level)
    return ProportionFit(
        estimate=successes / n if n else math.nan,
        ci_low=low,
        ci_high=high,
        level=level,
        count=successes,
        n=n,
        missing=missing,
        method=name,
        reference=reference,
        cautions=() if n else (caution("empty-denominator"),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNeededFit:
    """Patients to test for one positive: 1 / share, with the inverted limits of the share."""

    estimate: float
    ci_low: float
    ci_high: float
    level: float
    count: int
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def number_needed_to_test(
    positives: int,
    n: int,
    *,
    method: IntervalMethod = "clopper-pearson",
    level: float = 0.95,
    missing: int = 0,
) -> NumberNeededFit:
    """How many patients must be tested to find one?

    One over the proportion positive; its limits are one over the upper and lower limit of the
    proportion. Infinite when none was found (caution ``none-found``).

    Examples
    --------
    >>> number_needed_to_test(5, 100).estimate
    20.0
    """
    share = proportion(positives, n, method=method, level=level, missing=missing)
    cautions = share.cautions
    if n and positives == 0:
        cautions = (caution("none-found", n=n),)
    return NumberNeededFit(
        estimate=_inverse(share.estimate),
        ci_low=_inverse(share.ci_high),
        ci_high=_inverse(share.ci_low),
        level=level,
        count=positives,
        n=n,
        missing=missing,
        method=f"1 / proportion; {share.method}, inverted",
        reference=share.reference,
        cautions=cautions,
    )


def _inverse(share: float) -> float:
    return math.inf if share == 0 else 1 / share
