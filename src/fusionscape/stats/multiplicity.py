"""Adjusting a family of p values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray

Adjustment = Literal["holm", "bh", "by", "bonferroni"]

_METHODS = {
    "holm": ("Holm, family-wise error", "Holm 1979, https://www.jstor.org/stable/4615733"),
    "bonferroni": ("Bonferroni, family-wise error", "Dunn 1961, doi:10.2307/2282330"),
    "bh": (
        "Benjamini-Hochberg, false discovery rate",
        "Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x",
    ),
    "by": (
        "Benjamini-Yekutieli, false discovery rate under any dependence",
        "Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdjustedP:
    """Adjusted p values in the order given; nan stays nan and is not part of the family `n`."""

    p_adjusted: FloatArray
    adjustment: str
    n: int
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def adjust(p: npt.ArrayLike, *, method: Adjustment = "holm") -> AdjustedP:
    """What are these p values worth, given how many were computed?

    Equal to R's ``p.adjust``: nan (no test) is passed through and the family is what remains.

    References
    ----------
    Holm (1979); Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x;
    Benjamini and Yekutieli (2001), doi:10.1214/aos/1013699998.

    Examples
    --------
    >>> adjust([0.01, 0.04, float("nan"), 0.03]).p_adjusted.tolist()
    [0.03, 0.06, nan, 0.06]
    """
    values = np.asarray(p, dtype=np.float64).ravel()
    if method not in _METHODS:
        raise ValueError("the method is holm, bh, by or bonferroni")
    known = np.isfinite(values)
    if np.isinf(values).any() or (values[known] < 0).any() or (values[known] > 1).any():
        raise ValueError("a p value lies between 0 and 1")
    out = np.full(len(values), np.nan)
    out[known] = np.minimum(1.0, _adjusted(values[known], method))
    out.setflags(write=False)
    name, reference = _METHODS[method]
    return AdjustedP(
        p_adjusted=out,
        adjustment=method,
        n=int(known.sum()),
        missing=int((~known).sum()),
        method=name,
        reference=reference,
    )


def _adjusted(p: FloatArray, method: str) -> FloatArray:
    m = len(p)
    if method == "bonferroni" or m == 0:
        return p * m
    order = np.argsort(p)  # equal p get equal adjusted p in whatever order they stand
    out = np.empty(m)
    if method == "holm":
        out[order] = np.maximum.accumulate(p[order] * np.arange(m, 0, -1))
        return out
    rank = np.arange(1, m + 1)
    dependence = float((1 / rank).sum()) if method == "by" else 1.0
    stepped = p[order] * (dependence * m) / rank
    out[order] = np.minimum.accumulate(stepped[::-1])[::-1]
    return out
