"""What a file holds before anything is understood: a header and cells of text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One table of a file, every cell as text (None where the cell is empty).

    `rows[i]` stands in row `first_row + i` of the file as a spreadsheet numbers it.
    `cell_rows`, where a table was put together from several rows of its file, says for each cell
    in which of them it stands. `comments` are the leading lines that begin with '#', as
    cBioPortal files have.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    first_row: int = 2
    sheet: str | None = None
    comments: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str | None = None
    cell_rows: tuple[tuple[int, ...], ...] = ()

    @property
    def name(self) -> str:
        """The file, with its sheet where it is a workbook."""
        return self.file if self.sheet is None else f"{self.file}[{self.sheet}]"

    def column(self, name: str) -> tuple[str | None, ...]:
        """All cells of the column called `name`."""
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)

    def row_number(self, index: int, position: int | None = None) -> int:
        """The row of the file that `rows[index]`, or its cell at `position`, stands in."""
        if self.cell_rows:
            return self.cell_rows[index][position or 0]
        return self.first_row + index
