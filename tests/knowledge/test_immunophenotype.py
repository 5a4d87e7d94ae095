"""Immunophenotypes: compact strings, lists, prose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import cross_lineage, parse_immunophenotype


def read(text):
    return {m.marker: (m.distribution, m.intensity) for m in parse_immunophenotype(text).markers}


def test_compact_string_of_tian_2024():
    found = read("CD34st+CD117st+HLA-DRst+CD38st+CD33st+CD13dim+CD105−CD36p+CD123+")
    assert found == {
        "CD34": ("positive", "bright"),
        "CD117": ("positive", "bright"),
        "HLA-DR": ("positive", "bright"),
        "CD38": ("positive", "bright"),
        "CD33": ("positive", "bright"),
        "CD13": ("positive", "dim"),
        "CD105": ("negative", None),
        "CD36": ("partial", "normal"),
        "CD123": ("positive", "normal"),
    }


def test_ascii_and_typographic_minus_read_alike():
    assert read("CD34+CD105-CD36p+") == read("CD34+CD105−CD36p+")


def test_hyphen_of_hla_dr_is_no_sign():
    assert read("HLA-DR+CD13+") == {
        "HLA-DR": ("positive", "normal"),
        "CD13": ("positive", "normal"),
    }
    assert read("HLA-DR-CD34+")["HLA-DR"] == ("negative", None)


def test_list_with_negatives():
    found = read("CD34, CD117, CD33 (dim), HLA-DR; negative for CD7")
    assert found["CD33"] == ("positive", "dim")
    assert found["CD7"] == ("negative", None)
    assert found["HLA-DR"] == ("positive", "normal")


def test_prose_of_xiong_2025():
    found = read(
        "strong expression of CD33, CD123 and HLA-DR and weak expression of CD14, CD15, and CD38"
    )
    assert [m for m, (_, strength) in found.items() if strength == "bright"] == [
        "CD33",
        "CD123",
        "HLA-DR",
    ]
    assert [m for m, (_, strength) in found.items() if strength == "dim"] == [
        "CD14",
        "CD15",
        "CD38",
    ]


@pytest.mark.parametrize(
    ("text", "marker", "distribution", "intensity", "percent"),
    [
        ("CD34+ 35.6%", "CD34", "positive", "normal", 35.6),
        ("CD34 (35.6%)", "CD34", "positive", "normal", 35.6),
        ("CD7 (subset)", "CD7", "partial", "normal", None),
        ("CD64+/-", "CD64", "partial", "normal", None),
        ("CD38dim/-", "CD38", "partial", "dim", None),
        ("CD11bst+", "CD11b", "positive", "bright", None),
        ("CD65st+", "CD65", "positive", "bright", None),
        ("cyCD3-", "cCD3", "negative", None, None),
        ("cCD79a+", "CD79a", "positive", "normal", None),
        ("TdT-", "TdT", "negative", None, None),
        ("MPO+", "MPO", "positive", "normal", None),
        ("CD33bright", "CD33", "positive", "bright", None),
        ("CD34neg", "CD34", "negative", None, None),
        ("CD15(-)", "CD15", "negative", None, None),
        ("CD7 not tested", "CD7", "not tested", None, None),
        ("CD34 0%", "CD34", "negative", None, 0.0),
        ("CD34 -", "CD34", "negative", None, None),
        ("CD19: -", "CD19", "negative", None, None),
        ("not tested: CD7", "CD7", "not tested", None, None),
        ("CD45 dim", "CD45", "positive", "dim", None),
    ],
)
def test_one_marker(text, marker, distribution, intensity, percent):
    first = parse_immunophenotype(text).markers[0]
    assert (first.marker, first.percent) == (marker, percent)
    assert (first.distribution, first.intensity) == (distribution, intensity)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("CD34 and CD117 positive, CD7 negative", {"CD34": "+", "CD117": "+", "CD7": "-"}),
        (
            "CD34, CD33 positive; CD7, CD19 negative",
            {"CD34": "+", "CD33": "+", "CD7": "-", "CD19": "-"},
        ),
        ("negative for CD7 and CD19, positive for CD34", {"CD7": "-", "CD19": "-", "CD34": "+"}),
        ("CD13 and CD33 were positive. CD7 was negative", {"CD13": "+", "CD33": "+", "CD7": "-"}),
        ("expressed CD13 and CD33 but not CD7", {"CD13": "+", "CD33": "+", "CD7": "-"}),
        ("blasts lack CD13", {"CD13": "-"}),
        ("CD34阳性，CD7阴性", {"CD34": "+", "CD7": "-"}),
    ],
)
def test_what_is_said_before_and_after_a_list(text, signs):
    words = {"+": "positive", "-": "negative"}
    reading = parse_immunophenotype(text)
    assert {m.marker: m.distribution for m in reading.markers} == {
        marker: words[sign] for marker, sign in signs.items()
    }
    assert reading.unread == ()


def test_low_percentage_without_a_sign_is_left_open():
    reading = parse_immunophenotype("CD34 (2%), CD33 45%")
    assert [m.marker for m in reading.markers] == ["CD33"]
    assert reading.unread == ("CD34 2 %",)


def test_contradiction_is_said():
    assert parse_immunophenotype("CD34+ CD34-").unread == (
        "CD34 is read as positive and as negative",
    )


def test_unnamed_marker_is_not_negative():
    assert "CD7" not in read("CD34+CD33+")


def test_unreadable_words_are_kept():
    assert parse_immunophenotype("hello").unread == ("hello",)
    assert parse_immunophenotype(None).markers == ()
    assert parse_immunophenotype("").markers == ()


@pytest.mark.parametrize(
    ("marker", "disease", "crosses"),
    [
        ("CD7", "AML", True),
        ("CD56", "AML", True),
        ("CD19", "AML", True),
        ("CD33", "AML", False),
        ("CD71", "AML", False),
        ("CD34", "AML", False),
        ("CD33", "B-ALL", True),
        ("CD7", "B-ALL", True),
        ("CD19", "B-ALL", False),
        ("CD7", "ETP-ALL", False),
        ("CD13", "T-ALL", True),
        ("CD117", "T-ALL", False),
        ("CD7", "MPAL", False),
        ("CD7", "something", False),
    ],
)
def test_cross_lineage_depends_on_disease(marker, disease, crosses):
    assert cross_lineage(marker, disease) is crosses


MARKERS = ["CD34", "CD117", "HLA-DR", "CD33", "CD13", "CD7", "CD11b", "MPO", "cCD3", "CD65"]
SIGNS = ["+", "-", "st+", "dim+", "p+", "−"]


@given(st.dictionaries(st.sampled_from(MARKERS), st.sampled_from(SIGNS), min_size=1))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_compact_strings_survive(marks):
    text = "".join(f"{marker}{sign}" for marker, sign in marks.items())
    reading = parse_immunophenotype(text)
    found = {m.marker: m for m in reading.markers}
    assert list(found) == list(marks)
    assert reading.unread == ()
    for marker, sign in marks.items():
        assert (found[marker].distribution == "negative") == (sign in "-−")
        assert (found[marker].distribution == "partial") == sign.startswith("p")
        assert (found[marker].intensity == "bright") == sign.startswith("st")
