"""Pearson's chi-square against R, and laws."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats.contingency import chi_square

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "counts.json").read_text())


@pytest.mark.parametrize("case", ORACLE["chisq"], ids=lambda c: str(c["table"]))
def test_2x2_equals_r(case):
    fit = chi_square(case["table"])
    assert fit.yates
    assert (fit.statistic, fit.p) == (fit.yates_statistic, fit.yates_p)
    assert fit.yates_statistic == pytest.approx(case["yates"], rel=1e-12)
    assert fit.yates_p == pytest.approx(case["yates_p"], rel=1e-12)
    assert fit.pearson_statistic == pytest.approx(case["pearson"], rel=1e-12)
    assert fit.pearson_p == pytest.approx(case["pearson_p"], rel=1e-12)
    assert fit.expected.ravel() == pytest.approx(np.ravel(case["expected"]), rel=1e-12)
    plain = chi_square(case["table"], yates=False)
    assert (plain.p, plain.yates) == (fit.pearson_p, False)
    assert "without" in plain.method


def test_3x3_equals_r():
    case = ORACLE["chisq_big"]
    fit = chi_square(case["table"])
    assert (fit.statistic, fit.df) == (pytest.approx(case["statistic"], rel=1e-12), case["df"])
    assert fit.p == pytest.approx(case["p"], rel=1e-12)
    assert fit.yates_p is None


def test_small_expected_counts_are_said():
    fit = chi_square([[1, 100], [1, 9]])
    (said,) = fit.cautions
    # expected 2 * 10 / 111
    assert said.code == "small-expected"
    assert said.get("least") == pytest.approx(20 / 111)
    assert chi_square([[50, 50], [40, 60]]).cautions == ()


def test_edges():
    for table in ([[0, 0], [0, 0]], [[3, 5], [0, 0]]):
        fit = chi_square(table)
        assert math.isnan(fit.p)
        assert [c.code for c in fit.cautions] == ["degenerate-margin"]
    assert chi_square([[1, 2, 3], [0, 0, 0], [4, 4, 1]]).df == 2
    with pytest.raises(ValueError, match="2x2"):
        chi_square([[1, 2, 3], [4, 5, 6]], yates=True)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3), min_size=2, max_size=4))
def test_laws(rows):
    table = np.array(rows)
    fit = chi_square(table)
    assert chi_square(table.T).statistic == pytest.approx(fit.statistic, abs=1e-10)
    assert chi_square(table[::-1, [2, 0, 1]]).statistic == pytest.approx(fit.statistic, abs=1e-10)
    assert chi_square(2 * table).statistic == pytest.approx(2 * fit.statistic, abs=1e-10)
