"""Lines and courses of treatment in an order that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fusionscape.cohort import ColumnMeaning
from fusionscape.readers.checks.view import Check, View
from fusionscape.readers.meaning.fields import parse_field
from fusionscape.results import Finding


class _Step(NamedTuple):
    """A line, or a course of it, and the days between which it began."""

    line: int
    course: int
    low: float
    high: float
    event: Mapping[str, Any]

    @property
    def name(self) -> str:
        if not self.course:
            return f"line {self.line}"
        return f"course {self.course}" + (f" of line {self.line}" if self.line > 1 else "")


def lines_in_order(view: View) -> Iterable[Finding]:
    """A later line or course that began before an earlier one."""
    for who, steps in _steps(view).items():
        for later in steps:
            before = [s for s in steps if s[:2] < later[:2] and later.high < s.low]
            if before:
                worst = max(before, key=lambda s: s.low)
                what = (
                    f"Patient {who[:40]}: {later.name} begins {worst.low - later.high:g} days "
                    f"before {worst.name}."
                )
                yield view.at("treatment-order", who, _column(view, later) or "course", what)


def lines_after_the_end(view: View) -> Iterable[Finding]:
    """A line or course that began after the end of survival; dated deaths have their own check."""
    end, died = view.ends(), view.known("os_event")
    dated = {str(e["patient_id"]) for e in view.events if e["kind"] == "death" and _known(e)}
    for who, steps in _steps(view).items():
        if who in dated or who not in end:
            continue
        last = "death" if died.get(who) is True else "the last contact"
        code = "event-after-death" if died.get(who) is True else "times-contradict"
        for step in steps:
            over = step.low - end[who]
            if over > view.play("os_days"):
                what = f"Patient {who[:40]}: {step.name} begins {over:g} days after {last}."
                yield view.at(code, who, _column(view, step) or "course", what)


def _steps(view: View) -> dict[str, list[_Step]]:
    """Patient to the dated lines and courses, in their declared order."""
    found: dict[str, list[_Step]] = {}
    for event in view.events:
        if event["kind"] != "course" or not _known(event):
            continue
        if event.get("line") is None and event.get("course") is None:
            continue
        step = _Step(
            event.get("line") or 1,
            event.get("course") or 0,
            event["day_low"],
            event["day_high"],
            event,
        )
        found.setdefault(str(event["patient_id"]), []).append(step)
    return {who: sorted(steps, key=lambda s: s[:4]) for who, steps in found.items()}


def _known(event: Mapping[str, Any]) -> bool:
    return event.get("day_low") is not None and event.get("day_high") is not None


def _column(view: View, step: _Step) -> ColumnMeaning | None:
    """The column the line or course was declared in."""
    for column in view.codebook.columns:
        form = parse_field(column.field)
        if form is None or form.shape != "course":
            continue
        if (form.line, form.course) == (step.event.get("line"), step.event.get("course")):
            return column
    return None


CHECKS: tuple[Check, ...] = (lines_in_order, lines_after_the_end)
