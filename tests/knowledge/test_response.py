"""Response under each rule set, at the borders where they part."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import (
    RESPONSE_RULES,
    classify_response,
    counts_as_cr,
    cr_categories,
    normalise_reported,
)

CLEAR = {"blood_blasts_percent": 0.0, "extramedullary": False}


def category(rules, **found):
    return classify_response(rules=rules, **found).category


@pytest.mark.parametrize(
    ("blasts", "cclg", "xiong"),
    [
        (4.9, "CR", "CR"),
        (5.0, "CR", "not in CR"),
        (6.0, "PR", "not in CR"),
        (19.0, "PR", "not in CR"),
        (20.0, "NR", "not in CR"),
        (25.0, "NR", "not in CR"),
    ],
)
def test_same_marrow_two_verdicts(blasts, cclg, xiong):
    assert category("cclg2015", blasts_percent=blasts) == cclg
    assert category("xiong2025", blasts_percent=blasts, regeneration=True) == xiong


def test_cclg_leaves_gaps_open():
    result = classify_response(rules="cclg2015", blasts_percent=5.5)
    assert result.category is None
    assert result.possible == ("CR", "PR")
    assert category("cclg2015", blasts_percent=19.5) is None


@pytest.mark.parametrize(
    ("anc", "platelets", "eln2022", "eln2017"),
    [
        (1.0, 100.0, "CR", "CR"),
        (0.99, 100.0, "CRh", "CRi"),
        (0.5, 50.0, "CRh", "MLFS"),
        (1.2, 49.0, "CRi", "CRi"),
        (0.4, 120.0, "CRi", "CRi"),
        (0.4, 60.0, "MLFS", "MLFS"),
    ],
)
def test_count_recovery(anc, platelets, eln2022, eln2017):
    found = {"blasts_percent": 4.9, "anc_10e9_l": anc, "platelets_10e9_l": platelets, **CLEAR}
    assert category("eln2022", **found) == eln2022
    assert category("eln2017", **found) == eln2017


@pytest.mark.parametrize(
    ("blasts", "before", "expected"),
    [
        (5.0, 80.0, "PR"),
        (25.0, 80.0, "PR"),
        (25.1, 80.0, "NR"),
        (25.0, 50.0, "PR"),
        (25.0, 49.0, "NR"),
        (60.0, None, "NR"),
    ],
)
def test_partial_remission(blasts, before, expected):
    found = {
        "blasts_percent": blasts,
        "pretreatment_blasts_percent": before,
        "anc_10e9_l": 1.5,
        "platelets_10e9_l": 150.0,
        **CLEAR,
    }
    assert category("eln2022", **found) == expected


def test_partial_remission_needs_counts_and_the_blasts_before():
    found = {"blasts_percent": 10.0, "anc_10e9_l": 0.4, "platelets_10e9_l": 150.0, **CLEAR}
    assert category("eln2022", pretreatment_blasts_percent=80.0, **found) == "NR"
    result = classify_response(
        rules="eln2022", blasts_percent=10.0, anc_10e9_l=1.5, platelets_10e9_l=150.0, **CLEAR
    )
    assert result.category is None
    assert result.missing_inputs == ("pretreatment_blasts_percent",)


def test_missing_inputs_are_named():
    result = classify_response(rules="eln2022", blasts_percent=3.0)
    assert result.category is None
    assert result.missing_inputs == (
        "blood_blasts_percent",
        "extramedullary",
        "anc_10e9_l",
        "platelets_10e9_l",
    )
    assert result.possible == ("CR", "CRh", "CRi", "MLFS", "NR")
    assert classify_response(rules="eln2022").missing_inputs == ("blasts_percent",)


def test_missing_input_that_cannot_matter_is_not_asked():
    result = classify_response(
        rules="eln2017", blasts_percent=3.0, anc_10e9_l=0.4, platelets_10e9_l=30.0, **CLEAR
    )
    assert (result.category, result.missing_inputs) == ("MLFS", ())
    assert category("eln2022", blasts_percent=60.0) == "NR"


def test_disease_elsewhere_is_no_remission():
    counts = {"blasts_percent": 2.0, "anc_10e9_l": 2.0, "platelets_10e9_l": 200.0}
    assert category("eln2022", blood_blasts_percent=1.0, **counts) == "NR"
    assert category("eln2022", extramedullary=True, **counts) == "NR"


def test_auer_rods_count_in_eln2017():
    found = {"blasts_percent": 2.0, "anc_10e9_l": 2.0, "platelets_10e9_l": 200.0, **CLEAR}
    assert category("eln2017", auer_rods=True, **found) == "NR"


def test_death_and_inadequate_marrow():
    assert category("eln2022", died=True) == "death"
    assert category("eln2022", marrow_adequate=False) == "not evaluable"


def test_reported_is_kept_as_reported():
    assert category("reported", reported="Not in CR") == "not in CR"
    assert category("reported", reported=None) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("CR", "CR"),
        ("complete remission (CR)", "CR"),
        ("完全缓解（CR）", "CR"),
        ("rémission complète", "CR"),
        ("CRi", "CRi"),
        ("CRh", "CRh"),
        ("MLFS", "MLFS"),
        ("Partial Remission", "PR"),
        ("未缓解", "NR"),
        ("Refractory Disease", "NR"),
        ("Not in CR", "not in CR"),
        ("N", "not in CR"),
        ("Y", "CR"),
        ("Death", "death"),
        ("Unevaluable", "not evaluable"),
        ("NA", None),
        ("Unknown", None),
        ("", None),
        (None, None),
        ("something else", None),
    ],
)
def test_reported_words(word, expected):
    assert normalise_reported(word) == expected


def test_what_counts_as_remission():
    assert cr_categories("eln2022") == ("CR", "CRh", "CRi")
    assert counts_as_cr("CRh", "eln2022") is True
    assert counts_as_cr("CRh", "eln2017") is False
    assert counts_as_cr("CRi", "cclg2015") is False
    assert counts_as_cr("death", "eln2022") is False
    assert counts_as_cr(None, "eln2022") is None


@given(
    st.sampled_from(RESPONSE_RULES),
    st.floats(0, 100),
    st.one_of(st.none(), st.floats(0, 20)),
    st.one_of(st.none(), st.floats(0, 500)),
)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_category_is_one_of_the_possible(rules, blasts, anc, platelets):
    result = classify_response(
        rules=rules, blasts_percent=blasts, anc_10e9_l=anc, platelets_10e9_l=platelets
    )
    assert (result.category is None) == (len(result.possible) != 1)
    assert result.category is None or result.missing_inputs == ()
    assert result.reference


@given(st.floats(0, 4.99), st.floats(0, 3), st.floats(0, 300))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_filling_a_gap_stays_within_what_was_possible(blasts, anc, platelets):
    open_result = classify_response(rules="eln2022", blasts_percent=blasts, **CLEAR)
    told = category(
        "eln2022", blasts_percent=blasts, anc_10e9_l=anc, platelets_10e9_l=platelets, **CLEAR
    )
    assert told in open_result.possible
