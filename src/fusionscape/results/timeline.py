"""One patient through time, and many patients side by side (swimmer)."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One dated (or ordered) thing in a patient's course.

    `day` counts from diagnosis; `day_low`/`day_high` bound dates known to the month; all are
    None where only the order is known. `kind`: diagnosis, course, response, blasts, mrd,
    lesion, transplant, relapse, death, last_seen. `censored` is '<' or '>' for values such as
    MRD <1e-4. `state` is present / absent / reduced for lesions followed over time.
    """

    kind: str
    label: str
    order: int
    day: float | None = None
    day_low: float | None = None
    day_high: float | None = None
    end_day: float | None = None
    value: float | None = None
    unit: str = ""
    censored: str = ""
    state: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything known about one patient's course."""

    id: str
    label: str
    patient: str
    group: str | None
    n: int
    missing: int
    events: tuple[TimelineEvent, ...]
    lesions: tuple[str, ...]
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
