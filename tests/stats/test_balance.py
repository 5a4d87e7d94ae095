"""Standardised differences by hand, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats.balance import standardised_difference

LAWS = settings(max_examples=40, deadline=None, derandomize=True)


def test_numbers_by_hand():
    # means 2 and 4; variances 1 and 4: -2 / sqrt(5/2)
    fit = standardised_difference([1, 2, 3, math.nan], [2, 4, 6])
    assert fit.estimate == pytest.approx(-2 / math.sqrt(5 / 2))
    assert fit.se == pytest.approx(math.sqrt(6 / 9 + fit.estimate**2 / 12))
    assert (fit.n_1, fit.n_0, fit.missing) == (3, 3, 1)
    assert fit.ci_low < fit.estimate < fit.ci_high


def test_binary_by_hand():
    # FLT3-ITD in 8/10 and 15/101
    fit = standardised_difference([1] * 8 + [0] * 2, [1] * 15 + [0] * 86, kind="binary")
    p1, p0 = 8 / 10, 15 / 101
    assert fit.estimate == pytest.approx((p1 - p0) / math.sqrt((p1 * (1 - p1) + p0 * (1 - p0)) / 2))


def test_two_categories_equal_binary():
    first, second = [1] * 8 + [0] * 2, [1] * 15 + [0] * 86
    binary = standardised_difference(first, second, kind="binary")
    names = {1: "yes", 0: "no"}
    categories = standardised_difference(
        [names[v] for v in first], [names[v] for v in second], kind="category"
    )
    assert categories.estimate == pytest.approx(abs(binary.estimate))
    assert categories.categories == ("no", "yes")


def test_three_categories_by_hand():
    # shares (1/2, 1/4, 1/4) and (1/4, 1/4, 1/2): over the first two, difference (1/4, 0) and
    # covariance [[7/32, -3/32], [-3/32, 6/32]], whose inverse starts with 6/32 / (33/1024) = 64/11
    fit = standardised_difference(list("aabc"), list("abcc"), kind="category")
    assert fit.estimate == pytest.approx(math.sqrt((1 / 16) * (64 / 11)))


def test_a_category_of_one_group_only():
    fit = standardised_difference(["a", "a", "b", None], ["a", "c", "c", math.nan], kind="category")
    assert math.isfinite(fit.estimate)
    assert (fit.n, fit.missing) == (6, 2)


def test_no_variation():
    fit = standardised_difference([1, 1], [0, 0], kind="binary")
    assert fit.estimate == math.inf
    assert [c.code for c in fit.cautions] == ["no-variation"]
    assert math.isnan(fit.ci_low)
    assert standardised_difference([1, 1], [1, 1], kind="binary").estimate == 0.0
    assert standardised_difference([2, 2], [5, 5]).estimate == -math.inf
    assert standardised_difference(["a"], ["b"], kind="category").estimate == math.inf
    assert standardised_difference(["a"], ["a"], kind="category").estimate == 0.0


def test_edges():
    for kind in ("number", "binary", "category"):
        fit = standardised_difference([], [1, 0], kind=kind)
        assert math.isnan(fit.estimate)
        assert [c.code for c in fit.cautions] == ["empty-group"]
    with pytest.raises(ValueError, match="0, 1"):
        standardised_difference([2], [1], kind="binary")
    with pytest.raises(ValueError, match="kind"):
        standardised_difference([2], [1], kind="ordinal")


groups = st.lists(st.sampled_from("abcd"), min_size=1, max_size=30)


@LAWS
@given(groups, groups)
def test_laws(first, second):
    fit = standardised_difference(first, second, kind="category")
    back = standardised_difference(second, first, kind="category")
    assert fit.estimate == pytest.approx(back.estimate, rel=1e-6, abs=1e-9)
    # naming the categories otherwise changes which is left out, not the distance
    names = dict(zip("abcd", "zyxw", strict=True))
    renamed = standardised_difference(
        [names[v] for v in first], [names[v] for v in second], kind="category"
    )
    assert renamed.estimate == pytest.approx(fit.estimate, rel=1e-6, abs=1e-9)
    twice = standardised_difference(first * 2, second * 2, kind="category")
    assert twice.estimate == pytest.approx(fit.estimate, rel=1e-6, abs=1e-9)


@LAWS
@given(
    st.lists(st.integers(-9, 9), min_size=2, max_size=20),
    st.lists(st.integers(-9, 9), min_size=2, max_size=20),
)
def test_units_do_not_matter(first, second):
    fit = standardised_difference(first, second)
    scaled = standardised_difference(np.array(first) * 4.0 + 8, np.array(second) * 4.0 + 8)
    assert scaled.estimate == pytest.approx(fit.estimate, nan_ok=True)
    assert standardised_difference(second, first).estimate == pytest.approx(-fit.estimate)
