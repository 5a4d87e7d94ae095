"""The TARGET/COG codebook on a made-up table with the real header."""

from __future__ import annotations

import csv as csv_module
import io
from pathlib import Path

import polars as pl
import pytest

from fusionscape.cohort import Cohort
from fusionscape.readers import check, read
from fusionscape.readers.codebooks import NAMES, codebook, recognise
from fusionscape.readers.meaning.fields import parse_field
from readers import target_table
from readers.target_table import counts, responses


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    path = tmp_path_factory.mktemp("target") / "patients.csv"
    path.write_text(target_table.csv(), encoding="utf-8")
    return read(path)


def test_carriers_and_partners(cohort: Cohort) -> None:
    assert cohort.n == 20
    assert cohort.carrying("NUP98").n == 12
    assert cohort.carrying("KMT2A").n == 8
    fusions = cohort.lesions.filter(pl.col("lesion_type") == "fusion")["lesion"]
    assert dict(fusions.value_counts().iter_rows()) == {
        "NUP98::NSD1": 8, "NUP98::KDM5A": 4, "KMT2A::MLLT3": 2, "KMT2A::MLLT10": 1,
        "KMT2A::AFDN": 1, "KMT2A::SEPTIN6": 1, "KMT2A::?": 1, "KMT2A::ELL": 1, "KMT2A::AFF1": 1,
    }  # fmt: skip
    assert cohort.driver_state("NUP98").to_list() == [True] * 12 + [False] * 8


def test_ambiguous_and_untested_are_no_negatives(cohort: Cohort) -> None:
    # Eight NSD1: 5 yes, 1 "<0.1", 1 no, 1 unknown.
    assert counts(cohort, "FLT3-ITD", "NUP98::NSD1") == (5, 6)
    assert int(cohort.lesion("FLT3-ITD", ambiguous_as="present").sum()) == 6
    assert int(cohort.lesion("FLT3-ITD", ambiguous_as="absent").drop_nulls().len()) == 19
    assert counts(cohort, "WT1", "NUP98::NSD1") == (3, 8)
    assert counts(cohort, "NRAS", "NUP98::NSD1") == (2, 6)
    assert counts(cohort, "KRAS", "NUP98::NSD1") == (2, 6)
    assert cohort.lesion("GATA2").null_count() == 20
    ratio = cohort.lesions.filter(pl.col("lesion") == "FLT3-ITD", pl.col("value").is_not_null())
    assert ratio["value"].to_list() == [0.7] * 5


def test_responses_keep_death_and_unevaluable_apart(cohort: Cohort) -> None:
    assert responses(cohort, "NUP98::NSD1") == {
        "CR": 3, "death": 1, "not evaluable": 1, "not in CR": 3,
    }  # fmt: skip
    assert responses(cohort, "NUP98::KDM5A") == {"CR": 3}


def test_events_come_from_the_type_not_the_blank_flag(cohort: Cohort) -> None:
    # Relapse, induction failure and both deaths are events: 4 of 5, of 19 known.
    assert int(cohort.patients["efs_event"].sum()) == 16
    assert cohort.patients["efs_event"].null_count() == 1
    found = {f.code: f for f in cohort.findings}
    assert found["event-flag-blank"].count == 8
    assert found["event-flag-blank"].column == "EFSI"


def test_missing_is_missing(cohort: Cohort) -> None:
    missing = dict(zip(cohort.patients.columns, cohort.patients.null_count().row(0), strict=True))
    assert missing["sex"] == 1
    assert missing["karyotype"] == 2
    assert missing["blasts_marrow_percent"] == 1
    assert missing["os_days"] == missing["os_event"] == missing["efs_type"] == 1


def test_timing_of_every_column_is_declared(cohort: Cohort) -> None:
    for field in ("os_days", "efs_event", "response:course:1", "transplant_cr1", "mrd:course:1"):
        assert cohort.codebook.timing(field) == "post-baseline", field
    for field in ("age_years", "fusion", "lesion:WT1", "lesion:NRAS", "wbc_10e9_l", "karyotype"):
        assert cohort.codebook.timing(field) == "baseline", field
    unknown = [c.source for c in cohort.codebook.columns if c.timing == "unknown"]
    assert unknown == ["Comment"]
    assert "timing-unknown" not in {f.code for f in cohort.findings}


