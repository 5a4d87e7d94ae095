"""Words for sex, disease, onset and FAB in four languages."""

import pytest

from fusionscape.knowledge import (
    disease_lineage,
    normalise_disease,
    normalise_fab,
    normalise_onset,
    normalise_sex,
)


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        ("M", "male"),
        ("Female", "female"),
        ("男", "male"),
        ("女性", "female"),
        ("weiblich", "female"),
        ("W", "female"),
        ("homme", "male"),
        ("féminin", "female"),
        ("1", None),
        ("2", None),
        ("Unknown", None),
        (None, None),
    ],
)
def test_sex(word, sex):
    assert normalise_sex(word) == sex


@pytest.mark.parametrize(
    ("word", "disease"),
    [
        ("AML", "AML"),
        ("Acute Myeloid Leukaemia", "AML"),
        ("AML-M5", "AML"),
        ("M5", "AML"),
        ("急性髓系白血病", "AML"),
        ("急性髓系白血病M2", "AML"),
        ("akute myeloische Leukämie", "AML"),
        ("LAM", "AML"),
        ("therapy-related AML", "AML"),
        ("T-ALL", "T-ALL"),
        ("ETP-ALL", "ETP-ALL"),
        ("early T-cell precursor ALL", "ETP-ALL"),
        ("B-ALL", "B-ALL"),
        ("MPAL", "MPAL"),
        ("MDS-EB2", "MDS"),
        ("CML-BC", "CML-BC"),
        ("APL", "APL"),
        ("acute leukemia", "acute leukemia"),
        ("melanoma", None),
        (None, None),
    ],
)
def test_disease(word, disease):
    assert normalise_disease(word) == disease


@pytest.mark.parametrize(
    ("word", "fab"),
    [
        ("M5", "M5"),
        ("AML-M5a", "M5a"),
        ("FAB M4", "M4"),
        ("M4Eo", "M4eo"),
        ("acute megakaryoblastic leukemia", "M7"),
        ("AML with maturation", "M2"),
        ("L2", "L2"),
        ("pending", None),
        (None, None),
    ],
)
def test_fab(word, fab):
    assert normalise_fab(word) == fab


@pytest.mark.parametrize(
    ("word", "onset"),
    [
        ("de novo", "de novo"),
        ("De novo AML", "de novo"),
        ("t-AML", "therapy-related"),
        ("s-AML", "secondary"),
        ("secondary to MDS", "secondary"),
        ("治疗相关", "therapy-related"),
        ("relapse", "relapsed or refractory"),
        ("x", None),
        (None, None),
    ],
)
def test_onset(word, onset):
    assert normalise_onset(word) == onset


def test_lineage():
    assert disease_lineage("AML") == "myeloid"
    assert disease_lineage("B-ALL") == "B"
    assert disease_lineage("ETP-ALL") == "T"
    assert disease_lineage("MPAL") == "mixed"
    assert disease_lineage("melanoma") is None
