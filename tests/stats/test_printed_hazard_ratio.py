"""Hazard ratios from what is printed: worked examples, real data, bounds, contradictions, laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats import PrintedNumbers, hazard_ratio_from_printed
from stats.reference import frame

Z = 1.959963984540054


def codes(cautions: Any) -> list[str]:
    return [c.code for c in cautions]


def refused(call: Any, *values: Any, **more: Any) -> str:
    with pytest.raises(InputError) as error:
        call(*values, **more)
    return str(error.value.findings[0].code)


# ---- worked examples

# Tierney 2007, bladder cancer: 229 and 256 deaths, log-rank p = 0.075, V = 485 / 4, HR 0.85
TIERNEY = {"events_exposed": 229, "events_reference": 256}


def test_tierney_2007_bladder_cancer() -> None:
    fit = stats.hazard_ratio_from_logrank("0.075", "lower", **TIERNEY)
    assert stats.logrank_variance(**TIERNEY).variance == pytest.approx(229 * 256 / 485)
    assert fit.coef == pytest.approx(-1.780464 / math.sqrt(229 * 256 / 485), rel=1e-6)
    assert round(fit.hazard_ratio, 2) == 0.85
    assert fit.events == 485


@pytest.mark.parametrize("level", [0.90, 0.95, 0.99])
def test_any_level_gives_back_the_error_it_was_made_of(level: float) -> None:
    z = stats.hazard_ratio_from_ci(math.exp(-1.0), math.e, level=level)
    width = {0.90: 1.6448536269514722, 0.95: Z, 0.99: 2.5758293035489004}[level]
    assert z.se == pytest.approx(1.0 / width) and z.coef == pytest.approx(0.0, abs=1e-12)
    assert (z.hr_low, z.hr_high) == pytest.approx((math.exp(-1.0), math.e))


def test_rounding_of_hazard_ratio_and_p_gives_a_range_of_errors() -> None:
    fit = stats.hazard_ratio_from_p("1.77", "0.009")
    assert fit.se_low == pytest.approx(math.log(1.765) / 2.63148, rel=1e-4)  # z of p = 0.0085
    assert (round(fit.se_low, 3), round(fit.se_high, 3)) == (0.216, 0.221)
    near_one = stats.hazard_ratio_from_p("1.05", "0.9")
    assert codes(near_one.cautions) == ["se-from-rounded-p"]
    assert near_one.se_low < near_one.se < near_one.se_high


def test_observed_minus_expected_of_the_lung_data() -> None:
    # R survdiff(Surv(time, status == 2) ~ sex, lung): O 53, E 73.4183, V 40.3714 for women
    fit = stats.hazard_ratio_from_observed_expected(53 - 73.4182609704272, 40.3714339796426)
    assert fit.coef == pytest.approx(-20.4182609704272 / 40.3714339796426)
    assert fit.statistic**2 == pytest.approx(10.3267419548856)
    assert fit.p == pytest.approx(0.00131116452035549, rel=1e-9)


def test_rules_for_the_variance_on_the_lung_data() -> None:
    p = 0.00131116452035549
    per_group = stats.hazard_ratio_from_logrank(p, "lower", events_exposed=53, events_reference=112)
    by_size = stats.hazard_ratio_from_logrank(p, "lower", events=165, n_exposed=90, n_reference=138)
    assert round(per_group.coef, 3) == -0.536
    assert round(by_size.coef, 3) == -0.512
    assert codes(by_size.cautions) == ["variance-from-allocation"]
    data = frame("lung")
    cox = stats.cox(data["time"], data["status"] == 2, data["sex"] == 2)
    assert abs(per_group.coef - cox.coef[0]) < 0.02
    assert abs(per_group.se - cox.se[0]) < 0.01


def test_a_rare_group_is_not_given_a_quarter_of_the_events() -> None:
    found = stats.logrank_variance(events=500, n_exposed=20, n_reference=980)
    assert found.variance == pytest.approx(500 * 0.02 * 0.98)
    r = 20 / 980
    assert found.variance == pytest.approx(500 * r / (1 + r) ** 2)
    assert 500 / 4 / found.variance > 12
    assert refused(stats.logrank_variance, events=500) == "events-per-group-needed"


# ---- what is refused

REFUSALS: list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]] = [
    ("hr-not-positive", stats.hazard_ratio_from_ci, ("0", "2.1"), {}),
    ("hr-not-positive", stats.hazard_ratio_from_ci, ("<0.1", "2.1"), {}),
    ("ci-reversed", stats.hazard_ratio_from_ci, ("2.1", "0.9"), {}),
    ("hr-outside-ci", stats.hazard_ratio_from_ci, ("1.1", "2.1"), {"hazard_ratio": "0.7"}),
    ("p-is-a-bound", stats.hazard_ratio_from_p, ("2.0", "<0.001"), {}),
    ("p-is-a-bound", stats.hazard_ratio_from_p, ("2.0", "0.000"), {}),
    ("p-out-of-range", stats.hazard_ratio_from_p, ("2.0", "1.2"), {}),
    ("p-says-nothing", stats.hazard_ratio_from_p, ("1.00", "0.99"), {}),
    ("p-is-a-bound", stats.hazard_ratio_from_logrank, ("<0.05", "higher"), TIERNEY),
    ("direction-needed", stats.hazard_ratio_from_logrank, ("0.04", None), TIERNEY),
    ("no-standard-error", stats.hazard_ratio_from_se, ("2.0", "0"), {}),
    ("variance-not-positive", stats.hazard_ratio_from_observed_expected, (3.0, 0.0), {}),
    (
        "no-events-in-a-group",
        stats.logrank_variance,
        (),
        {"events_exposed": 0, "events_reference": 9},
    ),
    (
        "events-do-not-add-up",
        stats.logrank_variance,
        (),
        {"events_exposed": 4, "events_reference": 9, "events": 12},
    ),
    ("not-a-printed-number", stats.printed, ("n.s.",), {}),
    ("p-is-no-bound", stats.hazard_ratio_bound, ("0.03",), {"hazard_ratio": "2.0"}),
]


@pytest.mark.parametrize(
    ("code", "call", "values", "more"), REFUSALS, ids=lambda v: getattr(v, "__name__", str(v)[:30])
)
def test_refused(code: str, call: Any, values: tuple[Any, ...], more: dict[str, Any]) -> None:
    assert refused(call, *values, **more) == code


# ---- printed numbers and bounds


def test_a_printed_number_is_an_interval() -> None:
    assert (stats.printed("1.80").low, stats.printed("1.80").high) == (1.795, 1.805)
    assert (stats.printed(1.8).low, stats.printed(1.8).high) == (1.75, 1.85)
    assert (stats.printed(2.0).low, stats.printed(2).high) == (1.5, 2.5)
    assert stats.printed("P = 0,04").value == stats.printed("·04").value == 0.04
    assert stats.printed("p<.001").relation == "<" and stats.printed("≤0.05").high == 0.05
    assert stats.printed("0.000").low == 0.0 and stats.printed("0.000").high == 0.0005


def test_a_limit_bounds_and_never_estimates() -> None:
    z = 3.2905267314919255
    known = stats.hazard_ratio_bound("<0.001", hazard_ratio="2.0")
    assert (known.bounded, known.limit) == ("se at most", pytest.approx(math.log(2) / z))
    worse = stats.hazard_ratio_bound("<0.001", direction="higher", **TIERNEY)
    assert worse.bounded == "coef at least"
    assert worse.limit == pytest.approx(z / math.sqrt(229 * 256 / 485))
    assert math.isnan(worse.coef)
    better = stats.hazard_ratio_bound("<0.001", direction="lower", **TIERNEY)
    assert (better.bounded, better.limit) == ("coef at most", pytest.approx(-worse.limit))
    weak = stats.hazard_ratio_bound(">0.5", direction="higher", **TIERNEY)
    assert weak.bounded == "coef at most" and weak.limit > 0
    zero = stats.hazard_ratio_bound("0.000", hazard_ratio="2.0")
    assert zero.p_limit == 0.0005


# ---- checks


def test_centre_of_the_interval() -> None:
    assert stats.checked_centre("1.05", "0.56", "1.98").verdict == "consistent"
    assert stats.checked_centre("1.04", "0.56", "1.98").verdict == "differs"
    wrong = stats.hazard_ratio_from_ci("0.56", "1.98", hazard_ratio="1.50")
    assert codes(wrong.cautions) == ["ci-not-centred"] and wrong.hazard_ratio == pytest.approx(1.5)


def test_wald_p_range_is_that_of_every_interval_that_rounds_so() -> None:
    check = stats.checked_p("0.01", "1.2", "2.7", hazard_ratio="1.8")
    grid_low, grid_high = np.meshgrid(np.linspace(1.15, 1.25, 201), np.linspace(2.65, 2.75, 201))
    centre = np.sqrt(grid_low * grid_high)
    inside = (centre >= 1.75) & (centre <= 1.85)
    z = Z * np.log(grid_low * grid_high) / np.log(grid_high / grid_low)
    p = np.array([math.erfc(v / math.sqrt(2)) for v in z[inside]])
    assert check.expected_low == pytest.approx(p.min(), rel=0.02)
    assert check.expected_high == pytest.approx(p.max(), rel=0.02)
    assert check.verdict == "consistent"
    other = stats.checked_p("0.20", "1.15", "2.72", hazard_ratio="1.77")
    assert other.verdict == "differs" and codes(other.cautions) == ["p-of-another-test"]
    assert stats.checked_p("1.0", "0.5", "2.0").verdict == "consistent"


def test_information_bound() -> None:
    fit = stats.hazard_ratio_from_ci("1.2", "1.5")
    check = stats.checked_information(fit, events_exposed=6, events_reference=100)
    assert check.verdict == "impossible"
    assert check.expected_low == pytest.approx(math.sqrt(1 / 6 + 1 / 100))
    assert codes(check.cautions) == ["se-below-information-bound"]
    assert stats.checked_information(fit).verdict == "not checkable"
    assert stats.checked_information(fit, events=1000).expected_low == pytest.approx(
        2 / math.sqrt(1000)
    )
    by_total = stats.checked_information(fit, events_exposed=6, events=106)
    assert by_total.expected_low == check.expected_low


@pytest.mark.parametrize("seed", range(12))
def test_no_cox_fit_breaks_the_information_bound(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(30, 120))
    carrier = (random.random(n) < random.uniform(0.1, 0.5)).astype(float)
    age = random.normal(0, 1, n)
    death = random.exponential(np.exp(-0.8 * carrier - 0.3 * age))
    end = random.uniform(0.2, 2.0, n)
    time, event = np.minimum(death, end), death <= end
    fit = stats.cox(time, event, np.column_stack((carrier, age)), penalty=None)
    d1, d0 = int(event[carrier == 1].sum()), int(event[carrier == 0].sum())
    if d1 and d0:
        assert fit.se[0] >= math.sqrt(1 / d1 + 1 / d0)


# ---- the best source

ALL: dict[str, Any] = {
    "hazard_ratio": "0.85",
    "ci_low": "0.71",
    "ci_high": "1.02",
    "se": "0.092",
    "p": "0.08",
    "logrank_p": "0.075",
    "direction": "lower",
    "observed_minus_expected": -19.6,
    "variance": 121.25,
    **TIERNEY,
}


def test_order_of_preference() -> None:
    left = dict(ALL)
    for code, gone in (
        ("ci", ("ci_low", "ci_high")),
        ("se", ("se",)),
        ("p", ("p",)),
        ("observed-expected", ("variance",)),
        ("logrank-p", ("logrank_p",)),
        ("none", ()),
    ):
        best = hazard_ratio_from_printed(PrintedNumbers(**left))
        assert best.chosen == code
        if best.estimate is not None:
            assert best.estimate.coef == pytest.approx(-0.16, abs=0.01)
            assert best.method == best.estimate.method
        left = {k: v for k, v in left.items() if k not in gone}
    full = hazard_ratio_from_printed(PrintedNumbers(**ALL))
    assert [o.obtained for o in full.others] == ["se", "p", "observed-expected", "logrank-p"]
    assert [c.verdict for c in full.checks] == ["consistent"] * 3


def test_a_limit_alone_is_a_bound_and_no_estimate() -> None:
    best = hazard_ratio_from_printed(PrintedNumbers(hazard_ratio="2.0", p="<0.001"))
    assert (best.chosen, best.estimate) == ("bound", None)
    assert best.bound is not None and best.bound.bounded == "se at most"
    assert [f.code for f in best.not_used] == ["p-is-a-bound"]
    logrank = hazard_ratio_from_printed(
        PrintedNumbers(logrank_p="<0.001", direction="higher", **TIERNEY)
    )
    assert logrank.bound is not None and logrank.bound.bounded == "coef at least"


def test_contradictions_stop_and_are_not_bypassed() -> None:
    wrong = PrintedNumbers(**{**ALL, "hazard_ratio": "1.85"})
    assert refused(hazard_ratio_from_printed, wrong) == "hr-outside-ci"
    counts = PrintedNumbers(**{**ALL, "events": 400})
    assert refused(hazard_ratio_from_printed, counts) == "events-do-not-add-up"


def test_sources_that_disagree_and_a_broken_bound_are_said() -> None:
    best = hazard_ratio_from_printed(
        PrintedNumbers(
            hazard_ratio="1.34",
            ci_low="1.2",
            ci_high="1.5",
            logrank_p="0.01",
            direction="lower",
            events_exposed=6,
            events_reference=100,
        )
    )
    assert {"sources-disagree", "se-below-information-bound"} <= set(codes(best.cautions))


def test_curves_are_the_last_source() -> None:
    curve, patients = frame("km_aml_maint"), frame("ipd_aml_maint")
    arms = []
    for arm in (1, 0):
        x, y = (curve[c][curve["arm"] == arm] for c in ("time", "surv"))
        n = int((patients["arm"] == arm).sum())
        arms.append(
            stats.reconstruct_km(x, y, risk_time=[0, 20], n_at_risk=[n, n - 5 + (arm == 0)])
        )
    best = hazard_ratio_from_printed(PrintedNumbers(curves=(arms[0], arms[1])))
    assert best.chosen == "curves" and best.n == 23
    assert "rebuilt-from-curve" in codes(best.cautions)


# ---- laws

ratios = st.floats(0.05, 20.0)
errors = st.floats(0.03, 2.0)


@given(coef=st.floats(-2.5, 2.5), se=errors)
def test_interval_and_p_give_back_the_error(coef: float, se: float) -> None:
    low, high = math.exp(coef - Z * se), math.exp(coef + Z * se)
    fit = stats.hazard_ratio_from_ci(low, high)
    assert fit.coef == pytest.approx(coef, abs=1e-9) and fit.se == pytest.approx(se, rel=1e-9)
    if abs(coef) > 0.01 and fit.p > 1e-12:
        again = stats.hazard_ratio_from_p(math.exp(coef), fit.p)
        assert again.se == pytest.approx(se, rel=1e-6)


@given(coef=st.floats(-2.0, 2.0), se=st.floats(0.1, 1.5))
def test_rounded_intervals_hold_the_true_error(coef: float, se: float) -> None:
    low, high = (f"{math.exp(coef + s * Z * se):.2f}" for s in (-1, 1))
    if float(low) > 0 and float(low) < float(high):
        fit = stats.hazard_ratio_from_ci(low, high, hazard_ratio=None)
        assert fit.se_low - 1e-9 <= se <= fit.se_high + 1e-9


@given(e1=st.integers(1, 400), e0=st.integers(1, 400), p=st.floats(1e-8, 0.999))
def test_exchanging_the_groups_turns_the_sign(e1: int, e0: int, p: float) -> None:
    one = stats.hazard_ratio_from_logrank(p, "higher", events_exposed=e1, events_reference=e0)
    other = stats.hazard_ratio_from_logrank(p, "lower", events_exposed=e0, events_reference=e1)
    assert one.coef == pytest.approx(-other.coef) and one.se == pytest.approx(other.se)
    assert one.se == pytest.approx(math.sqrt(1 / e1 + 1 / e0))
    assert one.p == pytest.approx(p, rel=1e-6)
