"""How much of a file is read: beyond these a file is refused, not read slowly."""

from __future__ import annotations

FILE_BYTES = 512 * 1024 * 1024
CELL_CHARACTERS = 32_767  # as a spreadsheet allows
VALUE_CHARACTERS = 4_000
NAME_CHARACTERS = 1_000
TABLE_CELLS = 5_000_000
TABLE_COLUMNS = 5_000
ZIP_MEMBERS = 2_000
ZIP_RATIO = 200
ZIP_RATIO_FREE_BYTES = 16 * 1024 * 1024
CHUNK = 1 << 18
