"""Pearson's chi-square test of association, with and without Yates's correction."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.observed import refuse
from fusionscape.stats.tables import counts, without_empty

_SMALL = 5.0  # Cochran's rule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChiSquareFit:
    """`statistic` and `p` are those of `method`; the other version is named beside it.

    `yates_statistic` and `yates_p` exist for 2x2 tables only. `expected` leaves out empty rows and
    columns.
    """

    statistic: float
    df: int
    p: float
    yates: bool
    pearson_statistic: float
    pearson_p: float
    yates_statistic: float | None
    yates_p: float | None
    expected: FloatArray
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def chi_square_tail(statistic: float, df: float) -> float:
    """P(chi-square with `df` degrees of freedom >= statistic)."""
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic))


def chi_square(
    table: npt.ArrayLike, *, yates: bool | None = None, missing: int = 0
) -> ChiSquareFit:
    """Do the observed counts depart from independence of rows and columns?

    Pearson's chi-square. ``yates=None`` applies Yates's continuity correction to 2x2 tables and
    none elsewhere (as R); True or False decides. Rows and columns without patients are left out.
    Caution ``small-expected`` when more than a fifth of the expected counts are under 5, or one is
    under 1: use `fisher`.

    References
    ----------
    Pearson (1900), doi:10.1080/14786440009463897. Yates (1934), doi:10.2307/2983604.
    Cochran (1954), doi:10.2307/3001616.

    Examples
    --------
    >>> fit = chi_square([[0, 10], [31, 70]])
    >>> round(fit.yates_p, 3), round(fit.pearson_p, 3)
    (0.09, 0.039)
    """
    cells = counts(table)
    square = cells.shape == (2, 2)
    if yates and not square:
        raise refuse(
            "unknown-option", "Yates's correction is for 2x2 tables", "Check the arguments."
        )
    kept = without_empty(cells)
    chosen = square if yates is None else yates
    n = int(cells.sum())
    if n == 0 or min(kept.shape) < 2:
        return _nothing_to_test(chosen, square, n, missing)
    expected = np.outer(kept.sum(axis=1), kept.sum(axis=0)) / n
    df = (kept.shape[0] - 1) * (kept.shape[1] - 1)
    distance = np.abs(kept - expected)
    shifted = distance - min(0.5, float(distance.min()))
    plain = float((distance**2 / expected).sum())
    corrected = float((shifted**2 / expected).sum())
    plain_p, corrected_p = chi_square_tail(plain, df), chi_square_tail(corrected, df)
    expected.setflags(write=False)
    return ChiSquareFit(
        statistic=corrected if chosen else plain,
        df=df,
        p=corrected_p if chosen else plain_p,
        yates=chosen,
        pearson_statistic=plain,
        pearson_p=plain_p,
        yates_statistic=corrected if square else None,
        yates_p=corrected_p if square else None,
        expected=expected,
        n=n,
        missing=missing,
        method=_name(chosen),
        reference=_REFERENCE,
        cautions=_small_expected(expected),
    )


_REFERENCE = "Pearson 1900, doi:10.1080/14786440009463897; Yates 1934, doi:10.2307/2983604"


def _name(corrected: bool) -> str:
    how = "with Yates's continuity correction" if corrected else "without continuity correction"
    return f"Pearson chi-square {how}"


def _nothing_to_test(corrected: bool, square: bool, n: int, missing: int) -> ChiSquareFit:
    return ChiSquareFit(
        statistic=math.nan,
        df=0,
        p=math.nan,
        yates=corrected,
        pearson_statistic=math.nan,
        pearson_p=math.nan,
        yates_statistic=math.nan if square else None,
        yates_p=math.nan if square else None,
        expected=np.zeros((0, 0)),
        n=n,
        missing=missing,
        method=_name(corrected),
        reference=_REFERENCE,
        cautions=(caution("degenerate-margin"),),
    )


def _small_expected(expected: FloatArray) -> tuple[Caution, ...]:
    under = int((expected < _SMALL).sum())
    least = float(expected.min())
    if under > 0.2 * expected.size or least < 1:
        return (caution("small-expected", cells=under, of=expected.size, least=least),)
    return ()
