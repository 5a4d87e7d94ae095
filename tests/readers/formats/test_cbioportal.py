"""A cBioPortal study: clinical pairs, structural variants, timelines, and who was tested."""

from __future__ import annotations

import pytest

from fusionscape.readers.formats.cbioportal import read_cbioportal
from fusionscape.readers.formats.cbioportal_clinical import read_clinical
from fusionscape.readers.formats.cbioportal_meta import parse_meta
from fusionscape.readers.formats.cbioportal_sv import read_fusions, read_sv
from fusionscape.readers.formats.cbioportal_timeline import read_timeline
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

PATIENT = ("PATIENT_ID", "SEX", "AGE", "OS_STATUS", "OS_MONTHS", "SITE", "MUTATION_COUNT")
ROWS = (
    "#Patient\tSex\tAge\tOS\tMonths\tStudy site\tMutations",
    "#Patient\tSex\tAge\tOS\tMonths\tStudy site\tMutations",
    "#STRING\tSTRING\tNUMBER\tSTRING\tNUMBER\tSTRING\tNUMBER",
    "#1\t1\t1\t1\t1\t1\t1",
)


def table(
    file: str,
    columns: tuple[str, ...],
    *rows: tuple[str | None, ...],
    comments: tuple[str, ...] = (),
) -> RawTable:
    first = 2 + len(comments)
    return RawTable(file=file, columns=columns, rows=rows, first_row=first, comments=comments)


def clinical(*rows: tuple[str | None, ...]) -> RawTable:
    return table("data_clinical_patient.txt", PATIENT, *rows, comments=ROWS)


def codes(fragment: Fragment) -> list[str]:
    return sorted({finding.code for finding in fragment.findings})


def states(fragment: Fragment) -> dict[tuple[str, str], str]:
    return {(str(r["sample_id"]), str(r["lesion"])): str(r["state"]) for r in fragment.lesions}


def test_patient_file() -> None:
    given = clinical(
        ("P1", "Female", "4.5", "1:DECEASED", "10", "A", "7"),
        ("P2", "Male", "60", "0:LIVING", "2.5", None, None),
    )
    assert recognise(given) == "cbioportal-patient"
    fragment = read_clinical(given)
    assert fragment.patients["P1"] == {
        "sex": "female",
        "age_years": 4.5,
        "covariate:SITE": "A",
        "os_days": 10 * 30.4,
        "os_event": True,
    }
    assert fragment.patients["P2"] == {
        "sex": "male",
        "age_years": 60.0,
        "os_days": 2.5 * 30.4,
        "os_event": False,
    }
    assert codes(fragment) == ["banned-attribute", "months-to-days"]
    meaning = {m.field: m for m in fragment.columns}
    assert meaning["os_days"].unit == "months x 30.4"
    assert meaning["os_days"].timing == "post-baseline"
    assert meaning["covariate:SITE"].timing == "unknown"
    assert meaning["covariate:SITE"].label == "Study site"


@pytest.mark.parametrize(
    ("status", "event", "code"),
    [
        ("LIVING", False, "status-without-prefix"),
        ("DECEASED", True, "status-without-prefix"),
        ("0:DECEASED", None, "status-contradicts-itself"),
        ("1:LIVING", None, "status-contradicts-itself"),
        ("perhaps", None, "status-not-understood"),
    ],
)
def test_status_words(status: str, event: bool | None, code: str) -> None:
    fragment = read_clinical(clinical(("P1", "F", "4", status, "10", None, None)))
    assert fragment.patients["P1"].get("os_event") is event
    assert code in codes(fragment)


def test_rows_that_cannot_be_right() -> None:
    fragment = read_clinical(
        clinical(
            ("P1", "F", "4", "0:LIVING", "-3", None, None),
            ("P1", "F", "5", "0:LIVING", "3", None, None),
            (None, "F", "5", "0:LIVING", "3", None, None),
            ("P 2", "?!", "400", "0:LIVING", "3", None, None),
        )
    )
    assert "os_days" not in fragment.patients["P1"]
    assert {(f.code, f.row, f.column) for f in fragment.findings if f.severity == "error"} == {
        ("impossible-survival-time", 6, "OS_MONTHS"),
        ("duplicate-patient-id", 7, None),
        ("missing-id", 8, None),
    }
    unknown = {(f.column, f.row) for f in fragment.findings if f.code == "value-not-understood"}
    assert unknown == {("SEX", 9), ("AGE", 9)}
    assert "id-characters" in codes(fragment)


