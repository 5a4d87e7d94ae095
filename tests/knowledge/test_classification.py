"""WHO-HAEM5, ICC 2022 and ELN 2022 as fusions and co-lesions decide them."""

import pytest

from fusionscape.knowledge import classify, qualifies
from fusionscape.knowledge.classification import MR_GENES

NEGATIVE = dict.fromkeys(("NPM1", "FLT3-ITD", "CEBPA-bZIP", "TP53", *MR_GENES), False)


def by_system(**found):
    return {c.system: c for c in classify(**found)}


def risk(**found):
    return by_system(**found)["ELN 2022"]


@pytest.mark.parametrize(
    ("blasts", "icc"),
    [
        (12.0, "AML with other rare recurring translocations (NUP98)"),
        (10.0, "AML with other rare recurring translocations (NUP98)"),
        (8.0, "not AML (blasts below 10 %)"),
        (None, None),
    ],
)
def test_nup98_by_blast_count(blasts, icc):
    found = by_system(fusions=["NUP98-NSD1"], mutations={}, blasts_percent=blasts)
    assert found["WHO-HAEM5"].category == "AML with NUP98 rearrangement"
    assert found["ICC 2022"].category == icc
    assert found["ICC 2022"].decided is (blasts is not None)


def test_nup98_is_intermediate_and_annotated_never_upgraded():
    found = by_system(
        fusions=["NUP98::NSD1"],
        mutations={**NEGATIVE, "FLT3-ITD": True},
        karyotype="46,XX[20]",
        blasts_percent=60.0,
    )
    assert found["ELN 2022"].category == "intermediate"
    assert found["NUP98 annotation"].category == "NUP98-rearranged"


def test_no_annotation_without_nup98():
    assert "NUP98 annotation" not in by_system(fusions=[], mutations={})


@pytest.mark.parametrize(
    ("mutations", "karyotype", "fusions", "expected"),
    [
        ({}, "46,XX[20]", [], "intermediate"),
        ({"NPM1": True}, "46,XX[20]", [], "favorable"),
        ({"NPM1": True, "FLT3-ITD": True}, "46,XX[20]", [], "intermediate"),
        ({"FLT3-ITD": True}, "46,XX[20]", [], "intermediate"),
        ({"CEBPA-bZIP": True}, "46,XX[20]", [], "favorable"),
        ({"ASXL1": True}, "46,XX[20]", [], "adverse"),
        ({"NPM1": True, "ASXL1": True}, "46,XX[20]", [], "favorable"),
        ({"TP53": True}, "46,XX[20]", [], "adverse"),
        ({"ASXL1": True}, "46,XX[20]", ["NUP98-R"], "adverse"),
        ({}, "45,XX,-7[20]", [], "adverse"),
        ({}, "46,XX,del(5)(q13q33)[20]", [], "adverse"),
        ({}, "46,XX,del(7)(q22)[20]", [], "intermediate"),
        ({}, "46,XX,i(17)(q10)[20]", [], "adverse"),
        ({}, "46,XX,t(3;5)(p21;q31)[20]", [], "intermediate"),
        ({"NPM1": True}, "45,XX,-7[20]", [], "adverse"),
        ({}, "46,XX,del(1)(p32),add(2)(q31),del(12)(p13)[20]", [], "adverse"),
        ({}, "46,XX,del(1)(p32),add(2)(q31),del(12)(p13)[20]", ["NUP98::NSD1"], "intermediate"),
        ({}, "46,XX,del(1)(p32),add(2)(q31),del(12)(p13)[20]", ["DLD::RB1"], "adverse"),
        ({}, "46,XX,t(8;21)(q22;q22)[20]", ["RUNX1::RUNX1T1"], "favorable"),
        ({"TP53": True}, "45,XX,-7,t(8;21)(q22;q22)[20]", [], "favorable"),
        ({}, "46,XX,t(9;11)(p22;q23)[20]", ["KMT2A-MLLT3"], "intermediate"),
        ({"ASXL1": True}, "46,XX,t(9;11)(p21;q23)[20]", [], "intermediate"),
        ({}, "46,XX,t(6;11)(q27;q23)[20]", ["KMT2A-MLLT4"], "adverse"),
        ({}, "46,XX,t(10;11)(p12;q23)[20]", [], "adverse"),
        ({}, "46,XX[20]", ["DEK::NUP214"], "adverse"),
        ({}, "46,XX,inv(3)(q21q26)[20]", [], "adverse"),
    ],
)
def test_eln_2022(mutations, karyotype, fusions, expected):
    found = risk(fusions=fusions, mutations={**NEGATIVE, **mutations}, karyotype=karyotype)
    assert found.category == expected
    assert found.decided


