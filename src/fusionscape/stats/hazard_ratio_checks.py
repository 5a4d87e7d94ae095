"""Can these printed hazard ratios, intervals, p values and event counts belong together?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from fusionscape.results import Caution, caution
from fusionscape.stats.hazard_ratio_sources import (
    PARMAR,
    DerivedHazardRatio,
    Number,
    centre_range,
    log_low,
    ratio_of,
)
from fusionscape.stats.observed import refuse
from fusionscape.stats.pooling_gates import information_bound
from fusionscape.stats.printed_numbers import Printed, printed
from fusionscape.stats.proportions import normal_quantile
from fusionscape.stats.tables import check_level

Verdict = Literal["consistent", "differs", "impossible", "not checkable"]
SMALLEST = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCheck:
    """One check of printed numbers: what was printed and what the other numbers allow.

    `printed_low` to `printed_high` is the rounding range of the print, `expected_low` to
    `expected_high` what follows from the rest.
    """

    check: str
    verdict: Verdict
    printed_low: float
    printed_high: float
    expected_low: float
    expected_high: float
    n: int | None
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def checked_centre(hazard_ratio: Number, ci_low: Number, ci_high: Number) -> PrintedCheck:
    """Does the hazard ratio lie in the middle of its interval, on the log scale?

    True for Wald intervals, up to rounding of all three numbers. A profile-likelihood, exact or
    bootstrap interval need not be centred: "differs" then is a question and no error.

    >>> checked_centre("1.05", "0.56", "1.98").verdict
    'consistent'
    >>> checked_centre("1.50", "0.56", "1.98").verdict
    'differs'
    """
    ratio, low, high = (
        ratio_of(value, name)
        for value, name in (
            (hazard_ratio, "hazard_ratio"), (ci_low, "ci_low"), (ci_high, "ci_high"),
        )
    )  # fmt: skip
    least, most = (math.exp(edge) for edge in centre_range(low, high))
    meets = ratio.low <= most + SMALLEST and least <= ratio.high + SMALLEST
    return PrintedCheck(
        check="ci-centre",
        verdict="consistent" if meets else "differs",
        printed_low=ratio.low,
        printed_high=ratio.high,
        expected_low=least,
        expected_high=most,
        n=None,
        missing=0,
        method="geometric mean of the limits over their rounding ranges",
        reference=PARMAR,
    )


def checked_p(
    p: Number,
    ci_low: Number,
    ci_high: Number,
    *,
    hazard_ratio: Number | None = None,
    level: float = 0.95,
) -> PrintedCheck:
    """Is the printed p the Wald p of the interval?

    The range of Wald p over every interval that rounds to the printed one, with the hazard ratio
    in its centre where it is printed and can be. A likelihood-ratio, score, log-rank, profile or
    exact p may differ: see whether other rows of the table agree before doubting one.

    >>> checked_p("0.009", "1.15", "2.72", hazard_ratio="1.77").verdict
    'consistent'
    >>> checked_p("0.2", "1.15", "2.72", hazard_ratio="1.77").verdict
    'differs'
    """
    check_level(level)
    low, high, value = ratio_of(ci_low, "ci_low"), ratio_of(ci_high, "ci_high"), printed(p)
    centre = None if hazard_ratio is None else ratio_of(hazard_ratio, "hazard_ratio")
    ratios = [abs(s) for s in wald_corners(low, high, centre)]
    signs = {math.copysign(1.0, s) for s in wald_corners(low, high, centre) if s != 0.0}
    quantile = normal_quantile(level)
    smallest = 0.0 if len(signs) > 1 else min(ratios)
    least, most = (2.0 * NormalDist().cdf(-quantile * size) for size in (max(ratios), smallest))
    shown_low, shown_high = max(value.low, 0.0), min(value.high, 1.0)
    meets = shown_low <= most and least <= shown_high
    return PrintedCheck(
        check="wald-p",
        verdict="consistent" if meets else "differs",
        printed_low=shown_low,
        printed_high=shown_high,
        expected_low=least,
        expected_high=most,
        n=None,
        missing=0,
        method="Wald p over the rounding ranges of the interval",
        reference=PARMAR,
        cautions=() if meets else (caution("p-of-another-test", p_low=least, p_high=most),),
    )


def wald_corners(low: Printed, high: Printed, centre: Printed | None) -> list[float]:
    """Centre over half width, on the log scale, at the corners of what the rounding allows.

    The ratio is linear-fractional in the two log limits, so its extremes lie at corners: of the
    rounding rectangle, cut by the strip in which the centre rounds to the printed hazard ratio.
    """
    a0, a1, b0, b1 = (
        max(log_low(low), -700.0),
        math.log(low.high),
        log_low(high),
        math.log(high.high),
    )
    corners = [(a, b) for a in (a0, a1) for b in (b0, b1)]
    if centre is not None:
        c0, c1 = 2.0 * max(log_low(centre), -700.0), 2.0 * math.log(centre.high)
        cut = [(a, c - a) for a in (a0, a1) for c in (c0, c1)]
        cut += [(c - b, b) for b in (b0, b1) for c in (c0, c1)]
        inside = [
            (a, b)
            for a, b in corners + cut
            if a0 - SMALLEST <= a <= a1 + SMALLEST
            and b0 - SMALLEST <= b <= b1 + SMALLEST
            and c0 - SMALLEST <= a + b <= c1 + SMALLEST
        ]
        corners = inside or corners
    return [(a + b) / max(b - a, SMALLEST) for a, b in corners]


def checked_information(
    fit: DerivedHazardRatio,
    *,
    events_exposed: int | None = None,
    events_reference: int | None = None,
    events: int | None = None,
) -> PrintedCheck:
    """Is the standard error as large as this number of events demands?

    For a yes-no covariate in a Cox model SE >= sqrt(1/d1 + 1/d0), d1 and d0 deaths with and
    without it: the information is the sum of p(1 - p) over deaths, p the share of the risk carried
    by the exposed, and at the estimate the p add up to d1, so it cannot exceed d1 d0 / (d1 + d0).
    Adjustment only lowers it. With d1 alone SE >= 1 / sqrt(d1), with all events D alone
    SE >= 2 / sqrt(D). "impossible" when even the largest standard error that rounds to the print
    is below the bound. Robust (sandwich), penalised and Bayesian standard errors may lie below.

    >>> from fusionscape.stats import hazard_ratio_from_ci
    >>> checked_information(hazard_ratio_from_ci("1.2", "1.5"), events_exposed=6).verdict
    'impossible'
    """
    counts = [c for c in (events_exposed, events_reference, events) if c is not None]
    if any(c < 0 or c != int(c) for c in counts):
        raise refuse("not-a-count", "Counts are whole numbers from 0.", "Check the counts.")
    if events is not None and events_exposed is not None and events_reference is None:
        events_reference = events - events_exposed
    bound = float(
        information_bound(
            *(math.nan if c is None else c for c in (events_exposed, events_reference, events))
        )
    )
    verdict: Verdict = "consistent" if fit.se_high >= bound * (1.0 - 1e-9) else "impossible"
    if not counts:
        verdict = "not checkable"
    below = (caution("se-below-information-bound", se=fit.se_high, bound=bound),)
    return PrintedCheck(
        check="information-bound",
        verdict=verdict,
        printed_low=fit.se_low,
        printed_high=fit.se_high,
        expected_low=bound,
        expected_high=math.inf,
        n=fit.n,
        missing=0,
        method="SE >= sqrt(1/d1 + 1/d0)",
        reference="Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x",
        cautions=below if verdict == "impossible" else (),
    )
