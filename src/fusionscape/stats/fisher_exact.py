"""Fisher's exact test: 2x2 with its odds ratio, and r x c."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy.typing as npt

from fusionscape.results import Caution, caution
from fusionscape.stats import conditional
from fusionscape.stats.fisher_monte_carlo import monte_carlo_p
from fusionscape.stats.fisher_network import WorkLimitError, exact_p
from fusionscape.stats.tables import IntArray, check_level, counts, without_empty

Alternative = Literal["two-sided", "less", "greater"]

REFERENCE = "Fisher 1935, doi:10.2307/2342435; Mehta and Patel 1983, doi:10.2307/2288652"


@dataclass(frozen=True, slots=True, kw_only=True)
class FisherFit:
    """Exact test of association in a table of counts.

    `p_method` is ``exact`` or ``monte carlo``; the latter carries `p_low`, `p_high`, `draws` and
    `seed`. The odds ratio, its intervals and `mid_p` exist for 2x2 tables only. `ci_low` and
    `ci_high` invert the printed test and so agree with `p`; `central_low` and `central_high` are
    the limits R's ``fisher.test`` prints, which spend half of alpha in each tail.
    """

    p: float
    p_method: str
    alternative: Alternative
    rows: int
    columns: int
    n: int
    missing: int
    method: str
    reference: str
    mid_p: float | None = None
    odds_ratio: float | None = None
    sample_odds_ratio: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    central_low: float | None = None
    central_high: float | None = None
    level: float = 0.95
    p_low: float | None = None
    p_high: float | None = None
    draws: int | None = None
    seed: int | None = None
    cautions: tuple[Caution, ...] = ()


def fisher(
    table: npt.ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    missing: int = 0,
    seed: int = 20240514,
    draws: int = 100_000,
) -> FisherFit:
    """Are the rows and the columns of this table of counts associated?

    Exact conditional test given all margins. Two-sided p: the probability of all tables no
    likelier than the observed one; near-ties count as ties, as in R (relative 1e-7 in 2x2 tables,
    3.5e-7 in larger ones). For 2x2 the odds ratio is the conditional maximum likelihood estimate,
    and `ci_low`, `ci_high` invert the very test printed (Fay 2010). For r x c the p is exact up to
    a work limit of 30 million partial tables, beyond which it is estimated from `draws` random
    tables (`seed`) and given with its Clopper-Pearson interval.

    Parameters
    ----------
    table : array of whole numbers, at least 2 x 2. Patients with either value unknown do not
        belong in it; pass their number as `missing`.
    alternative : for 2x2 tables, ``less`` and ``greater`` concern the odds ratio
        (a * d) / (b * c); ValueError for larger tables.

    References
    ----------
    Fisher (1935), doi:10.2307/2342435. Mehta and Patel (1983), doi:10.2307/2288652.
    Fay (2010), doi:10.1093/biostatistics/kxp050.

    Examples
    --------
    >>> fit = fisher([[2, 2], [0, 20]])
    >>> f"{fit.p:.4f}"
    '0.0217'
    """
    cells = counts(table)
    check_level(level)
    if alternative not in ("two-sided", "less", "greater"):
        raise ValueError("alternative is two-sided, less or greater")
    if cells.shape == (2, 2):
        return _two_by_two(cells, alternative, level, missing)
    if alternative != "two-sided":
        raise ValueError("one-sided alternatives exist for 2x2 tables only")
    return _r_by_c(cells, level, missing, seed, draws)


def _two_by_two(cells: IntArray, side: Alternative, level: float, missing: int) -> FisherFit:
    (a, b), (c, d) = cells.tolist()
    support = conditional.hypergeometric(a + b, c + d, a + c)
    p = conditional.p_value(support, a, side)
    low, high = _limits(support, a, side, level)
    central = _central(support, a, side, level)
    numerator, denominator = a * d, b * c
    sample = math.nan if numerator == denominator == 0 else math.inf
    return FisherFit(
        p=p,
        p_method="exact",
        alternative=side,
        rows=2,
        columns=2,
        n=a + b + c + d,
        missing=missing,
        method="Fisher's exact test, conditional maximum likelihood odds ratio",
        reference=REFERENCE + "; Fay 2010, doi:10.1093/biostatistics/kxp050",
        mid_p=conditional.mid_p(support, a, side),
        odds_ratio=conditional.maximum_likelihood(support, a),
        sample_odds_ratio=numerator / denominator if denominator else sample,
        ci_low=low,
        ci_high=high,
        central_low=central[0],
        central_high=central[1],
        level=level,
        cautions=disagreements(support, p, (low, high), central, level),
    )


def _limits(
    support: conditional.Support, x: int, side: Alternative, level: float
) -> tuple[float, float]:
    if side != "two-sided":
        return _central(support, x, side, level)
    alpha = 1 - level
    return (
        conditional.matching_lower_limit(support, x, alpha),
        conditional.matching_upper_limit(support, x, alpha),
    )


def _central(
    support: conditional.Support, x: int, side: Alternative, level: float
) -> tuple[float, float]:
    tail = (1 - level) / (2 if side == "two-sided" else 1)
    low = 0.0 if side == "less" else conditional.lower_limit(support, x, tail)
    high = math.inf if side == "greater" else conditional.upper_limit(support, x, tail)
    return low, high


def disagreements(
    support: conditional.Support,
    p: float,
    matching: tuple[float, float],
    central: tuple[float, float],
    level: float,
) -> tuple[Caution, ...]:
    """Where a margin leaves nothing to test, or an interval and the p value part ways."""
    if support.low == support.high:
        return (caution("degenerate-margin"),)
    out = []
    rejects = p <= 1 - level
    if rejects == (central[0] <= 1 <= central[1]):
        out.append(caution("ci-test-disagree", p=p, low=central[0], high=central[1], level=level))
    if rejects and matching[0] <= 1 <= matching[1]:
        out.append(caution("interval-has-gap", p=p, low=matching[0], high=matching[1], level=level))
    return tuple(out)


def _r_by_c(cells: IntArray, level: float, missing: int, seed: int, draws: int) -> FisherFit:
    kept = without_empty(cells)
    fit = FisherFit(
        p=1.0,
        p_method="exact",
        alternative="two-sided",
        rows=cells.shape[0],
        columns=cells.shape[1],
        n=int(cells.sum()),
        missing=missing,
        method="Fisher's exact test",
        reference=REFERENCE,
        level=level,
    )
    if min(kept.shape) < 2:
        return replace(fit, cautions=(caution("degenerate-margin"),))
    try:
        return replace(fit, p=exact_p(kept))
    except WorkLimitError:
        found = monte_carlo_p(kept, seed=seed, draws=draws, level=level)
        return replace(
            fit,
            p=found.p,
            p_method="monte carlo",
            method="Fisher's exact test, Monte Carlo",
            p_low=found.low,
            p_high=found.high,
            draws=draws,
            seed=seed,
            cautions=(
                caution("monte-carlo-p", draws=draws, seed=seed, low=found.low, high=found.high),
            ),
        )
