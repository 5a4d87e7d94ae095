"""Fisher's exact test for tables too large to enumerate: random tables with the same margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.conditional import log_factorials
from fusionscape.stats.fisher_network import TIE
from fusionscape.stats.tables import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class MonteCarloP:
    """A p value estimated from random tables, with the Clopper-Pearson interval of its share."""

    p: float
    low: float
    high: float
    draws: int
    seed: int


def monte_carlo_p(table: IntArray, *, seed: int, draws: int, level: float) -> MonteCarloP:
    """Share of random tables with these margins that are no likelier than the observed one.

    `p` counts the observed table as one of the draws, so it is never zero; the interval is that
    of the share among the draws.
    """
    from fusionscape.stats.proportions import clopper_pearson

    log_p = _log_weights(table, draws, np.random.default_rng(seed))
    observed = -float(log_factorials(int(table.max()))[table].sum())
    extreme = int((log_p <= observed + TIE).sum())
    low, high = clopper_pearson(extreme, draws, level)
    return MonteCarloP(p=(extreme + 1) / (draws + 1), low=low, high=high, draws=draws, seed=seed)


def _log_weights(table: IntArray, draws: int, random: np.random.Generator) -> FloatArray:
    """Minus the sum of log factorials of the cells, for `draws` random tables, cell by cell."""
    # Margins in order of size: what the rows are called changes no drawn table.
    rows, columns = np.sort(table.sum(axis=1)), np.sort(table.sum(axis=0))
    log_factorial = log_factorials(int(max(rows.max(), columns.max())))
    left = np.tile(columns, (draws, 1))
    out = np.zeros(draws)
    for row_total in rows[:-1]:
        to_place = np.full(draws, row_total)
        pool = left.sum(axis=1)
        for j in range(len(columns) - 1):
            pool -= left[:, j]
            cell = random.hypergeometric(left[:, j], pool, to_place)
            left[:, j] -= cell
            to_place -= cell
            out -= log_factorial[cell]
        left[:, -1] -= to_place
        out -= log_factorial[to_place]
    out -= log_factorial[left].sum(axis=1)
    return out
