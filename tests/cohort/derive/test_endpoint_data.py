"""Endpoints of a cohort: dated events under rule sets, reported columns, cut-off, late entry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from analyses.dated_cohorts import dated, reported
from fusionscape.cohort import Cohort, Plan
from fusionscape.cohort.derive.endpoints import (
    available,
    chosen_rules,
    endpoint_data,
    known_rule_sets,
)


def test_dated_responses_bring_the_eln_rules() -> None:
    cohort = dated(12)
    assert chosen_rules(cohort) == "eln2022"
    assert available(cohort) == ("os", "efs", "rfs", "cir", "nrm")


def test_reported_times_stay_as_reported_where_no_relapse_is_dated() -> None:
    cohort = reported([10.0, 20.0], [True, False], ["NSD1", "KDM5A"])
    data = endpoint_data(cohort, "os")
    assert data.rules == "as reported"
    assert data.time.tolist() == [10.0, 20.0]
    assert data.status.tolist() == [1.0, 0.0]


def test_induction_death_counts_on_day_one_under_eln2022_and_on_its_day_under_eln2017() -> None:
    cohort = dated(4)  # patient 0 dies on day 60 without remission
    assert endpoint_data(cohort, "efs", rules="eln2022").time[0] == 1.0
    assert endpoint_data(cohort, "efs", rules="eln2017").time[0] == 60.0


def test_missing_cut_off_is_said_for_dated_events_only() -> None:
    cohort = dated(6)
    without = replace(cohort, patients=cohort.patients.drop("cut_off_days"))
    assert "no-cut-off" in [c.code for c in endpoint_data(without, "os").cautions]
    assert "no-cut-off" not in [c.code for c in endpoint_data(cohort, "os").cautions]
    given = reported([10.0], [True], ["NSD1"])
    assert endpoint_data(given, "os").cautions == ()


def test_events_after_the_cut_off_have_not_happened() -> None:
    cohort = dated(12)  # patient 9 dies on day 123
    early = replace(cohort, patients=cohort.patients.with_columns(cut_off_days=100.0))
    data = endpoint_data(early, "os")
    assert (data.time[9], data.status[9]) == (100.0, 0.0)


def test_own_rules_of_the_study_win_over_the_plan() -> None:
    own = {"mine": {"failure": "its date", "remission": ["CR"], "landmark_days": 20.0}}
    cohort = replace(dated(12), study={"endpoint_rules": own})
    assert "mine" in known_rule_sets(cohort)
    found = endpoint_data(cohort, "efs", rules="mine")
    assert found.rules == "mine"
    assert found.known.height == 12


def test_an_unknown_rule_set_and_endpoint_are_refused_by_name() -> None:
    with pytest.raises(KeyError, match="eln1999"):
        endpoint_data(dated(3), "os", rules="eln1999")
    with pytest.raises(KeyError, match="pfs"):
        endpoint_data(dated(3), "pfs")


def test_rules_that_need_dates_fall_back_to_what_was_reported_and_say_so() -> None:
    columns = {"efs_days": [5.0, 9.0], "efs_event": [True, False]}
    cohort = reported(
        [10.0, 20.0], [True, False], ["NSD1", "KDM5A"], plan=Plan(endpoint_rules="eln2017"),
        columns=columns,
    )  # fmt: skip
    found = endpoint_data(cohort, "efs")
    assert found.rules == "as reported"
    assert [c.code for c in found.cautions] == ["rules-need-dates"]


def test_reported_death_is_not_forgotten_when_only_responses_are_dated() -> None:
    cohort = dated(6)
    events = cohort.events.filter(cohort.events["kind"] != "death")
    patients = cohort.patients.with_columns(os_days=500.0, os_event=True)
    data = endpoint_data(replace(cohort, events=events, patients=patients), "os", rules="eln2022")
    assert data.status.tolist() == [1.0] * 6


def test_late_entry_keeps_those_with_an_event_at_time_zero_at_risk() -> None:
    cohort = reported(
        [0.0, 30.0, 40.0, 5.0], [True, True, False, True], ["NSD1"] * 4,
        columns={"entry_days": [0.0, 10.0, 0.0, 8.0]},
    )  # fmt: skip
    data = endpoint_data(cohort, "os")
    assert [c.code for c in data.cautions] == ["entered-after-end"]
    assert np.isnan(data.time[3])
    entry = data.late_entry(~np.isnan(data.time))
    assert entry is not None
    assert entry.tolist() == [-1.0, 10.0, -1.0]


def test_a_negative_time_is_left_out_and_counted() -> None:
    data = endpoint_data(reported([-5.0, 10.0], [True, True], ["NSD1"] * 2), "os")
    assert data.missing == 1
    assert [(c.code, c.get("n")) for c in data.cautions] == [("negative-follow-up", 1)]


def undated(cohort: Cohort, kind: str) -> Cohort:
    """The same cohort with the days of these events forgotten."""
    day = pl.when(pl.col("kind") == kind).then(None).otherwise(pl.col("day")).alias("day")
    return replace(cohort, events=cohort.events.with_columns(day))


def test_an_undated_death_is_unknown_and_not_censored() -> None:
    cohort = undated(dated(12), "death")
    data = endpoint_data(cohort, "os")
    dead = [i for i in range(12) if i % 3 == 0 or i % 4 == 0]
    assert np.flatnonzero(np.isnan(data.time)).tolist() == dead
    assert ("event-undated", len(dead)) in [(c.code, c.get("n")) for c in data.cautions]


def test_an_undated_relapse_spares_overall_survival_only() -> None:
    cohort = undated(dated(12), "relapse")
    relapsed = [4, 8]
    assert not np.isnan(endpoint_data(cohort, "os").time).any()
    rfs = endpoint_data(cohort, "rfs")
    assert np.isnan(rfs.time[relapsed]).all()
    assert rfs.outside == 4  # never in remission


def test_dead_without_a_time_is_unknown() -> None:
    cohort = undated(dated(12), "death")
    flags = [i == 1 or None for i in range(12)]
    known = replace(cohort, patients=cohort.patients.with_columns(os_event=pl.Series(flags)))
    assert np.isnan(endpoint_data(known, "os", rules="eln2022").time[1])
