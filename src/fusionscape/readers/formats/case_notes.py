"""What the reader is told about a printed case table."""

from __future__ import annotations

from fusionscape.knowledge.fusions import FusionMatch
from fusionscape.readers.formats.cells import Record
from fusionscape.readers.formats.notes import Notes


def no_id(notes: Notes) -> None:
    """A case table without ids."""
    notes.add(
        "missing-required-column",
        "error",
        "The case table has no column of patient ids.",
        "Add a column ID.",
        column="ID",
    )


def bad_id(notes: Notes, record: Record, *, duplicate: bool) -> None:
    """A row without id, or with the id of an earlier row."""
    if duplicate:
        notes.add(
            "duplicate-patient-id",
            "error",
            "The same patient stands in more than one row; the first was read.",
            "Keep one row.",
            row=record.row,
        )
        return
    notes.add(
        "missing-id",
        "error",
        "The row names no patient.",
        "Give every row its patient id.",
        row=record.row,
    )


def not_understood(notes: Notes, record: Record, column: str, text: str) -> None:
    """A cell that is none of the words of its column."""
    notes.add(
        "value-not-understood",
        "warning",
        f"A value of {column} is not understood and is not counted.",
        "Correct the value or declare what it means in study.toml.",
        row=record.row,
        column=column,
        value=text,
    )


def fusion(notes: Notes, record: Record, match: FusionMatch) -> None:
    """Aliases applied, and partners no table knows."""
    if match.novel:
        notes.add(
            "unknown-partner",
            "warning",
            f"{match.fusion} is not among the confirmed fusions; it is accepted and marked novel.",
            "Check the spelling; a true new partner needs nothing more.",
            row=record.row,
            about=match.fusion or "",
            value=match.given,
        )
    elif match.notes:
        notes.add(
            "gene-name-resolved",
            "note",
            f"{'; '.join(match.notes)}.",
            "Nothing to do if that is meant.",
            row=record.row,
            about=match.given or "",
            value=match.given,
        )


def partner_unknown(notes: Notes, record: Record, text: str, match: FusionMatch) -> None:
    """A fusion without a partner, or one whose partner looks misprinted."""
    maybe = f" Perhaps {' or '.join(match.suggestions)}." if match.suggestions else ""
    notes.add(
        "fusion-partner-not-named",
        "warning",
        f"A fusion is reported whose partner could not be read.{maybe}",
        "Name the partner by its approved symbol.",
        row=record.row,
        about=text,
        value=text,
    )


def no_course(notes: Notes, record: Record) -> None:
    """A CR column that does not say when."""
    notes.add(
        "response-without-course",
        "note",
        "The CR column does not say after which course; it is read as the response ever reached.",
        "Give CR after course 1 (and 2) in columns of their own where known.",
        row=record.row,
        column="CR",
    )


def lost(notes: Notes, record: Record, text: str, reason: str) -> None:
    """A patient who left: neither dead nor alive at the end."""
    notes.add(
        "follow-up-ended",
        "note",
        f"The patient left follow-up ({reason}) and counts neither as dead nor as alive.",
        "Declare in the endpoint rules whether that is an event.",
        row=record.row,
        about=reason,
        value=text,
    )