def test_incomplete_survival_pair_and_missing_id_column() -> None:
    lone = read_clinical(table("data.txt", ("PATIENT_ID", "OS_STATUS"), ("P1", "1:DECEASED")))
    assert codes(lone) == ["survival-pair-incomplete"]
    none = read_clinical(table("data_clinical_patient.txt", ("OS_STATUS", "OS_MONTHS")))
    assert codes(none) == ["missing-required-column"]


def test_sample_file_joins_samples_and_drops_what_differs() -> None:
    columns = ("PATIENT_ID", "SAMPLE_ID", "ONCOTREE_CODE", "FAB")
    given = table(
        "data_clinical_sample.txt",
        columns,
        ("P1", "S1", "AML", "M4"),
        ("P1", "S2", "AML", "M5"),
        ("P1", "S2", "AML", "M5"),
        comments=ROWS,
    )
    assert recognise(given) == "cbioportal-sample"
    fragment = read_clinical(given)
    assert fragment.sample_patient == {"S1": "P1", "S2": "P1"}
    assert fragment.patients == {"P1": {"disease": "AML"}}
    assert codes(fragment) == ["duplicate-sample-id", "sample-values-differ"]


def test_clinical_columns_named_after_a_lesion() -> None:
    columns = ("PATIENT_ID", "FLT3_ITD", "NPM1_MUTATION", "NUP98", "OS_STATUS", "OS_MONTHS")
    fragment = read_clinical(
        table(
            "data_clinical_patient.txt",
            columns,
            ("P1", "Positive", "Negative", "yes", "0:LIVING", "1"),
            ("P2", "<0.1", None, None, "0:LIVING", "1"),
        )
    )
    found = {(r["patient_id"], r["lesion"]): r["state"] for r in fragment.lesions}
    assert found == {
        ("P1", "FLT3-ITD"): "present",
        ("P1", "NPM1"): "absent",
        ("P2", "FLT3-ITD"): "ambiguous",
    }
    # NUP98 may mean a rearrangement or a mutation: never guessed.
    assert fragment.patients["P1"]["covariate:NUP98"] == "yes"
    assert codes(fragment) == ["months-to-days", "value-not-understood"]


SV = (
    "Sample_Id",
    "SV_Status",
    "Site1_Hugo_Symbol",
    "Site2_Hugo_Symbol",
    "Connection_Type",
    "Class",
    "Tumor_Split_Read_Count",
    "Tumor_Paired_End_Read_Count",
    "NCBI_Build",
    "Site1_Ensembl_Transcript_Id",
)


def sv(*rows: tuple[str | None, ...]) -> RawTable:
    return table("data_sv.txt", SV, *rows)


def test_site1_is_the_five_prime_partner() -> None:
    given = sv(
        ("S1", "SOMATIC", "NUP98", "NSD1", None, "TRANSLOCATION", "12", "8", "GRCh38", "ENST01"),
        ("S2", "SOMATIC", "JARID1A", "NUP98", "3to5", "TRANSLOCATION", "3", "1", "38", None),
    )
    assert recognise(given) == "cbioportal-sv"
    fragment = read_sv(given, tested=["S1", "S2", "S3"])
    assert states(fragment) == {
        ("S1", "NUP98::NSD1"): "present",
        ("S2", "NUP98::KDM5A"): "present",
    }
    assert [r["value"] for r in fragment.lesions] == [20.0, 4.0]
    assert [a["sample_id"] for a in fragment.assays] == ["S1", "S2", "S3"]
    assert {a["scope"] for a in fragment.assays} == {"fusions"}
    assert codes(fragment) == []


