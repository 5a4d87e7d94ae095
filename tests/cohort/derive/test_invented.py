"""Which variables and joints of a synthetic cohort carry no p."""

from __future__ import annotations

from fusionscape.cohort import Codebook
from fusionscape.cohort.derive.invented import is_invented, is_invented_lesion_pair

BOOK = Codebook(
    name="x",
    invented=("wbc_10e9_l", "lesion:NRAS", "partner*sex", "lesion*lesion"),
    printed=("FLT3-ITD*WT1",),
)


def test_a_field_by_either_name() -> None:
    assert is_invented(BOOK, "wbc_10e9_l")
    assert is_invented(BOOK, "NRAS") and is_invented(BOOK, "lesion:NRAS")
    assert not is_invented(BOOK, "sex")


def test_a_joint_in_either_order() -> None:
    assert is_invented(BOOK, "partner", "sex") and is_invented(BOOK, "sex", "partner")
    assert not is_invented(BOOK, "driver", "sex")


def test_lesion_pairs_unless_printed() -> None:
    assert is_invented_lesion_pair(BOOK, "WT1", "KIT")
    assert not is_invented_lesion_pair(BOOK, "WT1", "FLT3-ITD")
    assert is_invented_lesion_pair(BOOK, "WT1", "NRAS")


def test_a_real_cohort_has_nothing_invented() -> None:
    assert not is_invented(Codebook(name="real"), "wbc_10e9_l", "sex")


def test_a_joint_printed_for_one_level_serves_comparisons_of_that_level() -> None:
    book = Codebook(
        name="x",
        synthetic=True,
        invented=("response:1*partner",),
        printed=("response:1*NUP98::NSD1",),
    )
    assert is_invented(book, "partner", "response:1")
    assert not is_invented(book, "partner", "response:1", levels=("NUP98::NSD1",))
    assert is_invented(book, "partner", "response:1", levels=("NUP98::HOXA9",))


def test_in_a_synthetic_cohort_what_is_not_printed_was_made_up() -> None:
    book = Codebook(name="x", synthetic=True, invented=("age_years",), printed=("WT1*partner",))
    assert not is_invented(book, "partner", "lesion:WT1")
    assert is_invented(book, "driver", "lesion:WT1")
    assert not is_invented(book, "lesion:WT1")
