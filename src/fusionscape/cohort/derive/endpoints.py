"""Time-to-event endpoints of every patient, under a named rule set or as reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.dropped_events import dropped_events
from fusionscape.cohort.derive.endpoint_reasons import dated, relapses_recorded
from fusionscape.cohort.derive.late_entries import ORIGIN_UNKNOWN, reported_times
from fusionscape.cohort.derive.partial_dates import partial_dates
from fusionscape.cohort.derive.patient_courses import patient_courses, undated
from fusionscape.cohort.derive.reported_incidence import (
    CONTRADICTORY,
    DEATH,
    RELAPSE,
    incidence_reported,
    reported_incidence,
    reported_survival,
)
from fusionscape.cohort.derive.undated_outcomes import NO_REMISSION, UNDATED, unless_undated
from fusionscape.knowledge.endpoints import (
    Course,
    EndpointRules,
    endpoint,
    endpoint_rules,
    rule_set_names,
    rules_from,
)
from fusionscape.results import Caution, FloatArray, caution

AS_REPORTED = "as reported"
SEEN_LATER_DAYS = 180.0
NOT_IN_LINE = "not in this line"
INCIDENCES = {"cir": RELAPSE, "nrm": DEATH}
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
ENDPOINT_LABELS = {
    "os": "Overall survival",
    "efs": "Event-free survival",
    "rfs": "Relapse-free survival",
    "cir": "Cumulative incidence of relapse",
    "nrm": "Non-relapse mortality",
}
_DECISIVE = ("response", "remission", "relapse")
_RULE_DEFAULTS: dict[str, Any] = {
    "title": "rule set of the study",
    "reference": "declared in the study file",
    "failure": "its date",
    "responder_censoring": "last seen",
    "not_evaluable": "last seen",
    "loss_is_event": [],
    "efs_origin": "diagnosis",
    "remission": ["CR", "CRh", "CRi"],
}


@dataclass(frozen=True, kw_only=True)
class EndpointData:
    """One row a patient, in the order of the cohort; time and status null where unknown.

    `status` is 0 censored, 1 event, 2 competing event; times are days from the endpoint's
    origin, named by `origin` where it is not the endpoint's own. `missing` counts patients
    without the endpoint, `outside` those it does not concern (no remission, for relapse-free
    survival); `dropped` are those known to have had the event whose time is unknown.
    """

    endpoint: str
    rules: str
    reference: str
    frame: pl.DataFrame
    missing: int
    outside: int
    cautions: tuple[Caution, ...] = ()
    origin: str = ""
    dropped: frozenset[str] = frozenset()

    @property
    def dropped_events(self) -> npt.NDArray[np.bool_]:
        """Per patient: true where the event happened and the endpoint is unknown."""
        out: npt.NDArray[np.bool_] = self.frame["patient_id"].is_in(list(self.dropped)).to_numpy()
        return out

    @property
    def known(self) -> pl.DataFrame:
        """The patients who have the endpoint."""
        return self.frame.filter(pl.col("time").is_not_null())

    @property
    def concerned(self) -> npt.NDArray[np.bool_]:
        """Per patient: false for whom the endpoint does not concern (no remission)."""
        outside = self.frame["why"].is_in([NO_REMISSION, NOT_IN_LINE]).fill_null(False)
        out: npt.NDArray[np.bool_] = ~outside.to_numpy().astype(bool)
        return out

    @property
    def label(self) -> str:
        """How the endpoint is printed."""
        label = ENDPOINT_LABELS.get(self.endpoint, self.endpoint)
        return f"{label} from {self.origin}" if self.origin else label

    @property
    def time(self) -> FloatArray:
        """Days per patient of the cohort, nan where unknown."""
        return _numbers(self.frame["time"])

    @property
    def status(self) -> FloatArray:
        """0 censored, 1 event, 2 competing event; nan where unknown."""
        return _numbers(self.frame["status"])

    @property
    def entry(self) -> FloatArray:
        """Days at which observation began, 0 where it began at the origin."""
        return np.nan_to_num(_numbers(self.frame["entry"]), nan=0.0)

    def late_entry(self, keep: npt.NDArray[np.bool_]) -> FloatArray | None:
        """Entry of these patients where anybody entered late; before 0 means from the origin.

        From the origin lies before 0, so that who has the event at time 0 is at risk of it.
        """
        entry = self.entry[keep]
        return np.where(entry > 0, entry, -1.0) if bool((entry > 0).any()) else None

    def of(self, cohort: Cohort) -> EndpointData:
        """The endpoint of these patients only, in their order."""
        frame = cohort.patients.select("patient_id").join(
            self.frame, on="patient_id", how="left", maintain_order="left"
        )
        outside = frame.filter(pl.col("why") == NO_REMISSION).height
        missing = frame["time"].null_count() - outside
        return replace(self, frame=frame, missing=missing, outside=outside)


def _numbers(values: pl.Series) -> FloatArray:
    out: FloatArray = values.cast(pl.Float64).to_numpy().astype(np.float64)
    return out


def is_reported(cohort: Cohort, name: str) -> bool:
    """True when time and status of this endpoint are columns of the patients."""
    if name in INCIDENCES:
        return incidence_reported(cohort)
    given = name in REPORTED and all(cohort.has(c) for c in REPORTED[name])
    return given or (name == "rfs" and incidence_reported(cohort))


def chosen_rules(cohort: Cohort, name: str | None = None) -> str:
    """The rule set of the plan; by default eln2022 where responses are dated, else as reported.

    A date of remission is a dated response, where relapses are recorded as well. An endpoint in
    which relapse counts is never derived where the study tells who relapsed but not when: it
    would miss every relapse.
    """
    if cohort.plan.endpoint_rules is not None:
        return cohort.plan.endpoint_rules
    if name not in (None, "os") and is_reported(cohort, str(name)) and not dated(cohort, "relapse"):
        return AS_REPORTED
    whole = name in (None, "os") or relapses_recorded(cohort)
    if not whole and (cohort.has("relapsed") or cohort.has("cir_status")):
        return AS_REPORTED
    dates = dated(cohort, "response") or (dated(cohort, "remission") and whole)
    return "eln2022" if dates else AS_REPORTED


def known_rule_sets(cohort: Cohort) -> tuple[str, ...]:
    """As reported, the packaged rule sets, and those the study declares."""
    return (AS_REPORTED, *rule_set_names(), *sorted(_custom(cohort)))


def available(cohort: Cohort) -> tuple[str, ...]:
    """Endpoints of the plan that these data can give at all."""
    names = dict.fromkeys([*cohort.plan.endpoints, "cir", "nrm"])
    return tuple(
        name
        for name in names
        if name in ENDPOINT_LABELS and endpoint_data(cohort, name).known.height > 0
    )


def not_in_data(cohort: Cohort, names: Sequence[str]) -> tuple[str, ...]:
    """Endpoints that the plan asks for, of these names, and the data cannot give."""
    there = available(cohort)
    return tuple(x for x in dict.fromkeys(cohort.plan.endpoints) if x in names and x not in there)


def loss_recorded(cohort: Cohort) -> bool:
    """True when the data say of anybody why or when follow-up was lost."""
    return cohort.has("loss_reason") or cohort.events.filter(pl.col("kind") == "lost").height > 0


def endpoint_data(cohort: Cohort, name: str, *, rules: str | None = None) -> EndpointData:
    """The endpoint of every patient.

    `rules` is a rule set's name or "as reported" (time and status columns as given); None
    takes the plan's, and the reported columns where its events are not dated. OS without
    reported columns is taken from the dated events, for every rule set agrees on it. Raises
    KeyError for an unknown endpoint or rule set.
    """
    if name not in ENDPOINT_LABELS:
        raise KeyError(f"no endpoint is called {name!r}; there are {', '.join(ENDPOINT_LABELS)}")
    found = _endpoint(cohort, name, rules)
    own = name == "os" or found.rules == AS_REPORTED
    dropped, lost = dropped_events(cohort, found, REPORTED.get(name) if own else None)
    if lost is not None:
        found = replace(found, dropped=dropped, cautions=(*found.cautions, lost))
    note = partial_dates(cohort, found.frame, found.label)
    return found if note is None else replace(found, cautions=(*found.cautions, note))


def _endpoint(cohort: Cohort, name: str, rules: str | None) -> EndpointData:
    wanted = rules or chosen_rules(cohort, name)
    if wanted not in known_rule_sets(cohort):
        raise KeyError(f"no rule set is called {wanted!r}")
    reported = is_reported(cohort, name)
    if wanted == AS_REPORTED and (reported or name != "os"):
        return _as_reported(cohort, name)
    found = _under_rules(cohort, name, "eln2022" if wanted == AS_REPORTED else wanted)
    if rules is None and reported and not found.known.height:
        note = caution("rules-need-dates", endpoint=found.label, rules=wanted)
        given = _as_reported(cohort, name)
        return replace(given, cautions=(*given.cautions, note))
    return found


def lost_to_follow_up(cohort: Cohort) -> pl.Series:
    """Per patient: true where follow-up ended for a stated reason other than death."""
    rows = cohort.events.filter(pl.col("kind") == "lost")["patient_id"].unique()
    lost = pl.col("patient_id").is_in(rows.implode())
    if "loss_reason" in cohort.patients.columns:
        lost = lost | pl.col("loss_reason").is_not_null()
    return cohort.patients.select(lost.alias("lost")).to_series()


def cut_off_days(cohort: Cohort) -> FloatArray:
    """Per patient: days from diagnosis to the data cut-off, nan where it is not known."""
    if "cut_off_days" not in cohort.patients.columns:
        return np.full(cohort.n, np.nan)
    return _numbers(cohort.patients["cut_off_days"])


def _as_reported(cohort: Cohort, name: str) -> EndpointData:
    columns = REPORTED.get(name)
    if name in INCIDENCES:
        return _reported_incidence(cohort, name)
    if columns is not None and all(cohort.has(c) for c in columns):
        frame = reported_times(cohort, columns, from_remission=name == "rfs")
    else:
        told = reported_survival(cohort) if name == "rfs" else None
        frame = _nobody(cohort) if told is None else told
    return _placed(_data(name, AS_REPORTED, "time and status as reported", frame, outside=0))


def _placed(data: EndpointData) -> EndpointData:
    """With the caution of those who entered late on a clock whose beginning is not known."""
    n = data.frame.filter(pl.col("why") == ORIGIN_UNKNOWN).height
    note = caution("entry-origin-unknown", endpoint=data.label, n=n)
    return replace(data, cautions=(*data.cautions, note)) if n else data


def _reported_incidence(cohort: Cohort, name: str) -> EndpointData:
    found = reported_incidence(cohort, of=INCIDENCES[name])
    frame = _nobody(cohort) if found is None else found
    reference = "time and kind of the first event as reported"
    data = _placed(_data(name, AS_REPORTED, reference, frame, outside=0))
    n = frame.filter(pl.col("why") == CONTRADICTORY).height
    note = caution("relapse-without-event", endpoint=data.label, n=n)
    return replace(data, cautions=(*data.cautions, note)) if n else data


def _data(
    name: str, rules: str, reference: str, frame: pl.DataFrame, *, outside: int
) -> EndpointData:
    cautions: list[Caution] = []
    impossible = {
        "negative-follow-up": pl.col("time") < 0,
        # Someone who entered at or after the end of follow-up was never at risk.
        "entered-after-end": (pl.col("entry") > 0) & (pl.col("entry") >= pl.col("time")),
    }
    for code, rule in impossible.items():
        n = frame.filter(rule).height
        if n:
            keep = ~rule.fill_null(False)
            frame = frame.with_columns(
                pl.when(keep).then(pl.col(c)).alias(c) for c in ("time", "status")
            )
            cautions.append(caution(code, endpoint=ENDPOINT_LABELS[name], n=n))
    return EndpointData(
        endpoint=name,
        rules=rules,
        reference=reference,
        frame=frame,
        missing=frame["time"].null_count() - outside,
        outside=outside,
        cautions=tuple(cautions),
    )


def _nobody(cohort: Cohort) -> pl.DataFrame:
    return cohort.patients.select("patient_id").with_columns(
        pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in _SCHEMA.items()
        if column != "patient_id"
    )


def _custom(cohort: Cohort) -> Mapping[str, Any]:
    """Rule sets written in the study file, by name."""
    custom = cohort.study.get("endpoint_rules", {})
    return custom if isinstance(custom, Mapping) else {}


def study_rules(cohort: Cohort, name: str) -> EndpointRules:
    """The rule set, with the landmark of the plan unless the study's own rule set names one."""
    plan = cohort.plan
    landmark: dict[str, Any] = {
        "landmark_days": plan.failure_landmark_days,
        "landmark_courses": plan.failure_landmark_courses,
    }
    custom = _custom(cohort)
    if name in custom:
        return rules_from(name, {**_RULE_DEFAULTS, **landmark, **custom[name]})
    return endpoint_rules(name, **landmark)


