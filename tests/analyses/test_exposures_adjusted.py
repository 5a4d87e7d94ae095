"""Dated exposures beside baseline covariates: R's numbers, the guard, relapse-free survival."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from analyses.dated_cohorts import codebook, dated, reported
from analyses.myeloid_cohort import myeloid
from fusionscape.analyses.exposures import exposures
from fusionscape.cohort import Cohort, Plan
from fusionscape.cohort.derive.endpoints import endpoint_data
from fusionscape.cohort.derive.exposures import dated_exposures
from fusionscape.cohort.derive.origins import origin_days, origin_name
from fusionscape.figures.topics import figures_of
from fusionscape.results import Analysis, Estimate, Fit, Refusal
from fusionscape.words.sentences import say
from stats.reference import oracle

R = oracle("exposures")
HEAD = "exposures/transplant"


@cache
def found() -> Analysis:
    return exposures(myeloid())


def estimate(analysis: Analysis, stable_id: str) -> Estimate:
    item = analysis[stable_id]
    assert isinstance(item, Estimate), item
    return item


def model(analysis: Analysis, stable_id: str) -> Fit:
    item = analysis[stable_id]
    assert isinstance(item, Fit), item
    return item


@pytest.mark.parametrize("endpoint", ["os", "rfs"])
def test_the_ratio_alone_equals_r(endpoint: str) -> None:
    expected = R[endpoint]["alone"]
    item = estimate(found(), f"{HEAD}/{endpoint}/time-dependent")
    assert np.log(item.estimate) == pytest.approx(expected["coef"], rel=1e-8)
    assert item.se == pytest.approx(expected["se"], rel=1e-8)
    assert item.p == pytest.approx(expected["p"], rel=1e-7)
    assert (item.n, item.events) == (R[endpoint]["patients"], expected["events"])


@pytest.mark.parametrize("endpoint", ["os", "rfs"])
def test_the_adjusted_model_equals_r(endpoint: str) -> None:
    expected = R[endpoint]["adjusted"]
    table = model(found(), f"{HEAD}/{endpoint}/adjusted-model")
    terms = [t for t in table.terms if not t.reference_row]
    assert [t.variable for t in terms] == ["transplant", "sex", "trt", "age_years"]
    # Which level is the reference is ours: the commonest; a swap turns the sign only.
    for term, coef, se, p in zip(terms, expected["coef"], expected["se"], expected["p"],
                                 strict=True):  # fmt: skip
        assert abs(term.coef or 0.0) == pytest.approx(abs(coef), rel=1e-8)
        assert term.se == pytest.approx(se, rel=1e-8)
        assert term.p == pytest.approx(p, rel=1e-7)
    assert table.loglik == pytest.approx(expected["loglik"][1], rel=1e-10)
    hazards = [t.p for t in table.tests if t.name.startswith("proportional")]
    assert hazards == pytest.approx(R[endpoint]["zph"], rel=1e-7)


@pytest.mark.parametrize("endpoint", ["os", "rfs"])
def test_the_adjusted_ratio_stands_beside_the_others(endpoint: str) -> None:
    item = estimate(found(), f"{HEAD}/{endpoint}/adjusted")
    first = model(found(), f"{HEAD}/{endpoint}/adjusted-model").terms[1]
    assert (item.estimate, item.ci_low, item.ci_high) == (
        first.ratio, first.ratio_low, first.ratio_high,
    )  # fmt: skip
    assert item.adjusted_for == ("sex", "trt", "age_years")
    assert item.family != estimate(found(), f"{HEAD}/{endpoint}/time-dependent").family
    codes = {c.code for c in item.cautions}
    assert {"adjusted-at-baseline", "confounding-by-indication"} <= codes
    with pytest.raises(KeyError):  # nobody was dropped, so the same patients are all patients
        found()[f"{HEAD}/{endpoint}/unadjusted-same"]


def test_rows_count_patients_and_not_their_intervals() -> None:
    table = model(found(), f"{HEAD}/os/adjusted-model")
    assert table.n == 646
    sexes = [t.n for t in table.terms if t.variable == "sex"]
    assert sum(sexes) == 646
    before, after = (t for t in table.terms if t.variable == "transplant")
    assert after.n == R["os"]["exposed"]
    assert before.events + after.events == table.events == 320
    assert before.n <= 646 < before.n + after.n  # who was transplanted counts in both


def test_relapse_free_survival_counts_from_remission() -> None:
    people = myeloid()
    data = endpoint_data(people, "rfs")
    assert origin_name(people, data) == "remission"
    days = origin_days(people, data)
    assert int((~np.isnan(days)).sum()) == R["rfs"]["patients"]
    item = estimate(found(), f"{HEAD}/rfs/time-dependent")
    assert item.missing == 0  # who never reached remission is not asked about
    assert not [i for i in found().items if i.id.startswith("exposures/first%20remission/rfs")]


def test_landmarks_of_relapse_free_survival_say_from_when() -> None:
    marks = [i for i in found().under(f"{HEAD}/rfs/landmark") if isinstance(i, Estimate)]
    assert marks
    assert all("after remission" in m.label for m in marks)


def test_event_free_survival_from_treatment_counts_exposures_from_it() -> None:
    people = dated(40, Plan(endpoint_rules="xiong2025", endpoints=("efs",)))
    shifted = people.events.with_columns(
        pl.when(pl.col("kind") == "course").then(5.0).otherwise(pl.col("day")).alias("day")
    )
    people = replace(people, events=shifted)
    data = endpoint_data(people, "efs")
    assert set(origin_days(people, data).tolist()) == {5.0}
    assert estimate(exposures(people), f"{HEAD}/efs/time-dependent").n == 40


def test_without_declared_covariates_nothing_is_adjusted() -> None:
    analysis = exposures(myeloid(()))
    refused = analysis["exposures/adjusted"]
    assert isinstance(refused, Refusal)
    assert refused.code == "covariates-undeclared"
    assert "Declare them" in say(refused)
    assert not [i for i in analysis.items if isinstance(i, Fit)]


def test_complete_cases_are_compared_with_the_same_patients_unadjusted() -> None:
    people = myeloid()
    blank = pl.int_range(pl.len()) % 3 == 0
    ages = pl.when(blank).then(None).otherwise(pl.col("age_years")).alias("age_years")
    analysis = exposures(replace(people, patients=people.patients.with_columns(ages)))
    same = estimate(analysis, f"{HEAD}/os/unadjusted-same")
    table = model(analysis, f"{HEAD}/os/adjusted-model")
    assert same.n == table.n == 646 - 216
    assert same.p is None
    assert dict(table.dropped)["Age per year"] == 216
    assert same.estimate != estimate(analysis, f"{HEAD}/os/time-dependent").estimate


@pytest.mark.parametrize("name", ["covariate:X1", "X1"])
@pytest.mark.parametrize(("timing", "code"), [("later", "immortal-time"),
                                              ("unknown", "timing-unknown")])  # fmt: skip
def test_a_covariate_that_is_not_baseline_enters_no_adjusted_model(
    name: str, timing: str, code: str
) -> None:
    people = myeloid((name, "sex"))
    later = {timing: ("covariate:X1",)}
    values = pl.Series("X1", [float(i % 7) for i in range(people.n)])
    people = replace(
        people, patients=people.patients.with_columns(values),
        codebook=codebook(("sex", "fusion", "age_years"), **later),
    )  # fmt: skip
    analysis = exposures(people)
    refused = [i for i in analysis.items if isinstance(i, Refusal) and "X1" in i.id]
    assert [r.code for r in refused] == [code]
    table = model(analysis, f"{HEAD}/os/adjusted-model")
    assert {t.variable for t in table.terms} == {"transplant", "sex"}


def test_an_exposed_group_without_events_is_penalised_with_the_reason() -> None:
    days = [None] * 14 + [10.0] * 8
    times = [20.0 + 10 * i for i in range(14)] + [200.0 + i for i in range(8)]
    people = reported(
        times, [True] * 14 + [False] * 8, ["NSD1", "KDM5A"] * 11,
        plan=Plan(covariates=("age_years",), endpoints=("os",)),
        columns={"transplant_days": days, "age_years": [float(i * 5 % 17) for i in range(22)]},
    )  # fmt: skip
    analysis = exposures(people)
    table = model(analysis, f"{HEAD}/os/adjusted-model")
    assert table.penalty == "firth"
    assert all(np.isfinite(t.ratio) for t in table.terms if t.ratio is not None)
    codes = {c.code for c in table.cautions}
    assert {"switched-to-firth", "few-events-per-variable"} <= codes
    item = estimate(analysis, f"{HEAD}/os/adjusted")
    assert 0 < item.estimate < 1


def test_too_few_events_for_the_covariates_are_refused() -> None:
    people = reported(
        [float(10 * i + 5) for i in range(20)], [i % 4 == 0 for i in range(20)],
        ["NSD1", "KDM5A"] * 10,
        plan=Plan(covariates=("age_years", "wbc_10e9_l", "sex", "partner", "platelets_10e9_l")),
        columns={
            "transplant_days": [3.0 if i % 2 else None for i in range(20)],
            "age_years": [float(i) for i in range(20)],
            "wbc_10e9_l": [float(i * 7 % 11) for i in range(20)],
            "platelets_10e9_l": [float(i * 3 % 13) for i in range(20)],
            "sex": ["male", "female", "male", "male"] * 5,
        },
        book=codebook(("fusion", "age_years", "wbc_10e9_l", "sex", "platelets_10e9_l")),
    )  # fmt: skip
    refused = exposures(people)[f"{HEAD}/os/adjusted-model"]
    assert isinstance(refused, Refusal)
    assert refused.code == "too-few-events"


def _with_mrd(people: Cohort, rows: list[tuple[int, int, str, float | None]]) -> Cohort:
    who = people.patients["patient_id"].to_list()
    more = pl.DataFrame(
        [
            {"patient_id": who[i], "order": order, "kind": "mrd", "state": state, "day": day}
            for i, order, state, day in rows
        ],
        schema_overrides={"day": pl.Float64},
    )
    return replace(people, events=pl.concat([people.events, more], how="diagonal_relaxed"))


def test_first_mrd_assessments_are_exposures() -> None:
    rows = [(i, 5, "positive" if i % 2 else "negative", 45.0) for i in range(30)]
    rows += [(i, 7, "negative", 80.0) for i in range(1, 20, 2)]
    people = _with_mrd(dated(40), rows)
    named = {x.name: x for x in dated_exposures(people)}
    negative, positive = named["first MRD-negative"], named["first MRD-positive"]
    assert negative.day[:3].tolist() == [45.0, 80.0, 45.0]
    assert (negative.dated, positive.dated) == (25, 15)
    assert int(negative.unassessed.sum()) == 10
    assert not negative.treatment
    analysis = exposures(people)
    item = estimate(analysis, "exposures/first%20MRD-negative/os/time-dependent")
    codes = {c.code: c for c in item.cautions}
    assert codes["never-assessed"].get("n") == 10
    assert "state-not-cause" in codes
    assert "confounding-by-indication" not in codes
    estimate(analysis, "exposures/first%20MRD-negative/rfs/time-dependent")


def test_an_undated_assessment_before_the_first_dated_one_leaves_the_day_open() -> None:
    rows: list[tuple[int, int, str, float | None]] = [
        (0, 1, "negative", None), (0, 2, "negative", 90.0), (1, 1, "negative", 90.0),
        (1, 2, "negative", None), (2, 1, "positive", None), (3, 1, "negative", 60.0),
    ]  # fmt: skip
    named = {x.name: x for x in dated_exposures(_with_mrd(dated(12), rows))}
    assert named["first MRD-negative"].undated[:4].tolist() == [True, False, False, False]
    assert "first MRD-positive" not in named  # nobody's day is known


def test_reported_relapse_free_survival_without_the_day_of_remission_is_refused() -> None:
    columns = {
        "rfs_days": [float(50 + 10 * i) for i in range(18)],
        "rfs_event": [i % 2 == 0 for i in range(18)],
        "transplant_days": [None] * 12 + [100.0] * 6,
    }
    people = reported(
        [float(100 + 20 * i) for i in range(18)], [True] * 18, ["NSD1"] * 18, columns=columns
    )
    refused = exposures(people)[f"{HEAD}/rfs"]
    assert isinstance(refused, Refusal)
    assert refused.code == "origin-not-dated"


def test_the_picture_shows_naive_unadjusted_and_adjusted() -> None:
    drawn = next(f for f in figures_of(found()) if "landmarks" in f.id)
    labels = [str(row.values[0]) for row in drawn.data.rows]
    assert [x.split(":")[0].split(",")[0] for x in labels[:3]] == [
        "Naive", "Time-dependent", "Time-dependent",
    ]  # fmt: skip
    assert any("adjusted" in x for x in labels)
    assert any("forest" in f.id for f in figures_of(found()))