def test_a_cohort_selected_by_fusion_says_so(cohort: Cohort) -> None:
    assert cohort.codebook.selected_by_fusion is True
    assert "selected-by-fusion" in {f.code for f in cohort.findings}


def test_a_full_export_is_not_selected(tmp_path: Path) -> None:
    text = target_table.csv().replace('"KMT2A-ELL"', '"None"')
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    assert read(tmp_path / "p.csv").codebook.selected_by_fusion is None


def test_row_and_column_order_change_nothing(cohort: Cohort, tmp_path: Path) -> None:
    head, *body = target_table.csv().splitlines()
    path = tmp_path / "patients.csv"
    path.write_text("\n".join([head, *reversed(body)]), encoding="utf-8")
    again = read(path)
    assert again.patients.equals(cohort.patients)
    assert again.lesions.equals(cohort.lesions)
    assert again.events.equals(cohort.events)
    table = list(csv_module.reader(io.StringIO(target_table.csv())))
    out = io.StringIO()
    csv_module.writer(out).writerows([row[::-1] for row in table])
    path.write_text(out.getvalue(), encoding="utf-8")
    turned = read(path)
    assert turned.patients.equals(cohort.patients)
    assert turned.lesions.equals(cohort.lesions)


def test_the_printed_names_are_recognised_too(tmp_path: Path) -> None:
    names = {
        "USI": "TARGET USI", "FLT3.ITD.positive.": "FLT3/ITD positive?",
        "WT1.mutation.": "WT1 mutation?", "OS.time..days.": "OS time (days)",
        "CR.status.at.end.of.course.1": "CR status at end of course 1",
        "OS.event.ID": "OS event ID", "EFS.event.type.ID": "EFS event type ID",
        "EFS.time..days.": "EFS time (days)", "Primary.Fusion": "Primary Fusion",
        "WBC..x10.3.MicroLiter..levels": "WBC (x10^3/MicroLiter) levels",
    }  # fmt: skip
    (tmp_path / "clinical.csv").write_text(target_table.csv(names), encoding="utf-8")
    again = read(tmp_path / "clinical.csv")
    assert counts(again, "FLT3-ITD", "NUP98::NSD1") == (5, 6)
    assert responses(again, "NUP98::NSD1")["CR"] == 3


def test_a_renamed_header_is_not_guessed(tmp_path: Path) -> None:
    names = {name: f"col{i}" for i, name in enumerate(target_table.header())}
    (tmp_path / "renamed.csv").write_text(target_table.csv(names), encoding="utf-8")
    assert [f.code for f in check(tmp_path / "renamed.csv")] == ["table-not-recognised"]


@pytest.mark.parametrize("name", NAMES)
def test_codebooks_are_well_formed(name: str) -> None:
    book = codebook(name)
    columns = book.files[0].columns
    assert recognise([c.source for c in columns]) == name
    assert all(parse_field(c.field) is not None for c in columns)
    assert book.citation
    for column in columns:
        form = parse_field(column.field)
        assert form is not None
        post = form.shape in ("response", "mrd", "mrd_state", "vital") or form.name.startswith(
            ("os_", "efs_", "transplant")
        )
        assert (column.timing == "post-baseline") >= post, column.source


def test_every_erythroid_leukemia_is_m6_and_no_two_variables_share_a_label() -> None:
    book = codebook("target_cog")
    columns = book.files[0].columns
    fab = next(c for c in columns if c.field == "fab")
    name = "AML, not otherwise categorized: "
    name += "Acute erythroid leukemia (Erythroleukemia, erythroid/myeloid)"
    assert dict(fab.values)[name] == "M6"
    labels = [c.label for c in columns if c.label and c.field.startswith("covariate:")]
    assert len(labels) == len(set(labels))