def _under_rules(cohort: Cohort, name: str, rules_name: str) -> EndpointData:
    rules = study_rules(cohort, rules_name)
    if name != "os" and not any(dated(cohort, kind) for kind in _DECISIVE):
        return _data(name, rules.name, rules.reference, _nobody(cohort), outside=0)
    courses, unknown = patient_courses(cohort), undated(cohort)
    rows: list[dict[str, Any]] = []
    outside = 0
    for patient in cohort.patients["patient_id"]:
        course = courses.get(patient, Course())
        outcome = unless_undated(endpoint(course, name, rules), name, patient, unknown)
        if outcome.why == NO_REMISSION:
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
    found = _data(name, rules.name, rules.reference, frame, outside=outside)
    notes = list(found.cautions)
    n = found.frame.filter(pl.col("why").str.ends_with(UNDATED)).height
    if n:
        notes.append(caution("event-undated", endpoint=found.label, n=n))
    if found.known.height and not cohort.has("cut_off_days"):
        notes.append(caution("no-cut-off", endpoint=found.label))
    if name != "os" and found.known.height and not relapses_recorded(cohort):
        notes.append(caution("no-relapse-recorded", endpoint=found.label))
    notes.extend(_seen_later(found, courses))
    return replace(found, cautions=tuple(notes))


def _seen_later(data: EndpointData, courses: Mapping[str, Course]) -> Iterator[Caution]:
    """Responders censored at an assessment long before they were last seen alive."""
    ended = data.frame.filter(pl.col("why") == "last response assessment")
    n = 0
    for patient in ended["patient_id"].to_list():
        course = courses[patient]
        days = [a.day for a in course.assessments if a.day is not None]
        if days and course.last_seen is not None:
            n += course.last_seen - max(days) > SEEN_LATER_DAYS
    if n:
        yield caution("followed-beyond-assessment", endpoint=data.label, rules=data.rules, n=n)
