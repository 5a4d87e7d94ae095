"""Free words of events go under pseudonyms; what they decide stays."""

from __future__ import annotations

import polars as pl
import pytest

from fusionscape.cohort import Codebook, Cohort, ColumnMeaning, Plan, build_cohort
from fusionscape.cohort.derive.endpoints import endpoint_data, lost_to_follow_up
from fusionscape.workflows.pseudonymise import pseudonymise
from fusionscape.workflows.scrubbed_events import reason_of_loss

SECRET = "Ming"
RULES = {"ours": {"loss_is_event": ["abandonment", "moved in with Ming"]}}


def cohort(reasons: dict[str, str], *, as_events: bool) -> Cohort:
    """Four patients in remission at day 30, lost at day 100 for a reason."""
    events: list[dict[str, object]] = []
    for who, reason in reasons.items():
        events += [
            {"patient_id": who, "order": 1, "kind": "response", "label": "CR", "day": 30.0},
            {"patient_id": who, "order": 2, "kind": "lost", "day": 100.0,
             "label": reason if as_events else None},
            {"patient_id": who, "order": 3, "kind": f"visit by {SECRET}", "label": SECRET,
             "day": 20.0, "unit": SECRET, "state": SECRET, "target": SECRET, "reported": SECRET},
            {"patient_id": who, "order": 4, "kind": "response", "label": "PR", "target": "best"},
            {"patient_id": who, "order": 5, "kind": "exposure", "label": "drug", "day": 40.0},
        ]  # fmt: skip
    patients: dict[str, list[str]] = {"patient_id": list(reasons)}
    if not as_events:
        patients["loss_reason"] = list(reasons.values())
    return build_cohort(
        name="x",
        patients=pl.DataFrame({**patients, "drug": [True] * len(reasons)}),
        events=events,
        codebook=Codebook(name="x", columns=(ColumnMeaning(source="d", field="covariate:drug"),)),
        plan=Plan(endpoint_rules="ours"),
        study={"endpoint_rules": RULES},
    )


REASONS = {
    "a": "abandonment", "b": "moved in with Ming", "c": "went home to Ming", "d": "progression",
}  # fmt: skip


@pytest.mark.parametrize("as_events", [True, False])
def test_reasons_of_loss_count_as_before_and_name_nobody(as_events: bool) -> None:
    before = cohort(REASONS, as_events=as_events)
    after, ids = pseudonymise(before, b"key")
    said = repr(after) + repr(after.study) + after.patients.write_csv() + after.events.write_csv()
    assert SECRET not in said
    old, new = endpoint_data(before, "efs"), endpoint_data(after, "efs")
    rows = {r["patient_id"]: (r["time"], r["status"]) for r in new.frame.to_dicts()}
    told = {r["patient_id"]: (r["time"], r["status"]) for r in old.frame.to_dicts()}
    assert {ids[who]: what for who, what in told.items()} == rows
    assert sorted(status for _, status in told.values()) == [0, 0, 1, 1]
    assert lost_to_follow_up(after).sum() == lost_to_follow_up(before).sum() == 4


def test_what_was_given_and_the_best_response_keep_their_names() -> None:
    after, _ = pseudonymise(cohort(REASONS, as_events=True), b"key")
    kinds = after.events.filter(pl.col("kind") == "exposure")["label"].unique().to_list()
    assert kinds == ["drug"]
    best = after.events.filter(pl.col("target") == "best")
    assert best["label"].to_list() == ["PR"] * 4
    assert "other" in after.events["kind"].to_list()


def test_a_reason_in_words() -> None:
    assert reason_of_loss(None, {}) is None
    assert reason_of_loss("  ", {}) is None
    assert reason_of_loss("放弃治疗", {}) == "abandonment"
    assert reason_of_loss("Moved, Abroad", {"moved abroad": "reason 1"}) == "reason 1"
