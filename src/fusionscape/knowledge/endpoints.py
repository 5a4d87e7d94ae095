"""Time-to-event endpoints of one patient under a named rule set.

The same patient can have another event-free survival under another rule set; so the rule set
is a parameter that every result names, never a habit of the code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from fusionscape.knowledge.losses import loss_counts

Failure = Literal["day 1", "its date", "no event"]

ENDPOINTS = ("os", "efs", "rfs", "cir", "nrm")
DAY_ONE = 1.0
CENSORED, EVENT, COMPETING = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRules:
    """What counts as an event, when it is dated, and where the others are censored.

    A response by `landmark_days` or within `landmark_courses` courses, whichever ends later
    in what is known, is not a failure.
    """

    name: str
    title: str
    reference: str
    failure: Failure
    responder_censoring: Literal["last assessment", "last seen"]
    not_evaluable: Literal["day 1", "last seen"]
    loss_is_event: tuple[str, ...]
    efs_origin: Literal["diagnosis", "treatment start"]
    remission: tuple[str, ...]
    landmark_days: float = 180.0
    landmark_courses: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One response assessment: its day, course and word."""

    day: float | None
    word: str
    course: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The dated events of one patient; days count from diagnosis, None where unknown."""

    treatment_start: float | None = None
    assessments: tuple[Assessment, ...] = ()
    remission: float | None = None
    relapse: float | None = None
    transplant: float | None = None
    death: float | None = None
    last_seen: float | None = None
    lost: float | None = None
    loss_reason: str | None = None
    cut_off: float | None = None
    entry: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Time, status (0 censored, 1 event, 2 competing), entry, and why; None outside the set."""

    time: float | None
    status: int | None
    entry: float = 0.0
    why: str = ""


def endpoint_rules(name: str, **changes: Any) -> EndpointRules:
    """The rule set called `name`, with the changes a study declares.

    Raises KeyError for an unknown name.

    >>> endpoint_rules("eln2022").failure
    'day 1'
    """
    return replace(_rule_sets()[name], **changes)


def rule_set_names() -> tuple[str, ...]:
    """Names of the packaged rule sets."""
    return tuple(_rule_sets())


@cache
def _rule_sets() -> Mapping[str, EndpointRules]:
    text = files("fusionscape.knowledge").joinpath("rules/endpoints.toml").read_text("utf-8")
    return {name: rules_from(name, entry) for name, entry in tomllib.loads(text).items()}


def rules_from(name: str, entry: Mapping[str, Any]) -> EndpointRules:
    """A rule set from the keys of the TOML table that describes it."""
    given: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()
    }
    return EndpointRules(name=name, **given)


def _last_alive(course: Course) -> float | None:
    known = [
        d
        for d in (
            course.last_seen, course.lost, course.relapse, course.remission, course.transplant,
            course.treatment_start, *(a.day for a in course.assessments),
        )
        if d is not None
    ]  # fmt: skip
    return max(known) if known else None


def _cut(course: Course) -> Course:
    """What was known at the data cut-off: later events have not happened yet."""
    end = course.cut_off
    if end is None:
        return course

    def before(day: float | None) -> float | None:
        return day if day is None or day <= end else None

    known = (course.death, _last_alive(course))
    seen = before(course.last_seen)
    if any(d > end for d in known if d is not None):  # alive when the data were closed
        seen = end
    return replace(
        course,
        treatment_start=before(course.treatment_start),
        remission=before(course.remission),
        relapse=before(course.relapse),
        transplant=before(course.transplant),
        death=before(course.death),
        lost=before(course.lost),
        last_seen=seen,
        assessments=tuple(a for a in course.assessments if a.day is None or a.day <= end),
    )


def first_remission(course: Course, rules: EndpointRules) -> float | None:
    """Day of the first remission under the rule set, from assessments or as given."""
    days = [a.day for a in course.assessments if a.word in rules.remission and a.day is not None]
    if course.remission is not None:
        days.append(course.remission)
    return min(days) if days else None


def _had_remission(course: Course, rules: EndpointRules) -> bool:
    return course.remission is not None or any(
        a.word in rules.remission for a in course.assessments
    )


def _within_landmark(course: Course, rules: EndpointRules) -> bool:
    """A remission by the landmark: within its days, or within its courses."""
    for a in course.assessments:
        if a.word not in rules.remission:
            continue
        if a.course is not None and a.course <= rules.landmark_courses:
            return True
        if a.day is not None and a.day <= rules.landmark_days:
            return True
    return course.remission is not None and course.remission <= rules.landmark_days


def failure_day(course: Course, rules: EndpointRules) -> float | None:
    """The day on which induction failure was established, None when it was not.

    Established means: no remission by the landmark, and either an assessment at or after the
    last course allowed, or follow-up beyond the landmark with at least one assessment.
    """
    if _within_landmark(course, rules):
        return None
    assessed = [a for a in course.assessments if a.word not in ("not evaluable",)]
    failing = [
        a.day
        for a in assessed
        if a.word not in rules.remission
        and a.day is not None
        and a.course is not None
        and a.course >= rules.landmark_courses
    ]
    if failing:
        return min(failing)
    last = course.death if course.death is not None else _last_alive(course)
    if assessed and last is not None and last >= rules.landmark_days:
        return rules.landmark_days
    return None


