"""Columns that say the same thing twice: do they agree?"""

from __future__ import annotations

from typing import Any

from fusionscape.readers.codes import finding
from fusionscape.readers.meaning.column import Parts
from fusionscape.results import Finding

# Times and ages are printed rounded, and years have 365 or 365.25 days.
_TOLERANCE = 0.002


def compare(parts: Parts, file: str) -> list[Finding]:
    """Findings for columns declared ``same:FIELD`` that differ from the field.

    A flag that is blank where the field says an event happened is told apart: taking the
    blank for "no event" would lose events.
    """
    found: list[Finding] = []
    for field, source, second in parts.compared:
        first = {who: values.get(field) for who, values in parts.patients.items()}
        differ = [
            who
            for who, value in second.items()
            if first.get(who) is not None and not _equal(first[who], value)
        ]
        both = [who for who in second if first.get(who) is not None]
        if field.endswith("_event") and len(both) >= 4 and len(differ) > 0.5 * len(both):
            what = f"{source!r} says the opposite of {field} in {len(differ)} of {len(both)}."
            found.append(
                finding("event-flag-inverted", what, file=file, column=source, count=len(differ))
            )
        elif differ:
            what = (
                f"{source!r} and the column of {field} disagree in {len(differ)} patients "
                f"(first {differ[0]}); the column of {field} was used."
            )
            found.append(
                finding("columns-disagree", what, file=file, column=source, count=len(differ))
            )
        blank = [who for who, value in first.items() if value is True and who not in second]
        if blank and field.endswith("_event"):
            what = (
                f"{source!r} is blank for {len(blank)} patients of whom another column says "
                f"that the event happened; {field} was read from that column."
            )
            found.append(
                finding("event-flag-blank", what, file=file, column=source, count=len(blank))
            )
    return [*found, *_given_twice(parts, file)]


def _given_twice(parts: Parts, file: str) -> list[Finding]:
    found: list[Finding] = []
    for field, people in parts.conflicts.items():
        code = "field-given-twice"
        values = parts.patients.values()
        if field.endswith("_event") and len(people) > 0.5 * sum(field in v for v in values):
            code = "event-flag-inverted"
        what = f"Two columns give {field} and differ in {len(people)} patients."
        found.append(finding(code, what, file=file, column=field, count=len(people)))
    return found


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= _TOLERANCE * max(1.0, abs(first))
    return bool(first == second)
