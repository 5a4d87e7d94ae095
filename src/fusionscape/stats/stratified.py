"""One odds ratio from several 2x2 tables: Mantel-Haenszel, and exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats import conditional
from fusionscape.stats.contingency import chi_square_tail
from fusionscape.stats.odds_ratio_inference import infer
from fusionscape.stats.proportions import normal_quantile
from fusionscape.stats.tables import IntArray, check_level

_REFERENCE = (
    "Mantel and Haenszel 1959, doi:10.1093/jnci/22.4.719; "
    "Robins, Breslow and Greenland 1986, doi:10.2307/2531052"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MantelHaenszelFit:
    """Common odds ratio over strata.

    `odds_ratio` with `ci_low`, `ci_high` is the Mantel-Haenszel estimate with the limits of Robins,
    Breslow and Greenland. `p` is Cochran-Mantel-Haenszel's without continuity correction,
    `corrected_p` with it. The exact ones are conditional on all margins: estimate by maximum
    likelihood, `exact_low` and `exact_high` invert the two-sided `exact_p`, the central limits are
    those R prints. `strata` counts the tables used.
    """

    odds_ratio: float
    ci_low: float
    ci_high: float
    level: float
    statistic: float
    p: float
    corrected_statistic: float
    corrected_p: float
    exact_odds_ratio: float
    exact_low: float
    exact_high: float
    exact_central_low: float
    exact_central_high: float
    exact_p: float
    strata: int
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def mantel_haenszel(
    tables: npt.ArrayLike, *, level: float = 0.95, missing: int = 0, exact_limits: bool = True
) -> MantelHaenszelFit:
    """What is the association of two factors once a third is held fixed?

    `tables` has shape (strata, 2, 2). Strata in which a margin is empty say nothing about the odds
    ratio and are left out (caution ``uninformative-strata``); when none is left the estimates are
    nan and p is 1. Without `exact_limits` those of the exact estimate are nan, which is faster.

    References
    ----------
    Mantel and Haenszel (1959), doi:10.1093/jnci/22.4.719.
    Robins, Breslow and Greenland (1986), doi:10.2307/2531052.

    Examples
    --------
    >>> fit = mantel_haenszel([[[2, 5], [3, 6]], [[4, 6], [1, 9]]])
    >>> round(fit.odds_ratio, 4), round(fit.exact_p, 4)
    (2.0606, 0.4661)
    """
    check_level(level)
    cells = _strata(tables)
    rows, columns = cells.sum(axis=2), cells.sum(axis=1)
    informative = (rows > 0).all(axis=1) & (columns > 0).all(axis=1)
    used = cells[informative]
    left_out = int((~informative).sum())
    notes = (caution("uninformative-strata", n=left_out, of=len(cells)),) if left_out else ()
    estimate, low, high = _pooled(used.astype(np.float64), level)
    plain, corrected = _statistic(used, 0.0), _statistic(used, 0.5)
    support = conditional.convolve(
        [conditional.hypergeometric(a + b, c + d, a + c) for (a, b), (c, d) in used.tolist()]
    )
    exact = infer(support, int(used[:, 0, 0].sum()), "two-sided", level, limits=exact_limits)
    return MantelHaenszelFit(
        odds_ratio=estimate,
        ci_low=low,
        ci_high=high,
        level=level,
        statistic=plain,
        p=chi_square_tail(plain, 1),
        corrected_statistic=corrected,
        corrected_p=chi_square_tail(corrected, 1),
        exact_odds_ratio=exact.odds_ratio,
        exact_low=exact.low,
        exact_high=exact.high,
        exact_central_low=exact.central_low,
        exact_central_high=exact.central_high,
        exact_p=exact.p,
        strata=len(used),
        n=int(cells.sum()),
        missing=missing,
        method="Mantel-Haenszel common odds ratio; exact conditional test",
        reference=_REFERENCE,
        cautions=notes + exact.cautions,
    )


def _strata(tables: npt.ArrayLike) -> IntArray:
    values = np.asarray(tables, dtype=np.float64)
    if values.ndim != 3 or values.shape[1:] != (2, 2):
        raise ValueError("the tables have shape (strata, 2, 2)")
    if not np.isfinite(values).all() or (values < 0).any() or (values != np.round(values)).any():
        raise ValueError("a table of counts holds whole numbers of zero or more")
    return values.astype(np.int64)


def _pooled(cells: FloatArray, level: float) -> tuple[float, float, float]:
    a, b, c, d = cells[:, 0, 0], cells[:, 0, 1], cells[:, 1, 0], cells[:, 1, 1]
    n = a + b + c + d
    r, s = a * d / n, b * c / n
    up, down = float(r.sum()), float(s.sum())
    if up == 0 and down == 0:
        return math.nan, 0.0, math.inf
    if up == 0 or down == 0:
        return (0.0 if up == 0 else math.inf), 0.0, math.inf
    p, q = (a + d) / n, (b + c) / n
    variance = float(
        (p * r).sum() / (2 * up * up)
        + (p * s + q * r).sum() / (2 * up * down)
        + (q * s).sum() / (2 * down * down)
    )
    half = normal_quantile(level) * math.sqrt(variance)
    return up / down, up / down * math.exp(-half), up / down * math.exp(half)


def _statistic(cells: IntArray, correction: float) -> float:
    """Cochran-Mantel-Haenszel chi-square; the correction never passes zero."""
    rows, columns, n = cells.sum(axis=2), cells.sum(axis=1), cells.sum(axis=(1, 2))
    if len(cells) == 0:
        return 0.0
    margins = rows[:, 0] / n * rows[:, 1] * (columns[:, 0] / n) * columns[:, 1]
    variance = float((margins / (n - 1)).sum())
    distance = abs(float((cells[:, 0, 0] - rows[:, 0] * columns[:, 0] / n).sum()))
    return max(0.0, distance - min(correction, distance)) ** 2 / variance
