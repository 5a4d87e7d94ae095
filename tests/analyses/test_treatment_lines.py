"""Survival from the start of a line of treatment: R's numbers, the clock, what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import fusionscape as fs
from analyses.dated_cohorts import codebook, dated, reported
from analyses.myeloid_cohort import myeloid
from fusionscape.analyses.survival import survival
from fusionscape.analyses.treatment_lines import treatment_lines
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.endpoints import endpoint_data
from fusionscape.cohort.derive.line_starts import arms_dated, from_line_start, line_starts
from fusionscape.figures.topics import figures_of
from fusionscape.results import Analysis, Curve, Estimate, Refusal, Test
from fusionscape.words.sentences import say
from stats.reference import oracle

R = oracle("lines")
SALVAGE = "treatment_lines/salvage_1"
ARM = f"{SALVAGE}/regimen%20class"


def given(people: Cohort, rows: list[tuple[str, int, str, float | None]]) -> Cohort:
    """The cohort with these courses more: patient, line, regimen, day."""
    more = pl.DataFrame(
        [
            {"patient_id": who, "order": 50 + i, "kind": "course", "label": label, "line": line,
             "day": day}
            for i, (who, line, label, day) in enumerate(rows)
        ],
        schema_overrides={"day": pl.Float64},
    )  # fmt: skip
    return replace(people, events=pl.concat([people.events, more], how="diagonal_relaxed"))


def relapsed() -> Cohort:
    people = myeloid()
    rows = people.events.filter(pl.col("kind") == "relapse").select("patient_id", "day")
    return given(people, [
        (who, 2, "FLAG-IDA" if int(who[1:]) % 2 else "azacitidine + venetoclax", day)
        for who, day in rows.iter_rows()
    ])  # fmt: skip


def estimate(found: Analysis, stable_id: str) -> Estimate:
    item = found[stable_id]
    assert isinstance(item, Estimate), item
    return item


def codes(found: Analysis) -> dict[str, str]:
    return {i.id: i.code for i in found.items if isinstance(i, Refusal)}


def test_salvage_classes_from_the_start_of_salvage_equal_r() -> None:
    found = treatment_lines(relapsed())
    for arm, name, year in zip(("IC", "LIT+VEN"), ("IC", "VEN"), R["year"], strict=True):
        curve = found[f"{ARM}/{arm}"]
        assert isinstance(curve, Curve)
        assert curve.n == R["sizes"][arm]
        half = curve.quantile[np.isclose(curve.quantile_probs, 0.5)]
        assert half.tolist() == pytest.approx([R["median"][name]], rel=1e-12)
        value = next(
            i for i in found.items
            if isinstance(i, Estimate) and i.group == arm and i.id.endswith("1-year")
        )  # fmt: skip
        assert [value.estimate, value.ci_low, value.ci_high] == pytest.approx(year, rel=1e-8)
    test = found[f"{ARM}/log-rank"]
    assert isinstance(test, Test)
    assert test.statistic == pytest.approx(R["chisq"], rel=1e-8)
    ratio = estimate(found, f"{ARM}/hazard-ratio")
    sign = 1 if ratio.exposure == "LIT+VEN" else -1
    assert sign * np.log(ratio.estimate) == pytest.approx(R["coef"], rel=1e-8)
    assert (ratio.n, ratio.events) == (R["n"], R["events"])


def test_who_never_reached_the_line_is_outside_and_not_missing() -> None:
    people = relapsed()
    data = from_line_start(people, endpoint_data(people, "os"), 2, "salvage 1")
    assert data.known.height == R["n"]
    assert data.outside == 646 - R["n"]
    assert data.missing == 0
    assert data.label == "Overall survival from start of salvage 1"


def test_salvage_says_that_it_was_chosen_and_selects() -> None:
    found = treatment_lines(relapsed())
    for item in found.under(ARM):
        said = {c.code: c for c in getattr(item, "cautions", ())}
        if isinstance(item, Test) or item.id.endswith("hazard-ratio"):
            assert {"chosen-treatment", "line-selects"} <= set(said)
            note = said["line-selects"]
            assert (note.get("n"), note.get("of")) == (R["n"], 646)
    whole = next(i for i in found.under(f"{SALVAGE}/all") if isinstance(i, Curve))
    assert "line-selects" in [c.code for c in whole.cautions]


def test_salvage_from_diagnosis_is_refused_as_immortal_time() -> None:
    found = treatment_lines(relapsed())
    assert codes(found)[f"{SALVAGE}/from%20diagnosis"] == "line-from-diagnosis"
    assert "immortal time" in say(found[f"{SALVAGE}/from%20diagnosis"])


def test_a_line_without_dates_is_refused() -> None:
    people = given(
        dated(20), [(f"p{i:03d}", 2, "FLAG-IDA" if i % 2 else "AZA + VEN", None) for i in range(8)]
    )
    found = treatment_lines(people)
    assert codes(found)[SALVAGE] == "line-not-dated"
    assert not [i for i in found.under(SALVAGE) if isinstance(i, Curve)]


def test_nothing_about_treatment_is_no_data() -> None:
    people = reported([10.0, 20.0, 30.0, 40.0], [True] * 4, ["NSD1"] * 4)
    assert [i.code for i in treatment_lines(people).items if isinstance(i, Refusal)] == ["no-data"]


def test_the_clock_of_induction_starts_with_it() -> None:
    people = dated(12)
    later = pl.when(pl.col("kind") == "course").then(9.0).otherwise(pl.col("day")).alias("day")
    people = replace(people, events=people.events.with_columns(later))
    assert line_starts(people, 1).tolist() == [9.0] * 12
    plain = endpoint_data(people, "os")
    shifted = from_line_start(people, plain, 1, "induction")
    assert (plain.time - shifted.time).tolist() == [9.0] * 12


def test_an_undated_course_before_the_first_dated_one_leaves_the_start_open() -> None:
    people = dated(6)
    rows = [("p000", 2, "FLAG-IDA", None), ("p000", 2, "AZA + VEN", 50.0),
            ("p001", 2, "FLAG-IDA", 40.0), ("p001", 2, "AZA + VEN", None)]  # fmt: skip
    starts = line_starts(given(people, rows), 2)
    assert np.isnan(starts[0])
    assert starts[1] == 40.0


def test_a_transplant_begins_no_line() -> None:
    people = given(dated(6), [("p001", 2, "HSCT", 40.0), ("p002", 2, "HSCT", 40.0),
                              ("p002", 2, "FLAG-IDA", 60.0)])  # fmt: skip
    starts = line_starts(people, 2)
    assert np.isnan(starts[1])
    assert starts[2] == 60.0


def test_follow_up_that_ends_before_the_line_is_left_out_and_said() -> None:
    people = given(dated(30), [
        (f"p{i:03d}", 2, "FLAG-IDA" if i % 2 else "AZA + VEN", 5000.0 if i == 1 else 40.0)
        for i in range(20)
    ])  # fmt: skip
    data = from_line_start(people, endpoint_data(people, "os"), 2, "salvage 1")
    note = next(c for c in data.cautions if c.code == "ended-before-line")
    assert note.get("n") == 1
    assert data.missing == 1


def test_late_entry_stays_late_on_the_clock_of_the_line() -> None:
    people = given(dated(30), [(f"p{i:03d}", 2, "FLAG-IDA", 40.0) for i in range(20)])
    people = replace(people, patients=people.patients.with_columns(entry_days=55.0))
    data = from_line_start(people, endpoint_data(people, "os"), 2, "salvage 1")
    assert set(data.frame.filter(pl.col("time").is_not_null())["entry"].to_list()) == {15.0}


def test_dated_induction_is_not_compared_from_diagnosis_as_well() -> None:
    people = dated(30)
    odd = pl.col("patient_id").str.slice(3, 1).is_in(["1", "3", "5", "7", "9"])
    label = pl.when((pl.col("kind") == "course") & odd).then(pl.lit("AZA + VEN"))
    people = replace(
        people, events=people.events.with_columns(label.otherwise(pl.col("label")).alias("label"))
    )
    assert arms_dated(people, 1)
    assert not list(survival(people).under("survival/os/induction%20class"))
    assert list(treatment_lines(people).under("treatment_lines/induction/regimen%20class"))
    undated = pl.when(pl.col("kind") == "course").then(None).otherwise(pl.col("day")).alias("day")
    blind = replace(people, events=people.events.with_columns(undated))
    tests = [i for i in survival(blind).under("survival/os/induction%20class")
             if isinstance(i, Test)]  # fmt: skip
    assert tests
    assert "induction-from-diagnosis" in [c.code for c in tests[0].cautions]
    assert codes(treatment_lines(blind))["treatment_lines/induction"] == "line-not-dated"


def test_names_of_columns_change_nothing() -> None:
    people = relapsed()
    other = replace(people, codebook=codebook(("sex", "fusion", "X1", "X2")))
    first, second = treatment_lines(people), treatment_lines(other)
    assert [i.id for i in first.items] == [i.id for i in second.items]


def test_the_picture_is_drawn_with_the_clock_in_its_axis() -> None:
    drawn = figures_of(treatment_lines(relapsed()))
    assert drawn
    assert any("start of salvage 1" in str(f.spec) for f in drawn)


STUDY = """schema = 1
name = "lines"
selected_by_fusion = true
[[files]]
path = "t.csv"
id = "id"
[[files.columns]]
source = "fusion"
field = "fusion"
timing = "baseline"
[[files.columns]]
source = "os"
field = "os_days"
timing = "post-baseline"
unit = "days"
[[files.columns]]
source = "dead"
field = "os_event"
timing = "post-baseline"
[[files.columns]]
source = "salvage"
field = "course:line:2"
timing = "post-baseline"
date_column = "salvage day"
"""


def test_a_spreadsheet_gives_the_line_its_date(tmp_path: Path) -> None:
    rows = ["id,fusion,os,dead,salvage,salvage day"]
    for i in range(24):
        regimen, day = ("", "") if i % 3 == 0 else ("FLAG-IDA" if i % 2 else "AZA + VEN", 60 + i)
        rows.append(f"P{i},NUP98::NSD1,{300 + 11 * i},{i % 2},{regimen},{day}")
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    found = treatment_lines(fs.read(tmp_path))
    test = found[f"{ARM}/log-rank"]
    assert isinstance(test, Test)
    assert test.n == 16
