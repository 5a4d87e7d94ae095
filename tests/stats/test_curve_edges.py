"""Worked by hand: tiny samples, late entry that empties the risk set, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from math import exp, log, sqrt

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats import (
    aalen_johansen,
    fine_gray,
    gray,
    km,
    landmark,
    logrank,
    logrank_pairwise,
    mantel_byar,
    nelson_aalen,
    occupation,
    rmst,
    simon_makuch,
    transitions,
)

NAN = float("nan")


def codes(result):
    return [c.code for c in result.cautions]


def refused(work):
    with pytest.raises(InputError) as caught:
        work()
    return caught.value.findings[0].code


# Kaplan-Meier -------------------------------------------------------------------------------


def test_product_and_greenwood_as_fractions():
    # 6 at risk: one event at 1 (5/6), one censored at 2, two events at 3 of 4 (5/6 * 2/4 = 5/12),
    # then one event of 2 at 5 (5/24), and one censored at 5.
    curve = km([3, 1, 5, 2, 3, 5], [1, 1, 1, 0, 1, 0]).curves[0]
    assert curve.time.tolist() == [1, 2, 3, 5]
    assert curve.n_at_risk.tolist() == [6, 5, 4, 2]
    np.testing.assert_allclose(curve.estimate, [5 / 6, 5 / 6, 5 / 12, 5 / 24], rtol=1e-15)
    greenwood = 1 / (6 * 5) + 2 / (4 * 2) + 1 / (2 * 1)
    assert curve.std_err[3] == pytest.approx(5 / 24 * sqrt(greenwood), rel=1e-14)
    se = sqrt(greenwood) / log(5 / 24)
    z = 1.959963984540054
    assert curve.ci_low[3] == pytest.approx((5 / 24) ** exp(-z * se), rel=1e-12)
    assert curve.ci_high[3] == pytest.approx((5 / 24) ** exp(z * se), rel=1e-12)
    assert (curve.n, curve.events, curve.missing) == (6, 4, 0)


def test_late_entry_as_fractions():
    # At 2: the first three at risk (the fourth enters at 2, not before). At 4: two of them left
    # (one event at 2) and the fourth: 2/3 * 2/3 = 4/9.
    fit = km([2, 4, 6, 7], [1, 1, 0, 0], entry=[0, 0, 1, 2])
    curve = fit.curves[0]
    np.testing.assert_allclose(curve.estimate, [2 / 3, 4 / 9, 4 / 9, 4 / 9], rtol=1e-15)
    assert curve.n_at_risk.tolist() == [3, 3, 2, 1]
    assert curve.n_enter.tolist() == [3, 1, 0, 0]
    assert fit.n_at_risk([0.5, 1, 2, 2.5, 7, 8])[0].tolist() == [2, 2, 3, 3, 1, 0]


def test_risk_set_used_up_before_others_enter():
    curve = km([2, 7, 8, 9], [1, 1, 1, 0], entry=[0, 5, 5, 5]).curves[0]
    assert (curve.start_time, curve.n) == (2, 3)
    np.testing.assert_allclose(curve.estimate, [2 / 3, 1 / 3, 1 / 3])
    assert codes(curve) == ["conditional-start"]
    assert curve.cautions[0].get("time") == 2
    assert curve.cautions[0].get("n") == 3


def test_one_straggler_does_not_cost_the_curve():
    # Five are followed to extinction; one enters afterwards. The curve of the five is kept.
    curve = km([1, 2, 3, 4, 5, 9], [1, 1, 1, 1, 1, 0], entry=[0, 0, 0, 0, 0, 6]).curves[0]
    assert curve.start_time == 0
    np.testing.assert_allclose(curve.estimate, [0.8, 0.6, 0.4, 0.2, 0], atol=1e-15)
    assert codes(curve) == ["risk-set-emptied"]
    assert (curve.cautions[0].get("time"), curve.cautions[0].get("n")) == (5, 1)


def test_stated_minimum_at_risk():
    time, event = [2, 5, 6, 7, 8, 9], [1, 1, 1, 0, 1, 0]
    entry = [0, 0, 3, 3, 3, 3]
    low = km(time, event, entry=entry).curves[0]
    assert (low.start_time, low.estimate[0]) == (0, 0.5)
    high = km(time, event, entry=entry, min_at_risk=3).curves[0]
    assert (high.start_time, high.estimate[0]) == (2, pytest.approx(4 / 5))
    # Small risk sets at the end are no reason: nobody comes later.
    assert high.time[-1] == 9
    assert refused(lambda: km(time, event, min_at_risk=0)) == "bad-minimum"


def test_start_is_conditional_survival():
    whole, later = km([1, 2, 3, 4], [1] * 4).curves[0], km([1, 2, 3, 4], [1] * 4, start=2)
    np.testing.assert_allclose(later.curves[0].estimate, whole.estimate[2:] / whole.estimate[1])
    before = later.survival_at([1])[0]
    assert np.isnan(before.estimate)
    assert codes(before) == ["before-start"]
    assert refused(lambda: km([1, 2], [1, 1], start=2)) == "no-patients-after-start"


def test_small_early_risk_set_is_said():
    n = 30
    entry = np.concatenate([[0, 0, 0], np.full(n - 3, 4)])
    time = np.concatenate([[1, 10, 10], np.full(n - 3, 10)])
    curve = km(time, np.arange(n) == 0, entry=entry).curves[0]
    assert codes(curve) == ["small-early-risk-set"]
    assert curve.cautions[0].get("n") == 3


def test_survival_at_beyond_follow_up():
    fit = km([1, 2, 3], [1, 0, 0])
    inside, beyond = fit.survival_at([3, 3.5])
    assert (inside.estimate, inside.cautions, inside.events) == (pytest.approx(2 / 3), (), 1)
    assert np.isnan(beyond.estimate)
    assert codes(beyond) == ["beyond-follow-up"]
    assert beyond.cautions[0].get("last") == 3
    extinct = km([1, 2], [1, 1]).survival_at([5])[0]
    assert extinct.estimate == 0
    assert codes(extinct) == ["everybody-had-the-event"]
    # The last one followed had the event, but one was censored before: nothing is known at 5.
    emptied = km([1, 2, 3], [1, 0, 1]).survival_at([3, 5])
    assert emptied[0].estimate == 0
    assert np.isnan(emptied[1].estimate)
    assert codes(emptied[1]) == ["beyond-follow-up"]
    early = fit.survival_at([0.5])[0]
    assert (early.estimate, early.se) == (1, 0)


def test_median_at_exactly_one_half_is_the_midpoint():
    fit = km([1, 2, 3, 4], [1, 1, 1, 1], conf_type="plain")
    assert fit.curves[0].quantile.tolist() == [1.5, 2.5, 3.5]
    assert fit.quantiles([0.5, 0.6])[0].time.tolist() == [2.5, 3]
    assert np.isnan(km([1, 2, 3], [1, 0, 0]).curves[0].quantile[1])


def test_event_at_time_zero():
    curve = km([0, 1, 2, 3], [1, 1, 0, 0]).curves[0]
    assert curve.time.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(curve.estimate, [3 / 4, 1 / 2, 1 / 2, 1 / 2])


def test_reverse_kaplan_meier_follow_up():
    # Censored at 2, 4 and 6; deaths at 1 and 3 leave the risk set.
    curve = km([1, 2, 3, 4, 6], [1, 0, 1, 0, 0]).curves[0]
    # 3/4 at 2, then 3/4 * 1/2 = 3/8 at 4.
    assert curve.follow_up_median == 4


def test_one_and_two_patients():
    one = km([5], [1]).curves[0]
    assert (one.estimate.tolist(), one.quantile[1]) == ([0], 5)
    assert np.isnan(one.std_err[0])
    alive = km([5], [0]).curves[0]
    assert (alive.estimate.tolist(), codes(alive)) == ([1], ["no-events"])
    two = km([3, 4], [1, 0]).curves[0]
    np.testing.assert_allclose(two.estimate, [1 / 2, 1 / 2])


def test_missing_is_counted_not_censored():
    fit = km(
        [1, NAN, 3, 4, 5, 6],
        [1, 1, NAN, 0, 1, 1],
        group=["a", "a", "b", "b", None, ""],
    )
    assert (fit.missing, fit.n) == (4, 2)
    assert [(c.group, c.n, c.missing) for c in fit.curves] == [("a", 1, 1), ("b", 1, 1)]
    late = km([5, 3, 9], [1, 1, 0], entry=[0, 4, 3])
    assert (late.n, late.missing, codes(late)) == (2, 0, ["never-at-risk"])


def test_near_ties_are_ties():
    months = np.array([1, 1, 2, 2]) * (365.25 / 12)
    jitter = months * (1 + np.array([0, 1e-15, 0, -1e-15]))
    curve = km(jitter, [1, 0, 1, 0]).curves[0]
    assert curve.n_at_risk.tolist() == [4, 2]


def test_packed_sort_loses_no_digit():
    random = np.random.default_rng(1)
    for time in (
        random.exponential(1, 500),
        np.concatenate([[0.0, -0.0, 5e-324, 1e308], random.exponential(1, 20)]),
        random.integers(0, 9, 300).astype(float),
    ):
        event = random.integers(0, 2, time.size)
        plain = km(time, event).curves[0]
        weighted = km(time, event, weights=np.ones(time.size)).curves[0]
        np.testing.assert_array_equal(plain.time, weighted.time)
        np.testing.assert_array_equal(plain.estimate, weighted.estimate)


@pytest.mark.parametrize(
    "code, work",
    [
        ("no-patients", lambda: km([], [])),
        ("no-patients", lambda: km([NAN], [1])),
        ("negative-time", lambda: km([-1, 2], [1, 1])),
        ("infinite-time", lambda: km([np.inf, 2], [1, 1])),
        ("event-not-0-1", lambda: km([1, 2], [1, 2])),
        ("length-differs", lambda: km([1, 2], [1])),
        ("length-differs", lambda: km([1, 2], [1, 1], group=["a"])),
        ("not-a-number", lambda: km(["x"], [1])),
        ("bad-weight", lambda: km([1, 2], [1, 1], weights=[-1, 1])),
        ("bad-conf-type", lambda: km([1, 2], [1, 1], conf_type="log-lgo")),
        ("bad-level", lambda: km([1, 2], [1, 1], level=95)),
        ("bad-ties", lambda: nelson_aalen([1], [1], ties="efron")),
        (
            "weights-not-counts",
            lambda: nelson_aalen([1], [1], weights=[0.5], ties="fleming-harrington"),
        ),
    ],
)
def test_refusals(code, work):
    assert refused(work) == code


# Rank tests ---------------------------------------------------------------------------------


def test_logrank_as_fractions():
    # a: 1, 3; b: 2, 4, all events. Expected in a: 2/4 + 1/3 + 1/2 = 4/3.
    test = logrank([1, 2, 3, 4], [1] * 4, ["a", "b", "a", "b"], exact=True)
    np.testing.assert_allclose(test.expected, [4 / 3, 8 / 3])
    # Variance: 1/4 + 2/9 + 1/4 = 13/18, so chi-square is (2/3)^2 / (13/18) = 8/13.
    assert test.statistic == pytest.approx(8 / 13)
    # Scores 3/4, 5/12, -1/12, -13/12; U of b is -2/3; as extreme: 4 of 6 relabellings.
    assert test.exact.u == pytest.approx(-2 / 3)
    assert (test.exact.extreme, test.exact.relabellings) == (4, 6)


def test_counting_beyond_ten_million():
    random = np.random.default_rng(3)
    time, event = random.exponential(1, 34), random.random(34) < 0.7
    counted = logrank(time, event, np.arange(34) < 17, exact=True).exact
    assert (counted.relabellings, counted.enumerated) == (2333606220, True)
    drawn = logrank(time, event, np.arange(34) < 17, exact="monte-carlo").exact
    assert drawn.p_ci_low < counted.p < drawn.p_ci_high
    assert (drawn.relabellings, drawn.seed, drawn.enumerated) == (100_000, 20240514, False)
    again = logrank(time, event, np.arange(34) < 17, exact="monte-carlo").exact
    other = logrank(time, event, np.arange(34) < 17, exact="monte-carlo", seed=5).exact
    assert again.extreme == drawn.extreme != other.extreme
    assert drawn.p == (drawn.extreme + 1) / 100_001


def test_drawn_p_is_never_zero():
    time = np.arange(1.0, 101.0)
    found = logrank(time, np.ones(100), time > 50, exact=True, permutations=500).exact
    assert (found.enumerated, found.extreme, found.p) == (False, 0, 1 / 501)
    assert found.p_ci_low == 0
    assert found.p_ci_high == pytest.approx(1 - 0.025 ** (1 / 500))


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("stratified", [False, True])
def test_drawn_p_hangs_on_no_order_and_no_name(k: int, stratified: bool):
    random = np.random.default_rng(11)
    n = 60
    time, event = random.integers(1, 30, n), random.random(n) < 0.7
    group, strata = random.integers(0, k, n), random.integers(0, 3, n) if stratified else None

    def drawn(order, names):
        part = None if strata is None else strata[order]
        named = np.array(names)[group[order]]
        return logrank(
            time[order], event[order], named, strata=part, exact="monte-carlo", permutations=2000
        ).exact.p

    first = drawn(np.arange(n), ["a", "b", "c"])
    for _ in range(5):
        assert drawn(random.permutation(n), ["z", "y", "x"]) == first


def test_drawn_within_strata():
    random = np.random.default_rng(8)
    n = 26
    time, event = random.integers(1, 9, n), random.random(n) < 0.8
    group, strata = np.arange(n) % 3 == 0, np.arange(n) % 2
    counted = logrank(time, event, group, strata=strata, exact="enumerate").exact
    drawn = logrank(time, event, group, strata=strata, exact="monte-carlo").exact
    assert drawn.p_ci_low < counted.p < drawn.p_ci_high
    assert drawn.u == counted.u


def test_three_groups_agree_with_two_when_one_is_empty_of_difference():
    random = np.random.default_rng(2)
    time, event = random.exponential(1, 24), np.ones(24)
    two = logrank(time, event, np.arange(24) % 2, exact=True).exact
    # One lone patient more, last of all and censored, adds next to nothing.
    group = np.append(np.arange(24) % 2, 2)
    three = logrank(np.append(time, 99), np.append(event, 0), group, exact=True).exact
    assert (three.enumerated, three.p_greater) == (False, None)
    assert 0 < three.p <= 1
    assert two.p <= 1


def test_permutation_is_refused_where_unsound():
    time, event, group = [1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, 1]
    base = (time, event, group)
    assert refused(lambda: logrank(*base, entry=[0, 0.5, 0, 0], exact=True)) == "exact-with-entry"
    assert refused(lambda: logrank(*base, weights=[1, 1, 2, 1], exact=True)) == "exact-with-weights"
    assert refused(lambda: logrank(*base, scores=[0, 1], exact=True)) == "exact-with-trend"
    assert logrank(*base, entry=[0, 0.5, 0, 0]).exact is None
    assert logrank(*base, exact=False).exact is None
    assert logrank(*base).exact is not None


def test_different_censoring_is_said():
    n = 40
    group = np.arange(n) % 2
    time = np.where(group == 0, 1 + np.arange(n) / n, 5 + np.arange(n) / n)
    event = np.arange(n) % 4 < 2
    assert codes(logrank(time, event, group, exact=True).exact) == ["censoring-differs"]
    assert codes(logrank(np.arange(1, 9), [1] * 8, np.arange(8) % 2, exact=True).exact) == []


def test_no_events_is_no_test():
    test = logrank([1, 2, 3], [0, 0, 0], [0, 0, 1])
    assert np.isnan(test.p)
    assert (test.df, codes(test), test.exact) == (0, ["no-events"], None)
    apart = logrank([1, 2, 5, 6], [1, 1, 1, 1], [0, 0, 1, 1], entry=[0, 0, 3, 3])
    assert np.isnan(apart.p)
    assert "no-overlap" in codes(apart)


@pytest.mark.parametrize(
    "code, work",
    [
        ("one-group", lambda: logrank([1, 2], [1, 1], ["a", "a"])),
        ("weights-not-counts", lambda: logrank([1, 2], [1, 1], [0, 1], weights=[0.5, 1])),
        ("bad-weighting", lambda: logrank([1, 2], [1, 1], [0, 1], weighting="wilcoxon")),
        ("bad-weighting", lambda: logrank([1, 2], [1, 1], [0, 1], weighting="gehan", rho=1)),
        ("bad-scores", lambda: logrank([1, 2], [1, 1], [0, 1], scores={"0": 1})),
        ("bad-exact", lambda: logrank([1, 2], [1, 1], [0, 1], exact="yes")),
        ("one-group", lambda: gray([1, 2], [1, 2], ["a", "a"])),
        ("cause-not-a-code", lambda: gray([1, 2], [1, 1.5], [0, 1])),
        ("variance-with-entry", lambda: aalen_johansen([1], [1], entry=[0], variance="aalen")),
        ("entry-not-supported", lambda: rmst([1, 2], [1, 1], tau=1, entry=[0, 0])),
        ("tau-beyond-follow-up", lambda: rmst([1, 2], [1, 0], tau=3)),
        ("bad-tau", lambda: rmst([1, 2], [1, 0], tau=0)),
        ("no-events", lambda: fine_gray([1, 2], [2, 0], [0, 1])),
        ("constant-covariate", lambda: fine_gray([1, 2], [1, 0], [1, 1])),
        (
            "collinear-covariates",
            lambda: fine_gray([1, 2, 3], [1, 1, 0], [[0, 1], [1, 3], [2, 5]]),
        ),
        ("no-exposed", lambda: mantel_byar([1, 2], [1, 1], [NAN, 5])),
        ("no-unexposed", lambda: simon_makuch([1, 2], [1, 1], [0, 0])),
        ("negative-exposure-time", lambda: mantel_byar([1, 2], [1, 1], [-1, 1])),
        ("no-patients-after-start", lambda: landmark([1, 2], [1, 1], [1, NAN], at=2)),
        ("bad-option", lambda: landmark([1, 2], [1, 1], [1, NAN], at=NAN)),
        ("bad-states", lambda: transitions([1], [1], {"death": [1]})),
    ],
)
def test_more_refusals(code, work):
    assert refused(work) == code


def test_pairwise_adjustment_as_fractions():
    time = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    found = logrank_pairwise(time, [1] * 9, list("aaabbbccc"))
    p = found.p
    order = np.argsort(p)
    assert found.pairs == (("a", "b"), ("a", "c"), ("b", "c"))
    assert found.p_holm[order[0]] == pytest.approx(3 * p[order[0]])
    assert found.p_bh[order[2]] == pytest.approx(p[order[2]])
    assert found.family_size == 3
    assert all(t.exact.relabellings == 20 for t in found.tests)


# Competing risks and the rest ----------------------------------------------------------------


def test_tied_causes_meet_the_same_risk_set():
    # At 1: one of each cause among 4: F1 = F2 = 1/4, S = 1/2. At 2 of 2: F1 = 1/4 + 1/2 * 1/2.
    fit = aalen_johansen([1, 1, 2, 3], [1, 2, 1, 0])
    np.testing.assert_allclose(fit.of(1).estimate, [1 / 4, 1 / 2, 1 / 2])
    np.testing.assert_allclose(fit.of(2).estimate, [1 / 4, 1 / 4, 1 / 4])
    np.testing.assert_allclose(fit.event_free[0], [1 / 2, 1 / 4, 1 / 4])
    at = {(e.id, e.estimate) for e in fit.incidence_at([0.5, 2])}
    assert ("cumulative-incidence/all/1/2", 0.5) in at
    assert ("cumulative-incidence/all/1/0.5", 0.0) in at


def test_incidence_beyond_follow_up():
    fit = aalen_johansen([1, 2, 3], [1, 2, 0])
    beyond = fit.incidence_at([4])[0]
    assert np.isnan(beyond.estimate)
    assert codes(beyond) == ["beyond-follow-up"]


def test_monotone_subdistribution_likelihood_gives_no_numbers():
    x = np.array([0] * 10 + [1] * 10)
    cause = np.array([1, 2] * 5 + [2, 0] * 5)
    fit = fine_gray(np.arange(1, 21), cause, x, names=["transplant"])
    assert np.isnan(fit.coef).all()
    assert np.isnan(fit.se).all()
    assert (fit.converged, fit.cautions[0].code) == (False, "monotone-likelihood")
    assert fit.cautions[0].get("covariate") == "transplant"


def test_rmst_as_fractions():
    # S is 1 to 1, 2/3 to 2, 1/3 to 3: area to 3 is 1 + 2/3 + 1/3 = 2.
    found = rmst([1, 2, 3], [1, 1, 1], tau=3).groups[0]
    assert (found.rmst, found.rmtl) == (pytest.approx(2), pytest.approx(1))
    # Areas ahead: 1 after 1, 1/3 after 2: variance 1/(3*2) + (1/9)/(2*1) = 2/9.
    assert found.se == pytest.approx(sqrt(2 / 9))
    rule = rmst([1, 2, 3, 9], [1, 1, 0, 0], group=[0, 0, 1, 1])
    assert (rule.tau, "smallest" in rule.tau_rule) == (2, True)


def test_mantel_byar_and_simon_makuch_by_hand():
    # Exposed from 2 (dies at 4) and from 3 (censored at 6); never: die at 5 and 7.
    args = ([4, 5, 6, 7], [1, 1, 0, 1], [2, NAN, 3, NAN])
    test = mantel_byar(*args)
    # At 4: 2 of 4 exposed; at 5: 1 of 3; at 7: 0 of 1.
    assert (test.observed, test.expected) == (1, pytest.approx(1 / 2 + 1 / 3))
    moving = simon_makuch(*args)
    exposed, unexposed = moving.curves
    assert (exposed.group, unexposed.group) == ("exposed", "unexposed")
    assert moving.n == 4
    assert [v.tolist() for v in moving.fit.n_at_risk([2, 3, 4, 6])] == [
        [0, 1, 2, 1],
        [4, 3, 2, 1],
    ]
    tied = mantel_byar([4, 5, 6], [1, 1, 1], [4, 1, NAN])
    assert (tied.ever_exposed, "exposure-at-end" in codes(tied)) == (1, True)


def test_landmark_keeps_groups_fixed():
    found = landmark([1, 3, 4, 5], [1, 1, 0, 1], [NAN, 1, 1, 3], at=2)
    assert found.rows.tolist() == [False, True, True, True]
    assert found.exposed.tolist() == [False, True, True, False]
    assert (found.events_before, found.censored_before, found.exposed_later) == (1, 0, 1)
    assert all(c.start_time == 2 for c in found.curves.curves)
    alone = landmark([3, 4], [1, 1], [NAN, NAN], at=2)
    assert (alone.test, alone.exposed_n) == (None, 0)


def test_occupation_by_hand():
    # Of three: one in remission from 1, relapsed at 3, dead at 4; one dead at 2; one censored
    # in diagnosis at 5.
    course = transitions(
        [4, 2, 5], [1, 1, 0], {"remission": [1, NAN, NAN], "relapse": [3, NAN, NAN]}
    )
    found = occupation(course, times=[0, 1, 2, 3, 4, 6])
    want = [[1, 0, 0, 0], [2 / 3, 1 / 3, 0, 0], [1 / 3, 1 / 3, 0, 1 / 3], [1 / 3, 0, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(found.probability[:4], want, atol=1e-15)
    np.testing.assert_allclose(found.probability[4], [1 / 3, 0, 0, 2 / 3], atol=1e-15)
    assert np.isnan(found.probability[5]).all()
    assert codes(found) == ["beyond-follow-up"]
    assert found.n_at_risk[2].tolist() == [2, 1, 0, 0]
    assert ("remission", "relapse", 1) in found.moves
    nobody = transitions([0, 3], [1, 0], {})
    assert nobody.never_at_risk == 1
    assert codes(occupation(nobody, times=[1])) == ["never-at-risk"]


def test_kernels_load_lazily():
    loaded = "import sys, fusionscape.stats; print('scipy' in sys.modules, 'numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
    assert "km" in dir(stats)
    with pytest.raises(AttributeError):
        _ = stats.no_such_kernel


def test_results_cannot_be_written_to():
    curve = km([1, 2, 3], [1, 0, 1]).curves[0]
    test = logrank([1, 2, 3], [1, 0, 1], [0, 1, 1])
    for array in (curve.estimate, curve.time, curve.quantile, test.observed, test.variance):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    probs, times = np.array([0.5]), np.array([1.0])
    km([1, 2], [1, 1], probs=probs).quantiles(probs)
    occupation(transitions([2, 3], [1, 1], {}), times=times)
    probs[0] = times[0] = 0.25  # what the caller owns stays the caller's
