"""Invented cohorts with dated courses; every number follows from a rule a reader can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from fusionscape.cohort import Codebook, Cohort, ColumnMeaning, Plan, Timing, build_cohort

BASELINE = ("fusion", "lesion:FLT3-ITD", "lesion:WT1", "age_years", "wbc_10e9_l", "sex")


def codebook(
    baseline: Sequence[str] = BASELINE, later: Sequence[str] = (), unknown: Sequence[str] = (),
    **more: Any,
) -> Codebook:  # fmt: skip
    """A codebook that declares these fields with their timing, and nothing else."""
    timings: list[tuple[str, Timing]] = [
        *((f, "baseline") for f in baseline),
        *((f, "post-baseline") for f in later),
        *((f, "unknown") for f in unknown),
    ]
    columns = tuple(ColumnMeaning(source=f, field=f, timing=t) for f, t in timings)
    return Codebook(name="invented", columns=columns, **more)


def lesion_rows(
    patients: Sequence[str], partners: Sequence[str], **lesions: Sequence[str]
) -> list[dict[str, Any]]:
    """A NUP98 fusion per patient, and the state of each lesion."""
    rows: list[dict[str, Any]] = []
    for i, (who, partner) in enumerate(zip(patients, partners, strict=True)):
        rows.append(
            {"patient_id": who, "lesion": f"NUP98::{partner}", "lesion_type": "fusion",
             "gene": "NUP98", "partner": partner, "state": "present"}
        )  # fmt: skip
        for name, states in lesions.items():
            lesion = name.replace("_", "-")
            rows.append(
                {"patient_id": who, "lesion": lesion, "lesion_type": "mutation",
                 "gene": lesion.split("-")[0], "state": states[i]}
            )  # fmt: skip
    return rows


def events_of(course: Mapping[str, float | None], who: str) -> list[dict[str, Any]]:
    """The dated events of one patient, from days by kind."""
    labels = {"response": "CR", "transplant": "HSCT", "course": "DAH + sorafenib"}
    return [
        {"patient_id": who, "order": i, "kind": kind, "label": labels.get(kind), "day": day,
         "line": 1, "course": 1}
        for i, (kind, day) in enumerate(course.items())
        if day is not None
    ]  # fmt: skip


def dated(n: int = 40, plan: Plan | None = None) -> Cohort:
    """`n` carriers with courses, remissions, transplants, relapses, deaths and a cut-off.

    Patient i starts on day 0. Every third never reaches remission and dies on day 60 + 7i; the
    others reach it on day 30. Every second of these is transplanted on day 100 + 3i if alive.
    Relapse on day 150 + 11i in those whose i divides by 4, followed by death 90 days later.
    Everybody else is last seen on day 900 + 10i; i = 5 was lost on day 400.
    """
    who = [f"p{i:03d}" for i in range(n)]
    events: list[dict[str, Any]] = []
    for i, patient in enumerate(who):
        course: dict[str, float | None] = {"course": 0.0}
        if i % 3 == 0:
            course |= {"death": 60.0 + 7 * i}
        else:
            course |= {"response": 30.0}
            if i % 2 == 0:
                course |= {"transplant": 100.0 + 3 * i}
            if i % 4 == 0:
                course |= {"relapse": 150.0 + 11 * i, "death": 240.0 + 11 * i}
            elif i == 5:
                course |= {"lost": 400.0}
            else:
                course |= {"last_seen": 900.0 + 10 * i}
        events.extend(events_of(course, patient))
    patients = pl.DataFrame(
        {
            "patient_id": who,
            "sex": ["male" if i % 2 else "female" for i in range(n)],
            "age_years": [float(2 + i % 15) for i in range(n)],
            "wbc_10e9_l": [float(10 + 13 * i % 250) for i in range(n)],
            "cut_off_days": [1500.0] * n,
        }
    )
    partners = ["NSD1" if i % 5 < 3 else "KDM5A" for i in range(n)]
    states = {
        "FLT3_ITD": ["present" if i % 7 < 4 else "absent" for i in range(n)],
        "WT1": ["present" if i % 4 == 1 else "absent" for i in range(n)],
    }
    return build_cohort(
        name="dated", patients=patients, lesions=lesion_rows(who, partners, **states),
        events=events, codebook=codebook(later=("treatment",)), plan=plan or Plan(),
    )  # fmt: skip


def reported(
    times: Sequence[float], events: Sequence[bool], partners: Sequence[str],
    book: Codebook | None = None, plan: Plan | None = None,
    columns: Mapping[str, Sequence[Any]] | None = None, **lesions: Sequence[str],
) -> Cohort:  # fmt: skip
    """Carriers with overall survival as reported, and nothing dated."""
    who = [f"p{i:03d}" for i in range(len(times))]
    patients = pl.DataFrame(
        {"patient_id": who, "os_days": times, "os_event": events, **(columns or {})}, strict=False
    )
    return build_cohort(
        name="reported", patients=patients, lesions=lesion_rows(who, partners, **lesions),
        codebook=book or codebook(), plan=plan or Plan(),
    )  # fmt: skip
