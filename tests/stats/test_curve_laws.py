"""Laws that hold for any sample: scaling, order, relabelling, repetition, splitting."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats import (
    aalen_johansen,
    fine_gray,
    gray,
    km,
    logrank,
    mantel_byar,
    nelson_aalen,
    occupation,
    rmst,
    transitions,
)

RULES = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def samples(draw, smallest=2, largest=25, causes=1, groups=2):
    """Integer times with many ties, an entry before each, a cause, a group, a weight."""
    n = draw(st.integers(max(smallest, groups), largest))
    column = lambda low, high: np.array(  # noqa: E731
        draw(st.lists(st.integers(low, high), min_size=n, max_size=n))
    )
    time = column(1, 9)
    entry = np.maximum(time - column(1, 9), 0)
    group = column(0, groups - 1)
    group[:groups] = np.arange(groups)
    return time, column(0, causes), entry, group, column(0, 3)


def arrays(curve):
    return np.stack([curve.estimate, curve.std_err, curve.ci_low, curve.ci_high])


@RULES
@given(samples(), st.sampled_from([1e-3, 1 / 30.4375, 7.0, 1e4]))
def test_time_scaling(sample, scale):
    time, event, entry, group, _ = sample
    a = km(time, event, entry=entry, group=group)
    b = km(time * scale, event, entry=entry * scale, group=group)
    for one, other in zip(a.curves, b.curves, strict=True):
        np.testing.assert_allclose(other.time, one.time * scale)
        np.testing.assert_array_equal(arrays(other), arrays(one))
        np.testing.assert_allclose(other.quantile, one.quantile * scale)
        assert other.start_time == pytest.approx(one.start_time * scale)
    first = logrank(time, event, group, entry=entry)
    second = logrank(time * scale, event, group, entry=entry * scale)
    np.testing.assert_allclose(second.statistic, first.statistic)
    c = rmst(time, event, group=group)
    d = rmst(time * scale, event, group=group)
    np.testing.assert_allclose(d.contrasts[0].se, c.contrasts[0].se * scale, atol=1e-12)


@RULES
@given(samples(causes=2), st.randoms(use_true_random=False))
def test_row_order(sample, random):
    time, cause, entry, group, weight = sample
    order = np.array(random.sample(range(time.size), time.size))
    a = km(time, cause > 0, entry=entry, weights=weight + 0.5, group=group)
    b = km(
        time[order],
        cause[order] > 0,
        entry=entry[order],
        weights=weight[order] + 0.5,
        group=group[order],
    )
    for one, other in zip(a.curves, b.curves, strict=True):
        np.testing.assert_allclose(arrays(other), arrays(one), rtol=1e-10, atol=1e-12)
    a = aalen_johansen(time, cause, entry=entry)
    b = aalen_johansen(time[order], cause[order], entry=entry[order])
    for one, other in zip(a.curves, b.curves, strict=True):
        np.testing.assert_allclose(arrays(other), arrays(one), rtol=1e-9, atol=1e-12)
    one, other = gray(time, cause, group), gray(time[order], cause[order], group[order])
    np.testing.assert_allclose(other.statistic, one.statistic, rtol=1e-8, atol=1e-12)
    one = logrank(time, cause > 0, group, exact=True)
    other = logrank(time[order], cause[order] > 0, group[order], exact=True)
    assert one.exact.extreme == other.exact.extreme


@RULES
@given(samples(causes=2, groups=3))
def test_relabelling(sample):
    time, cause, entry, group, _ = sample
    names = np.array(["x", "m", "b"])[group]
    one = logrank(time, cause == 1, group, entry=entry)
    other = logrank(time, cause == 1, names, entry=entry)
    np.testing.assert_allclose(other.statistic, one.statistic, rtol=1e-8, atol=1e-12)
    assert other.groups == ("b", "m", "x")
    np.testing.assert_allclose(other.observed[::-1], one.observed)
    one, other = gray(time, cause, group), gray(time, cause, names)
    np.testing.assert_allclose(other.statistic, one.statistic, rtol=1e-7, atol=1e-10)
    swapped = aalen_johansen(time, np.array([0, 2, 1])[cause])
    plain = aalen_johansen(time, cause)
    for a, b in ((1, 2), (2, 1)):
        if a in plain.causes and b in swapped.causes:
            np.testing.assert_allclose(
                arrays(plain.of(a)), arrays(swapped.of(b)), rtol=1e-9, atol=1e-14
            )


@RULES
@given(samples())
def test_integer_weights_repeat_patients(sample):
    time, event, entry, group, weight = sample
    weight = weight.copy()
    weight[:2] = 1
    rows = np.repeat(np.arange(time.size), weight)
    positive = weight > 0
    for ties in ("nelson", "fleming-harrington"):
        a = nelson_aalen(time, event, entry=entry, weights=weight, ties=ties).curves[0]
        b = nelson_aalen(time[rows], event[rows], entry=entry[rows], ties=ties).curves[0]
        kept = np.isin(a.time, b.time)
        np.testing.assert_allclose(a.estimate[kept], b.estimate, rtol=1e-10)
        np.testing.assert_allclose(a.std_err[kept], b.std_err, rtol=1e-10)
    a = km(time[positive], event[positive], entry=entry[positive], weights=weight[positive])
    b = km(time[rows], event[rows], entry=entry[rows])
    np.testing.assert_allclose(arrays(a.curves[0]), arrays(b.curves[0]), rtol=1e-10, atol=1e-14)
    assert (a.n, a.events) == (b.n, b.events)
    a = logrank(time, event, group, entry=entry, weights=weight, exact=False)
    b = logrank(time[rows], event[rows], group[rows], entry=entry[rows], exact=False)
    np.testing.assert_allclose(a.statistic, b.statistic, rtol=1e-10)


@RULES
@given(samples(causes=3))
def test_causes_and_survival_add_up_to_one(sample):
    time, cause, entry, group, _ = sample
    fit = aalen_johansen(time, cause, entry=entry, group=group)
    overall = km(time, cause > 0, entry=entry, group=group)
    for name, free in zip(fit.groups, fit.event_free, strict=True):
        total = sum(fit.of(c, name).estimate for c in fit.causes)
        np.testing.assert_allclose(total + free, 1, rtol=1e-12)
        np.testing.assert_allclose(free, overall[name].estimate, rtol=1e-12, atol=1e-14)


@RULES
@given(samples())
def test_one_cause_is_one_minus_kaplan_meier(sample):
    time, event, entry, _, _ = sample
    for late in (None, entry):
        curve = aalen_johansen(time, event, entry=late).curves[0]
        survival = km(time, event, entry=late).curves[0]
        np.testing.assert_allclose(curve.estimate, 1 - survival.estimate, atol=1e-13)
        inside = survival.estimate > 0
        if late is None:  # the jackknife is Greenwood's when all enter together
            np.testing.assert_allclose(
                curve.std_err[inside], survival.std_err[inside], rtol=1e-6, atol=1e-9
            )


@RULES
@given(samples(), st.integers(1, 8))
def test_splitting_follow_up_changes_nothing(sample, at):
    time, event, entry, group, _ = sample
    cut = (entry < at) & (time > at)
    split_time = np.concatenate([np.where(cut, at, time), time[cut]])
    split_event = np.concatenate([np.where(cut, 0, event), event[cut]])
    split_entry = np.concatenate([entry, np.full(cut.sum(), at)])
    split_group = np.concatenate([group, group[cut]])
    a = logrank(time, event, group, entry=entry, exact=False)
    b = logrank(split_time, split_event, split_group, entry=split_entry, exact=False)
    np.testing.assert_allclose(b.variance, a.variance, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(b.observed, a.observed)
    np.testing.assert_allclose(b.expected, a.expected)
    one = nelson_aalen(time, event, entry=entry).curves[0]
    other = nelson_aalen(split_time, split_event, entry=split_entry).curves[0]
    same = np.isin(other.time, one.time)
    np.testing.assert_allclose(other.estimate[same], one.estimate)
    np.testing.assert_allclose(other.n_at_risk[same], one.n_at_risk)


@RULES
@given(samples())
def test_entry_at_zero_is_no_late_entry(sample):
    time, event, _, group, _ = sample
    time = time - 1  # events at time zero too
    nobody_late = np.zeros(time.size)
    a, b = km(time, event, group=group), km(time, event, entry=nobody_late, group=group)
    for one, other in zip(a.curves, b.curves, strict=True):
        np.testing.assert_array_equal(arrays(one), arrays(other))
        np.testing.assert_array_equal(one.n_at_risk, other.n_at_risk)
    assert a.n_at_risk([0, 3])[0].tolist() == b.n_at_risk([0, 3])[0].tolist()


@RULES
@given(samples(), st.floats(0, 10))
def test_numbers_at_risk(sample, t):
    time, event, entry, group, _ = sample
    fit = km(time, event, group=group)
    for curve, found in zip(fit.curves, fit.n_at_risk([t]), strict=True):
        mine = group == int(curve.group)
        assert found[0] == (time[mine] >= t).sum()
    late = km(time, event, entry=entry, min_at_risk=1)
    if late.curves[0].start_time == 0 and not late.curves[0].cautions:
        assert late.n_at_risk([t])[0][0] == ((time >= t) & ((entry < t) | (entry == 0))).sum()


@RULES
@given(samples(largest=14))
def test_curve_never_sticks_at_zero_with_patients_at_risk(sample):
    time, event, entry, _, _ = sample
    curve = km(time, event, entry=entry).curves[0]
    assert (curve.n_at_risk[1:][curve.estimate[:-1] == 0] == 0).all()
    told = {c.code for c in curve.cautions}
    assert (curve.start_time > 0) == ("conditional-start" in told)


def brute_force(time, event, group, strata):
    """Null martingale scores and every relabelling within strata, in exact fractions."""
    score = [Fraction(0)] * len(time)
    for i, t in enumerate(time):
        mine = [j for j in range(len(time)) if strata[j] == strata[i]]
        for u in sorted({time[j] for j in mine if event[j] and time[j] <= t}):
            at_risk = sum(time[j] >= u for j in mine)
            score[i] -= Fraction(sum(time[j] == u and event[j] for j in mine), at_risk)
        score[i] += int(event[i])
    blocks = [[j for j in range(len(time)) if strata[j] == s] for s in sorted(set(strata))]
    sizes = [sum(group[j] for j in b) for b in blocks]
    chosen = product(*(combinations(b, m) for b, m in zip(blocks, sizes, strict=True)))
    sums = [sum((score[j] for c in choice for j in c), Fraction(0)) for choice in chosen]
    u = sum((s for s, g in zip(score, group, strict=True) if g), Fraction(0))
    return u, sums


@RULES
@given(samples(largest=9), st.lists(st.integers(0, 1), min_size=9, max_size=9))
def test_permutation_is_brute_force(sample, strata):
    time, event, _, group, _ = (v.tolist() for v in sample)
    strata = strata[: len(time)]
    u, sums = brute_force(time, event, group, strata)
    got = logrank(time, event, group, strata=strata, exact="enumerate").exact
    assert got.relabellings == len(sums)
    assert got.extreme == sum(abs(s) >= abs(u) for s in sums)
    assert got.p == got.extreme / len(sums)
    assert 0 < got.p <= 1
    assert got.p_greater == sum(s >= u for s in sums) / len(sums)
    assert got.p_less == sum(s <= u for s in sums) / len(sums)
    assert got.u == pytest.approx(float(u), abs=1e-12)


@RULES
@given(samples(smallest=5, causes=2))
def test_fine_gray_does_not_depend_on_units(sample):
    time, cause, _, _, weight = sample
    x = weight + np.linspace(0, 1, time.size)
    if not (cause == 1).any():
        cause = np.where(np.arange(time.size) == 0, 1, cause)
    a, b = fine_gray(time, cause, x), fine_gray(time * 3.0, cause, 10 * x + 4)
    np.testing.assert_allclose(b.coef * 10, a.coef, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(b.se * 10, a.se, rtol=1e-5, atol=1e-7)
    assert a.converged == b.converged


@RULES
@given(samples())
def test_mantel_byar_splits_at_the_exposure(sample):
    time, event, _, group, began = sample
    exposure = np.where(group == 1, began.astype(float), np.nan)
    time = time + 3.5
    if not np.isfinite(exposure).any() or (exposure == 0).all():
        return
    got = mantel_byar(time, event, exposure)
    observed = expected = 0.0
    for t in np.unique(time[event == 1]):
        at_risk = time >= t
        exposed = at_risk & (exposure < t)
        dead = at_risk & (time == t) & (event == 1)
        observed += (dead & exposed).sum()
        expected += dead.sum() * exposed.sum() / at_risk.sum()
    assert got.observed == observed
    assert got.expected == pytest.approx(expected)


@RULES
@given(samples(causes=2))
def test_occupation_of_competing_risks_is_aalen_johansen(sample):
    time, cause, _, _, _ = sample
    never = np.nan
    # Cause 1 as a milestone just before the end of follow-up, cause 2 as the end.
    first = np.where(cause == 1, time, never)
    course = transitions(np.where(cause == 1, time + 1.0, time), cause == 2, {"one": first})
    at = [2.0, 5.0]
    last = course.stop.max()
    got = occupation(course, times=[t for t in at if t <= last])
    fit = aalen_johansen(time, cause)
    for c, state in ((1, 1), (2, 2)):
        if c in fit.causes:
            curve = fit.of(c)
            where = np.searchsorted(curve.time, got.times, side="right")
            want = np.concatenate([[0.0], curve.estimate])[where]
            np.testing.assert_allclose(got.probability[:, state], want, atol=1e-12)
            want = np.concatenate([[0.0], curve.std_err])[where]
            np.testing.assert_allclose(got.std_err[:, state], want, rtol=1e-7, atol=1e-9)


def test_fractional_weights_in_one_group_make_every_group_robust():
    time, event, group = np.arange(1, 9), np.ones(8), np.repeat([0, 1], 4)
    weight = np.array([2.0, 1, 1, 1, 0.5, 1.5, 1, 1])
    together = km(time, event, weights=weight, group=group).curves[0]
    counted = km(time[:4], event[:4], weights=weight[:4]).curves[0]
    np.testing.assert_array_equal(together.estimate, counted.estimate)
    assert ("jackknife" in together.method, "Greenwood" in counted.method) == (True, True)
    assert (together.std_err[:3] > counted.std_err[:3]).all()
    hazard = nelson_aalen(time, event, weights=weight, group=group).curves[0]
    assert "jackknife" in hazard.method
