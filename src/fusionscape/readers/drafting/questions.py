"""What no table says and the study must."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.readers.drafting.parts import DraftFile, Guess, Join, Unsure
from fusionscape.readers.raw import RawTable
from fusionscape.readers.values.words import is_missing


def questions(
    tables: Sequence[RawTable], files: Sequence[DraftFile], joins: Sequence[Join]
) -> list[Unsure]:
    """Selection, assay, ids and joins that the user has to confirm."""
    found: list[Unsure] = []
    for table, file in zip(tables, files, strict=True):
        named = any(g.field == "patient_id" for g in file.guesses)
        if file.kind in ("table", "redcap") and not named:
            why = f"taken for the id by its values: {file.id!r}" if file.id else "no id was found"
            found.append(Unsure(file=table.name, column=file.id or "", field="patient_id", why=why))
    for join in joins:
        if join.only_left or join.only_right or not join.matched:
            why = (
                f"joined with {join.left} {join.left_column!r}: {join.matched} ids match, "
                f"{len(join.only_right)} or more do not"
            )
            found.append(
                Unsure(file=join.right, column=join.right_column, field="patient_id", why=why)
            )
    found.extend(_selection(tables, files))
    found.extend(_blank_fusions(tables, files))
    if not any(g.field == "tested_by" for file in files for g in file.guesses):
        why = "no column says by which assay the patients were tested for the fusion"
        found.append(Unsure(file="study.toml", column="tested_by", field="tested_by", why=why))
    return found


def unsure_of(table: RawTable, guesses: Sequence[Guess]) -> tuple[Unsure, ...]:
    """The columns of a table whose guess is not sure."""
    return tuple(
        Unsure(file=table.name, column=g.source, field=g.field, why=g.why)
        for g in guesses
        if not g.sure
    )


def _blank_fusions(tables: Sequence[RawTable], files: Sequence[DraftFile]) -> list[Unsure]:
    """An empty cell of the fusion column says nothing until the study says what it means."""
    found: list[Unsure] = []
    for table, file in zip(tables, files, strict=True):
        for guess in file.guesses:
            if guess.field != "fusion":
                continue
            blank = sum(cell is None for cell in table.column(guess.source))
            if blank:
                said = "1 cell is" if blank == 1 else f"{blank} cells are"
                why = f'{said} blank: not tested, or none found (then blank = "absent")?'
                found.append(
                    Unsure(file=table.name, column=guess.source, field=guess.field, why=why)
                )
    return found


def _selection(tables: Sequence[RawTable], files: Sequence[DraftFile]) -> list[Unsure]:
    why = "it must be said whether the patients were chosen because of the fusion"
    for table, file in zip(tables, files, strict=True):
        for guess in file.guesses:
            if guess.field != "fusion":
                continue
            cells = table.column(guess.source)
            known = [c for c in cells if c is not None and not is_missing(c[:200])]
            if known and not any(parse_fusion(c[:200]).kind == "none" for c in set(known)):
                why = "every patient of the table carries a fusion: were they chosen by it?"
    return [
        Unsure(file="study.toml", column="selected_by_fusion", field="selected_by_fusion", why=why)
    ]
