"""Which column of each table holds the id, and which ids do not find each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fusionscape.readers.drafting.parts import DraftFile, Join
from fusionscape.readers.raw import RawTable
from fusionscape.readers.values.words import is_missing

SHOWN_IDS = 20
_SHARED = 0.3


def id_columns(tables: Sequence[RawTable], files: Sequence[DraftFile]) -> dict[int, str]:
    """The id column of each table: named so, or sharing its values with another's ids."""
    found: dict[int, str] = {}
    for i, file in enumerate(files):
        named = [g.source for g in file.guesses if g.field == "patient_id"]
        if named:
            found[i] = named[0]
    known: set[str] = set()
    for i, column in found.items():
        known |= _values(tables[i], column)
    for i, table in enumerate(tables):
        if i in found or files[i].kind not in ("table", "redcap"):
            continue
        shared = {c: _overlap(_values(table, c), known) for c in table.columns if c}
        best = max(shared, key=lambda c: shared[c], default=None)
        if best is not None and shared[best] >= _SHARED:
            found[i] = best
    return found


def find_joins(tables: Sequence[RawTable], ids: Mapping[int, str]) -> tuple[Join, ...]:
    """Every further table against the first that has ids, by patient or by sample."""
    if not ids:
        return ()
    base = min(ids)
    joins: list[Join] = []
    for i, table in enumerate(tables):
        if i == base:
            continue
        pair = _best_pair(tables[base], ids[base], table, ids.get(i))
        if pair is None:
            continue
        left, right = pair
        a, b = _values(tables[base], left), _values(table, right)
        joins.append(
            Join(
                left=tables[base].name,
                left_column=left,
                right=table.name,
                right_column=right,
                matched=len(a & b),
                only_left=tuple(sorted(a - b)[:SHOWN_IDS]),
                only_right=tuple(sorted(b - a)[:SHOWN_IDS]),
            )
        )
    return tuple(joins)


def _best_pair(
    base: RawTable, base_id: str, table: RawTable, table_id: str | None
) -> tuple[str, str] | None:
    """The two columns that share most values; the id columns win a tie."""
    rights = [table_id] if table_id is not None else [c for c in table.columns if c][:200]
    lefts = [base_id, *(c for c in base.columns if c and c != base_id)][:200]
    values = {c: _values(base, c) for c in lefts}
    best: tuple[float, str, str] | None = None
    for right in rights:
        other = _values(table, right)
        for left in lefts:
            share = _overlap(other, values[left])
            if share >= _SHARED and (best is None or share > best[0]):
                best = (share, left, right)
    if best is None and table_id is not None:
        return base_id, table_id
    return None if best is None else (best[1], best[2])


def _values(table: RawTable, column: str) -> set[str]:
    return {cell for cell in table.column(column) if cell is not None and not is_missing(cell)}


def _overlap(values: set[str], known: set[str]) -> float:
    """Share of the values that are known ids; small sets of codes (0, 1) do not count."""
    if len(values) < 2 or all(len(value) < 2 for value in values):
        return 0.0
    return len(values & known) / len(values)
