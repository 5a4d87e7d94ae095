"""The Beat AML 2.0 codebook on a made-up workbook with the real header."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from fusionscape.cohort import Cohort
from fusionscape.readers import check, read
from fusionscape.readers.codebooks import codebook

COLUMNS = list(dict.fromkeys(c.source for c in codebook("beataml2").files[0].columns))


def specimen(patient: int, **values: str | float) -> dict[str, str | float]:
    return {
        "dbgap_subject_id": patient, "consensus_sex": "Female", "isDenovo": "TRUE",
        "isTransformed": "FALSE", "specificDxAtInclusion": "AML with mutated NPM1",
        "dxAtInclusion": "ACUTE MYELOID LEUKAEMIA (AML) AND RELATED PRECURSOR NEOPLASMS",
        "ageAtDiagnosis": 50.0, "diseaseStageAtSpecimenCollection": "Initial Diagnosis",
        "specimenType": "Bone Marrow Aspirate", "vitalStatus": "Alive", "overallSurvival": 400,
        "rnaSeq": "y", "consensusAMLFusions": "None", "wbcCount": 30.5, "hemoglobin": 9.1,
        "FLT3-ITD": "negative", "NPM1": "negative", **values,
    }  # fmt: skip


ROWS = [
    specimen(1, dbgap_dnaseq_sample="BA1D", dbgap_rnaseq_sample="BA1R", RUNX1="p.R107H (45%)",
             wbcCount=90, diseaseStageAtSpecimenCollection="Relapse",
             timeOfSampleCollectionRelativeToInclusion=400),
    specimen(1, dbgap_dnaseq_sample="BA2D", dbgap_rnaseq_sample="BA2R", RUNX1="p.R107H",
             **{"FLT3-ITD": "positive", "allelic_ratio": 0.4}),
    specimen(2, dbgap_dnaseq_sample="BA3D", consensusAMLFusions="NUP98-NSD1", consensus_sex="Male",
             vitalStatus="Dead", overallSurvival=200, responseToInductionTx="Refractory",
             TP53="negative"),
    specimen(3, dbgap_dnaseq_sample="BA4D", overallSurvival=-1, vitalStatus="Unknown",
             diseaseStageAtSpecimenCollection="Residual", CEBPA_Biallelic="bi",
             isTransformed="TRUE", isDenovo="FALSE", responseToInductionTx="Complete Response i"),
    specimen(4, dbgap_dnaseq_sample="BA5D", rnaSeq="n", consensusAMLFusions="",
             fabBlastMorphology="M5a", responseToInductionTx="something else",
             specificDxAtInclusion="Therapy-related myeloid neoplasms", isDenovo="FALSE"),
]  # fmt: skip


def write(folder: Path) -> Path:
    path = folder / "beataml_wv1to4_clinical.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("summary")
        sheet.write_row(0, 0, COLUMNS)
        for i, row in enumerate(ROWS, start=1):
            sheet.write_row(i, 0, [row.get(name, "") for name in COLUMNS])
    return path


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return read(write(tmp_path_factory.mktemp("beat")))


def test_one_row_a_patient_from_the_initial_diagnosis(cohort: Cohort) -> None:
    assert cohort.patients["patient_id"].to_list() == ["1", "2", "3", "4"]
    # Patient 3 has no specimen of the initial diagnosis: the count is no baseline value.
    assert cohort.patients["wbc_10e9_l"].to_list() == [30.5, 30.5, None, 30.5]
    assert cohort.patients["hemoglobin_g_l"].to_list() == [91.0, 91.0, None, 91.0]
    found = {f.code: f for f in cohort.findings}
    assert found["several-specimens"].count == 1
    assert found["specimen-not-baseline"].count == 1
    assert "codebook-used" in found


def test_minus_one_is_no_survival_time(cohort: Cohort) -> None:
    assert cohort.patients["os_days"].to_list() == [400.0, 200.0, None, 400.0]
    assert cohort.patients["os_event"].to_list() == [False, True, None, False]


def test_lesions(cohort: Cohort) -> None:
    assert cohort.partner_of().to_list() == [None, "NUP98::NSD1", None, None]
    assert cohort.driver_state().to_list() == [False, True, False, None]
    assert cohort.lesion("FLT3-ITD").to_list() == [True, False, False, False]
    assert cohort.lesion("RUNX1").to_list() == [True, None, None, None]
    assert cohort.lesion("TP53").to_list() == [None, False, None, None]
    assert cohort.lesion("CEBPA biallelic").to_list() == [None, None, True, None]
    ratio = cohort.lesions.filter(pl.col("lesion") == "FLT3-ITD", pl.col("patient_id") == "1")
    assert ratio["value"].to_list() == [0.4]


def test_onset_response_and_what_is_not_understood(cohort: Cohort) -> None:
    assert cohort.patients["onset"].to_list() == [
        "de novo", "de novo", "secondary", "therapy-related",
    ]  # fmt: skip
    assert cohort.responses(line=1)["label"].to_list() == ["not in CR", "CRi"]
    found = {f.code: f for f in cohort.findings}
    assert found["value-left-out"].value == "something else"
    assert found["companion-missing"].file == "beataml_wes_wv1to4_mutations_dbgap.txt"


def test_the_mutation_file_beside_it_is_read(tmp_path: Path) -> None:
    path = write(tmp_path)
    header = "dbgap_sample_id\tsymbol\tvariant_classification\thgvsp_short\tt_vaf\tchosen\n"
    rows = (
        "BA2D\tWT1\tframeshift_variant\tp.R380fs\t0.41\t1\n"
        "BA3D\tNUP98\tmissense_variant\tp.R123H\t0.2\t1\n"
        "BA3D\tWT1\tmissense_variant\tp.C388Y\t0.3\t1\n"
        "BA9D\tWT1\tmissense_variant\tp.C388Y\t0.3\t1\n"
    )
    (tmp_path / "beataml_wes_wv1to4_mutations_dbgap.txt").write_text(header + rows)
    cohort = read(path)
    assert cohort.lesion("WT1").to_list() == [True, True, None, None]
    assert cohort.carrying("NUP98").patients["patient_id"].to_list() == ["2"]
    assert cohort.partner_of().to_list() == [None, "NUP98::NSD1", None, None]
    assert "join-unmatched" in {f.code for f in cohort.findings}


def test_a_placeholder_is_told_from_the_data(tmp_path: Path) -> None:
    path = tmp_path / "beataml_wv1to4_clinical.xlsx"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 488278\n")
    assert [f.code for f in check(path)] == ["git-lfs-placeholder"]
    assert [f.code for f in check(tmp_path)] == ["git-lfs-placeholder"]


def test_the_folder_as_downloaded(tmp_path: Path) -> None:
    write(tmp_path)
    assert read(tmp_path).n == 4
