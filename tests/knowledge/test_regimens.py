"""Treatment sequences: arrows, plus signs, names that contain signs, classes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import parse_treatment, same_course, treatment_class


def classes(text, **options):
    return [treatment_class(course) for course in parse_treatment(text, **options).courses]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("DAH", ["IC"]),
        ("DAH + Sor", ["IC+FLT3i"]),
        ("IAH + Sor + Ven -> HSCT", ["IC+VEN+FLT3i", "HSCT"]),
        ("DCAG + Ven", ["LIT+VEN"]),
        ("CLAG => FLAG", ["IC", "IC"]),
        ("DAE → DAC + AA → HSCT", ["IC", "IC", "HSCT"]),
        ("Gil + Pal + Aza + Ven", ["LIT+VEN+FLT3i+CDK4/6i"]),
        ("AZA + VEN + FLT3i", ["LIT+VEN+FLT3i"]),
        ("LIT + VEN", ["LIT+VEN"]),
        ("LIT", ["LIT"]),
        ("IC + FLT3i", ["IC+FLT3i"]),
        ("IC + VEN", ["IC+VEN"]),
        ("7+3 -> FLAG-IDA", ["IC", "IC"]),
        ("DA 3+7", ["IC"]),
        ("DA 3+10", ["IC"]),
        ("DA 3 + 10 -> ADE 8+3+5", ["IC", "IC"]),
        ("3 + 7", ["IC"]),
        ("5+2", ["IC"]),
        ("DA 3+10 + VEN", ["IC+VEN"]),
        ("Ida + Ara-C", ["IC"]),
        ("LDAC + VEN", ["LIT+VEN"]),
        ("VEN + Sor", ["VEN+FLT3i"]),
        ("revumenib + AZA", ["LIT+menin inhibitor"]),
        ("CDK4/6i + AZA", ["LIT+CDK4/6i"]),
        ("azacitidine plus venetoclax", ["LIT+VEN"]),
        ("AZA/VEN", ["LIT+VEN"]),
        ("Ven-Aza", ["LIT+VEN"]),
        ("阿扎胞苷 + 维奈克拉", ["LIT+VEN"]),
        ("cladribine regimen", ["IC"]),
        ("DAH x2", ["IC", "IC"]),
        ("DA (d1-7)", ["IC"]),
        ("Ara-C", [None]),
        ("G-CSF + Ara-C + Acla", ["LIT"]),
        ("FLAG IDA", ["IC"]),
        ("IC alone", ["IC"]),
        ("Induction: DA → consolidation: HiDAC", ["IC", "IC"]),
        ("sorafenib maintenance", ["FLT3i"]),
        ("AZA 75mg/m2 d1-7 + VEN 400mg d1-28", ["LIT+VEN"]),
        ("IC + FLT3i/VEN", ["IC+VEN+FLT3i"]),
        ("DAH；HSCT", ["IC", "HSCT"]),
        ("DLI", [None]),
    ],
)
def test_arms(printed, expected):
    assert classes(printed) == expected


def test_transplant_has_a_place():
    t = parse_treatment("DAH → Ven + Aza → allo-HSCT")
    assert (t.transplant, t.transplant_position, len(t.courses)) == (True, 2, 3)
    assert t.classes == ("IC", "LIT", "HMA", "VEN", "HSCT")
    assert parse_treatment("DAH").transplant is False
    assert parse_treatment("DAH").transplant_position is None


@pytest.mark.parametrize("printed", [None, "", "NA", "unknown"])
def test_missing_treatment_is_not_no_transplant(printed):
    t = parse_treatment(printed)
    assert t.courses == ()
    assert t.transplant is None


@pytest.mark.parametrize("token", ["DAC", "D", "A", "VA"])
def test_ambiguous_token_is_refused(token):
    t = parse_treatment(f"{token} → HSCT")
    assert t.ambiguous == (token,)
    assert treatment_class(t.courses[0]) is None
    assert t.courses[0].drugs == ()


def test_glossary_settles():
    t = parse_treatment("DAC", glossary={"DAC": "decitabine"})
    assert t.ambiguous == ()
    assert t.courses[0].drugs == ("decitabine",)
    three = parse_treatment("DAC", glossary={"DAC": "daunorubicin + cytarabine + cladribine"})
    assert three.courses[0].drugs == ("cladribine", "cytarabine", "daunorubicin")
    assert treatment_class(three.courses[0]) == "IC"
    part = parse_treatment("XYZ", glossary={"XYZ": "cytarabine + wonder drug"})
    assert part.courses[0].items[0].status == "partial"


def test_longest_name_wins_over_ambiguous_part():
    course = parse_treatment("DAC + AA").courses[0]
    assert len(course.items) == 1
    assert course.drugs == ("aclarubicin", "cytarabine", "daunorubicin")
    again = parse_treatment("DAC + AA", glossary={"DAC": "decitabine"}).courses[0]
    assert again.drugs == course.drugs


def test_d_is_daunorubicin_in_dah_and_decitabine_in_dcag():
    dah, dcag = parse_treatment("DAH → DCAG").courses
    assert "daunorubicin" in dah.drugs
    assert "decitabine" not in dah.drugs
    assert "decitabine" in dcag.drugs


def test_commas_and_slashes_between_regimens_are_refused():
    for printed in ("DAH, IAH, HSCT", "DA/IA"):
        t = parse_treatment(printed)
        assert t.unresolved == (printed,)
        assert [treatment_class(c) for c in t.courses] == [None]
    assert parse_treatment("DAH, IAH, HSCT").transplant is None


def test_unknown_token_is_listed():
    t = parse_treatment("DAH + wonderdrug")
    assert t.unresolved == ("wonderdrug",)
    assert classes("DAH + wonderdrug") == [None]
    assert t.classes == ("IC",)


def test_class_without_drug_is_partial():
    item = parse_treatment("FLT3i").courses[0].items[0]
    assert (item.status, item.drugs, item.classes) == (
        "partial",
        ("FLT3i:unspecified",),
        ("FLT3i",),
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ven + Aza", "AZA+VEN", True),
        ("DAH", "HAD", True),
        ("DAE", "ADE", True),
        ("DAH", "IAH", False),
        ("DA + HHT", "DAH", True),
        ("HSCT", "allo-HSCT", True),
        ("DAC", "DAC", True),
        ("DAC", "Dec", False),
    ],
)
def test_same_course_by_drugs(one, other, same):
    first = parse_treatment(one).courses[0]
    second = parse_treatment(other).courses[0]
    assert same_course(first, second) is same
    assert same_course(second, first) is same


@given(st.permutations(["DAH", "Sor", "Ven", "Gil"]))
@settings(max_examples=24, deadline=None, derandomize=True)
def test_order_within_a_course_does_not_matter(tokens):
    course = parse_treatment(" + ".join(tokens)).courses[0]
    assert treatment_class(course) == "IC+VEN+FLT3i"
    assert same_course(course, parse_treatment("DAH+Sor+Ven+Gil").courses[0])


@given(st.text(alphabet="DAHVenZ+→-> ()x27/", max_size=30))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_never_raises(text):
    assert parse_treatment(text).given == text
