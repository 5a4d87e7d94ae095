"""What the public TARGET/COG file must give, as it is."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from fusionscape.cohort import Cohort
from fusionscape.readers import check, draft, read
from readers.target_table import counts, responses

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FUSIONSCAPE_SHARED", ROOT.parent / "shared"))
FILE = SHARED / "data" / "target_nup98_kmt2a" / "patients.csv"


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return read(FILE)


def test_carriers(cohort: Cohort) -> None:
    assert cohort.n == 501
    assert cohort.carrying("NUP98").n == 134
    assert cohort.carrying("KMT2A").n == 367
    partners = cohort.partner_of("NUP98").drop_nulls().value_counts().sort("count")
    assert partners.rows() == [("NUP98::KDM5A", 31), ("NUP98::NSD1", 103)]


def test_flt3_itd_and_wt1(cohort: Cohort) -> None:
    assert counts(cohort, "FLT3-ITD", "NUP98::NSD1") == (73, 97)
    assert counts(cohort, "FLT3-ITD", "NUP98::KDM5A") == (1, 30)
    assert counts(cohort, "WT1", "NUP98::NSD1") == (40, 103)
    ambiguous = cohort.lesions.filter(
        pl.col("lesion") == "FLT3-ITD", pl.col("state") == "ambiguous"
    )
    assert ambiguous.height == 10
    assert set(ambiguous["reported"]) == {"<0.1"}


def test_remission_after_course_1(cohort: Cohort) -> None:
    nsd1, kdm5a = responses(cohort, "NUP98::NSD1"), responses(cohort, "NUP98::KDM5A")
    evaluable = ("CR", "not in CR", "death")
    assert nsd1["CR"] == 38 and sum(nsd1.get(word, 0) for word in evaluable) == 96
    assert kdm5a["CR"] == 24 and sum(kdm5a.get(word, 0) for word in evaluable) == 30


def test_event_flag_is_blank_for_failures(cohort: Cohort) -> None:
    found = {f.code: f for f in cohort.findings}
    assert found["event-flag-blank"].count == 83
    assert int(cohort.patients["efs_event"].sum()) == 354
    assert int(cohort.patients["os_event"].sum()) == 258
    assert cohort.patients["os_event"].null_count() == 4


def test_doubled_columns_that_disagree_are_told(cohort: Cohort) -> None:
    found = {(f.code, f.column) for f in cohort.findings}
    assert ("columns-disagree", "FAB") in found
    assert ("sex-against-karyotype", "Sex") in found


def test_selected_by_fusion_and_timing(cohort: Cohort) -> None:
    assert cohort.codebook.selected_by_fusion is True
    assert cohort.codebook.timing("transplant_cr1") == "post-baseline"
    assert cohort.codebook.timing("lesion:FLT3-ITD") == "baseline"
    declared = {column.source for column in cohort.codebook.columns}
    header = FILE.read_text(encoding="utf-8").split("\n", 1)[0]
    names = [name.strip('"') for name in header.split(",")]
    assert len(names) == 161
    assert [name for name in names if name and name not in declared] == []


def test_no_error(cohort: Cohort) -> None:
    assert {f.severity for f in check(FILE)} == {"warning", "note"}
    assert cohort.flow[0].n == cohort.flow[-1].n == 501


def test_the_draft_of_a_known_table_reads_the_same(cohort: Cohort, tmp_path: Path) -> None:
    drafted = draft([FILE], folder=tmp_path)
    (tmp_path / "study.toml").write_text(drafted.toml, encoding="utf-8")
    again = read(tmp_path)
    assert again.patients.equals(cohort.patients)
    assert again.lesions.equals(cohort.lesions)
