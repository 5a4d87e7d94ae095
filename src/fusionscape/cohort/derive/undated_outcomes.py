"""Outcomes that an event on an unknown day could decide."""

from __future__ import annotations

from collections.abc import Mapping

from fusionscape.knowledge.endpoints import COMPETING, DAY_ONE, EVENT, Outcome

UNDATED = "undated"
NO_REMISSION = "no remission"


def unless_undated(
    outcome: Outcome, name: str, patient: str, unknown: Mapping[str, frozenset[str]]
) -> Outcome:
    """The outcome, or none where an event happened on an unknown day that could decide it."""
    if patient in unknown["remission"] and name == "efs" and _without_remission(outcome):
        return Outcome(time=None, status=None, why=f"remission {UNDATED}")
    if outcome.why == NO_REMISSION or outcome.status in (EVENT, COMPETING):
        relapsed = name != "os" and patient in unknown["relapse"]
        if outcome.status is None or not relapsed or outcome.why == "induction failure":
            return outcome
    if patient in unknown["death"] and outcome.status not in (EVENT, COMPETING):
        return Outcome(time=None, status=None, why=f"death {UNDATED}")
    if name != "os" and patient in unknown["relapse"]:
        return Outcome(time=None, status=None, why=f"relapse {UNDATED}")
    return outcome


def _without_remission(outcome: Outcome) -> bool:
    """True where the outcome holds only if the patient never reached a remission."""
    return outcome.why == "not evaluable" or (outcome.why == "death" and outcome.time == DAY_ONE)
