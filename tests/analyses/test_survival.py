"""Survival by group on cohorts small enough to work out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.dated_cohorts import codebook, dated, reported
from fusionscape.analyses.survival import survival
from fusionscape.cohort import Cohort, Plan
from fusionscape.results import Analysis, Curve, Estimate, Refusal, Test, from_json, same, to_json

PARTNERS = ["NSD1"] * 4 + ["KDM5A"] * 4
TIMES = [10.0, 20.0, 30.0, 40.0, 15.0, 25.0, 35.0, 45.0]
NOT_REPORTED = ["endpoint-not-in-data"] * 2  # the plan asks for EFS and RFS too
EVENTS = [True, True, False, True, True, False, True, False]


def small() -> Cohort:
    return reported(TIMES, EVENTS, PARTNERS)


def curve(found: Analysis, stable_id: str) -> Curve:
    item = found[stable_id]
    assert isinstance(item, Curve)
    return item


def test_curves_are_products_of_fractions() -> None:
    found = curve(survival(small()), "survival/os/partner/NUP98::NSD1")
    assert found.time.tolist() == [10, 20, 30, 40]
    assert found.estimate.tolist() == pytest.approx([3 / 4, 3 / 4 * 2 / 3, 1 / 2, 0])
    assert found.n_at_risk.tolist() == [4, 3, 2, 1]
    other = curve(survival(small()), "survival/os/partner/NUP98::KDM5A")
    assert other.estimate[-1] == pytest.approx(3 / 4 * 1 / 2)


def test_log_rank_is_exact_in_a_small_cohort() -> None:
    test = survival(small())["survival/os/partner/log-rank"]
    assert isinstance(test, Test)
    assert test.method == "Exact log-rank test"
    assert test.relabellings == math.comb(8, 4)
    assert test.family == "groups, overall survival"
    if test.family_size == 1:
        assert test.p_adjusted is None
    else:
        assert test.p_adjusted is not None and test.p_adjusted >= test.p


def test_restricted_mean_difference_by_hand() -> None:
    # largest time every group was followed to: 40. Areas: NSD1 10 + 7.5 + 5 + 5;
    # KDM5A 15 + 3/4 * 20 + 3/8 * 5
    item = survival(small())["survival/os/partner/restricted-mean/NUP98::NSD1"]
    assert isinstance(item, Estimate)
    assert item.estimate == pytest.approx((10 + 7.5 + 5 + 5) - (15 + 15 + 3 / 8 * 5))
    assert "tau 40 days" in item.method


def test_a_group_without_events_has_no_restricted_mean() -> None:
    cohort = reported(TIMES, [True] * 4 + [False] * 4, PARTNERS)
    item = survival(cohort)["survival/os/partner/restricted-mean"]
    assert isinstance(item, Refusal)
    assert item.code == "group-without-events"


def test_the_hazard_ratio_of_an_event_free_group_is_penalised() -> None:
    cohort = reported(
        [*TIMES, 12.0, 17.0, 22.0, 27.0], [True] * 4 + [False] * 4 + [True, True, False, False],
        [*PARTNERS, "NSD1", "NSD1", "KDM5A", "KDM5A"],
    )  # fmt: skip
    item = survival(cohort)["survival/os/partner/hazard-ratio"]
    assert isinstance(item, Estimate)
    assert 0.01 < item.estimate < 100
    assert "switched-to-firth" in [c.code for c in item.cautions]


def test_small_groups_are_drawn_and_not_tested() -> None:
    cohort = reported(
        [*TIMES, 12.0, 50.0], [*EVENTS, True, False], [*PARTNERS, "HOXA9", "HOXA9"],
    )  # fmt: skip
    found = survival(cohort)
    assert curve(found, "survival/os/partner/NUP98::HOXA9").n == 2
    test = found["survival/os/partner/log-rank"]
    assert isinstance(test, Test)
    assert test.groups == ("NUP98::KDM5A", "NUP98::NSD1")


def test_several_rare_partners_are_pooled() -> None:
    cohort = reported([*TIMES, 12.0, 50.0], [*EVENTS, True, False], [*PARTNERS, "HOXA9", "TOP1"])
    assert curve(survival(cohort), "survival/os/partner/other%20NUP98%20partner").n == 2


def test_three_groups_are_compared_in_pairs_with_holm() -> None:
    cohort = reported(TIMES * 2, EVENTS * 2, [*PARTNERS, *["TOP1"] * 4, *["HOXA9"] * 4])
    found = survival(cohort, by="partner", endpoint="os")
    pairs = [i for i in found.under("survival/os/partner/pairs") if isinstance(i, Test)]
    assert len(pairs) == 6
    assert {p.family_size for p in pairs} == {6}
    assert all(p.p_adjusted is not None and p.p_adjusted >= p.p for p in pairs)


def test_medians_and_years_stand_as_estimates() -> None:
    found = survival(small())
    median = found["survival/os/partner/NUP98::NSD1/median"]
    assert isinstance(median, Estimate)
    assert (median.estimate, median.scale) == (30, "days")  # S is 1/2 from day 20 to 40
    year = found["survival/os/partner/NUP98::KDM5A/1-year"]
    assert isinstance(year, Estimate)
    assert math.isnan(year.estimate)
    assert [c.code for c in year.cautions] == ["beyond-follow-up"]


def test_without_times_there_is_nothing_to_show() -> None:
    found = survival(reported([None, None], [None, None], ["NSD1", "KDM5A"]))  # type: ignore[list-item]
    assert [i.code for i in found.items if isinstance(i, Refusal)] == ["no-data"]


def test_an_unknown_rule_set_is_refused() -> None:
    cohort = reported(TIMES, EVENTS, PARTNERS, plan=Plan(endpoint_rules="eln1999"))
    found = survival(cohort)
    assert [i.code for i in found.items if isinstance(i, Refusal)] == ["unknown-rule-set"]


def test_invented_times_give_no_survival() -> None:
    book = codebook(synthetic=True, invented=("os_days",))
    found = survival(reported(TIMES, EVENTS, PARTNERS, book=book))
    codes = [i.code for i in found.items if isinstance(i, Refusal)]
    assert codes == ["invented-endpoint", *NOT_REPORTED]


def test_an_invented_joint_with_the_partner_leaves_the_partners_out() -> None:
    book = codebook(synthetic=True, invented=("os_days*partner",))
    found = survival(reported(TIMES, EVENTS, PARTNERS, book=book))
    assert [i.id for i in found.items if isinstance(i, Curve)] == [
        "survival/os/all/NUP98-rearranged"
    ]


def test_late_entry_starts_the_curve_conditionally_and_refuses_what_cannot() -> None:
    # Two are followed from the start and die at once; the others join on day 100.
    times = [1.0, 2.0, *[float(200 + 10 * i) for i in range(10)]]
    columns = {"entry_days": [0.0, 0.0, *[100.0] * 10]}
    cohort = reported(
        times, [True] * 12, ["NSD1", "KDM5A"] * 6, columns=columns,
        plan=Plan(follow_up_minimum_at_risk=5),
    )  # fmt: skip
    found = survival(cohort)
    overall = curve(found, "survival/os/all/NUP98-rearranged")
    assert overall.start_time >= 2
    assert "conditional-start" in [c.code for c in overall.cautions]
    assert overall.estimate[0] > 0.5
    refused = found["survival/os/partner/restricted-mean"]
    assert isinstance(refused, Refusal)
    assert refused.code == "entry-not-supported"


def test_lesions_and_their_unknown_states() -> None:
    states = ["present", "present", "present", "absent", "absent", "absent", "not tested", "absent"]
    cohort = reported(TIMES, EVENTS, PARTNERS, FLT3_ITD=states)
    found = survival(cohort, by="lesion:FLT3-ITD")
    assert curve(found, "survival/os/lesion:FLT3-ITD/FLT3-ITD%20present").n == 3
    assert curve(found, "survival/os/lesion:FLT3-ITD/FLT3-ITD%20absent").n == 4


def test_unknown_groups_are_missing_in_curves_and_tests() -> None:
    states = ["present"] * 3 + ["absent"] * 3 + ["not tested", "absent"]
    times = [*TIMES[:5], None, *TIMES[6:]]
    cohort = reported(times, EVENTS, PARTNERS, FLT3_ITD=states)  # type: ignore[arg-type]
    found = survival(cohort, by="lesion:FLT3-ITD", endpoint="os")
    # one of eight has no state, another (ITD absent) no follow-up
    where = "survival/os/lesion:FLT3-ITD"
    assert found[f"{where}/log-rank"].missing == 2  # type: ignore[union-attr]
    assert found[f"{where}/restricted-mean/FLT3-ITD%20present"].missing == 2  # type: ignore[union-attr]
    assert curve(found, f"{where}/FLT3-ITD%20present").missing == 1
    assert curve(found, f"{where}/FLT3-ITD%20absent").missing == 2


def test_who_never_reached_remission_is_not_missing_from_relapse_free_survival() -> None:
    found = survival(dated(30), by="lesion:FLT3-ITD", endpoint="rfs")
    test = found["survival/rfs/lesion:FLT3-ITD/log-rank"]
    assert isinstance(test, Test)
    assert (test.n, test.missing) == (20, 0)  # every third of 30 had no remission


def test_few_at_risk_is_said_of_medians_and_years() -> None:
    found = survival(small(), endpoint="os")
    median = found["survival/os/partner/NUP98::NSD1/median"]
    assert isinstance(median, Estimate)
    assert median.cautions[-1].code == "few-at-risk"
    assert median.cautions[-1].get("n") == 2  # at day 30 the patients of days 30 and 40 are left
    whole = survival(reported([400.0] * 9, [False] * 9, ["NSD1"] * 9), endpoint="os")
    year = whole["survival/os/all/NUP98-rearranged/1-year"]
    assert isinstance(year, Estimate)
    assert "few-at-risk" not in [c.code for c in year.cautions]


def test_a_curve_at_zero_is_not_estimable_beyond_its_end_where_some_were_censored() -> None:
    found = survival(small(), endpoint="os")
    year = found["survival/os/partner/NUP98::NSD1/1-year"]
    assert isinstance(year, Estimate)
    assert math.isnan(year.estimate)
    assert [c.code for c in year.cautions] == ["beyond-follow-up"]
    died = survival(reported(TIMES, [True] * 8, PARTNERS), endpoint="os")
    gone = died["survival/os/partner/NUP98::NSD1/1-year"]
    assert isinstance(gone, Estimate)
    assert gone.estimate == 0
    assert [c.code for c in gone.cautions] == ["everybody-had-the-event"]


def test_few_events_give_no_hazard_ratio() -> None:
    cohort = reported(TIMES, [True, True, True, False] + [False] * 4, PARTNERS)
    item = survival(cohort)["survival/os/partner/hazard-ratio"]
    assert isinstance(item, Refusal)
    assert (item.code, item.n) == ("too-few-events", 8)


def test_a_small_group_in_a_larger_cohort_is_permuted_with_its_seed() -> None:
    n = 90
    partners = ["KDM5A" if i % 9 == 0 else "NSD1" for i in range(n)]
    cohort = reported(
        [float(10 + 7 * i % 501) for i in range(n)], [i % 4 != 1 for i in range(n)], partners,
        plan=Plan(seed=7),
    )  # fmt: skip
    test = survival(cohort, by="partner", endpoint="os")["survival/os/partner/log-rank"]
    assert isinstance(test, Test)
    assert test.relabellings is not None
    if test.seed is not None:  # too many to count: drawn, with limits of the p
        assert test.seed == 7
        assert test.p_ci_low is not None
        assert test.p_ci_high is not None
        assert test.p_ci_low <= test.p <= test.p_ci_high
    else:
        assert test.relabellings == math.comb(90, 10)


def test_every_p_has_a_family_and_every_result_survives_the_codec() -> None:
    found = survival(dated(30))
    assert len({i.id for i in found.items}) == len(found.items)
    for item in found.items:
        assert same(from_json(to_json(item)), item)
        if isinstance(item, (Test, Estimate)) and item.p is not None:
            assert item.family is not None
            assert (item.p_adjusted is None) == (item.family_size == 1)


@given(factor=st.sampled_from([0.5, 2.0, 30.0]), shift=st.integers(0, 7))
@settings(max_examples=12, deadline=None, derandomize=True)
def test_order_of_patients_and_unit_of_time_change_no_test(factor: float, shift: int) -> None:
    order = [(i + shift) % 8 for i in range(8)]
    other = reported(
        [TIMES[i] * factor for i in order], [EVENTS[i] for i in order],
        [PARTNERS[i] for i in order],
    )  # fmt: skip
    a = survival(small())["survival/os/partner/log-rank"]
    b = survival(other)["survival/os/partner/log-rank"]
    assert isinstance(a, Test)
    assert isinstance(b, Test)
    assert b.p == pytest.approx(a.p, rel=1e-12)
    assert b.statistic == pytest.approx(a.statistic, rel=1e-9)


def test_induction_is_shown_with_its_caution() -> None:
    cohort = dated(30)
    first = pl.col("kind") == "course"
    odd = pl.col("patient_id").str.slice(3, 1).is_in(["1", "3", "5", "7", "9"])
    label = pl.when(first & odd).then(pl.lit("azacitidine + venetoclax")).otherwise(pl.col("label"))
    mixed = replace(cohort, events=cohort.events.with_columns(label.alias("label")))
    test = survival(mixed, by="induction class", endpoint="os")[
        "survival/os/induction%20class/log-rank"
    ]
    assert isinstance(test, Test)
    assert "chosen-treatment" in [c.code for c in test.cautions]


def test_an_endpoint_known_in_too_few_gives_no_curve() -> None:
    cohort = reported([10.0, None, None, 5.0], [True, None, None, True], ["NSD1"] * 4)  # type: ignore[list-item]
    codes = [i.code for i in survival(cohort).items if isinstance(i, Refusal)]
    assert codes == ["too-few-known", *NOT_REPORTED]