def test_missing_is_not_negative():
    found = risk(fusions=["NUP98::NSD1"], mutations={}, karyotype="46,XX[20]")
    assert found.category is None
    assert found.missing == ("npm1", "flt3_itd", "cebpa_bzip", "tp53", "mr_gene")
    itd = risk(
        fusions=[], mutations={**NEGATIVE, "NPM1": True, "FLT3-ITD": None}, karyotype="46,XX[20]"
    )
    assert itd.missing == ("flt3_itd",)


def test_unknown_that_cannot_matter_is_not_asked():
    found = risk(fusions=["CBFB::MYH11"], mutations={}, karyotype=None)
    assert (found.category, found.missing) == ("favorable", ())


def test_failed_karyotype_leaves_risk_open():
    found = risk(fusions=[], mutations=NEGATIVE, karyotype="F")
    assert found.category is None
    assert found.missing == ("adverse_karyotype",)


def test_low_vaf_tp53_does_not_count():
    told = {**NEGATIVE, "TP53": True}
    assert risk(fusions=[], mutations=told, karyotype="46,XX", tp53_vaf=0.05).category == (
        "intermediate"
    )
    assert risk(fusions=[], mutations=told, karyotype="46,XX", tp53_vaf=0.10).category == "adverse"


def test_classes_beyond_fusions():
    found = by_system(
        fusions=[], mutations={**NEGATIVE, "NPM1": True}, karyotype="46,XX", blasts_percent=15.0
    )
    assert found["WHO-HAEM5"].category == "AML with NPM1 mutation"
    assert found["ICC 2022"].category == "AML with NPM1 mutation"
    mr = by_system(
        fusions=[], mutations={**NEGATIVE, "SRSF2": True}, karyotype="46,XX", blasts_percent=30.0
    )
    assert mr["WHO-HAEM5"].category == "AML, myelodysplasia-related"
    plain = by_system(fusions=[], mutations=NEGATIVE, karyotype="46,XX", blasts_percent=19.0)
    assert plain["ICC 2022"].category == "not AML (blasts below 20 %)"


@pytest.mark.parametrize(
    ("lesion", "karyotype", "who", "icc"),
    [
        ("RUNX1", "46,XX[20]", False, True),
        ("SRSF2", "46,XX[20]", True, True),
        (None, "47,XX,+8[20]", False, True),
        (None, "46,XX,del(20)(q11q13)[20]", False, True),
        (None, "46,XX,del(11)(q14q23)[20]", True, False),
        (None, "45,XX,-13[20]", True, False),
        (None, "46,XX,del(12)(p12)[20]", True, True),
        (None, "45,XX,-7[20]", True, True),
        (None, "46,XX,der(5)t(5;12)(q13;q13)[20]", True, True),
        (None, "46,XX,t(5;12)(q32;p13)[20]", False, False),
    ],
)
def test_myelodysplasia_related_differs_between_systems(lesion, karyotype, who, icc):
    told = {**NEGATIVE, **({lesion: True} if lesion else {})}
    found = by_system(fusions=[], mutations=told, karyotype=karyotype, blasts_percent=40.0)
    assert ("myelodysplasia" in found["WHO-HAEM5"].category) is who
    assert ("myelodysplasia" in found["ICC 2022"].category) is icc


def test_fusions_not_tested():
    found = by_system(fusions=None, mutations=NEGATIVE, karyotype="46,XX", blasts_percent=50.0)
    assert found["WHO-HAEM5"].category is None
    assert found["WHO-HAEM5"].missing == ("fusions",)


def test_lymphoid_disease_has_no_aml_class():
    found = by_system(fusions=["NUP98::ASNSP4"], mutations={}, disease="B-ALL")
    assert all(c.category is None and c.decided for c in found.values())


def test_specific_kmt2a_fusion_beats_the_band():
    found = risk(
        fusions=["KMT2A::MLLT3"],
        mutations=NEGATIVE,
        karyotype="46,XX,t(9;11;17)(p22;q23;q25)[20]",
    )
    assert found.category == "intermediate"


@pytest.mark.parametrize(
    ("lesion", "trials"),
    [
        ("NUP98::NSD1", 2),
        ("NUP98-R", 2),
        ("KMT2A::AFDN", 2),
        ("NPM1", 2),
        ("KMT2A-PTD", 1),
        ("UBTF-TD", 1),
        ("SET::NUP214", 1),
        ("FLT3-ITD", 0),
        ("RUNX1::RUNX1T1", 0),
        ("NPM1::MLF1", 1),
    ],
)
def test_menin_trials(lesion, trials):
    found = qualifies([lesion])
    assert len(found) == trials
    assert all(m.lesion == lesion and m.reference for m in found)


def test_menin_order_is_stable():
    lesions = ["NPM1", "NUP98::NSD1", "KMT2A-PTD"]
    assert qualifies(lesions) == qualifies(reversed(lesions))
    assert qualifies([]) == ()
