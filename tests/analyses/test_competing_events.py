"""Competing events, states and endpoint definitions of a cohort."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from analyses.dated_cohorts import dated, reported
from fusionscape import stats
from fusionscape.analyses.cumulative_incidence import cumulative_incidence
from fusionscape.analyses.endpoint_rules import endpoint_rules
from fusionscape.analyses.multistate import multistate
from fusionscape.analyses.survival import survival
from fusionscape.cohort import Cohort, Plan
from fusionscape.cohort.derive.endpoints import endpoint_data
from fusionscape.figures.topics import figures_of
from fusionscape.results import (
    Analysis,
    Count,
    Curve,
    Estimate,
    Fit,
    Refusal,
    Test,
    from_json,
    same,
    to_json,
)
from fusionscape.words.headline import headline

TIMES = [float(10 * i + 10) for i in range(30)]
TYPES = (["relapse", "death", "induction failure", "censored", "relapse"] * 6)[:30]
PARTNERS = ["NSD1" if i % 2 else "KDM5A" for i in range(30)]


def first_events() -> Cohort:
    columns = {
        "efs_days": TIMES, "efs_event": [t != "censored" for t in TYPES], "efs_type": TYPES,
        "age_years": [float(i % 9) for i in range(30)],
    }  # fmt: skip
    plan = Plan(covariates=("partner", "age_years"))
    return reported(TIMES, [t == "death" for t in TYPES], PARTNERS, plan=plan, columns=columns)


def curve(found: Analysis, stable_id: str) -> Curve:
    item = found[stable_id]
    assert isinstance(item, Curve)
    return item


def test_causes_and_event_free_add_up_to_one() -> None:
    found = cumulative_incidence(first_events())
    prefix = "cumulative_incidence/first-event/all/NUP98-rearranged"
    causes = [i for i in found.under(prefix) if isinstance(i, Curve)]
    assert [c.cause for c in causes] == ["relapse", "death", "induction failure"]
    efs = curve(survival(first_events()), "survival/efs/all/NUP98-rearranged")
    total = sum(c.estimate for c in causes)
    assert np.allclose(total + efs.estimate, 1.0, atol=1e-12)


def test_gray_is_the_kernel_and_has_a_family() -> None:
    test = cumulative_incidence(first_events())[
        "cumulative_incidence/first-event/partner/relapse/gray"
    ]
    assert isinstance(test, Test)
    codes = {"relapse": 1, "death": 2, "induction failure": 3, "censored": 0}
    direct = stats.gray(TIMES, [codes[t] for t in TYPES], PARTNERS)
    assert test.p == pytest.approx(direct.p, rel=1e-12)
    assert test.family == "Gray tests, first event from diagnosis"


def test_fine_gray_stands_beside_cause_specific_cox() -> None:
    found = cumulative_incidence(first_events())
    cox = found["cumulative_incidence/first-event/cause-specific/relapse"]
    fine = found["cumulative_incidence/first-event/fine-gray/relapse"]
    assert isinstance(cox, Fit)
    assert isinstance(fine, Fit)
    assert (cox.scale, fine.scale) == ("hazard ratio", "subdistribution hazard ratio")
    assert (cox.n, cox.events) == (fine.n, fine.events) == (30, TYPES.count("relapse"))


def test_relapse_and_death_in_remission_compete_from_remission() -> None:
    cohort = dated(24)
    data = endpoint_data(cohort, "cir")
    found = curve(
        cumulative_incidence(cohort), "cumulative_incidence/cir/all/NUP98-rearranged/relapse"
    )
    assert found.n == np.sum(~np.isnan(data.time))
    assert found.events == np.sum(data.status == 1)


def test_states_add_up_to_one_and_death_is_one_minus_survival() -> None:
    cohort = dated(24)
    states = [i for i in multistate(cohort).items if isinstance(i, Curve)]
    assert np.allclose(sum(s.estimate for s in states), 1.0, atol=1e-12)
    death = next(s for s in states if s.id.endswith("/death"))
    alive = curve(survival(cohort), "survival/os/all/NUP98-rearranged")
    before = death.time[death.time < 400]  # nobody is censored until then
    place = np.searchsorted(alive.time, before, side="right") - 1
    dead = np.where(place < 0, 0.0, 1 - alive.estimate[place])
    assert np.allclose(death.estimate[: before.size], dead, atol=1e-12)


def test_without_dates_there_are_no_states() -> None:
    assert [i.code for i in multistate(first_events()).items if isinstance(i, Refusal)] == [
        "no-data"
    ]


def test_every_rule_set_is_shown() -> None:
    found = endpoint_rules(dated(24))
    names = [i.group for i in found.under("endpoint_rules/efs") if isinstance(i, Count)]
    assert names[:2] == ["eln2022", "eln2017"]
    early = found["endpoint_rules/efs/eln2022/median"]
    late = found["endpoint_rules/efs/eln2017/median"]
    assert isinstance(early, Estimate)
    assert isinstance(late, Estimate)
    assert early.estimate < late.estimate  # induction failures count on day one


def test_bounds_for_the_lost_hold_the_estimate() -> None:
    cohort = dated(24)  # patient 5 was lost on day 400
    found = endpoint_rules(cohort)
    worst = found["endpoint_rules/os/lost%20taken%20as%20events/3-years"]
    best = found["endpoint_rules/os/lost%20taken%20as%20event-free%20to%20the%20cut-off/3-years"]
    middle = found["endpoint_rules/os/eln2022/3-years"]
    values = [x.estimate for x in (worst, middle, best) if isinstance(x, Estimate)]
    assert values == sorted(values)
    assert values[0] < values[2]
    events = found["endpoint_rules/os/lost%20taken%20as%20events/events"]
    plain = found["endpoint_rules/os/eln2022/events"]
    assert isinstance(events, Count)
    assert isinstance(plain, Count)
    assert events.count == plain.count + 1


def test_nobody_lost_means_no_bounds() -> None:
    cohort = dated(24)
    kept = replace(cohort, events=cohort.events.filter(pl.col("kind") != "lost"))
    assert not [i for i in endpoint_rules(kept).items if "lost" in i.id]


def test_reported_times_cannot_follow_other_rules() -> None:
    found = endpoint_rules(first_events())
    codes = {i.id: i.code for i in found.items if isinstance(i, Refusal)}
    assert codes == {
        "endpoint_rules/efs": "events-not-dated",
        "endpoint_rules/rfs": "endpoint-not-in-data",
        "endpoint_rules/bounds": "loss-not-recorded",
    }
    assert [c.code for c in found.cautions] == ["no-cut-off"]
    assert "not answered" not in headline(found)


def test_incidence_from_remission_is_refused_where_remission_has_no_day() -> None:
    found = cumulative_incidence(first_events())
    refused = found["cumulative_incidence/cir"]
    assert isinstance(refused, Refusal)
    assert refused.code == "remission-not-dated"
    assert not isinstance(found.items[0], Refusal)


def test_grays_test_counts_the_carriers_without_a_group_and_nobody_else() -> None:
    cohort = first_events()
    cause = pl.when(pl.col("patient_id") == "p003").then(None).otherwise(pl.col("efs_days"))
    cohort = replace(cohort, patients=cohort.patients.with_columns(cause.alias("efs_days")))
    found = cumulative_incidence(cohort)
    test = found["cumulative_incidence/first-event/partner/relapse/gray"]
    assert isinstance(test, Test)
    assert (test.n, test.missing) == (29, 1)


def test_a_picture_of_incidence_names_the_event_the_groups_and_what_they_reach() -> None:
    titles = [f.title for f in figures_of(cumulative_incidence(first_events()))]
    assert any("relapse" in t and "% with NUP98::NSD1" in t for t in titles), titles


@pytest.mark.parametrize("make", [cumulative_incidence, multistate, endpoint_rules])
def test_ids_are_unique_and_results_survive_the_codec(make: object) -> None:
    for cohort in (dated(24), first_events(), dated(3), dated(12).only([])):
        found = make(cohort)  # type: ignore[operator]
        assert len({i.id for i in found.items}) == len(found.items)
        for item in found.items:
            assert same(from_json(to_json(item)), item)
