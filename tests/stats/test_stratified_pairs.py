"""Many stratified pairs at once give what the single test gives; so do the compiled passes."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.stats import conditional, risk_table
from fusionscape.stats.group_table import group_table
from fusionscape.stats.observed import Rows
from fusionscape.stats.ordering import stable_order
from fusionscape.stats.products import combined, inner, spread, weighted_sums
from fusionscape.stats.stratified_pairs import stratified_pairs


def test_pairs_equal_mantel_haenszel_one_by_one() -> None:
    random = np.random.default_rng(2)
    matrix = (random.random((60, 9)) < random.uniform(0.02, 0.6, 9)).astype(float)
    matrix[random.random(matrix.shape) < 0.1] = np.nan
    stratum, fit = random.integers(0, 4, 60), stats.fisher_pairs(matrix)
    found = stratified_pairs(matrix, stratum, 4, np.arange(len(fit.a)))
    for k in range(len(fit.a)):
        a, b = matrix[:, fit.a[k]], matrix[:, fit.b[k]]
        tested = ~(np.isnan(a) | np.isnan(b))
        cell = stratum * 4 + np.where(a == 1, 0, 2) + np.where(b == 1, 0, 1)
        tables = np.bincount(cell[tested], minlength=16).reshape(-1, 2, 2)
        one = stats.mantel_haenszel(tables, exact_limits=False)
        assert found.strata[k] == one.strata and found.left_out[k] == 4 - one.strata
        assert found.p[k] == pytest.approx(one.exact_p, rel=1e-11)
        assert found.odds_ratio[k] == pytest.approx(one.exact_odds_ratio, rel=1e-10, nan_ok=True)


def test_the_dear_limit_skips_only_what_cannot_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    for _ in range(40):
        row_1, row_0 = (int(v) for v in random.integers(80, 400, 2))
        support = conditional.hypergeometric(row_1, row_0, int(random.integers(70, row_1 + row_0)))
        x = int(random.integers(support.low, support.high + 1))
        quick = conditional.matching_upper_limit(support, x, 0.05)
        monkeypatch.setattr(conditional, "FEW_VALUES", 10**9)
        assert conditional.matching_upper_limit(support, x, 0.05) == quick
        monkeypatch.undo()


def test_order_is_that_of_a_stable_sort() -> None:
    random = np.random.default_rng(5)
    for values in (random.random(500), np.floor(random.random(500) * 20), np.zeros(7), np.ones(1)):
        assert (stable_order(values) == np.argsort(values, kind="stable")).all()


def test_products_in_blocks() -> None:
    random = np.random.default_rng(6)
    a, b, w = (
        random.normal(size=(3, 70_001)),
        random.normal(size=(2, 70_001)),
        random.random(70_001),
    )
    np.testing.assert_allclose(inner(a, b), a @ b.T, rtol=1e-9)
    np.testing.assert_allclose(spread(np.ones((2, 3)), a), np.ones((2, 3)) @ a, rtol=1e-12)
    np.testing.assert_allclose(weighted_sums(a, w), a @ w, rtol=1e-9)
    np.testing.assert_allclose(combined(np.array([2.0, -1.0]), b), 2 * b[0] - b[1])


@pytest.mark.parametrize("days", [True, False])
def test_compiled_passes_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch, days: bool) -> None:
    random = np.random.default_rng(7)
    time = random.exponential(1000, 3000)
    time[:400] += 1e-7  # near-ties are ties
    time[400:800] = time[:400]
    time = np.ceil(time) if days else time
    event, group = random.integers(0, 2, 3000), random.integers(0, 3, 3000)
    plain = stats.logrank(time, event, group, exact=False)
    table = group_table(Rows(time, event), group, 3)
    monkeypatch.setattr(risk_table, "COMPILED_FROM", 0)
    twin = stats.logrank(time, event, group, exact=False)
    again = group_table(Rows(time, event), group, 3)
    assert (table.time == again.time).all() and (table.at_risk == again.at_risk).all()
    assert (table.events == again.events).all()
    np.testing.assert_allclose(twin.expected, plain.expected, rtol=1e-12)
    np.testing.assert_allclose(twin.variance, plain.variance, rtol=1e-11)
    assert twin.statistic == pytest.approx(plain.statistic, rel=1e-9)
