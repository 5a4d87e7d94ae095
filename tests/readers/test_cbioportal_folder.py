"""A cBioPortal study folder read as it stands."""

from __future__ import annotations

from pathlib import Path

from fusionscape.readers import read
from readers.studies import codes, write

FILES: dict[str, str | bytes] = {
    "meta_study.txt": "type_of_cancer: aml\ncancer_study_identifier: tiny\nname: Tiny\n"
                      "citation: Nobody 2020\n",
    "data_clinical_patient.txt": (
        "#Patient\tSex\tAge\tOS status\tOS months\n#a\tb\tc\td\te\n"
        "#STRING\tSTRING\tNUMBER\tSTRING\tNUMBER\n#1\t1\t1\t1\t1\n"
        "PATIENT_ID\tSEX\tAGE\tOS_STATUS\tOS_MONTHS\n"
        "P1\tFemale\t5\t1:DECEASED\t10\nP2\tMale\t7\t0:LIVING\t20\nP3\tMale\t9\t0:LIVING\t30\n"
    ),
    "data_clinical_sample.txt": (
        "#Patient\tSample\n#a\tb\n#STRING\tSTRING\n#1\t1\nPATIENT_ID\tSAMPLE_ID\n"
        "P1\tS1\nP2\tS2\nP3\tS3\n"
    ),
    "data_sv.txt": (
        "Sample_Id\tSV_Status\tSite1_Hugo_Symbol\tSite2_Hugo_Symbol\n"
        "S1\tSOMATIC\tNUP98\tNSD1\nS2\tSOMATIC\tKDM5A\tNUP98\n"
    ),
    "data_mutations.txt": (
        "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short\n"
        "WT1\tS1\tFrame_Shift_Ins\tp.R380fs\nNUP98\tS3\tMissense_Mutation\tp.R123H\n"
    ),
    "case_lists/cases_sv.txt": "stable_id: tiny_sv\ncase_list_ids: S1\tS2\tS3\n",
    "case_lists/cases_sequenced.txt": "stable_id: tiny_sequenced\ncase_list_ids: S1\tS2\tS3\n",
}  # fmt: skip


def test_the_study_becomes_a_cohort(tmp_path: Path) -> None:
    cohort = read(write(tmp_path, FILES))
    assert cohort.name == "Tiny"
    assert cohort.patients["patient_id"].to_list() == ["P1", "P2", "P3"]
    assert cohort.partner_of().to_list() == ["NUP98::NSD1", "NUP98::KDM5A", None]
    assert cohort.driver_state().to_list() == [True, True, False]
    assert cohort.lesion("WT1").to_list() == [True, False, False]
    assert cohort.patients["os_event"].to_list() == [True, False, False]
    assert "codebook-used" in {f.code for f in cohort.findings}


def test_a_study_without_patients_is_an_error(tmp_path: Path) -> None:
    files = {k: v for k, v in FILES.items() if "clinical" not in k}
    assert "no-clinical-table" in codes(write(tmp_path, files))
