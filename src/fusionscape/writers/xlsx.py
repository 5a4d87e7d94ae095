"""Tables as an Excel workbook: one sheet a table, numbers as numbers, no live formula."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from fusionscape.results import Column, Row, Table
from fusionscape.results.caution import Scalar
from fusionscape.words.numbers import integer
from fusionscape.words.spreadsheet import number_format
from fusionscape.writers.archive import FIXED, canonical
from fusionscape.writers.article import SYNTHETIC
from fusionscape.writers.clean import clean

CONTENTS = "Contents"
_LONGEST_NAME, _LONGEST_TEXT = 31, 32_767
_RESERVED = ("history", CONTENTS.lower())
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def to_xlsx(title: str, tables: Sequence[tuple[str, Table]], *, synthetic: bool) -> bytes:
    """A workbook of the tables, each with the name of its section; the same bytes every time.

    Cells hold the raw value where there is one and the printed text elsewhere; where the print
    says more than the raw value (a denominator, an interval), it stands in a column of its
    own. Text is never a formula or a link.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties(
        {
            "title": clean(title)[:255],
            "author": "fusionscape",
            "comments": "Research use only",
            "created": FIXED,
        }
    )
    writer = _Writer(book=book, formats={}, synthetic=synthetic)
    names = sheet_names([f"{section} {table.title}" for section, table in tables])
    contents = book.add_worksheet(CONTENTS)
    for name, (_, table) in zip(names, tables, strict=True):
        writer.table(book.add_worksheet(name), table)
    writer.contents(contents, title, tables, names)
    book.close()
    return canonical(out.getvalue())


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names Excel takes: at most 31 characters, none forbidden, unique ignoring case.

    >>> sheet_names(["Baseline: all/none", "baseline all none"])
    ['Baseline all none', 'baseline all none 2']
    """
    seen = set(_RESERVED)
    out = []
    for text in wanted:
        kept = "".join(" " if c in "[]:*?/\\" else c for c in clean(text))
        base = " ".join(kept.split()).strip("' ") or "Table"
        name, number = base[:_LONGEST_NAME].strip("' "), 1
        while name.lower() in seen:
            number += 1
            tail = f" {number}"
            name = base[: _LONGEST_NAME - len(tail)].strip("' ") + tail
        seen.add(name.lower())
        out.append(name)
    return out


def _finite(value: Scalar) -> bool:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return False
    return math.isfinite(value)


def _number_in(text: str) -> float | None:
    try:
        return float(text.strip("<>≥≤").replace("−", "-").replace("\u2009", "").rstrip("%"))
    except ValueError:
        return None


def _says_more(table: Table, at: int) -> bool:
    """Whether a column of numbers prints more than the number, such as its denominator."""
    return any(
        row.cells[at] and _finite(row.values[at]) and _number_in(row.cells[at]) is None
        for row in table.rows
        if not row.heading
    )


@dataclass(slots=True)
class _Writer:
    book: Any
    formats: dict[tuple[tuple[str, Any], ...], Any]
    synthetic: bool

    def style(self, **how: Any) -> Any:
        key = tuple(sorted(how.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Arial", "font_size": 10, "valign": "top", **how}
            )
        return self.formats[key]

    def text(self, sheet: Any, at: tuple[int, int], text: str, **how: Any) -> None:
        shown = clean(text)[:_LONGEST_TEXT]
        if shown.lstrip(" ").startswith(_DANGEROUS):
            how["quote_prefix"] = True  # stays a text even when the cell is edited
        sheet.write_string(*at, shown, self.style(**how))

    def top(self, sheet: Any, title: str) -> int:
        """Title and, on synthetic data, the band; returns the next free row."""
        self.text(sheet, (0, 0), title, bold=True, font_size=12)
        if self.synthetic:
            self.text(sheet, (1, 0), SYNTHETIC, bold=True, bg_color="#FFE08A")
        return 3

    def cell(self, sheet: Any, at: tuple[int, int], column: Column, row: Row, index: int) -> None:
        """The raw value as a number; the printed text where there is no finite number."""
        value, indent = row.values[index], min(row.level, 2) if index == 0 else 0
        if _finite(value):
            number = float(value)  # type: ignore[arg-type]
            code = number_format(column.kind, number)
            sheet.write_number(*at, number, self.style(num_format=code, align="right"))
            return
        shown = row.cells[index] or _words(value)
        if shown:
            how: dict[str, Any] = {"bold": True} if row.heading else {}
            if indent:
                how["indent"] = indent
            if column.kind != "text" and index:
                how["align"] = "right"
            self.text(sheet, at, shown, **how)

    def table(self, sheet: Any, table: Table) -> None:
        head = self.top(sheet, table.title)
        plan = [
            (index, printed)
            for index in range(len(table.columns))
            for printed in ((False, True) if _says_more(table, index) else (False,))
        ]
        for at, (index, printed) in enumerate(plan):
            column = table.columns[index]
            unit = f" ({column.unit})" if column.unit else ""
            label = f"{column.label}, as printed" if printed else column.label + unit
            self.text(sheet, (head, at), label, bold=True, top=2, bottom=1, text_wrap=True)
            sheet.set_column(at, at, self.width(table, index, label, printed=printed))
        for line, row in enumerate(table.rows, start=head + 1):
            for at, (index, printed) in enumerate(plan):
                if printed:
                    if row.cells[index]:
                        self.text(sheet, (line, at), row.cells[index], align="right")
                else:
                    self.cell(sheet, (line, at), table.columns[index], row, index)
        sheet.freeze_panes(head + 1, 1)
        self.notes(sheet, head + len(table.rows) + 2, table)

    def width(self, table: Table, index: int, label: str, *, printed: bool) -> float:
        texts = [row.cells[index] for row in table.rows if not row.heading]
        numeric = table.columns[index].kind != "text" and not printed
        longest = 10 if numeric and index else max(map(len, texts), default=0)
        return float(min(48, max(9, longest + 2, min(len(label) + 2, 18))))

    def notes(self, sheet: Any, line: int, table: Table) -> None:
        said = list(table.notes)
        if table.n:
            said.append(f"n = {integer(table.n)}; {integer(table.missing)} missing")
        said += [text for text in (table.method, table.reference) if text]
        for at, note in enumerate(said):
            self.text(sheet, (line + at, 0), note, font_color="#57606A")

    def contents(
        self, sheet: Any, title: str, tables: Sequence[tuple[str, Table]], names: Sequence[str]
    ) -> None:
        head = self.top(sheet, title)
        for at, label in enumerate(("Sheet", "Section", "Table", "Rows")):
            self.text(sheet, (head, at), label, bold=True, top=2, bottom=1)
        for line, (name, (section, table)) in enumerate(
            zip(names, tables, strict=True), start=head + 1
        ):
            target = f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1"
            link = self.style(font_color="#0B57A4", underline=1)
            sheet.write_url(line, 0, target, link, string=name)
            self.text(sheet, (line, 1), section)
            self.text(sheet, (line, 2), table.title)
            sheet.write_number(line, 3, len(table.rows), self.style(num_format="0"))
        for at, width in enumerate((34, 26, 60, 8)):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(head + 1, 0)


def _words(value: Scalar) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    return "" if value is None else str(value)
