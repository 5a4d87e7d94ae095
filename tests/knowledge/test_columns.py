"""Headers in four languages, with units, and in R's spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import column_fields, match_column


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("WBC (10^9/L)", "wbc_10e9_l", "10e9/L"),
        ("WBC (×10^9/L)", "wbc_10e9_l", "10e9/L"),
        ("WBC (x10^3/MicroLiter) levels", "wbc_10e9_l", "10e3/uL"),
        ("WBC..x10.3.MicroLiter..levels", "wbc_10e9_l", "10e3/uL"),
        ("WBC (/µL)", "wbc_10e9_l", "/uL"),
        ("白细胞（×10^9/L）", "wbc_10e9_l", "10e9/L"),
        ("Leukozyten", "wbc_10e9_l", None),
        ("Hb (g/dL)", "hemoglobin_g_l", "g/dL"),
        ("Hb (g/L)", "hemoglobin_g_l", "g/L"),
        ("PLT", "platelets_10e9_l", None),
        ("OS (months)", "os_months", "months"),
        ("OS_MONTHS", "os_months", "months"),
        ("OS.time..days.", "os_days", "days"),
        ("EFS time (days)", "efs_days", "days"),
        ("Overall survival, years", "os_years", "years"),
        ("总生存时间（月）", "os_months", "months"),
        ("OS", "os_time", None),
        ("Age (y)", "age_years", "years"),
        ("Age in days", "age_days", "days"),
        ("Age", "age_years", None),
        ("年龄（岁）", "age_years", "years"),
        ("Alter (Jahre)", "age_years", "years"),
        ("Âge au diagnostic", "age_years", None),
        ("Geschlecht", "sex", None),
        ("性别", "sex", None),
        ("Sex/Age (y)", "sex_age", None),
        ("ISCN", "karyotype", None),
        ("核型", "karyotype", None),
        ("Primary Fusion", "fusion", None),
        ("融合基因", "fusion", None),
        ("Partner gene", "partner", None),
        ("FLT3/ITD positive?", "flt3_itd", None),
        ("FLT3-ITD", "flt3_itd", None),
        ("FLT3/ITD allelic ratio", "flt3_itd_allelic_ratio", None),
        ("CR status at end of course 1", "response_course_1", None),
        ("CR status at end of course 2", "response_course_2", None),
        ("CR", "best_response", None),
        ("Treatment", "treatment", None),
        ("Outcomes", "vital_status", None),
        ("OS event ID", "os_event", None),
        ("EFS event type ID", "efs_type", None),
        ("SCT in 1st CR", "transplant_cr1", None),
        ("HSCT", "transplant", None),
        ("Date de décès", "death_date", None),
        ("确诊日期", "diagnosis_date", None),
        ("PATIENT_ID", "patient_id", None),
        ("SAMPLE_ID", "sample_id", None),
        ("Year of Diagnosis", "year_of_diagnosis", None),
        ("Relapse", "relapse", None),
    ],
)
def test_header(header, field, unit):
    match = match_column(header)
    assert match is not None
    assert match.field == field
    assert match.unit == unit


@pytest.mark.parametrize(
    ("header", "gene"),
    [
        ("WT1 mutation?", "WT1"),
        ("NPM mutation?", "NPM1"),
        ("WT1.mutation.", "WT1"),
        ("MLL", "KMT2A"),
        ("KIT", "KIT"),
        ("CEPBA", "CEBPA"),
        ("NRAS突变", "NRAS"),
    ],
)
def test_gene_column(header, gene):
    match = match_column(header)
    assert (match.field, match.gene, match.kind) == ("lesion", gene, "flag")


def test_confidence_falls_where_something_is_assumed():
    assert match_column("OS (months)").confidence > match_column("OS").confidence
    assert match_column("Age (years)").confidence > match_column("Age").confidence
    assert match_column("CEPBA").confidence < match_column("CEBPA").confidence


@pytest.mark.parametrize("header", ["foo", "n", "", "colour of socks", "CNS disease at on study"])
def test_unknown_header(header):
    assert match_column(header) is None


def test_timing_is_declared():
    fields = column_fields()
    assert fields["transplant"].timing == "post-baseline"
    assert fields["best_response"].timing == "post-baseline"
    assert fields["karyotype"].timing == "baseline"
    assert match_column("HSCT").timing == "post-baseline"


def test_no_synonym_names_two_fields():
    owner = {}
    for field in column_fields().values():
        for synonym in field.synonyms:
            assert owner.setdefault(synonym.lower(), field.field) == field.field, synonym


@given(st.text(max_size=30))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_never_raises(header):
    match = match_column(header)
    assert match is None or 0 < match.confidence <= 1


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("Erstdiagnose", "diagnosis_date", None),
        ("Alter bei ED", "age_years", None),
        ("Ansprechen nach Zyklus 1", "response_course_1", None),
        ("Induktion", "treatment", None),
        ("allogene SZT", "transplant", None),
        ("Datum SZT", "transplant_date", None),
        ("Datum CR", "cr_date", None),
        ("Blasten KM (%)", "blasts_marrow_percent", "%"),
        ("Leukozyten (/nl)", "wbc_10e9_l", "10e9/L"),
        ("Thrombozyten (Tsd/µl)", "platelets_10e9_l", "10e9/L"),
        ("last_fu_date", "last_seen_date", None),
        ("CR1", "response_course_1", None),
        ("cr_c1", "response_course_1", None),
        ("Date de l'allogreffe", "transplant_date", None),
        ("Réponse après cure 1", "response_course_1", None),
        ("Date du dernier contact", "last_seen_date", None),
        ("1疗程后疗效", "response_course_1", None),
        ("异基因移植", "transplant", None),
        ("末次随访时间", "last_seen_date", None),
    ],
)
def test_headers_of_ordinary_sheets(header: str, field: str, unit: str | None) -> None:
    match = match_column(header)
    assert match is not None and (match.field, match.unit) == (field, unit)
