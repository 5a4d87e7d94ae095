"""Which lesions meet a menin inhibitor trial's criterion, and which only sound like it."""

from __future__ import annotations

import pytest

from fusionscape.knowledge import qualifies


@pytest.mark.parametrize(
    "lesion", ["NUP98", "KMT2A", "MLL", "MN1", "NUP98 mutation", "NUP98_mut", "NUP98 p.R5C"]
)
def test_a_mutated_gene_is_no_rearrangement(lesion: str) -> None:
    assert qualifies([lesion]) == ()


@pytest.mark.parametrize(
    "lesion", ["NUP98::NSD1", "NUP98::?", "NUP98 fusion", "NUP98-R", "NUP98 rearranged"]
)
def test_a_rearrangement_of_nup98_meets_both_trials(lesion: str) -> None:
    assert [m.criterion for m in qualifies([lesion])] == ["NUP98::*", "NUP98::*"]


def test_a_mutation_criterion_asks_for_the_gene() -> None:
    assert {m.criterion for m in qualifies(["NPM1"])} == {"NPM1"}
