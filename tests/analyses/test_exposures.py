"""Dated exposures: the bias of the naive comparison, and what stands in its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from analyses.dated_cohorts import dated, reported
from fusionscape import stats
from fusionscape.analyses.exposures import exposures
from fusionscape.cohort import Cohort, Plan
from fusionscape.cohort.derive.exposures import dated_exposures
from fusionscape.figures.topics import figures_of
from fusionscape.results import Analysis, Curve, Estimate, Refusal, Test, from_json, same, to_json

# Death is as frequent with as without transplant, day by day; who is transplanted on day 100
# had to live until then, and six died before.
TIMES = [20.0, 40.0, 60.0, 80.0, 90.0, 95.0, 150.0, 250.0, 350.0, 450.0, 550.0, 650.0,
         150.0, 250.0, 350.0, 450.0, 550.0, 650.0]  # fmt: skip
DAYS = [None] * 12 + [100.0] * 6


def transplanted(**plan: object) -> Cohort:
    return reported(
        TIMES, [True] * 18, ["NSD1", "KDM5A"] * 9, plan=Plan(**plan),  # type: ignore[arg-type]
        columns={"transplant": [d is not None for d in DAYS], "transplant_days": DAYS},
    )  # fmt: skip


def estimate(found: Analysis, stable_id: str) -> Estimate:
    item = found[stable_id]
    assert isinstance(item, Estimate)
    return item


def test_naive_is_biased_and_says_so_where_time_dependent_sees_no_effect() -> None:
    found = exposures(transplanted())
    naive = estimate(found, "exposures/transplant/os/naive")
    moving = estimate(found, "exposures/transplant/os/time-dependent")
    assert naive.estimate < 0.65
    assert naive.p is None
    assert "immortal-time-bias" in [c.code for c in naive.cautions]
    assert moving.estimate == pytest.approx(1.0, abs=1e-9)  # 6 against 6, event by event
    assert moving.p is not None
    assert moving.family is not None


def test_time_dependent_is_the_counting_process_kernel() -> None:
    cohort = transplanted()
    rows = []
    for time, day in zip(TIMES, DAYS, strict=True):
        if day is None:
            rows.append((0.0, time, 1, 0.0))
        else:
            rows += [(0.0, day, 0, 0.0), (day, time, 1, 1.0)]
    entry, time, event, on = np.array(rows).T
    direct = stats.cox(time, event, on[:, None], entry=entry)
    found = estimate(exposures(cohort), "exposures/transplant/os/time-dependent")
    assert found.estimate == pytest.approx(float(direct.hazard_ratio[0]), rel=1e-10)
    assert found.se == pytest.approx(float(direct.se[0]), rel=1e-10)


def test_mantel_byar_observed_equals_expected_here() -> None:
    test = exposures(transplanted())["exposures/transplant/os/mantel-byar"]
    assert isinstance(test, Test)
    assert test.n == 18
    assert test.p == pytest.approx(1.0)


def test_numbers_at_risk_move_from_one_curve_to_the_other() -> None:
    found = exposures(transplanted())
    after = found["exposures/transplant/os/simon-makuch/after%20transplant"]
    assert isinstance(after, Curve)
    assert after.n_at_risk[after.time == 150.0].tolist() == [6.0]
    before = found["exposures/transplant/os/simon-makuch/before%20or%20without%20transplant"]
    assert isinstance(before, Curve)
    assert before.n_at_risk[before.time == 95.0].tolist() == [13.0]  # 18 less five deaths
    assert before.n_at_risk[before.time == 150.0].tolist() == [6.0]


def test_landmarks_sweep_and_the_declared_one() -> None:
    found = exposures(transplanted(landmark_days=100.0))
    marks = [i for i in found.under("exposures/transplant/os/landmark") if isinstance(i, Estimate)]
    assert [m.id.rsplit("/", 1)[1] for m in marks] == ["100", "120", "150", "180", "270", "365"]
    declared = estimate(found, "exposures/transplant/os/landmark/100")
    assert (declared.n, declared.estimate) == (12, pytest.approx(1.0, abs=1e-9))
    assert declared.family != marks[1].family
    assert list(found.under("exposures/transplant/os/from-landmark"))


def test_without_a_declared_landmark_the_sweep_is_exploratory() -> None:
    assert [c.code for c in exposures(transplanted()).cautions] == ["landmark-not-declared"]


def test_treatments_carry_confounding_by_indication() -> None:
    items = [i for i in exposures(transplanted()).items if not isinstance(i, Refusal)]
    assert len(items) > 5
    for item in items:
        assert isinstance(item, (Estimate, Test, Curve))
        assert "confounding-by-indication" in [c.code for c in item.cautions]


def test_a_transplant_without_its_day_stands_on_neither_side() -> None:
    flags = [d is not None for d in DAYS]
    flags[0] = True
    cohort = replace(
        transplanted(), patients=transplanted().patients.with_columns(transplant=pl.Series(flags))
    )
    found = estimate(exposures(cohort), "exposures/transplant/os/time-dependent")
    assert found.n == 17
    assert "exposure-undated" in [c.code for c in found.cautions]


def test_few_exposed_are_refused() -> None:
    cohort = dated(6)
    codes = {i.id: i.code for i in exposures(cohort).items if isinstance(i, Refusal)}
    assert codes["exposures/transplant/os"] == "too-few-exposed"


def test_drugs_and_remission_are_found_with_their_days() -> None:
    found = {x.name: x for x in dated_exposures(dated(12))}
    assert sorted(found) == ["first FLT3 inhibitor", "first remission", "transplant"]
    assert found["first remission"].dated == 8
    assert not found["first remission"].treatment


def test_a_declared_column_with_a_date_is_an_exposure() -> None:
    cohort = transplanted()
    who = cohort.patients["patient_id"].to_list()[-6:]
    rows = pl.DataFrame(
        {"patient_id": who, "order": [1] * 6, "kind": ["exposure"] * 6, "label": ["X9"] * 6,
         "day": [100.0] * 6}
    )  # fmt: skip
    more = pl.concat([cohort.events, rows], how="diagonal")
    found = exposures(replace(cohort, events=more))
    same_ = estimate(found, "exposures/X9/os/time-dependent")
    assert same_.estimate == estimate(found, "exposures/transplant/os/time-dependent").estimate


def test_delayed_entry_refuses_landmarks_only() -> None:
    cohort = transplanted()
    late = replace(cohort, patients=cohort.patients.with_columns(entry_days=10.0))
    found = exposures(late)
    refused = found["exposures/transplant/os/landmark"]
    assert isinstance(refused, Refusal)
    assert refused.code == "entry-not-supported"
    assert estimate(found, "exposures/transplant/os/time-dependent").n == 18


def test_ids_are_unique_and_results_survive_the_codec() -> None:
    found = exposures(dated(40, Plan(landmark_days=90.0)))
    assert len({i.id for i in found.items}) == len(found.items)
    for item in found.items:
        assert same(from_json(to_json(item)), item)


def test_simon_makuch_counts_each_patient_once_in_its_picture() -> None:
    found = exposures(dated(40))
    curves = [
        i for i in found.under("exposures/transplant/os/simon-makuch") if isinstance(i, Curve)
    ]
    note = next(c for c in curves[0].cautions if c.code == "patients-change-sides")
    assert note.get("n") == 40
    assert sum(c.n for c in curves) == 40 + int(str(note.get("exposed")))
    shown = next(f for f in figures_of(found) if "Simon-Makuch" in f.subtitle)
    assert "n = 40" in shown.subtitle


def test_the_sweep_of_landmarks_is_drawn() -> None:
    drawn = [f for f in figures_of(exposures(dated(40))) if "landmarks" in f.id]
    assert drawn
    rows = [row.values[0] for row in drawn[0].data.rows]
    assert sum(str(row).startswith("Landmark day") for row in rows) > 1
