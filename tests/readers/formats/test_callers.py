"""Fusion callers: the same NUP98 event whatever the caller calls its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.cohort import build_cohort
from fusionscape.readers.formats.callers import read_fusion_caller
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

ARRIBA = (
    "#gene1 gene2 strand1(gene/fusion) strand2(gene/fusion) breakpoint1 breakpoint2 site1 site2 "
    "type split_reads1 split_reads2 discordant_mates coverage1 coverage2 confidence reading_frame "
    "tags gene_id1 gene_id2 transcript_id1 transcript_id2"
).split()
STAR = (
    "#FusionName JunctionReadCount SpanningFragCount SpliceType LeftGene LeftBreakpoint RightGene "
    "RightBreakpoint LargeAnchorSupport FFPM annots"
).split()
CATCHER = (
    "Gene_1_symbol(5end_fusion_partner) Gene_2_symbol(3end_fusion_partner) Fusion_description "
    "Counts_of_common_mapping_reads Spanning_pairs Spanning_unique_reads Longest_anchor_found "
    "Fusion_finding_method Fusion_point_for_gene_1(5end_fusion_partner) "
    "Fusion_point_for_gene_2(3end_fusion_partner) Predicted_effect"
).split()
DRAGEN = (
    "#FusionGene Score LeftBreakpoint RightBreakpoint Filter NumSplitReads NumSoftClippedReads "
    "NumPairedReads Gene1Id Gene2Id"
).split()
JAFFA = (
    "sample,fusion genes,chrom1,base1,strand1,chrom2,base2,strand2,gap (kb),spanning pairs,"
    "spanning reads,inframe,aligns,rearrangement,contig,contig break,classification,known"
).split(",")
CICERO = (
    "sample geneA chrA posA ortA featureA geneB chrB posB ortB featureB sv_ort readsA readsB "
    "contig type"
).split()


def table(file: str, columns: list[str], *rows: dict[str, str | None]) -> RawTable:
    return RawTable(
        file=file,
        columns=tuple(columns),
        rows=tuple(tuple(row.get(name) for name in columns) for row in rows),
    )


def arriba_row(one: str, two: str, **more: str) -> dict[str, str | None]:
    row = {
        "#gene1": one,
        "gene2": two,
        "breakpoint1": "11:3744475",
        "breakpoint2": "5:177235821",
        "type": "translocation",
        "split_reads1": "7",
        "split_reads2": "5",
        "discordant_mates": "8",
        "confidence": "high",
        "reading_frame": "in-frame",
    }
    return {**row, **more}


def catcher_row(method: str, reads: str, point: str, label: str = "known") -> dict[str, str | None]:
    return {
        CATCHER[0]: "NUP98",
        CATCHER[1]: "NSD1",
        "Fusion_description": label,
        "Spanning_pairs": "9",
        "Spanning_unique_reads": reads,
        "Fusion_finding_method": method,
        CATCHER[8]: point,
        CATCHER[9]: "5:177235821:+",
        "Predicted_effect": "in-frame",
    }


def codes(fragment: Fragment) -> list[str]:
    return [finding.code for finding in fragment.findings]


STAR_ROW: dict[str, str | None] = {
    "#FusionName": "NUP98--NSD1",
    "JunctionReadCount": "12",
    "SpanningFragCount": "8",
    "LeftGene": "NUP98^ENSG00000110713.15",
    "LeftBreakpoint": "chr11:3744475:-",
    "RightGene": "NSD1^ENSG00000165671.20",
    "RightBreakpoint": "chr5:177235821:+",
    "annots": '["Mitelman","INTERCHROMOSOMAL[chr11--chr5]"]',
}
FILES = {
    "arriba": table("S1.fusions.tsv", ARRIBA, arriba_row("NUP98", "NSD1")),
    "star-fusion": table("S1.star-fusion.fusion_predictions.abridged.tsv", STAR, STAR_ROW),
    "fusioninspector": table(
        "S1.finspector.FusionInspector.fusions.abridged.tsv",
        [*STAR, "LeftLocalBreakpoint"],
        {**STAR_ROW, "LeftLocalBreakpoint": "1200"},
    ),
    "fusioncatcher": table(
        "S1/final-list_candidate-fusion-genes.txt",
        CATCHER,
        {**catcher_row("BOWTIE", "12", "11:3744475:-"), "Spanning_pairs": "8"},
    ),
    "dragen": table(
        "S1.fusion_candidates.final",
        DRAGEN,
        {
            "#FusionGene": "NUP98--NSD1",
            "Score": "0.97",
            "LeftBreakpoint": "chr11:3744475:-",
            "RightBreakpoint": "chr5:177235821:+",
            "Filter": "PASS",
            "NumSplitReads": "9",
            "NumSoftClippedReads": "3",
            "NumPairedReads": "8",
        },
    ),
    "jaffa": table(
        "jaffa_results.csv",
        JAFFA,
        dict(
            zip(
                JAFFA,
                "S1,NUP98:NSD1,chr11,3744475,-,chr5,177235821,+,Inf,8,12,TRUE,TRUE,TRUE,c1,71,"
                "HighConfidence,Yes".split(","),
                strict=True,
            )
        ),
    ),
    "cicero": table(
        "annotated.fusion.txt",
        CICERO,
        dict(
            zip(
                CICERO,
                "S1 NUP98 chr11 3744475 - coding NSD1 chr5 177235821 + coding > 12 8 ACGT "
                "CTX".split(),
                strict=True,
            )
        ),
    ),
}


@pytest.mark.parametrize("caller", sorted(FILES))
def test_every_caller_gives_the_same_event(caller: str) -> None:
    fragment = read_fusion_caller(FILES[caller])
    assert recognise(FILES[caller]) == caller
    (row,) = fragment.lesions
    assert (row["sample_id"], row["lesion"], row["gene"], row["partner"], row["state"]) == (
        "S1",
        "NUP98::NSD1",
        "NUP98",
        "NSD1",
        "present",
    )
    assert row["value"] == 12 + 8
    assert row["novel"] is False
    assert fragment.assays == ({"sample_id": "S1", "assay": "RNA-seq", "scope": "fusions"},)
    assert codes(fragment) == []


@pytest.mark.parametrize("caller", sorted(FILES))
def test_column_order_changes_nothing(caller: str) -> None:
    given = FILES[caller]
    turned = RawTable(
        file=given.file, columns=given.columns[::-1], rows=tuple(r[::-1] for r in given.rows)
    )
    assert read_fusion_caller(turned) == read_fusion_caller(given)


def test_a_file_without_calls_says_tested() -> None:
    fragment = read_fusion_caller(table("S3.fusions.tsv", ARRIBA))
    assert fragment.lesions == ()
    assert fragment.assays == ({"sample_id": "S3", "assay": "RNA-seq", "scope": "fusions"},)


def test_header_read_as_a_comment_is_put_back() -> None:
    given = FILES["dragen"]
    lost = RawTable(
        file=given.file,
        columns=tuple(cell or "" for cell in given.rows[0]),
        rows=(),
        first_row=3,
        comments=(",".join(DRAGEN),),
    )
    assert recognise(lost) == "dragen"
    assert read_fusion_caller(lost).lesions == read_fusion_caller(given).lesions


def test_reciprocal_is_evidence_of_the_event() -> None:
    both = table(
        "S1.fusions.tsv",
        ARRIBA,
        arriba_row("NSD1", "NUP98", split_reads1="1", split_reads2="1", discordant_mates="1"),
        arriba_row("NUP98", "NSD1"),
    )
    fragment = read_fusion_caller(both)
    (row,) = fragment.lesions
    assert row["lesion"] == "NUP98::NSD1"
    assert row["value"] == 20 + 3
    assert "reciprocal NSD1--NUP98" in str(row["reported"])
    assert codes(fragment) == ["reciprocal-fusion-merged"]


def test_reversed_pair_is_normalised_and_said() -> None:
    fragment = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, arriba_row("JARID1A", "NUP98")))
    (row,) = fragment.lesions
    assert (row["lesion"], row["state"]) == ("NUP98::KDM5A", "present")
    assert codes(fragment) == ["reversed-fusion-normalised"]
    assert fragment.findings[0].row == 2


def test_fusioncatcher_repeats_count_once_per_junction() -> None:
    repeated = table(
        "S1/final-list_candidate-fusion-genes.txt",
        CATCHER,
        catcher_row("BOWTIE", "6", "11:3744475:-"),
        catcher_row("BOWTIE+BLAT", "12", "11:3744475:-"),
        catcher_row("BOWTIE+STAR", "5", "11:3744475:-"),
        catcher_row("BOWTIE", "4", "11:3735075:-"),
    )
    fragment = read_fusion_caller(repeated)
    (row,) = fragment.lesions
    # Junctions: max(6, 12, 5) and 4; the 9 spanning pairs of the gene pair once.
    assert row["value"] == 12 + 4 + 9
    assert [(f.code, f.count) for f in fragment.findings] == [("duplicate-fusion-merged", 3)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (arriba_row("NUP98", "NSD1", confidence="low"), "low-confidence-fusion"),
        (arriba_row("NUP98", "NSD1", type="translocation/5'-5'"), "no-protein-orientation"),
        (arriba_row("NUP98", "NSD1(120),FGFR4(4500)"), "intergenic-breakpoint"),
        (arriba_row("NUP98", "NSD1", type="read-through"), "read-through-fusion"),
    ],
)
def test_doubtful_calls_are_kept_as_ambiguous(row: dict[str, str | None], code: str) -> None:
    fragment = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, row))
    assert [r["state"] for r in fragment.lesions] == ["ambiguous"]
    assert codes(fragment) == [code]
    # Neither carrying nor clear: absence must not be read from an assay row.
    assert fragment.assays == ()


def test_a_sound_call_beside_a_doubtful_one_is_present() -> None:
    fragment = read_fusion_caller(
        table(
            "S1.fusions.tsv",
            ARRIBA,
            arriba_row("NUP98", "NSD1", confidence="low", breakpoint1="11:3700000"),
            arriba_row("NUP98", "NSD1"),
        )
    )
    assert [r["state"] for r in fragment.lesions] == ["present"]
    assert len(fragment.assays) == 1


@pytest.mark.parametrize("neighbour", ["RHOG", "STIM1"])
def test_neighbours_of_nup98_are_not_a_rearrangement(neighbour: str) -> None:
    fragment = read_fusion_caller(
        table(
            "S1.fusions.tsv", ARRIBA, arriba_row("NUP98", neighbour, type="deletion/read-through")
        )
    )
    assert [r["state"] for r in fragment.lesions] == ["ambiguous"]
    assert codes(fragment) == ["possible-read-through", "neighbour-gene-read-through"]
    assert len(fragment.assays) == 1


@pytest.mark.parametrize(
    ("columns", "row", "file", "code"),
    [
        (
            STAR,
            {**STAR_ROW, "annots": '["GTEx_recurrent_StarF2019"]'},
            "S1.tsv",
            "likely-artefact-fusion",
        ),
        (
            CATCHER,
            catcher_row("BOWTIE", "3", "11:1:-", "banned,known"),
            "S1.txt",
            "likely-artefact-fusion",
        ),
        (
            CATCHER,
            catcher_row("BOWTIE", "3", "11:1:-", "readthrough"),
            "S1.txt",
            "read-through-fusion",
        ),
        (
            ARRIBA,
            arriba_row("NUP98", "NSD1"),
            "S1.fusions.discarded.tsv",
            "unfiltered-fusion-calls",
        ),
        (
            [*DRAGEN[:4], "NumSplitReads"],
            {"#FusionGene": "NUP98--NSD1", "LeftBreakpoint": "11:1", "RightBreakpoint": "5:2"},
            "S1.fusion_candidates.preliminary",
            "unfiltered-fusion-calls",
        ),
        (
            DRAGEN,
            {"#FusionGene": "NUP98--NSD1", "Filter": "FAIL;LOW_SCORE"},
            "S1.fusion_candidates.features.csv",
            "low-confidence-fusion",
        ),
    ],
)
def test_words_of_doubt_of_each_caller(
    columns: list[str], row: dict[str, str | None], file: str, code: str
) -> None:
    fragment = read_fusion_caller(table(file, columns, row))
    assert [(r["sample_id"], r["state"]) for r in fragment.lesions] == [("S1", "ambiguous")]
    assert codes(fragment) == [code]


@pytest.mark.parametrize("partner", ["XYZ123", "ASNSP4"])
def test_unknown_partner_is_accepted_and_flagged(partner: str) -> None:
    fragment = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, arriba_row("NUP98", partner)))
    (row,) = fragment.lesions
    assert (row["lesion"], row["novel"], row["state"]) == (f"NUP98::{partner}", True, "present")
    assert codes(fragment) == ["unknown-partner"]


def test_misprinted_partner_is_shown_not_repaired() -> None:
    fragment = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, arriba_row("NUP98", "KMD5A")))
    assert [r["lesion"] for r in fragment.lesions] == ["NUP98::KMD5A"]
    assert "ambiguous-gene-name" in codes(fragment)


def test_an_old_name_is_read_beside_its_driver() -> None:
    # RBP2 is an old name of KDM5A and the approved symbol of another gene.
    fragment = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, arriba_row("NUP98", "RBP2")))
    assert [r["lesion"] for r in fragment.lesions] == ["NUP98::KDM5A"]
    assert codes(fragment) == ["ambiguous-gene-name"]


def test_out_of_frame_is_said() -> None:
    given = arriba_row("NUP98", "NSD1", reading_frame="out-of-frame")
    assert codes(read_fusion_caller(table("S1.fusions.tsv", ARRIBA, given))) == [
        "out-of-frame-fusion"
    ]


def test_gene_id_in_transcript_column() -> None:
    given = arriba_row("NUP98", "NSD1", transcript_id1="ENSG00000110713.15")
    fragment = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, given))
    assert [(f.code, f.row, f.column) for f in fragment.findings] == [
        ("gene-id-in-transcript-column", 2, "transcriptid1")
    ]


def test_tandem_duplication_and_other_pairs_within_a_gene() -> None:
    fragment = read_fusion_caller(
        table(
            "S1.fusions.tsv",
            ARRIBA,
            arriba_row("FLT3", "FLT3", type="duplication/ITD"),
            arriba_row("TTN", "TTN", type="duplication"),
        )
    )
    assert [(r["lesion"], r["lesion_type"], r["state"]) for r in fragment.lesions] == [
        ("FLT3-ITD", "itd", "present")
    ]
    assert sorted(codes(fragment)) == ["same-gene-pair", "tandem-duplication-from-caller"]


def test_pairs_without_a_driver_take_the_order_with_more_reads() -> None:
    fragment = read_fusion_caller(
        table(
            "S1.fusions.tsv",
            ARRIBA,
            arriba_row("RUNX1T1", "RUNX1", split_reads1="1", split_reads2="0"),
            arriba_row("RUNX1", "RUNX1T1"),
        )
    )
    assert [r["lesion"] for r in fragment.lesions] == ["RUNX1::RUNX1T1"]
    assert fragment.lesions[0]["novel"] is None


def test_rows_that_name_no_pair_are_reported() -> None:
    fragment = read_fusion_caller(
        table(
            "S1.star-fusion.fusion_predictions.tsv",
            STAR,
            {"#FusionName": "NUP98", "LeftBreakpoint": "x"},
            STAR_ROW,
        )
    )
    assert len(fragment.lesions) == 1
    assert [(f.code, f.row) for f in fragment.findings] == [("malformed-fusion-row", 2)]


def test_missing_read_columns_are_reported() -> None:
    fragment = read_fusion_caller(
        table(
            "S1.tsv",
            ["gene1", "gene2", "breakpoint1", "breakpoint2"],
            {"gene1": "NUP98", "gene2": "NSD1"},
        )
    )
    assert codes(fragment) == ["missing-required-column"]
    assert fragment.lesions[0]["value"] is None


def test_a_sample_must_be_named() -> None:
    given = table("star-fusion.fusion_predictions.abridged.tsv", STAR, STAR_ROW)
    fragment = read_fusion_caller(given)
    assert [(f.code, f.severity) for f in fragment.findings] == [("sample-name-unknown", "error")]
    assert fragment.lesions == fragment.assays == ()
    assert read_fusion_caller(given, sample="S9").lesions[0]["sample_id"] == "S9"


def test_another_table_is_not_a_caller() -> None:
    other = table("S1.csv", ["id", "age"], {"id": "S1", "age": "3"})
    assert recognise(other) is None
    assert codes(read_fusion_caller(other)) == ["unknown-fusion-table"]


def test_a_merged_table_speaks_of_the_samples_it_lists() -> None:
    columns = ["Sample", *ARRIBA]
    fragment = read_fusion_caller(
        table(
            "all.tsv",
            columns,
            {"Sample": "S2", **arriba_row("NUP98", "HOXA9")},
            {"Sample": "S1", **arriba_row("NUP98", "NSD1")},
        )
    )
    assert [r["lesion"] for r in fragment.lesions] == ["NUP98::NSD1", "NUP98::HOXA9"]
    assert [a["sample_id"] for a in fragment.assays] == ["S1", "S2"]


def test_the_cohort_knows_carriers_the_clear_and_the_unknown() -> None:
    given = {
        "S1": [arriba_row("NUP98", "NSD1")],
        "S2": [arriba_row("NUP98", "STIM1", type="read-through")],
        "S3": [arriba_row("NUP98", "NSD1", confidence="low")],
        "S4": [],
    }
    made = [
        read_fusion_caller(table(f"{sample}.fusions.tsv", ARRIBA, *rows))
        for sample, rows in given.items()
    ]

    def resolved(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "patient_id": row["sample_id"]} for row in rows]

    cohort = build_cohort(
        name="synthetic",
        patients=pl.DataFrame({"patient_id": [*given, "S5"]}),
        lesions=resolved(row for fragment in made for row in fragment.lesions),
        assays=resolved(row for fragment in made for row in fragment.assays),
    )
    # S3 has a doubtful call only and S5 was never sequenced: neither is "no".
    assert cohort.driver_state().to_list() == [True, False, None, False, None]
    assert cohort.partner_of().to_list() == ["NUP98::NSD1", None, None, None, None]
    assert cohort.carrying("NUP98").patients["patient_id"].to_list() == ["S1"]


@given(st.permutations(range(7)))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_row_order_changes_nothing(order: list[int]) -> None:
    rows = [
        arriba_row("NUP98", "NSD1"),
        arriba_row("NUP98", "NSD1", breakpoint1="11:37"),
        arriba_row("NUP98", "NSD1", confidence="low", reading_frame="stop-codon"),
        arriba_row("NSD1", "NUP98"),
        arriba_row("ABC1", "XYZ2"),
        arriba_row("XYZ2", "ABC1"),
        arriba_row("NUP98", "STIM1"),
    ]
    straight = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, *rows))
    shuffled = read_fusion_caller(table("S1.fusions.tsv", ARRIBA, *(rows[i] for i in order)))
    assert shuffled.lesions == straight.lesions
    assert shuffled.assays == straight.assays
    assert sorted(f.code for f in shuffled.findings) == sorted(f.code for f in straight.findings)