def overall_survival(course: Course, rules: EndpointRules) -> Outcome:
    """From diagnosis to death; censored when last known alive."""
    del rules
    course = _cut(course)
    entry = course.entry or 0.0
    if course.death is not None:
        return Outcome(time=course.death, status=EVENT, entry=entry, why="death")
    last = _last_alive(course)
    if last is None:
        return Outcome(time=None, status=None, why="no follow-up")
    return Outcome(time=last, status=CENSORED, entry=entry, why="last known alive")


def _efs_events(course: Course, rules: EndpointRules, origin: float) -> list[tuple[float, str]]:
    """Times from `origin` and what happened; the first day is the same from any origin."""

    def since(day: float) -> float:
        return max(0.0, day - origin)

    events: list[tuple[float, str]] = []
    failed = failure_day(course, rules) if rules.failure != "no event" else None
    if failed is not None:
        time = DAY_ONE if rules.failure == "day 1" else since(failed)
        events.append((time, "induction failure"))
    if course.relapse is not None:
        events.append((since(course.relapse), "relapse"))
    if course.death is not None:
        early = (
            rules.failure == "day 1"
            and not _had_remission(course, rules)
            and (course.death <= rules.landmark_days or not course.assessments)
        )
        events.append((DAY_ONE if early else since(course.death), "death"))
    reason = loss_counts(course.loss_reason, rules.loss_is_event)
    if course.lost is not None and reason is not None:
        events.append((since(course.lost), f"lost: {reason}"))
    return events


def event_free_survival(course: Course, rules: EndpointRules) -> Outcome:
    """From the rule set's origin to failure, relapse or death; censored as the rule set says."""
    course = _cut(course)
    origin = 0.0
    if rules.efs_origin == "treatment start":
        if course.treatment_start is None:
            return Outcome(time=None, status=None, why="start of treatment unknown")
        origin = course.treatment_start
    entry = max(0.0, (course.entry or 0.0) - origin)
    events = _efs_events(course, rules, origin)
    if events:
        time, why = min(events)
        return Outcome(time=time, status=EVENT, entry=entry, why=why)
    if _had_remission(course, rules):
        return _censor_responder(course, rules, origin, entry)
    if rules.not_evaluable == "day 1":
        return Outcome(time=DAY_ONE, status=CENSORED, entry=entry, why="not evaluable")
    last = _last_alive(course)
    if last is None:
        return Outcome(time=None, status=None, why="no follow-up")
    return Outcome(time=max(0.0, last - origin), status=CENSORED, entry=entry, why="last seen")


def _censor_responder(course: Course, rules: EndpointRules, origin: float, entry: float) -> Outcome:
    last = _last_alive(course)
    if rules.responder_censoring == "last assessment":
        days = [a.day for a in course.assessments if a.day is not None]
        days += [d for d in (course.remission,) if d is not None]
        last = max(days) if days else last
        why = "last response assessment"
    else:
        why = "last seen"
    if last is None:
        return Outcome(time=None, status=None, why="no follow-up")
    return Outcome(time=max(0.0, last - origin), status=CENSORED, entry=entry, why=why)


def _after_remission(course: Course, rules: EndpointRules) -> tuple[Course, float] | Outcome:
    course = _cut(course)
    start = first_remission(course, rules)
    if start is None:
        why = "no remission" if not _had_remission(course, rules) else "remission undated"
        return Outcome(time=None, status=None, why=why)
    return course, start


def relapse_free_survival(course: Course, rules: EndpointRules) -> Outcome:
    """Of responders, from remission to relapse or death; censored when last known alive."""
    begun = _after_remission(course, rules)
    if isinstance(begun, Outcome):
        return begun
    course, start = begun
    entry = max(0.0, (course.entry or 0.0) - start)
    events = [
        (day, why)
        for day, why in ((course.relapse, "relapse"), (course.death, "death"))
        if day is not None
    ]
    if events:
        day, why = min(events)
        return Outcome(time=max(0.0, day - start), status=EVENT, entry=entry, why=why)
    last = _last_alive(course)
    time = 0.0 if last is None else max(0.0, last - start)
    return Outcome(time=time, status=CENSORED, entry=entry, why="last known alive")


def cumulative_incidence(
    course: Course, rules: EndpointRules, *, of: Literal["relapse", "death"]
) -> Outcome:
    """Of responders, from remission: relapse and death without relapse compete."""
    outcome = relapse_free_survival(course, rules)
    if outcome.status != EVENT:
        return outcome
    return replace(outcome, status=EVENT if outcome.why == of else COMPETING)


def endpoint(course: Course, name: str, rules: EndpointRules) -> Outcome:
    """One endpoint of one patient: os, efs, rfs, cir (relapse) or nrm (death in remission).

    >>> endpoint(Course(death=90.0), "os", endpoint_rules("eln2022")).time
    90.0
    """
    if name == "os":
        return overall_survival(course, rules)
    if name == "efs":
        return event_free_survival(course, rules)
    if name == "rfs":
        return relapse_free_survival(course, rules)
    if name == "cir":
        return cumulative_incidence(course, rules, of="relapse")
    if name == "nrm":
        return cumulative_incidence(course, rules, of="death")
    raise KeyError(f"no endpoint is called {name!r}; there are {', '.join(ENDPOINTS)}")
