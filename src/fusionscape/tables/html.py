"""A table as HTML. Everything that comes from data is escaped."""

from __future__ import annotations

import math
from html import escape

from fusionscape.results import Column, Row, Table
from fusionscape.results.caution import Scalar

LONG = 12  # a table with more rows is folded in the report
MOST_LETTERS = 40  # of a number with its interval; longer text wraps
MOST_ROWS = 100  # of a table on the page; csv has every row


def _raw(value: Scalar) -> str:
    """The raw value for sorting; empty when missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def _numeric(column: Column) -> bool:
    return column.kind != "text"


def _two_p(columns: list[Column]) -> bool:
    """True where a table shows p as found and adjusted, so that one may stand for the other."""
    names = {column.name for column in columns}
    return {"p", "p_adjusted"} <= names


_P_CLASSES = {"p": " p-raw", "p_adjusted": " p-adjusted"}


def _p_class(column: Column, two: bool) -> str:
    return _P_CLASSES.get(column.name, "") if two else ""


def _cell(row: Row, at: int, column: Column, *, first: bool, two_p: bool) -> str:
    text = escape(row.cells[at])
    if first:
        return f'<th scope="row">{text}</th>'
    if not _numeric(column):
        return f"<td>{text}</td>"
    raw = escape(_raw(row.values[at]), quote=True)
    title = f' title="p = {raw}"' if column.kind == "p" and raw else ""
    kind = ("n" if len(text) <= MOST_LETTERS else "n long") + _p_class(column, two_p)
    return f'<td class="{kind}" data-value="{raw}"{title}>{text}</td>'


def _printed(table: Table, at: int) -> bool:
    """A column in which no row prints anything is for csv only."""
    return not table.rows or any(row.cells[at] for row in table.rows if not row.heading)


def _row(row: Row, columns: tuple[Column, ...], shown: list[int]) -> str:
    names = ["heading"] * row.heading + [f"level-{min(row.level, 2)}"] * (row.level > 0)
    opening = f'<tr class="{" ".join(names)}">' if names else "<tr>"
    if row.heading:
        cell = f'<th scope="rowgroup" colspan="{len(shown)}">{escape(row.cells[0])}</th>'
        return f"{opening}{cell}</tr>"
    two_p = _two_p([columns[at] for at in shown])
    cells = "".join(_cell(row, at, columns[at], first=at == shown[0], two_p=two_p) for at in shown)
    return f"{opening}{cells}</tr>"


def _head(column: Column, *, sortable: bool, two_p: bool) -> str:
    label = escape(column.label + (f" ({column.unit})" if column.unit else ""))
    kind = f' class="n{_p_class(column, two_p)}"' if _numeric(column) else ""
    inner = f'<button type="button">{label}</button>' if sortable else label
    return f'<th scope="col"{kind}>{inner}</th>'


def to_html(table: Table, *, most: int = MOST_ROWS) -> str:
    """The table with its caption and notes; tables without groups of rows can be sorted.

    >>> from fusionscape.results import Column, Row, Table
    >>> t = Table(id="t", title="A < B", columns=(Column(name="a", label="A"),), rows=())
    >>> "A &lt; B" in to_html(t)
    True
    """
    shown = [at for at, _ in enumerate(table.columns) if _printed(table, at)]
    columns = [table.columns[at] for at in shown]
    sortable = len(table.rows) > 2 and not any(r.heading or r.level for r in table.rows)
    head = "".join(_head(column, sortable=sortable, two_p=_two_p(columns)) for column in columns)
    body = "\n".join(_row(row, table.columns, shown) for row in table.rows[:most])
    said = list(table.notes)
    if len(table.rows) > most:
        said.append(f"The first {most} of {len(table.rows)} rows; the CSV holds all.")
    notes = "".join(f'<p class="notes">{escape(note)}</p>' for note in said)
    mark = " data-sortable" if sortable else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(table.title)}">'
        f"<table{mark}><caption>{escape(table.title)}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>{notes}"
    )
