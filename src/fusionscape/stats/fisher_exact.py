"""Fisher's exact test: 2x2 with its odds ratio, and r x c."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy.typing as npt

from fusionscape.results import Caution, caution
from fusionscape.stats import conditional
from fusionscape.stats.fisher_monte_carlo import monte_carlo_p
from fusionscape.stats.fisher_network import WORK_LIMIT, WorkLimitError, exact_p
from fusionscape.stats.observed import refuse
from fusionscape.stats.odds_ratio_inference import Alternative, infer
from fusionscape.stats.tables import IntArray, check_level, counts, without_empty

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
    work_limit: int = WORK_LIMIT,
) -> FisherFit:
    """Are the rows and the columns of this table of counts associated?

    Exact conditional test given all margins. Two-sided p: the probability of all tables no
    likelier than the observed one; near-ties count as ties, as in R (relative 1e-7 in 2x2 tables,
    3.5e-7 in larger ones). For 2x2 the odds ratio is the conditional maximum likelihood estimate,
    and `ci_low`, `ci_high` invert the very test printed (Fay 2010). For r x c the p is exact up to
    `work_limit` partial tables (30 million take about three seconds), beyond which it is estimated
    from `draws` random tables (`seed`) and given with its Clopper-Pearson interval.

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
        raise refuse(
            "unknown-option", "alternative is two-sided, less or greater", "Check the arguments."
        )
    if cells.shape == (2, 2):
        return _two_by_two(cells, alternative, level, missing)
    if alternative != "two-sided":
        raise refuse(
            "unknown-option",
            "one-sided alternatives exist for 2x2 tables only",
            "Check the arguments.",
        )
    fit = _untested(cells, level, missing)
    kept = without_empty(cells)
    if min(kept.shape) < 2:
        return replace(fit, cautions=(caution("degenerate-margin"),))
    try:
        return replace(fit, p=exact_p(kept, work_limit=work_limit))
    except WorkLimitError:
        return _estimated(fit, kept, seed, draws)


def _two_by_two(cells: IntArray, side: Alternative, level: float, missing: int) -> FisherFit:
    (a, b), (c, d) = cells.tolist()
    support = conditional.hypergeometric(a + b, c + d, a + c)
    found = infer(support, a, side, level)
    numerator, denominator = a * d, b * c
    sample = math.nan if numerator == denominator == 0 else math.inf
    return FisherFit(
        p=found.p,
        p_method="exact",
        alternative=side,
        rows=2,
        columns=2,
        n=a + b + c + d,
        missing=missing,
        method="Fisher's exact test, conditional maximum likelihood odds ratio",
        reference=REFERENCE + "; Fay 2010, doi:10.1093/biostatistics/kxp050",
        mid_p=conditional.mid_p(support, a, side),
        odds_ratio=found.odds_ratio,
        sample_odds_ratio=numerator / denominator if denominator else sample,
        ci_low=found.low,
        ci_high=found.high,
        central_low=found.central_low,
        central_high=found.central_high,
        level=level,
        cautions=found.cautions,
    )


def _untested(cells: IntArray, level: float, missing: int) -> FisherFit:
    """What is known of a larger table before its p."""
    return FisherFit(
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


def _estimated(fit: FisherFit, cells: IntArray, seed: int, draws: int) -> FisherFit:
    found = monte_carlo_p(cells, seed=seed, draws=draws, level=fit.level)
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
