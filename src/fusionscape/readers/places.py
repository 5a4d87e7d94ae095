"""Where in its file a value of a patient stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fusionscape.readers.raw import RawTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The row of a table that counts for each patient."""

    table: RawTable
    rows: Mapping[str, int]

    def row(self, patient: str, column: str | None = None) -> int | None:
        """The row of the file, as a spreadsheet numbers it; None for a patient it has not."""
        index = self.rows.get(patient)
        return None if index is None else self.table.row_number(index, self._position(column))

    def cell(self, patient: str, column: str) -> str | None:
        """What the file holds in that row and column; None where it is empty or not there."""
        index, position = self.rows.get(patient), self._position(column)
        return None if index is None or position is None else self.table.rows[index][position]

    def _position(self, column: str | None) -> int | None:
        from fusionscape.readers.meaning.column import locate

        return None if column is None else locate(self.table.columns, column)
