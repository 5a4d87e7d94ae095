"""Families of p values: a single test is not adjusted, a hypothesis is adjusted once."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.pair_families import mirrored
from fusionscape.results import Test


def one(name: str, p: float, family: str) -> Test:
    return Test(id=name, label=name, p=p, n=9, missing=0, method="m", reference="r", family=family)


def test_a_family_of_one_is_named_and_not_adjusted() -> None:
    alone, *rest = adjusted([one("a", 0.03, "x"), one("b", 0.01, "y"), one("c", 0.02, "y")],
                            method="holm")  # fmt: skip
    assert (alone.family, alone.family_size) == ("x", 1)
    assert alone.p_adjusted is None and alone.adjustment is None
    # Holm over two: 2 * 0.01, then max(0.02, 0.02)
    assert [t.p_adjusted for t in rest] == pytest.approx([0.02, 0.02])


def test_a_family_of_another_section_is_left_to_it() -> None:
    (left, right) = adjusted([one("a", 0.03, "x"), one("b", 0.01, "x")], method="bh",
                             elsewhere=("x",))  # fmt: skip
    assert left.p_adjusted is None and right.p_adjusted is None and left.family_size is None


def test_the_rarer_of_two_complementary_groups_is_the_mirror() -> None:
    often = np.array([1, 1, 1, 0], dtype=float)
    assert mirrored(np.column_stack([often, 1 - often])) == 1
    assert mirrored(np.column_stack([1 - often, often])) == 0
    assert mirrored(np.column_stack([often, 1 - often, 1 - often])) is None
    # somebody has both, or neither: the two do not divide the patients
    assert mirrored(np.column_stack([often, np.ones(4)])) is None
    assert mirrored(np.column_stack([often, np.zeros(4)])) is None
