"""How different are two groups, whatever their size: standardised differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.distributions import known_values
from fusionscape.stats.proportions import normal_quantile
from fusionscape.stats.tables import check_level

Kind = Literal["number", "binary", "category"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceFit:
    """Standardised difference of group 1 from group 0; for categories a distance, never negative.

    0.1 is often called small, 0.2 noteworthy; it does not grow with the number of patients.
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    kind: Kind
    categories: tuple[str, ...]
    n_1: int
    n_0: int
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def standardised_difference(
    group_1: Sequence[Any] | npt.NDArray[Any],
    group_0: Sequence[Any] | npt.NDArray[Any],
    *,
    kind: Kind = "number",
    level: float = 0.95,
) -> DifferenceFit:
    """By how many standard deviations do two groups differ in a characteristic?

    Numbers: difference of means over the root of the mean of both variances (n - 1). Binary (0, 1):
    difference of shares over the root of the mean of p (1 - p). Categories: Mahalanobis distance of
    the shares (Yang and Dalton 2012). Standard error: sqrt(N / (n1 n0) + d**2 / (2 N)). Missing are
    nan, or None for categories. Where neither group varies but they differ, the result is infinite
    (caution ``no-variation``).

    References
    ----------
    Yang and Dalton (2012), SAS Global Forum paper 335-2012.
    Austin (2009), doi:10.1080/03610910902859574.

    Examples
    --------
    >>> fit = standardised_difference([1] * 8 + [0] * 2, [1] * 15 + [0] * 86, kind="binary")
    >>> round(fit.estimate, 3)
    1.721
    """
    check_level(level)
    if kind == "category":
        estimate, n_1, n_0, missing, names = _of_categories(list(group_1), list(group_0))
    elif kind in ("number", "binary"):
        first, missing_1 = known_values(np.asarray(group_1, dtype=np.float64))
        second, missing_0 = known_values(np.asarray(group_0, dtype=np.float64))
        n_1, n_0, missing, names = len(first), len(second), missing_1 + missing_0, ()
        estimate = _of_numbers(first, second) if kind == "number" else _of_shares(first, second)
    else:
        raise ValueError("the kind is number, binary or category")
    se = math.nan
    if n_1 and n_0:
        se = math.sqrt((n_1 + n_0) / (n_1 * n_0) + estimate**2 / (2 * (n_1 + n_0)))
    half = normal_quantile(level) * se
    bounded = math.isfinite(estimate)
    return DifferenceFit(
        estimate=estimate,
        se=se,
        ci_low=estimate - half if bounded else math.nan,
        ci_high=estimate + half if bounded else math.nan,
        level=level,
        kind=kind,
        categories=names,
        n_1=n_1,
        n_0=n_0,
        n=n_1 + n_0,
        missing=missing,
        method=_METHODS[kind],
        reference="Yang and Dalton 2012, SAS Global Forum paper 335-2012; "
        "Austin 2009, doi:10.1080/03610910902859574",
        cautions=_cautions(estimate, n_1, n_0),
    )


_METHODS = {
    "number": "standardised difference of means",
    "binary": "standardised difference of proportions",
    "category": "standardised difference of a categorical variable (Mahalanobis distance)",
}


def _cautions(estimate: float, n_1: int, n_0: int) -> tuple[Caution, ...]:
    if n_1 == 0 or n_0 == 0:
        return (caution("empty-group"),)
    return () if math.isfinite(estimate) else (caution("no-variation"),)


def _ratio(difference: float, variance: float) -> float:
    if variance > 0:
        return difference / math.sqrt(variance)
    return math.copysign(math.inf, difference) if difference else 0.0


def _of_numbers(first: FloatArray, second: FloatArray) -> float:
    if len(first) < 2 or len(second) < 2:
        return math.nan
    variance = (float(first.var(ddof=1)) + float(second.var(ddof=1))) / 2
    return _ratio(float(first.mean()) - float(second.mean()), variance)


def _of_shares(first: FloatArray, second: FloatArray) -> float:
    if not (np.isin(first, (0, 1)).all() and np.isin(second, (0, 1)).all()):
        raise ValueError("a binary characteristic is 0, 1 or nan")
    if len(first) == 0 or len(second) == 0:
        return math.nan
    p1, p0 = float(first.mean()), float(second.mean())
    return _ratio(p1 - p0, (p1 * (1 - p1) + p0 * (1 - p0)) / 2)


def _known_categories(values: list[Any]) -> tuple[list[str], int]:
    known = [str(v) for v in values if not (v is None or (isinstance(v, float) and math.isnan(v)))]
    return known, len(values) - len(known)


def _of_categories(
    group_1: list[Any], group_0: list[Any]
) -> tuple[float, int, int, int, tuple[str, ...]]:
    first, missing_1 = _known_categories(group_1)
    second, missing_0 = _known_categories(group_0)
    names = tuple(sorted({*first, *second}))
    sizes = (len(first), len(second), missing_1 + missing_0, names)
    if not first or not second:
        return math.nan, *sizes
    share_1 = np.array([first.count(name) for name in names[1:]]) / len(first)
    share_0 = np.array([second.count(name) for name in names[1:]]) / len(second)
    covariance = (_multinomial_covariance(share_1) + _multinomial_covariance(share_0)) / 2
    difference = share_1 - share_0
    # the inverse leaves out directions in which neither group varies
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    if np.abs(covariance @ inverse @ difference - difference).max(initial=0.0) > 1e-8:
        return math.inf, *sizes
    return math.sqrt(float(difference @ inverse @ difference)), *sizes


def _multinomial_covariance(share: FloatArray) -> FloatArray:
    out: FloatArray = np.diag(share) - np.outer(share, share)
    return out
