"""Risk difference and risk ratio: published examples, definitions and laws."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, norm

from fusionscape.stats.risks import risk_difference, risk_ratio

LAWS = settings(max_examples=50, deadline=None, derandomize=True)
arm = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe 1998, table II, method 10, contrasts (a) to (h)
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_difference_equals_newcombe(counts, low, high):
    fit = risk_difference(*counts)
    assert (fit.ci_low, fit.ci_high) == pytest.approx((low, high), abs=6e-5)


def test_ratio_equals_koopman():
    # Koopman 1984: 36 of 40 against 16 of 80
    fit = risk_ratio(36, 40, 16, 80)
    assert (fit.ci_low, fit.ci_high) == pytest.approx((2.94, 7.15), abs=5e-3)


@pytest.mark.parametrize(
    "counts", [(2, 25, 17, 24), (2, 10, 65, 101), (4, 4, 9, 14), (0, 9, 4, 8), (3, 9, 0, 8)]
)
def test_ratio_limits_are_where_the_score_test_rejects(counts):
    x1, n1, x0, n0 = counts
    fit = risk_ratio(*counts)

    def score(ratio):
        def minus_loglik(p0):
            p1 = ratio * p0
            return -sum(
                k * math.log(p)
                for k, p in ((x1, p1), (n1 - x1, 1 - p1), (x0, p0), (n0 - x0, 1 - p0))
                if k
            )

        top = min(1.0, 1 / ratio)
        p0 = minimize_scalar(
            minus_loglik,
            bounds=(top * 1e-9, top * (1 - 1e-9)),
            method="bounded",
            options={"xatol": 1e-12},
        ).x
        return sum(
            (x - n * p) ** 2 / (n * p * (1 - p)) for x, n, p in ((x1, n1, ratio * p0), (x0, n0, p0))
        )

    for limit in (fit.ci_low, fit.ci_high):
        if 0 < limit < math.inf:
            assert score(limit) == pytest.approx(chi2.ppf(0.95, 1), rel=1e-4)


def test_log_wald_by_hand():
    fit = risk_ratio(2, 25, 17, 24)
    half = norm.ppf(0.975) * math.sqrt(1 / 2 - 1 / 25 + 1 / 17 - 1 / 24)
    ratio = (2 / 25) / (17 / 24)
    assert fit.estimate == pytest.approx(ratio)
    assert (fit.second_low, fit.second_high) == pytest.approx(
        (ratio * math.exp(-half), ratio * math.exp(half))
    )
    assert risk_ratio(0, 25, 17, 24).second_low is None


@LAWS
@given(arm, arm)
def test_swapping_groups(first, second):
    one, two = risk_difference(*first, *second), risk_difference(*second, *first)
    assert one.estimate == pytest.approx(-two.estimate, abs=1e-12)
    assert one.ci_low == pytest.approx(-two.ci_high, abs=1e-12)
    assert -1 <= one.ci_low <= one.estimate <= one.ci_high <= 1
    up, down = risk_ratio(*first, *second), risk_ratio(*second, *first)
    if first[0] and second[0]:
        assert up.estimate == pytest.approx(1 / down.estimate, rel=1e-12)
        assert up.ci_low == pytest.approx(1 / down.ci_high, rel=1e-8)
        assert up.ci_low <= up.estimate * (1 + 1e-9) <= up.ci_high * (1 + 2e-9)


def test_edges():
    assert [c.code for c in risk_difference(0, 0, 1, 3).cautions] == ["empty-denominator"]
    assert math.isnan(risk_difference(0, 0, 1, 3).estimate)
    assert [c.code for c in risk_ratio(0, 4, 0, 3).cautions] == ["no-events"]
    assert [c.code for c in risk_ratio(0, 0, 0, 3).cautions] == ["empty-denominator"]
    assert risk_ratio(3, 4, 0, 3).estimate == math.inf
    assert risk_ratio(3, 4, 0, 3).ci_low > 0
    assert risk_ratio(3, 3, 4, 4).estimate == 1.0
    with pytest.raises(ValueError, match="denominator"):
        risk_ratio(5, 4, 0, 3)
