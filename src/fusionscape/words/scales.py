"""How an estimate is written, by its scale."""

from __future__ import annotations

import math
from collections.abc import Callable

from fusionscape.results import Estimate
from fusionscape.words import numbers

Show = Callable[[numbers.Number], str]

_SHOW: dict[str, tuple[Show, Show]] = {
    "proportion": (numbers.percent, numbers.percent_bare),
    "probability": (numbers.percent, numbers.percent_bare),
    "risk difference": (lambda v: f"{numbers.points(v)} percentage points", numbers.points),
    "days": (numbers.days, numbers.integer),
    "months": (lambda v: f"{numbers.bare(v)} months", numbers.bare),
    "years": (lambda v: f"{numbers.bare(v)} years", numbers.bare),
    "mean": (numbers.bare, numbers.bare),
    "median": (numbers.bare, numbers.bare),
}
TIMES = ("days", "months", "years")
RATIOS = ("odds ratio", "risk ratio", "hazard ratio", "subdistribution hazard ratio", "ratio")


def value(estimate: Estimate) -> str:
    """The point estimate alone."""
    return _SHOW.get(estimate.scale, (numbers.ratio, numbers.ratio))[0](estimate.estimate)


def bounds(estimate: Estimate, *, words: bool = False) -> str:
    """The interval alone, or an en dash when there is none."""
    show = _SHOW.get(estimate.scale, (numbers.ratio, numbers.ratio))[1]
    if estimate.scale in TIMES and (estimate.ci_low is None) != (estimate.ci_high is None):
        limits = (estimate.ci_low, estimate.ci_high)
        return " to ".join("not reached" if x is None else show(x) for x in limits)
    return numbers.interval(estimate.ci_low, estimate.ci_high, show, words=words)


def _alone(estimate: Estimate) -> bool:
    """No limits, or nothing they could be the limits of."""
    missing = estimate.ci_low is None and estimate.ci_high is None
    return missing or math.isnan(estimate.estimate)


def no_limits(estimate: Estimate) -> str | None:
    """Why a probability of 0 or 1 has no interval; None where it has one."""
    if estimate.scale != "probability" or estimate.estimate not in (0.0, 1.0):
        return None
    if any(x is not None and not math.isnan(x) for x in (estimate.ci_low, estimate.ci_high)):
        return None
    everybody = any(c.code == "everybody-had-the-event" for c in estimate.cautions)
    return "all had had the event" if everybody else "no interval"


def with_interval(estimate: Estimate, *, words: bool = False) -> str:
    """``8.0% (95% CI 1.0–26.0)``."""
    if (why := no_limits(estimate)) is not None:
        return f"{value(estimate)} ({why})"
    if _alone(estimate):
        return value(estimate)
    limits = bounds(estimate, words=words)
    return f"{value(estimate)} ({numbers.level_name(estimate.level)} {limits})"


def limits_only(estimate: Estimate) -> str:
    """``8.0% (1.0–26.0)`` for a table whose head names the interval."""
    if (why := no_limits(estimate)) is not None:
        return f"{value(estimate)} ({why})"
    if _alone(estimate):
        return value(estimate)
    return f"{value(estimate)} ({bounds(estimate)})"
