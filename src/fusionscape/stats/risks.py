"""Two proportions compared: risk difference and risk ratio."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fusionscape.results import Caution, caution
from fusionscape.stats.proportions import normal_quantile, wilson
from fusionscape.stats.roots import crossing
from fusionscape.stats.tables import check_count, check_level


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFit:
    """Group 1 against group 0: ``events_1 / n_1`` and ``events_0 / n_0`` compared.

    `second_low` and `second_high` are the limits of `second_method` where one is given.
    """

    estimate: float
    ci_low: float
    ci_high: float
    level: float
    events_1: int
    n_1: int
    events_0: int
    n_0: int
    n: int
    missing: int
    method: str
    reference: str
    second_low: float | None = None
    second_high: float | None = None
    second_method: str | None = None
    cautions: tuple[Caution, ...] = ()


def _check(events_1: int, n_1: int, events_0: int, n_0: int, level: float) -> None:
    check_count(events_1, n_1)
    check_count(events_0, n_0)
    check_level(level)


def risk_difference(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    level: float = 0.95,
    missing: int = 0,
) -> RiskFit:
    """By how much does the share with the event differ between two groups?

    Share in group 1 minus share in group 0, with Newcombe's hybrid score interval (his method 10),
    which stays between -1 and 1 and needs no correction for zero counts. With an empty group the
    estimate is nan.

    References
    ----------
    Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> fit = risk_difference(56, 70, 48, 80)
    >>> round(fit.estimate, 4), round(fit.ci_low, 4), round(fit.ci_high, 4)
    (0.2, 0.0524, 0.3339)
    """
    _check(events_1, n_1, events_0, n_0, level)
    known = n_1 > 0 and n_0 > 0
    low, high, difference = -1.0, 1.0, math.nan
    if known:
        p1, p0 = events_1 / n_1, events_0 / n_0
        (l1, u1), (l0, u0) = wilson(events_1, n_1, level), wilson(events_0, n_0, level)
        difference = p1 - p0
        low = difference - math.hypot(p1 - l1, u0 - p0)
        high = difference + math.hypot(u1 - p1, p0 - l0)
    return RiskFit(
        estimate=difference,
        ci_low=low,
        ci_high=high,
        level=level,
        events_1=events_1,
        n_1=n_1,
        events_0=events_0,
        n_0=n_0,
        n=n_1 + n_0,
        missing=missing,
        method="risk difference, Newcombe hybrid score interval",
        reference="Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>"
        "3.0.CO;2-I",
        cautions=() if known else (caution("empty-denominator"),),
    )


def risk_ratio(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    level: float = 0.95,
    missing: int = 0,
) -> RiskFit:
    """How many times more often does the event occur in group 1 than in group 0?

    Ratio of shares with Koopman's score interval, which is defined with zero counts too; the log
    Wald interval (Katz) is given beside it where both counts are positive. Without any event the
    ratio is nan and its limits 0 and infinity (caution ``no-events``).

    References
    ----------
    Koopman (1984), doi:10.2307/2531405. Katz et al. (1978), doi:10.2307/2530610.

    Examples
    --------
    >>> fit = risk_ratio(36, 40, 16, 80)
    >>> round(fit.estimate, 3), round(fit.ci_low, 3), round(fit.ci_high, 3)
    (4.5, 2.94, 7.152)
    """
    _check(events_1, n_1, events_0, n_0, level)
    estimate, low, high, cautions = _ratio(events_1, n_1, events_0, n_0, level)
    second = _log_wald(events_1, n_1, events_0, n_0, level)
    return RiskFit(
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        level=level,
        events_1=events_1,
        n_1=n_1,
        events_0=events_0,
        n_0=n_0,
        n=n_1 + n_0,
        missing=missing,
        method="risk ratio, Koopman score interval",
        reference="Koopman 1984, doi:10.2307/2531405",
        second_low=second[0] if second else None,
        second_high=second[1] if second else None,
        second_method="log Wald (Katz)" if second else None,
        cautions=cautions,
    )


def _ratio(
    x1: int, n1: int, x0: int, n0: int, level: float
) -> tuple[float, float, float, tuple[Caution, ...]]:
    if n1 == 0 or n0 == 0:
        return math.nan, 0.0, math.inf, (caution("empty-denominator"),)
    if x1 == 0 and x0 == 0:
        return math.nan, 0.0, math.inf, (caution("no-events", n=n1 + n0),)
    estimate = math.inf if x0 == 0 else (x1 / n1) / (x0 / n0)
    return estimate, *_koopman(x1, n1, x0, n0, level), ()


def _koopman(x1: int, n1: int, x0: int, n0: int, level: float) -> tuple[float, float]:
    limit = normal_quantile(level) ** 2

    def excess(log_ratio: float) -> float:
        return _score(math.exp(log_ratio), x1, n1, x0, n0) - limit

    centre = math.log(((x1 or 0.5) / n1) / ((x0 or 0.5) / n0))
    low = 0.0 if x1 == 0 else math.exp(crossing(excess, centre, -0.5))
    high = math.inf if x0 == 0 else math.exp(crossing(excess, centre, 0.5))
    return low, high


def _score(ratio: float, x1: int, n1: int, x0: int, n0: int) -> float:
    """Pearson chi-square of the two groups, shares fitted under this risk ratio."""
    b = ratio * (n1 + x0) + n0 + x1
    root = math.sqrt(max(0.0, b * b - 4 * ratio * (n1 + n0) * (x1 + x0)))
    p0 = 2 * (x1 + x0) / (b + root)
    return _pearson_term(x1, n1, min(1.0, ratio * p0)) + _pearson_term(x0, n0, min(1.0, p0))


def _pearson_term(x: int, n: int, p: float) -> float:
    variance = n * p * (1 - p)
    if variance <= 0:
        return 0.0 if x == n * p else math.inf
    return (x - n * p) ** 2 / variance


def _log_wald(x1: int, n1: int, x0: int, n0: int, level: float) -> tuple[float, float] | None:
    if x1 == 0 or x0 == 0:
        return None
    half = normal_quantile(level) * math.sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
    centre = math.log((x1 / n1) / (x0 / n0))
    return math.exp(centre - half), math.exp(centre + half)