def test_sv_traps() -> None:
    fragment = read_sv(
        sv(
            ("S1", "SOMATIC", "NSD1", "NUP98", None, None, None, None, "GRCh37", "ENSG00000165671"),
            ("S2", "GERMLINE", "NUP98", "HOXA9", "5to3", None, None, None, "GRCh38", None),
            ("S3", "SOMATIC", "NUP98", None, None, None, None, None, None, None),
            ("S4", "SOMATIC", "CDKN2A", "CDKN2B", None, "DELETION", None, None, None, None),
            ("S5", "SOMATIC", "NUP98", "NSD1"),
            (None, "SOMATIC", "NUP98", "NSD1", None, None, None, None, None, None),
            ("S6", "SOMATIC", "NUP98", "HOXA9", "5to5", None, None, None, None, None),
            ("S7", "SOMATIC", "RB1", "RB1", None, "DELETION", None, None, None, None),
        )
    )
    assert states(fragment) == {
        ("S1", "NUP98::NSD1"): "present",
        ("S2", "NUP98::HOXA9"): "ambiguous",
        ("S3", "NUP98::?"): "present",
        ("S5", "NUP98::NSD1"): "present",
        ("S6", "NUP98::HOXA9"): "ambiguous",
    }
    assert codes(fragment) == [
        "fusion-partner-not-named",
        "fusion-tested-samples-not-declared",
        "gene-id-in-transcript-column",
        "germline-structural-variant",
        "malformed-fusion-row",
        "mixed-genome-builds",
        "no-protein-orientation",
        "ragged-row",
        "reversed-fusion-normalised",
        "structural-variant-not-fusion",
    ]
    assert fragment.assays == ()


def test_sv_without_its_columns() -> None:
    fragment = read_sv(table("data_sv.txt", ("Sample_Id", "SV_Status"), ("S1", "SOMATIC")))
    assert codes(fragment) == ["missing-required-column"]


def test_deprecated_fusions_are_merged() -> None:
    columns = ("Hugo_Symbol", "Tumor_Sample_Barcode", "Fusion", "Frame", "Fusion_Status")
    given = table(
        "data_fusions.txt",
        columns,
        ("NUP98", "S1", "NUP98-NSD1 fusion", "in-frame", None),
        ("NSD1", "S1", "NUP98-NSD1 fusion", "in-frame", None),
        ("NUP98", "S2", "NUP98-intragenic", None, None),
        (None, "S3", None, None, None),
    )
    assert recognise(given) == "cbioportal-fusions"
    fragment = read_fusions(given, tested=["S1"])
    assert states(fragment) == {("S1", "NUP98::NSD1"): "present", ("S2", "NUP98::?"): "present"}
    assert codes(fragment) == [
        "data-fusions-deprecated",
        "fusion-partner-not-named",
        "malformed-fusion-row",
    ]
    lone = read_fusions(table("data_fusions.txt", ("Fusion",), ("NUP98-NSD1",)))
    assert "missing-required-column" in codes(lone)


TIMELINE = (
    "PATIENT_ID",
    "START_DATE",
    "STOP_DATE",
    "EVENT_TYPE",
    "SAMPLE_ID",
    "TREATMENT_TYPE",
    "AGENT",
    "STATUS",
    "TEST",
    "RESULT",
)


def line(patient: str | None, start: str, **more: str) -> tuple[str | None, ...]:
    cells = {"PATIENT_ID": patient, "START_DATE": start, **more}
    return tuple(cells.get(name) for name in TIMELINE)


def test_timeline_events_in_order() -> None:
    given = table(
        "data_timeline.txt",
        TIMELINE,
        line("P1", "28", EVENT_TYPE="STATUS", STATUS="Complete remission"),
        line("P1", "0", STOP_DATE="7", EVENT_TYPE="TREATMENT", AGENT="DAH + Sor"),
        line("P1", "28", EVENT_TYPE="LAB_TEST", TEST="MRD by flow", RESULT="<1e-4"),
        line("P1", "90", EVENT_TYPE="Treatment", TREATMENT_TYPE="Stem cell transplant"),
        line("P1", "300", EVENT_TYPE="STATUS", STATUS="Not in CR"),
        line("P1", "400", EVENT_TYPE="STATUS", STATUS="Deceased"),
    )
    assert recognise(given) == "cbioportal-timeline"
    fragment = read_timeline(given)
    assert [(e["order"], e["kind"], e["label"], e["day"]) for e in fragment.events] == [
        (1, "course", "DAH + Sor", 0.0),
        (2, "mrd", "MRD by flow", 28.0),
        (3, "response", "CR", 28.0),
        (4, "transplant", "Stem cell transplant", 90.0),
        (5, "response", "not in CR", 300.0),
        (6, "death", "death", 400.0),
    ]
    assert fragment.events[0]["end_day"] == 7.0
    mrd = fragment.events[1]
    assert (mrd["value"], mrd["censored"], mrd["reported"]) == (1e-4, "<", "<1e-4")
    assert codes(fragment) == []


