"""The values a draft is made of."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.readers.study.model import ColumnSpec, SpecimenChoice
from fusionscape.results import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What one column was taken for; `why` says what speaks against being sure."""

    source: str
    field: str
    sure: bool
    why: str = ""
    timing: str = "unknown"
    unit: str = ""
    open_values: tuple[str, ...] = ()
    date_column: str = ""
    spec: ColumnSpec | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """One thing the draft is not sure of: a column, a join, or a question about the study."""

    file: str
    column: str
    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.column!r} as {self.field}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """How two tables belong together, and the ids that do not."""

    left: str
    left_column: str
    right: str
    right_column: str
    matched: int
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """One table of the draft; one that is not to be `read` stands in it as a comment."""

    path: str
    sheet: str | None
    kind: str
    guesses: tuple[Guess, ...]
    unsure: tuple[Unsure, ...]
    about: str
    id: str | None = None
    missing: tuple[str, ...] = ()
    specimens: SpecimenChoice | None = None
    remarks: tuple[str, ...] = ()
    read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted study.toml with what was found and what it is not sure of.

    `unsure` says in words what `questions` holds.
    """

    toml: str
    findings: tuple[Finding, ...]
    unsure: tuple[str, ...]
    questions: tuple[Unsure, ...]
    joins: tuple[Join, ...]
