"""How wide a table's columns are on paper, and which columns print at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fusionscape.results import Column, Row, Table

PORTRAIT, LANDSCAPE = 481.9, 728.5  # text width in points: A4 with margins of 20 mm
PORTRAIT_HEIGHT, LANDSCAPE_HEIGHT = 728.5, 481.9
SIZE = 8.0  # of the text in tables, in points
PADDING = 8.0  # left and right of a cell together
INDENT = 9.0  # of a row one level down
LONGEST_NUMBER = 30 * SIZE * 0.6  # a longer text in a column of numbers may break
LONGEST_TEXT = 42 * SIZE * 0.5  # text wraps beyond about 42 characters
# Widths in ems, the wider of Arial and the report's own face.
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|![]() "), frozenset("mwMWOQ%@<>=≥≤×+−")
_BREAKS = re.compile(r"[\s\u2009\u200b]+|(?<=[-–/;,])")
_LONG_WORD = re.compile(r"\S{32,}")
_JOINT = re.compile(r"(?<=[._:|+=&?])(?=[^\s._:|+=&?])|(?<=[a-z])(?=[A-Z])")
_MAY_BREAK = "\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One printed cell: its text, how many columns it spans, and how far it is indented."""

    text: str
    span: int = 1
    indent: float = 0.0
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table ready to print: only columns that print something, with widths in points."""

    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    landscape: bool


def _letter(char: str, size: float) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return size
    if char == _MAY_BREAK:
        return 0.0
    if char in _NARROW:
        return 0.36 * size
    middle = 0.7 if char.isupper() else 0.64 if char.isdigit() else 0.58
    return (0.88 if char in _WIDE else middle) * size


def text_width(text: str, size: float = SIZE) -> float:
    """Roughly how wide a text is in a sans face, in points; errs to the wide side."""
    return sum(_letter(char, size) for char in text)


def _printed(table: Table, at: int) -> bool:
    return not table.rows or any(row.cells[at] for row in table.rows if not row.heading)


def breakable(text: str) -> str:
    """The text with places where a very long word may break, which show nothing themselves.

    >>> breakable("short words stay"), len(breakable("a" * 60))
    ('short words stay', 62)
    """

    def parted(match: re.Match[str]) -> str:
        pieces = _JOINT.sub(_MAY_BREAK, match.group()).split(_MAY_BREAK)
        return _MAY_BREAK.join(
            piece[at : at + 24] for piece in pieces for at in range(0, len(piece), 24)
        )

    return _LONG_WORD.sub(parted, text)


def _head(column: Column) -> str:
    return breakable(column.label + (f" ({column.unit})" if column.unit else ""))


def _cells(row: Row, shown: list[int]) -> tuple[Cell, ...]:
    indent = INDENT * min(row.level, 2)
    if row.heading:
        return (Cell(text=breakable(row.cells[0]), span=len(shown), indent=indent, strong=True),)
    first, *rest = shown
    return (
        Cell(text=breakable(row.cells[first]), indent=indent),
        *(Cell(text=breakable(row.cells[at])) for at in rest),
    )


def _needs(texts: list[tuple[str, float]], *, whole: bool) -> tuple[float, float]:
    """Least and natural width of a column: its longest word, and its longest text.

    A `whole` column does not break its texts, but for the head and what is too long.
    """
    least = natural = 3 * SIZE
    for at, (text, indent) in enumerate(texts):
        words = [text_width(word) for word in _BREAKS.split(text) if word]
        if whole and at and text_width(text) < LONGEST_NUMBER:
            words = [text_width(text)]
        least = max(least, indent + max(words, default=0.0))
        natural = max(natural, indent + min(text_width(text), max(LONGEST_TEXT, least)))
    return least + PADDING, max(natural, least) + PADDING


def _fitted(needs: list[tuple[float, float]], room: float) -> tuple[float, ...]:
    """Widths between least and natural that fill at most `room`; cut where even least is more."""
    least, natural = (sum(n[i] for n in needs) for i in (0, 1))
    if natural <= room:
        grow = min(room / natural, 1.25)
        return tuple(n * grow for _, n in needs)
    if least >= room:
        return tuple(m * room / least for m, _ in needs)
    share = (room - least) / (natural - least)
    return tuple(m + (n - m) * share for m, n in needs)


def layout(table: Table) -> Layout:
    """Columns, widths and page of a table. Wide tables go on a page turned on its side."""
    every = list(range(len(table.columns)))
    shown = [at for at in every if _printed(table, at)] or every
    columns = [table.columns[at] for at in shown]
    rows = tuple(_cells(row, shown) for row in table.rows)
    numeric = tuple(c.kind != "text" and at > 0 for at, c in enumerate(columns))
    texts = [
        [(_head(c), 0.0), *((r[at].text, r[at].indent) for r in rows if len(r) == len(shown))]
        for at, c in enumerate(columns)
    ]
    needs = [_needs(t, whole=n) for t, n in zip(texts, numeric, strict=True)]
    if sum(least for least, _ in needs) > LANDSCAPE:
        needs = [_needs(t, whole=False) for t in texts]
    least, natural = (sum(n[i] for n in needs) for i in (0, 1))
    turned = least > PORTRAIT or (len(columns) > 4 and natural > 1.5 * PORTRAIT)
    return Layout(
        heads=tuple(_head(column) for column in columns),
        numeric=numeric,
        rows=rows,
        widths=_fitted(needs, LANDSCAPE if turned else PORTRAIT),
        landscape=turned,
    )