def test_timeline_traps() -> None:
    fragment = read_timeline(
        table(
            "data_timeline.txt",
            TIMELINE,
            line("P1", "9", STOP_DATE="3", EVENT_TYPE="TREATMENT", AGENT="FLAG"),
            line("P1", "2020-01-01", EVENT_TYPE="STATUS", STATUS="CR"),
            line("P1", "200", EVENT_TYPE="SPECIMEN", SAMPLE_ID="S9"),
            line("P1", "5", EVENT_TYPE="STATUS", STATUS="feels well"),
            line("P1", "5", EVENT_TYPE="LAB_TEST", TEST="Sodium", RESULT="140"),
        )
    )
    assert [(e["kind"], e["end_day"]) for e in fragment.events] == [("course", None)]
    assert fragment.sample_patient == {"S9": "P1"}
    assert codes(fragment) == [
        "malformed-timeline-row",
        "specimen-after-baseline",
        "stop-before-start",
        "timeline-row-not-used",
    ]
    short = read_timeline(table("data_timeline.txt", ("PATIENT_ID",), ("P1",)))
    assert codes(short) == ["missing-required-column"]


def test_whole_study_knows_who_was_tested() -> None:
    maf = table(
        "data_mutations.txt",
        ("Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode", "HGVSp_Short"),
        ("WT1", "Nonsense_Mutation", "S1", "p.S381*"),
    )
    matrix = table(
        "data_gene_panel_matrix.txt", ("SAMPLE_ID", "mutations"), ("S1", "small"), ("S2", "small")
    )
    meta = {
        "meta_mutations.txt": parse_meta(
            "genetic_alteration_type: MUTATION_EXTENDED\ndata_filename: data_mutations.txt"
        ),
        "meta_sv.txt": parse_meta(
            "genetic_alteration_type: STRUCTURAL_VARIANT\ndata_filename: data_sv_old.txt"
        ),
        "cases_sv.txt": parse_meta("stable_id: x_sv\ncase_list_ids: S1\tS2"),
        "data_gene_panel_small.txt": parse_meta("stable_id: small\ngene_list:\tWT1\tKIT"),
    }
    tables = {
        t.file: t
        for t in (
            maf,
            matrix,
            sv(("S1", "SOMATIC", "NUP98", "NSD1", None, None, None, None, None, None)),
            clinical(("P1", "F", "4", "0:LIVING", "3", None, None)),
            table("readme.txt", ("a", "b"), ("1", "2")),
        )
    }
    fragments = {f.file: f for f in read_cbioportal(tables, meta)}
    assert states(fragments["data_mutations.txt"]) == {
        ("S1", "WT1"): "present",
        ("S1", "KIT"): "absent",
        ("S2", "WT1"): "absent",
        ("S2", "KIT"): "absent",
    }
    assert [a["sample_id"] for a in fragments["data_sv.txt"].assays] == ["S1", "S2"]
    assert codes(fragments["meta_study.txt"]) == ["data-file-missing"]
    assert codes(fragments["readme.txt"]) == ["table-not-used"]
    assert codes(read_cbioportal({"data_sv.txt": sv()}, {})[0]) == ["no-clinical-table"]


def test_case_list_of_sequenced_samples_reaches_the_mutations() -> None:
    maf = table(
        "data_mutations.txt",
        ("Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode"),
        ("WT1", "Nonsense_Mutation", "S1"),
    )
    meta = {"cases_sequenced.txt": parse_meta("stable_id: x_sequenced\ncase_list_ids: S1\tS2")}
    fragment = read_cbioportal({maf.file: maf}, meta)[1]
    assert states(fragment)["S2", "WT1"] == "absent"
