"""Matrix products along many rows, in blocks too small for the library to start its threads.

The matrices here are a few covariates wide. Threads gain nothing on them, and on a busy machine
they wait for each other for longer than the whole product takes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fusionscape.results import FloatArray

SINGLE = 200_000  # multiplications that a library leaves to one thread


def _blocks(n: int, per_row: int) -> Iterator[slice]:
    step = max(64, SINGLE // max(1, per_row))
    for low in range(0, n, step):
        yield slice(low, low + step)


def inner(first: FloatArray, second: FloatArray) -> FloatArray:
    """`first` times the transpose of `second`: (a, n) and (b, n) give (a, b)."""
    total = np.zeros((len(first), len(second)))
    for rows in _blocks(first.shape[1], len(first) * len(second)):
        total += first[:, rows] @ second[:, rows].T
    return total


def spread(square: FloatArray, X: FloatArray) -> FloatArray:
    """`square` times `X`: (a, b) and (b, n) give (a, n)."""
    out = np.empty((len(square), X.shape[1]))
    for rows in _blocks(X.shape[1], square.size):
        np.matmul(square, X[:, rows], out=out[:, rows])
    return out


def weighted_sums(X: FloatArray, weight: FloatArray) -> FloatArray:
    """Sum of each row of `X` by `weight`."""
    sums: FloatArray = np.einsum("ij,j->i", X, weight)
    return sums


def combined(weight: FloatArray, X: FloatArray) -> FloatArray:
    """Sum of the rows of `X` by `weight`."""
    total = np.zeros(X.shape[1])
    for w, x in zip(weight.tolist(), X, strict=True):
        total += w * x
    return total
