"""One patient's course at a glance: courses, blasts, MRD, lesions cleared, transplant, outcome."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.treatments import label_classes
from fusionscape.results import (
    Analysis,
    Caution,
    Refusal,
    Timeline,
    TimelineEvent,
    caution,
    make_id,
)

TOPIC = "cases"
METHOD = "Events in order, as recorded; days count from diagnosis, nothing is imputed"
REFERENCE = (
    "Gagnier JJ, et al. CARE guidelines. J Clin Epidemiol 2014;67:46. "
    "doi:10.1016/j.jclinepi.2013.08.003"
)
# So many blast or MRD values, or one lesion looked for again, make a course worth a timeline;
# a registry's two MRD columns do not.
_MEASUREMENTS = 3
_ENDS = ("death", "last_seen", "lost")


def _chosen(cohort: Cohort) -> list[str]:
    """The plan's cases that exist, or everybody with lesions or enough measurements followed."""
    if cohort.plan.cases:
        known = set(cohort.patients["patient_id"].to_list())
        return [case for case in cohort.plan.cases if case in known]
    followed = (
        cohort.events.group_by("patient_id")
        .agg(
            pl.col("kind").is_in(["blasts", "mrd"]).sum().alias("measured"),
            (pl.col("kind") == "lesion").any().alias("lesions"),
        )
        .filter(pl.col("lesions") | (pl.col("measured") >= _MEASUREMENTS))
    )
    return followed["patient_id"].sort().to_list()


def _event(row: dict[str, object], classes: dict[str, tuple[str, ...]]) -> TimelineEvent:
    label = str(row["label"] or row["target"] or row["kind"])
    return TimelineEvent(
        kind=str(row["kind"]),
        label=label,
        order=int(str(row["order"] or 0)),
        day=_number(row["day"]),
        day_low=_number(row["day_low"]),
        day_high=_number(row["day_high"]),
        end_day=_number(row["end_day"]),
        value=_number(row["value"]),
        unit=str(row["unit"] or ""),
        censored=str(row["censored"] or ""),
        state=str(row["state"] or ""),
        classes=classes.get(label, ()) if row["kind"] in ("course", "treatment_start") else (),
    )


def _in_order(rows: pl.DataFrame) -> list[dict[str, object]]:
    """The events of one patient without the summaries a table gives beside them.

    A best response is no event in time where responses are recorded; an end of follow-up told
    twice is told once (the dated one, else the later entry), and without a date it stands last.
    """
    nowhere = pl.col("day").is_null() & pl.col("course").is_null() & pl.col("line").is_null()
    response = pl.col("kind") == "response"
    best = response & (nowhere | (pl.col("target") == "best").fill_null(False))
    recorded = rows.filter(response & ~best)
    if recorded.height:
        rows = rows.filter(~best)
    ends = pl.col("kind").is_in(list(_ENDS))
    course = rows.filter(~ends).to_dicts()
    told = rows.filter(ends).sort("day", "order", nulls_last=False).to_dicts()
    last: dict[str, dict[str, object]] = {str(row["kind"]): row for row in told}
    dated = [row for row in last.values() if row["day"] is not None]
    after = max((int(row["order"] or 0) for row in [*course, *dated]), default=0)
    for row in last.values():
        if row["day"] is None:
            after += 1
            row["order"] = max(after, int(str(row["order"] or 0)))
    return sorted([*course, *last.values()], key=lambda row: int(str(row["order"] or 0)))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _cautions(events: tuple[TimelineEvent, ...]) -> Iterator[Caution]:
    undated = sum(event.day is None for event in events)
    if undated:
        yield caution("undated-events", n=undated, of=len(events))
    below = sum(bool(event.censored) for event in events)
    if below:
        yield caution("censored-measurement", n=below)


def _timeline(
    cohort: Cohort,
    patient: str,
    rows: pl.DataFrame,
    *,
    group: str | None,
    lesions: tuple[str, ...],
    classes: dict[str, tuple[str, ...]],
) -> Timeline:
    events = tuple(_event(row, classes) for row in _in_order(rows))
    return Timeline(
        id=make_id(TOPIC, "timeline", patient),
        label=patient,
        patient=patient,
        group=group,
        n=1,
        missing=0,
        events=events,
        lesions=lesions,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_cautions(events)),
    )


def _missing_cases(cohort: Cohort, chosen: list[str]) -> Iterator[Caution]:
    for case in cohort.plan.cases:
        if case not in chosen:
            yield caution("case-not-found", case=case)


def _present(cohort: Cohort, chosen: list[str]) -> dict[str, tuple[str, ...]]:
    rows = (
        cohort.lesions.filter((pl.col("state") == "present") & pl.col("patient_id").is_in(chosen))
        .group_by("patient_id")
        .agg(pl.col("lesion").unique().sort())
    )
    return {r["patient_id"]: tuple(r["lesion"]) for r in rows.iter_rows(named=True)}


def _items(cohort: Cohort, chosen: list[str]) -> tuple[Timeline, ...]:
    groups = dict(zip(cohort.patients["patient_id"], cohort.partner_of(), strict=True))
    lesions = _present(cohort, chosen)
    rows = cohort.events.filter(pl.col("patient_id").is_in(chosen))
    labels = rows.filter(pl.col("kind").is_in(["course", "treatment_start"]))["label"]
    classes = label_classes(labels.drop_nulls().unique().sort().to_list(), cohort)
    parts = {str(key[0]): part for key, part in rows.group_by("patient_id", maintain_order=True)}
    return tuple(
        _timeline(
            cohort,
            patient,
            parts.get(patient, rows.clear()),
            group=groups[patient],
            lesions=lesions.get(patient, ()),
            classes=classes,
        )
        for patient in chosen
    )


def cases(cohort: Cohort) -> Analysis:
    """What happened to one patient, in order?

    A timeline for each of the plan's cases, or where none is named for every patient in whom
    blasts, MRD or lesions were followed over time. Values below a limit (``<1e-4``) stay
    censored; events without a date keep their order and carry no day.
    """
    chosen = _chosen(cohort)
    items: tuple[Timeline | Refusal, ...] = _items(cohort, chosen)
    if not chosen:
        refusal = Refusal(
            id=make_id(TOPIC, "timeline"),
            label="Case timelines",
            code="no-followed-case",
            n=0,
            missing=cohort.n,
            method=METHOD,
            reference=REFERENCE,
        )
        items = (refusal,)
    return Analysis(
        id=TOPIC,
        question="what-happened-to-one-patient",
        n=len(chosen),
        missing=cohort.n - len(chosen),
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_missing_cases(cohort, chosen)),
    )
