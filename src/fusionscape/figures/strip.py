"""A small strip for the front page: one estimate with its interval on its own axis."""

from __future__ import annotations

import math

from fusionscape.results import Estimate

RATIO_LIMITS = (10.0, 100.0)  # the ratio axis runs from 0.1 to 10, or from 0.01 to 100
_SVG = (
    '<svg viewBox="0 0 176 38" aria-hidden="true">'
    '<line x1="8" x2="168" y1="24" y2="24" stroke="currentColor" stroke-width=".5" opacity=".5"/>'
    "{middle}"
    '<line x1="{low:.1f}" x2="{high:.1f}" y1="12" y2="12" stroke="currentColor" '
    'stroke-width="2"/><circle cx="{at:.1f}" cy="12" r="4.5" fill="currentColor"/>'
    '<text x="8" y="36">{left}</text><text x="168" y="36" text-anchor="end">{right}</text></svg>'
)


def _limit(estimate: Estimate) -> float:
    """The smaller axis where it holds the interval."""
    least, most = RATIO_LIMITS
    low, high = estimate.ci_low or 0.0, estimate.ci_high or math.inf
    return least if low >= 1 / least and high <= least else most


def _place(value: float, limit: float | None) -> float:
    if limit:
        bounded = min(max(value, 1 / limit), limit)
        share = (math.log(bounded) / math.log(limit) + 1) / 2
    else:
        share = min(max(value, 0.0), 1.0)
    return 8 + 160 * share


def strip(estimate: Estimate) -> str | None:
    """An SVG drawing of a proportion or a ratio; None for other scales or without interval."""
    ratio = "ratio" in estimate.scale and "log" not in estimate.scale
    if not ratio and estimate.scale not in ("proportion", "probability"):
        return None
    if estimate.ci_low is None or estimate.ci_high is None or math.isnan(estimate.estimate):
        return None
    middle = (
        '<line x1="88" x2="88" y1="4" y2="28" stroke="currentColor" stroke-width=".7" '
        'stroke-dasharray="2 2"/><text x="88" y="36" text-anchor="middle">1</text>'
    )
    limit = _limit(estimate) if ratio else None
    return _SVG.format(
        low=_place(estimate.ci_low, limit),
        high=_place(estimate.ci_high, limit),
        at=_place(estimate.estimate, limit),
        middle=middle if ratio else "",
        left=f"{1 / limit:g}" if limit else "0%",
        right=f"{limit:g}" if limit else "100%",
    )
