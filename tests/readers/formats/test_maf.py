"""Mutation tables: what is mutated, what was looked at, and what is not a rearrangement."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.cohort import build_cohort
from fusionscape.readers.formats.maf import read_maf
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

COLUMNS = (
    "Hugo_Symbol",
    "Variant_Classification",
    "Tumor_Sample_Barcode",
    "HGVSp_Short",
    "t_alt_count",
    "t_ref_count",
)


def maf(*rows: tuple[str | None, ...], columns: tuple[str, ...] = COLUMNS) -> RawTable:
    return RawTable(file="data_mutations.txt", columns=columns, rows=rows)


def codes(fragment: Fragment) -> list[str]:
    return sorted(finding.code for finding in fragment.findings)


def states(fragment: Fragment) -> dict[tuple[str, str], str]:
    return {(str(r["sample_id"]), str(r["lesion"])): str(r["state"]) for r in fragment.lesions}


WT1 = ("WT1", "Frame_Shift_Ins", "S1", "p.R380fs", "30", "70")


def test_gene_level_lesion_with_its_largest_fraction() -> None:
    second = ("WT1", "Nonsense_Mutation", "S1", "p.S381*", "10", "90")
    fragment = read_maf(maf(second, WT1), panel=["WT1"])
    (row,) = fragment.lesions
    assert (row["lesion"], row["lesion_type"], row["state"]) == ("WT1", "mutation", "present")
    assert row["value"] == pytest.approx(30 / 100, abs=1e-15)
    assert row["reported"] == "p.R380fs; p.S381*"
    assert codes(fragment) == []


def test_silent_and_germline_variants_are_left_out() -> None:
    fragment = read_maf(
        maf(
            ("WT1", "Silent", "S1", "p.R380=", "1", "1", None),
            ("TP53", "Missense_Mutation", "S1", "p.R175H", "5", "5", "GERMLINE"),
            columns=(*COLUMNS, "Mutation_Status"),
        ),
        panel=[],
    )
    assert fragment.lesions == ()
    assert codes(fragment) == ["germline-variant-left-out", "silent-variants-left-out"]


def test_unknown_class_is_ambiguous() -> None:
    fragment = read_maf(maf(("WT1", "Mystery", "S1", "p.?", None, None)), panel=["WT1"])
    assert states(fragment) == {("S1", "WT1"): "ambiguous"}
    assert codes(fragment) == ["unknown-variant-class"]


def test_nup98_missense_is_never_a_rearrangement() -> None:
    fragment = read_maf(
        maf(("NUP98", "Missense_Mutation", "S1", "p.G97R", "5", "5")), panel=["NUP98"]
    )
    (row,) = fragment.lesions
    assert (row["lesion"], row["lesion_type"]) == ("NUP98 mutation", "mutation")
    assert row.get("partner") is None
    assert codes(fragment) == ["driver-mutation-not-rearrangement"]


@pytest.mark.parametrize(
    ("classification", "protein", "state", "code"),
    [
        ("In_Frame_Ins", "p.N587_E598dup", "present", "flt3-itd-from-mutation-table"),
        ("In_Frame_Ins", "p.Y599_D600insSTDNEYFY", "ambiguous", "flt3-itd-candidate"),
        ("tandem_duplication", None, "present", "flt3-itd-from-mutation-table"),
        ("inframe_insertion", "p.Glu598_Tyr599insGly", "ambiguous", "flt3-itd-candidate"),
    ],
)
def test_flt3_insertions_are_noted(
    classification: str, protein: str | None, state: str, code: str
) -> None:
    fragment = read_maf(
        maf(("FLT3", classification, "S1", protein, "40", "60")), panel=["FLT3", "WT1"]
    )
    assert states(fragment) == {
        ("S1", "FLT3"): "present",
        ("S1", "FLT3-ITD"): state,
        ("S1", "WT1"): "absent",
    }
    assert codes(fragment) == [code]


def test_flt3_insertion_elsewhere_is_a_mutation_only() -> None:
    fragment = read_maf(maf(("FLT3", "In_Frame_Ins", "S1", "p.D835_I836insW", "4", "6")), panel=[])
    assert states(fragment) == {("S1", "FLT3"): "present"}


def test_absent_differs_from_not_tested() -> None:
    nothing = read_maf(maf(WT1))
    assert states(nothing) == {("S1", "WT1"): "present"}
    assert codes(nothing) == ["sequenced-samples-not-declared"]
    panel = read_maf(maf(WT1), sequenced=["S1", "S2"], panel=["WT1", "KIT"])
    assert states(panel) == {
        ("S1", "WT1"): "present",
        ("S1", "KIT"): "absent",
        ("S2", "WT1"): "absent",
        ("S2", "KIT"): "absent",
    }
    assert codes(panel) == []
    own = read_maf(maf(WT1), panels={"S1": ["WT1"], "S2": ["KIT"]})
    assert states(own) == {("S1", "WT1"): "present", ("S2", "KIT"): "absent"}


def test_case_list_without_panel_is_taken_for_an_exome() -> None:
    fragment = read_maf(maf(WT1), sequenced=["S2"])
    found = states(fragment)
    assert found["S2", "WT1"] == found["S2", "NPM1"] == found["S1", "NPM1"] == "absent"
    assert not any(lesion in {"FLT3-ITD", "NUP98"} for _, lesion in found)
    assert codes(fragment) == ["exome-assumed"]


def test_fusion_rows_become_fusions() -> None:
    rows = (
        ("NUP98", "Fusion", "S1", "NSD1-NUP98 fusion - Archer", None, None),
        ("NSD1", "Fusion", "S1", "NSD1-NUP98 fusion - Archer", None, None),
        ("NUP98", "Fusion", "S2", None, None, None),
        ("NUP98::HOXA9", "Fusion", "S3", None, None, None),
    )
    fragment = read_maf(maf(*rows), panel=[])
    assert states(fragment) == {
        ("S1", "NUP98::NSD1"): "present",
        ("S2", "NUP98::?"): "present",
        ("S3", "NUP98::HOXA9"): "present",
    }
    assert {r["lesion_type"] for r in fragment.lesions} == {"fusion"}
    assert codes(fragment) == [
        "duplicate-fusion-merged",
        "fusion-in-mutation-table",
        "fusion-partner-not-named",
        "reversed-fusion-normalised",
    ]


def test_beat_aml_columns() -> None:
    columns = ("dbgap_sample_id", "symbol", "variant_classification", "hgvsp_short", "t_vaf")
    table = maf(
        ("S1", "NRAS", "missense_variant", "p.G12D", "0.4"),
        ("S2", "NRAS", "synonymous_variant", "p.G12=", "0.4"),
        ("S2", "MLL", "stop_gained&splice_region_variant", "p.Q5*", "25"),
        columns=columns,
    )
    assert recognise(table) == "maf"
    fragment = read_maf(table, panel=[])
    values: dict[Any, Any] = {r["lesion"]: r["value"] for r in fragment.lesions}
    assert values == {"NRAS": 0.4, "KMT2A mutation": 0.25}
    assert codes(fragment) == [
        "allele-fraction-in-percent",
        "driver-mutation-not-rearrangement",
        "silent-variants-left-out",
    ]


def test_positions_alone_are_an_error() -> None:
    columns = (
        "Chromosome",
        "Start_Position",
        "End_Position",
        "Reference_Allele",
        "Tumor_Seq_Allele2",
        "Tumor_Sample_Barcode",
    )
    table = maf(("11", "1", "1", "A", "T", "S1"), columns=columns)
    assert recognise(table) == "maf"
    fragment = read_maf(table)
    assert [(f.code, f.severity) for f in fragment.findings] == [
        ("mutation-table-not-annotated", "error")
    ]
    assert fragment.lesions == ()


def test_missing_columns_are_an_error() -> None:
    fragment = read_maf(maf(("WT1", "S1"), columns=("Hugo_Symbol", "Tumor_Sample_Barcode")))
    assert codes(fragment) == ["missing-required-column"]


def test_mixed_builds_and_rows_without_gene() -> None:
    fragment = read_maf(
        maf(
            (*WT1, "GRCh37"),
            (None, "Missense_Mutation", "S1", None, None, None, "hg19"),
            ("KIT", "Missense_Mutation", "S1", "p.D816V", None, None, "GRCh38"),
            columns=(*COLUMNS, "NCBI_Build"),
        ),
        panel=[],
    )
    assert codes(fragment) == ["malformed-mutation-row", "mixed-genome-builds"]
    assert [f.row for f in fragment.findings if f.code == "malformed-mutation-row"] == [3]


def test_ragged_rows_are_reported() -> None:
    fragment = read_maf(maf(WT1[:4], (*WT1, "more")), panel=[])
    assert [(f.code, f.row, f.count) for f in fragment.findings] == [("ragged-row", 2, 2)]
    assert len(fragment.lesions) == 1


def test_a_mutated_driver_does_not_carry_the_fusion() -> None:
    fragment = read_maf(maf(("NUP98", "Missense_Mutation", "S1", "p.G97R", "5", "5")), panel=[])
    cohort = build_cohort(
        name="synthetic",
        patients=pl.DataFrame({"patient_id": ["S1"]}),
        lesions=[{**row, "patient_id": row["sample_id"]} for row in fragment.lesions],
    )
    assert cohort.carrying("NUP98").n == 0
    assert cohort.driver_state().to_list() == [None]


@given(st.permutations(range(6)))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_row_order_changes_nothing(order: list[int]) -> None:
    rows = (
        WT1,
        ("WT1", "Missense_Mutation", "S1", "p.R462W", "1", "9"),
        ("FLT3", "In_Frame_Ins", "S1", "p.N587_E598dup", "1", "9"),
        ("FLT3", "Missense_Mutation", "S1", "p.D835Y", "2", "8"),
        ("NUP98", "Fusion", "S2", "NUP98-NSD1 fusion", None, None),
        ("NSD1", "Fusion", "S2", "NUP98-NSD1 fusion", None, None),
    )
    shuffled = read_maf(maf(*(rows[i] for i in order)), panel=["WT1", "KIT"])
    assert shuffled.lesions == read_maf(maf(*rows), panel=["WT1", "KIT"]).lesions
