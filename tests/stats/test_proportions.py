"""Proportions and the number needed to test, against R and by hand."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats.proportions import number_needed_to_test, proportion

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "counts.json").read_text())
LAWS = settings(max_examples=50, deadline=None, derandomize=True)
counted = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("case", ORACLE["proportions"], ids=lambda c: f"{c['count']}/{c['n']}")
def test_equals_r(case):
    exact = proportion(case["count"], case["n"])
    assert (exact.ci_low, exact.ci_high) == pytest.approx(tuple(case["exact"]), abs=1e-12)
    score = proportion(case["count"], case["n"], method="wilson")
    assert (score.ci_low, score.ci_high) == pytest.approx(tuple(case["wilson"]), abs=1e-12)


def test_by_hand():
    # 0 of n: upper limit 1 - 0.025 ** (1 / n)
    assert proportion(0, 10).ci_high == pytest.approx(1 - 0.025 ** (1 / 10), rel=1e-12)
    assert proportion(10, 10).ci_low == pytest.approx(0.025 ** (1 / 10), rel=1e-12)
    assert proportion(1, 1).ci_low == pytest.approx(0.025, rel=1e-12)


def test_an_empty_denominator_knows_nothing():
    for method in ("clopper-pearson", "wilson"):
        fit = proportion(0, 0, method=method, missing=7)
        assert math.isnan(fit.estimate)
        assert (fit.ci_low, fit.ci_high, fit.missing) == (0.0, 1.0, 7)
        assert [c.code for c in fit.cautions] == ["empty-denominator"]


def test_wrong_input_is_refused():
    for successes, n in ((3, 2), (-1, 2), (0.5, 2)):
        with pytest.raises(ValueError, match="denominator"):
            proportion(successes, n)
    with pytest.raises(ValueError, match="level"):
        proportion(1, 2, level=95)
    with pytest.raises(ValueError, match="method"):
        proportion(1, 2, method="wald")


@LAWS
@given(counted, st.sampled_from(["clopper-pearson", "wilson"]))
def test_the_complement_mirrors_the_interval(pair, method):
    count, n = pair
    fit, rest = proportion(count, n, method=method), proportion(n - count, n, method=method)
    assert 0 <= fit.ci_low <= fit.estimate <= fit.ci_high <= 1
    assert rest.ci_low == pytest.approx(1 - fit.ci_high, abs=1e-10)


def test_number_needed_is_the_inverse():
    fit = number_needed_to_test(31, 1017)
    share = proportion(31, 1017)
    assert fit.estimate == pytest.approx(1017 / 31)
    assert (fit.ci_low, fit.ci_high) == (1 / share.ci_high, 1 / share.ci_low)
    assert (fit.count, fit.n) == (31, 1017)


def test_number_needed_when_none_was_found():
    fit = number_needed_to_test(0, 40)
    assert fit.estimate == math.inf
    assert fit.ci_high == math.inf
    assert fit.ci_low == pytest.approx(1 / (1 - 0.025 ** (1 / 40)))
    assert [c.code for c in fit.cautions] == ["none-found"]
    empty = number_needed_to_test(0, 0)
    assert math.isnan(empty.estimate)
    assert [c.code for c in empty.cautions] == ["empty-denominator"]
