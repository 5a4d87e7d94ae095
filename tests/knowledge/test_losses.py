"""Reasons of loss in four languages: one set of words."""

from __future__ import annotations

import pytest

from fusionscape.knowledge.endpoints import endpoint_rules, rule_set_names
from fusionscape.knowledge.losses import normalise_loss
from fusionscape.knowledge.store import records

MEANT = {
    "Abandonment": "abandonment", "abandoned treatment": "abandonment", "Give up": "abandonment",
    "withdrew": "abandonment", "放弃治疗": "abandonment", "Therapieabbruch": "abandonment",
    "abandon": "abandonment", " GIVE-UP ": "abandonment", "progression": "progression",
    "Progressive disease": "progression", "疾病进展": "progression",
    "unstable vital signs": "unstable vital signs", "moved away": "moved away",
    "verzogen": "moved away", "déménagement": "moved away", "transferred": "other",
    "withdrew consent": "other", "失访": "lost to follow-up", "Lost to follow-up.":
    "lost to follow-up",
}  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), MEANT.items())
def test_the_words_of_a_reason(text: str, reason: str) -> None:
    assert normalise_loss(text) == reason


@pytest.mark.parametrize(
    "text", ["", "no progression", "not abandoned", "no money left", "x" * 9999]
)
def test_other_phrases_are_not_understood(text: str) -> None:
    assert normalise_loss(text) is None


def test_every_reason_of_a_packaged_rule_set_is_a_word_of_the_table() -> None:
    reasons = {row["reason"] for row in records("loss_words.csv")}
    counted = {r for name in rule_set_names() for r in endpoint_rules(name).loss_is_event}
    assert counted == {"progression", "abandonment", "unstable vital signs"}
    assert counted <= reasons
    assert all(normalise_loss(reason) == reason for reason in reasons)


def test_no_word_stands_twice() -> None:
    words = [row["word"] for row in records("loss_words.csv")]
    assert len(words) == len(set(words))
