"""Everything a printed exact odds ratio needs: p, estimate, two intervals, and their agreement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from fusionscape.results import Caution, caution
from fusionscape.stats import conditional
from fusionscape.stats.conditional import Support

Alternative = Literal["two-sided", "less", "greater"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """`low` and `high` invert the test that gave `p`; the central limits halve alpha."""

    p: float
    odds_ratio: float
    low: float
    high: float
    central_low: float
    central_high: float
    cautions: tuple[Caution, ...]


def infer(
    support: Support, x: int, side: Alternative, level: float, *, limits: bool = True
) -> Inference:
    """Exact conditional inference on the odds ratio when the free cell holds `x`.

    Without `limits` (by far the dearest part) they are nan.
    """
    p = conditional.p_value(support, x, side)
    if not limits:
        nan = math.nan
        return Inference(
            p=p, odds_ratio=conditional.maximum_likelihood(support, x), low=nan, high=nan,
            central_low=nan, central_high=nan, cautions=(),
        )  # fmt: skip
    central = _central(support, x, side, level)
    matching = central
    if side == "two-sided":
        matching = (
            conditional.matching_lower_limit(support, x, 1 - level),
            conditional.matching_upper_limit(support, x, 1 - level),
        )
    return Inference(
        p=p,
        odds_ratio=conditional.maximum_likelihood(support, x),
        low=matching[0],
        high=matching[1],
        central_low=central[0],
        central_high=central[1],
        cautions=_disagreements(support, p, matching, central, level),
    )


def _central(support: Support, x: int, side: Alternative, level: float) -> tuple[float, float]:
    tail = (1 - level) / (2 if side == "two-sided" else 1)
    low = 0.0 if side == "less" else conditional.lower_limit(support, x, tail)
    high = math.inf if side == "greater" else conditional.upper_limit(support, x, tail)
    return low, high


def _disagreements(
    support: Support,
    p: float,
    matching: tuple[float, float],
    central: tuple[float, float],
    level: float,
) -> tuple[Caution, ...]:
    """Where the margins leave nothing to test, or an interval and the p value part ways."""
    if support.low == support.high:
        return (caution("degenerate-margin"),)
    out = []
    rejects = p <= 1 - level
    if rejects == (central[0] <= 1 <= central[1]):
        out.append(caution("ci-test-disagree", p=p, low=central[0], high=central[1], level=level))
    if rejects and matching[0] <= 1 <= matching[1]:
        out.append(caution("interval-has-gap", p=p, low=matching[0], high=matching[1], level=level))
    return tuple(out)
