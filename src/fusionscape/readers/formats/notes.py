"""Findings gathered while one file is read: repeats are counted, the first place is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fusionscape.readers.codes import shown
from fusionscape.results import Finding, Severity

_OF_A_VALUE = frozenset(
    {"value-not-understood", "status-not-understood", "status-without-prefix",
     "impossible-survival-time", "duplicate-patient-id", "duplicate-sample-id"}
)  # fmt: skip


@dataclass(slots=True)
class Notes:
    """A growing list of findings of one file.

    A finding with the same code, column and `about` as one before it raises the count of the
    first, so that a file with ten thousand broken rows gives one line and not ten thousand.
    """

    file: str
    _found: dict[tuple[str, str, str], Finding] = field(default_factory=dict)

    def add(
        self,
        code: str,
        severity: Severity,
        what: str,
        mend: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        about: str = "",
        count: int = 1,
    ) -> None:
        """Note one finding, or count it with the first of its kind."""
        place = (code, column or "", about)
        earlier = self._found.get(place)
        if earlier is not None:
            self._found[place] = replace(earlier, count=earlier.count + count)
            return
        self._found[place] = Finding(
            code=code,
            severity=severity,
            what=what,
            mend=mend,
            file=self.file,
            row=row,
            column=column,
            value=None if value is None else value[:200],
            count=count,
        )

    def found(self) -> tuple[Finding, ...]:
        """All findings, in the order of their first occurrence."""
        return tuple(_with_value(item) for item in self._found.values())


def _with_value(item: Finding) -> Finding:
    """The finding with the first value it is about, where its sentence names none."""
    text = shown(item.value)
    if item.code not in _OF_A_VALUE or not text or repr(text) in item.what:
        return item
    said = "The first" if item.count > 1 else "The value"
    return replace(item, what=f"{item.what} {said} is {text!r}.")
