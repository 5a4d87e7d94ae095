"""Exact r x c Fisher of a whole registry: nothing overflows, the p stays exact."""

import pytest

from fusionscape import stats


def test_five_hundred_patients_by_three_classes() -> None:
    # R: fisher.test(matrix(c(48, 85, 1, 176, 190, 1), nrow = 2, byrow = TRUE))$p.value
    fit = stats.fisher([[48, 85, 1], [176, 190, 1]])
    assert fit.p == pytest.approx(0.02244443, rel=1e-6)
    assert fit.p_method == "exact"


def test_fifteen_hundred_patients() -> None:
    # R: fisher.test(matrix(c(300, 250, 200, 290, 240, 211), 2, byrow = TRUE), workspace = 2e7)
    fit = stats.fisher([[300, 250, 200], [290, 240, 211]])
    assert fit.p == pytest.approx(0.7361352119, rel=1e-9)


def test_a_small_p_in_a_large_table() -> None:
    # R: fisher.test(matrix(c(4,14,23,28,18,7,13,7,14,10,105,97,0,7), 2, byrow = TRUE), 2e8)
    fit = stats.fisher([[4, 14, 23, 28, 18, 7, 13], [7, 14, 10, 105, 97, 0, 7]])
    assert fit.p == pytest.approx(6.647438e-14, rel=1e-6)
