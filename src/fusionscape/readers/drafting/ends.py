"""The one date that ends follow-up: of last contact in the living, of death in the dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fusionscape.readers.drafting.parts import DraftFile, Guess, Unsure
from fusionscape.readers.meaning.patient import says_dead
from fusionscape.readers.raw import RawTable
from fusionscape.readers.values.words import is_missing

_DEATHS = ("date:death", "day:death", "date:death_or_last_seen", "day:death_or_last_seen")
_STATUS = ("vital_status", "os_event")


def ends_of_follow_up(tables: Sequence[RawTable], files: Sequence[DraftFile]) -> list[DraftFile]:
    """The files, with the last contact proposed as the date of death of the dead.

    Only where a column says that patients died and no column of the study gives a day of death
    or a survival time: taken for the last contact alone, the date would leave every dead patient
    without a time.
    """
    died = _column_of_the_dead(tables, files)
    if died is None or _has(tables, files, (*_DEATHS, "os_days")):
        return list(files)
    why = (
        f"no column gives the date of death, and {died!r} says that patients died: is this the "
        "date of death in the dead? If not, declare one as date:death and this as date:last_seen"
    )
    return [_proposed(table, file, why) for table, file in zip(tables, files, strict=True)]


def _proposed(table: RawTable, file: DraftFile, why: str) -> DraftFile:
    guesses: list[Guess] = []
    asked: list[Unsure] = []
    for guess in file.guesses:
        if guess.field == "date:last_seen" and guess.spec is None:
            reasons = "; ".join(part for part in (guess.why, why) if part)
            guess = replace(guess, field="date:death_or_last_seen", sure=False, why=reasons)
            asked.append(
                Unsure(file=table.name, column=guess.source, field=guess.field, why=reasons)
            )
        guesses.append(guess)
    changed = {question.column for question in asked}
    kept = tuple(question for question in file.unsure if question.column not in changed)
    return replace(file, guesses=tuple(guesses), unsure=(*kept, *asked))


def _known_cells(table: RawTable, guess: Guess) -> list[str]:
    if guess.source not in table.columns:
        return []
    return [c for c in table.column(guess.source) if c is not None and not is_missing(c[:200])]


def _column_of_the_dead(tables: Sequence[RawTable], files: Sequence[DraftFile]) -> str | None:
    for table, file in zip(tables, files, strict=True):
        for guess in file.guesses:
            if guess.field not in _STATUS or guess.spec is not None:
                continue
            if any(says_dead(cell, guess.source) for cell in _known_cells(table, guess)):
                return guess.source
    return None


def _has(tables: Sequence[RawTable], files: Sequence[DraftFile], fields: Sequence[str]) -> bool:
    """True when a column of one of these fields holds anything."""
    return any(
        guess.field in fields and bool(_known_cells(table, guess))
        for table, file in zip(tables, files, strict=True)
        for guess in file.guesses
    )
