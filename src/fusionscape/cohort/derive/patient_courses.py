"""The dated events of every patient, as endpoint rules read them; and what has no date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.schema import REMISSION_WORDS
from fusionscape.knowledge.endpoints import Assessment, Course

_DATED = ("remission", "relapse", "transplant", "death", "last_seen", "lost", "treatment_start")
_ALIVE = ("course", "mrd", "blasts", "lesion")
_PATIENT_COLUMNS = (
    "patient_id", "cut_off_days", "entry_days", "loss_reason", "transplant_days", "os_days",
    "os_event",
)  # fmt: skip


def patient_courses(cohort: Cohort) -> dict[str, Course]:
    """The dated events of every patient, as the endpoint rules read them."""
    extra = {
        row["patient_id"]: row
        for row in cohort.patients.select(
            c for c in _PATIENT_COLUMNS if c in cohort.patients.columns
        ).to_dicts()
    }
    grouped: dict[str, list[dict[str, Any]]] = {}
    wanted = pl.col("kind").is_in(["response", *_DATED, *_ALIVE])
    for row in cohort.events.filter(wanted).to_dicts():
        grouped.setdefault(row["patient_id"], []).append(row)
    return {
        patient: _course(grouped.get(patient, []), extra.get(patient, {}))
        for patient in cohort.patients["patient_id"]
    }


def _course(rows: list[dict[str, Any]], extra: Mapping[str, Any]) -> Course:
    """One patient's course; whoever is given a course or measured is alive that day."""
    first: dict[str, float] = {}
    given = {row["kind"] for row in rows if row["day"] is not None}
    for row in rows:
        day = row["day"]
        if row["kind"] in _DATED and day is not None:
            pick = max if row["kind"] == "last_seen" else min
            first[row["kind"]] = pick(first.get(row["kind"], day), day)
        elif row["kind"] in _ALIVE and day is not None:
            first["last_seen"] = max(first.get("last_seen", day), day)
            if row["kind"] == "course" and "treatment_start" not in given:
                first["treatment_start"] = min(first.get("treatment_start", day), day)
    _from_reported(first, extra)
    lost = next((r for r in rows if r["kind"] == "lost"), None)
    reason = extra.get("loss_reason") or (lost["label"] if lost else None)
    return Course(
        treatment_start=first.get("treatment_start"),
        assessments=tuple(
            Assessment(day=r["day"], word=r["label"] or "not evaluable", course=r["course"])
            for r in rows
            if r["kind"] == "response" and (r["target"] != "best" or _never_in_remission(r))
        ),
        remission=first.get("remission"),
        relapse=first.get("relapse"),
        transplant=first.get("transplant", extra.get("transplant_days")),
        death=first.get("death"),
        last_seen=first.get("last_seen"),
        lost=first.get("lost"),
        loss_reason=reason,
        cut_off=extra.get("cut_off_days"),
        entry=extra.get("entry_days"),
    )


def _never_in_remission(row: Mapping[str, Any]) -> bool:
    """True for a best response that is no remission: none was reached by any day."""
    return row["day"] is None and row["label"] not in (*REMISSION_WORDS, None, "not evaluable")


def _from_reported(first: dict[str, float], extra: Mapping[str, Any]) -> None:
    """Death and end of follow-up from the reported survival where no event dates them."""
    days, died = extra.get("os_days"), extra.get("os_event")
    if days is None or died is None:
        return
    if died:
        first.setdefault("death", days)
    elif "death" not in first:
        first["last_seen"] = max(first.get("last_seen", days), days)


def undated(cohort: Cohort) -> dict[str, frozenset[str]]:
    """Patients with a remission, transplant, relapse or death of which no day is known, by kind.

    Such an event is known to have happened: its patient is neither event-free nor censored.
    """
    words = list(REMISSION_WORDS)
    kind = pl.when((pl.col("kind") == "response") & pl.col("label").is_in(words))
    rows = cohort.events.with_columns(
        kind.then(pl.lit("remission")).otherwise(pl.col("kind")).alias("kind")
    )
    days = rows.group_by("patient_id", "kind").agg(pl.col("day").is_not_null().any().alias("known"))
    found = {
        name: set(days.filter((pl.col("kind") == name) & ~pl.col("known"))["patient_id"])
        for name in ("remission", "transplant", "relapse", "death")
    }
    found["death"] |= _dead_without_day(cohort)
    if cohort.has("transplant_days"):
        given = cohort.patients.filter(pl.col("transplant_days").is_not_null())
        found["transplant"] -= set(given["patient_id"])
    if cohort.has("os_days") and cohort.has("os_event"):
        given = cohort.patients.filter(pl.col("os_event") & pl.col("os_days").is_not_null())
        found["death"] -= set(given["patient_id"])
    return {name: frozenset(who) for name, who in found.items()}


def _dead_without_day(cohort: Cohort) -> set[str]:
    """Reported dead, with neither a time nor a dated death."""
    if not cohort.has("os_event"):
        return set()
    dead = pl.col("os_event").fill_null(False)
    if "os_days" in cohort.patients.columns:
        dead = dead & pl.col("os_days").is_null()
    dated = cohort.events.filter((pl.col("kind") == "death") & pl.col("day").is_not_null())
    who = cohort.patients.filter(dead)["patient_id"]
    return set(who) - set(dated["patient_id"])
