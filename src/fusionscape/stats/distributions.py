"""A measurement described."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Statistics of the known values; nan where there are none, `sd` None below two values."""

    n: int
    missing: int
    median: float
    q1: float
    q3: float
    mean: float
    sd: float | None
    minimum: float
    maximum: float
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def known_values(values: npt.ArrayLike) -> tuple[FloatArray, int]:
    """The finite values, and how many were missing (nan); ValueError for an infinite one."""
    array = np.asarray(values, dtype=np.float64).ravel()
    if np.isinf(array).any():
        raise ValueError("a measurement is finite, or nan when missing")
    here = ~np.isnan(array)
    return array[here], int((~here).sum())


def describe(values: npt.ArrayLike) -> Description:
    """Where does this measurement lie, and how widely does it spread?

    Median and quartiles interpolate between order statistics (type 7 of Hyndman and Fan, the
    default of R and numpy; SPSS uses type 6, which differs in small groups). The standard
    deviation divides by n - 1. Missing values (nan) are left out and counted.

    References
    ----------
    Hyndman and Fan (1996), doi:10.2307/2684934.

    Examples
    --------
    >>> fit = describe([1.0, 2.0, 4.0, 10.0, float("nan")])
    >>> fit.n, fit.missing, fit.median, fit.q1, fit.q3
    (4, 1, 3.0, 1.75, 5.5)
    """
    known, missing = known_values(values)
    n = len(known)
    quartiles = np.quantile(known, [0.25, 0.5, 0.75]).tolist() if n else [math.nan] * 3
    return Description(
        n=n,
        missing=missing,
        median=quartiles[1],
        q1=quartiles[0],
        q3=quartiles[2],
        mean=float(known.mean()) if n else math.nan,
        sd=float(known.std(ddof=1)) if n > 1 else None,
        minimum=float(known.min()) if n else math.nan,
        maximum=float(known.max()) if n else math.nan,
        method="quartiles by linear interpolation of order statistics (type 7)",
        reference="Hyndman and Fan 1996, doi:10.2307/2684934",
        cautions=() if n else (caution("empty-denominator"),),
    )
