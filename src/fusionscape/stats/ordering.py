"""Sorting rows by time: a quick sort made stable, several times faster than a merge sort."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray

IntArray = npt.NDArray[np.int64]


def stable_order(values: FloatArray) -> IntArray:
    """Positions that sort `values` (without nan), equal ones in the order given."""
    order = np.argsort(values).astype(np.int64, copy=False)
    ordered = values[order]
    fresh = ordered[1:] != ordered[:-1]
    if fresh.all():
        return order
    # runs of equal values are numbered, and run and position sorted as one whole number
    start = np.zeros(len(values), dtype=np.int64)
    np.cumsum(fresh, out=start[1:])
    start *= len(values)
    order = order + start
    order.sort()
    order -= start
    return order
