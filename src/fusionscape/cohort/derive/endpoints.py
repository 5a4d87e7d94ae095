"""Time-to-event endpoints of every patient, under a named rule set or as reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.knowledge.endpoints import (
    Assessment,
    Course,
    EndpointRules,
    endpoint,
    endpoint_rules,
)
from fusionscape.results import Caution, caution

AS_REPORTED = "as reported"
REPORTED = {
    "os": ("os_days", "os_event"),
    "efs": ("efs_days", "efs_event"),
    "rfs": ("rfs_days", "rfs_event"),
}
_SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "entry": pl.Float64,
    "time": pl.Float64,
    "status": pl.Int64,
    "why": pl.String,
}
_DATED = ("remission", "relapse", "transplant", "death", "last_seen", "lost", "treatment_start")


@dataclass(frozen=True, kw_only=True)
class EndpointData:
    """One row a patient, in the order of the cohort; time and status null where unknown.

    `status` is 0 censored, 1 event, 2 competing event; times are days from the endpoint's
    origin. `missing` counts patients without the endpoint, `outside` those it does not
    concern (no remission, for relapse-free survival).
    """

    endpoint: str
    rules: str
    reference: str
    frame: pl.DataFrame
    missing: int
    outside: int
    cautions: tuple[Caution, ...] = ()

    @property
    def known(self) -> pl.DataFrame:
        """The patients who have the endpoint."""
        return self.frame.filter(pl.col("time").is_not_null())


def chosen_rules(cohort: Cohort) -> str:
    """The rule set of the plan; by default eln2022 where responses are dated, else as reported."""
    if cohort.plan.endpoint_rules is not None:
        return cohort.plan.endpoint_rules
    dated = cohort.events.filter(
        (pl.col("kind") == "response") & pl.col("day").is_not_null()
    ).height
    return "eln2022" if dated else AS_REPORTED


def available(cohort: Cohort) -> tuple[str, ...]:
    """Endpoints of the plan that these data can give at all."""
    dated = bool(cohort.events.filter(pl.col("day").is_not_null()).height)
    names = [*cohort.plan.endpoints, "cir", "nrm"]
    return tuple(
        name
        for name in dict.fromkeys(names)
        if (name in REPORTED and all(cohort.has(c) for c in REPORTED[name]))
        or (dated and endpoint_data(cohort, name, rules="eln2022").known.height > 0)
    )


def endpoint_data(cohort: Cohort, name: str, *, rules: str | None = None) -> EndpointData:
    """The endpoint of every patient.

    `rules` is a rule set's name or "as reported" (time and status columns as given); None
    takes the plan's. OS without reported columns is taken from the dated events, for every
    rule set agrees on it. Raises KeyError for an unknown endpoint or rule set.
    """
    wanted = rules or chosen_rules(cohort)
    reported = name in REPORTED and all(cohort.has(c) for c in REPORTED[name])
    if wanted == AS_REPORTED and (reported or name != "os"):
        return _as_reported(cohort, name)
    return _under_rules(cohort, name, "eln2022" if wanted == AS_REPORTED else wanted)


def _as_reported(cohort: Cohort, name: str) -> EndpointData:
    columns = REPORTED.get(name)
    if columns is None or not all(cohort.has(c) for c in columns):
        frame = cohort.patients.select("patient_id").with_columns(
            pl.lit(None, dtype=dtype).alias(column)
            for column, dtype in _SCHEMA.items()
            if column != "patient_id"
        )
    else:
        time, event = columns
        entry = (
            pl.col("entry_days").fill_null(0.0)
            if "entry_days" in cohort.patients.columns
            else pl.lit(0.0)
        )
        known = pl.col(time).is_not_null() & pl.col(event).is_not_null()
        frame = cohort.patients.select(
            "patient_id",
            entry.alias("entry"),
            pl.when(known).then(pl.col(time)).alias("time"),
            pl.when(known).then(pl.col(event).cast(pl.Int64)).alias("status"),
            pl.lit(AS_REPORTED).alias("why"),
        )
    return _data(name, AS_REPORTED, "time and status as reported", frame, outside=0)


def _data(
    name: str, rules: str, reference: str, frame: pl.DataFrame, *, outside: int
) -> EndpointData:
    unknown = frame["time"].null_count()
    late = frame.filter(pl.col("entry") >= pl.col("time")).height
    cautions: tuple[Caution, ...] = ()
    if late:
        # Someone who entered at or after the end of follow-up was never at risk.
        frame = frame.with_columns(
            pl.when(pl.col("entry") > 0).then(pl.col("entry") >= pl.col("time")).alias("late")
        ).with_columns(
            pl.when(pl.col("late").fill_null(False)).then(None).otherwise(pl.col(c)).alias(c)
            for c in ("time", "status")
        )
        dropped = frame["time"].null_count() - unknown
        frame = frame.drop("late")
        if dropped:
            cautions = (caution("entered-after-end", endpoint=name, n=dropped),)
    return EndpointData(
        endpoint=name,
        rules=rules,
        reference=reference,
        frame=frame,
        missing=frame["time"].null_count() - outside,
        outside=outside,
        cautions=cautions,
    )


def study_rules(cohort: Cohort, name: str) -> EndpointRules:
    """The rule set with the landmark that the plan declares."""
    custom = cohort.study.get("endpoint_rules", {})
    plan = cohort.plan
    landmark: dict[str, Any] = {
        "landmark_days": plan.failure_landmark_days,
        "landmark_courses": plan.failure_landmark_courses,
    }
    if isinstance(custom, Mapping) and name in custom:
        from fusionscape.knowledge.endpoints import rules_from

        return replace(rules_from(name, custom[name]), **landmark)
    return endpoint_rules(name, **landmark)


def _under_rules(cohort: Cohort, name: str, rules_name: str) -> EndpointData:
    rules = study_rules(cohort, rules_name)
    courses = patient_courses(cohort)
    rows: list[dict[str, Any]] = []
    outside = 0
    for patient in cohort.patients["patient_id"]:
        course = courses.get(patient, Course())
        outcome = endpoint(course, name, rules)
        if outcome.why == "no remission":
            outside += 1
        rows.append(
            {
                "patient_id": patient,
                "entry": outcome.entry,
                "time": outcome.time,
                "status": outcome.status,
                "why": outcome.why,
            }
        )
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    return _data(name, rules.name, rules.reference, frame, outside=outside)


def patient_courses(cohort: Cohort) -> dict[str, Course]:
    """The dated events of every patient, as the endpoint rules read them."""
    extra = {
        row["patient_id"]: row
        for row in cohort.patients.select(
            c
            for c in ("patient_id", "cut_off_days", "entry_days", "loss_reason", "transplant_days")
            if c in cohort.patients.columns
        ).to_dicts()
    }
    grouped: dict[str, list[dict[str, Any]]] = {}
    wanted = pl.col("kind").is_in(["response", *_DATED])
    for row in cohort.events.filter(wanted).to_dicts():
        grouped.setdefault(row["patient_id"], []).append(row)
    return {
        patient: _course(grouped.get(patient, []), extra.get(patient, {}))
        for patient in cohort.patients["patient_id"]
    }


def _course(rows: list[dict[str, Any]], extra: Mapping[str, Any]) -> Course:
    first: dict[str, float] = {}
    for row in rows:
        day = row["day"]
        if row["kind"] in _DATED and day is not None:
            pick = max if row["kind"] == "last_seen" else min
            first[row["kind"]] = pick(first.get(row["kind"], day), day)
    lost = next((r for r in rows if r["kind"] == "lost"), None)
    reason = extra.get("loss_reason") or (lost["label"] if lost else None)
    return Course(
        treatment_start=first.get("treatment_start"),
        assessments=tuple(
            Assessment(day=r["day"], word=r["label"] or "not evaluable", course=r["course"])
            for r in rows
            if r["kind"] == "response" and r["target"] != "best"
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
