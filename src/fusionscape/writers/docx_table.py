"""A table as a real Word table in journal style: three rules, no vertical line."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from fusionscape.results import Table
from fusionscape.writers.clean import clean
from fusionscape.writers.measure import Cell, Layout

TOGETHER = 12  # a table with at most this many rows is kept on one page
_THICK, _THIN = 8, 4  # eighths of a point


def _twips(points: float) -> int:
    return round(points * 20)


def _text(text: str) -> str:
    return escape(" ".join(clean(text).split("\n")))


def _cell(cell: Cell, width: float, *, right: bool, head: bool, keep: bool) -> str:
    rule = f'<w:tcBorders><w:bottom w:val="single" w:sz="{_THIN}" w:color="1B1F24"/></w:tcBorders>'
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    border = rule if head else ""
    indent = f'<w:ind w:left="{_twips(cell.indent)}"/>' if cell.indent else ""
    bold = "<w:rPr><w:b/></w:rPr>" if head or cell.strong else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{span}{border}'
        f'<w:vAlign w:val="{"bottom" if head else "top"}"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{"<w:keepNext/>" if keep else ""}'
        f"{indent}{'<w:jc w:val=' + chr(34) + 'right' + chr(34) + '/>' if right else ''}</w:pPr>"
        f'<w:r>{bold}<w:t xml:space="preserve">{_text(cell.text)}</w:t></w:r></w:p></w:tc>'
    )


def _row(cells: tuple[Cell, ...], plan: Layout, *, head: bool, keep: bool) -> str:
    out, at = [], 0
    for cell in cells:
        width = sum(plan.widths[at : at + cell.span])
        right = plan.numeric[at] and cell.span == 1
        out.append(_cell(cell, width, right=right, head=head, keep=keep))
        at += cell.span
    repeat = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(out)}</w:tr>"


def _properties(table: Table, plan: Layout) -> str:
    total = _twips(sum(plan.widths))
    rule = f'w:val="single" w:sz="{_THICK}" w:space="0" w:color="1B1F24"'
    return (
        f'<w:tblPr><w:tblW w:w="{total}" w:type="dxa"/>'
        f"<w:tblBorders><w:top {rule}/><w:bottom {rule}/></w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/>'
        '</w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1"/>'
        f"<w:tblCaption w:val={quoteattr(_text(table.title))}/></w:tblPr>"
    )


def table_element(table: Table, plan: Layout) -> Any:
    """The table as an element to put into a document's body."""
    together = len(plan.rows) <= TOGETHER
    head = tuple(Cell(text=text) for text in plan.heads)
    rows = [_row(head, plan, head=True, keep=True)]
    for at, cells in enumerate(plan.rows):
        tail = at == len(plan.rows) - 1
        leads = not tail and plan.rows[at + 1][0].indent > cells[0].indent
        keep = bool(table.notes) if tail else together or leads or cells[0].strong
        rows.append(_row(cells, plan, head=False, keep=keep))
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in plan.widths)
    return parse_xml(
        f"<w:tbl {nsdecls('w')}>{_properties(table, plan)}"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
