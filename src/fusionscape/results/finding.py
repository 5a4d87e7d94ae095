"""Findings: what is wrong with the input, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in the input.

    `code` is stable (``duplicate-patient-id``); `row` is the 1-based row of the file as a
    spreadsheet shows it (the header is row 1); `what` says what is wrong and `mend` how to
    put it right, each one sentence.
    """

    code: str
    severity: Severity
    what: str
    mend: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    count: int = 1


class InputError(Exception):
    """The input cannot be used; `.findings` says why, one entry per problem."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        errors = [f for f in self.findings if f.severity == "error"]
        first = errors[0] if errors else (self.findings[0] if self.findings else None)
        message = first.what if first is not None else "the input cannot be used"
        if len(errors) > 1:
            message = f"{message} (and {len(errors) - 1} more)"
        super().__init__(message)


def has_errors(findings: Iterable[Finding]) -> bool:
    """True when at least one finding stops the run."""
    return any(f.severity == "error" for f in findings)
