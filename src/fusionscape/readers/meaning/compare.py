"""Columns that say the same thing twice: do they agree?"""

from __future__ import annotations

from typing import Any

from fusionscape.readers.codes import finding
from fusionscape.readers.meaning.column import Parts
from fusionscape.results import Finding

_TOLERANCE = 1e-6


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
        if differ:
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
    return found


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= _TOLERANCE * max(1.0, abs(first))
    return bool(first == second)
