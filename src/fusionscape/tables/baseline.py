"""Table 1: one row a variable, one column a group, p at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from fusionscape.results import (
    Analysis,
    Column,
    Count,
    Distribution,
    Estimate,
    Row,
    Table,
    Test,
    split_id,
)
from fusionscape.results.caution import Scalar
from fusionscape.words import numbers

EVERYBODY = "all patients"
Cell = Count | Distribution


UNKNOWN = "unknown"


@dataclass(slots=True)
class _Block:
    """Everything said of one variable in one grouping."""

    label: str
    rows: dict[str, dict[str, Cell]] = field(default_factory=dict)
    compared: Test | Estimate | None = None


def _blocks(analysis: Analysis, grouping: str) -> dict[str, _Block]:
    """Items by variable; the first p of a variable is the one its table shows."""
    blocks: dict[str, _Block] = {}
    for item in analysis.items:
        parts = split_id(item.id)
        if len(parts) < 4 or parts[1] != grouping:
            continue
        name = parts[2]
        if isinstance(item, (Count, Distribution)):
            block = blocks.setdefault(name, _Block(label=item.label.partition(": ")[0]))
            row = "" if isinstance(item, Distribution) else parts[-1]
            block.rows.setdefault(row, {})[item.group or EVERYBODY] = item
        elif isinstance(item, (Test, Estimate)) and item.p is not None:
            block = blocks.setdefault(name, _Block(label=item.label))
            block.compared = block.compared or item
    return blocks


def groupings(analysis: Analysis) -> list[str]:
    """The second part of the ids ``baseline/<grouping>/<variable>/<group>[/<value>]``."""
    found = [split_id(i.id) for i in analysis.items if isinstance(i, (Count, Distribution))]
    return list(dict.fromkeys(parts[1] for parts in found if len(parts) >= 4))


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return numbers.DASH
    if isinstance(cell, Count):
        return numbers.count_percent(cell.count, cell.n)
    if not cell.n:
        return numbers.DASH
    return f"{numbers.bare(cell.median)} ({numbers.interval(cell.q1, cell.q3, numbers.bare)})"


def _raw(cell: Cell | None) -> Scalar:
    if cell is None:
        return None
    if isinstance(cell, Count):
        return cell.count
    return _shown(cell)  # median and quartiles as printed: one number would hide the others


def _p_cells(
    compared: Test | Estimate | None,
) -> tuple[tuple[str, str], tuple[Scalar, Scalar]]:
    if compared is None:
        return ("", ""), (None, None)
    adjusted = compared.p_adjusted
    shown = numbers.p_value(compared.p), "" if adjusted is None else numbers.p_value(adjusted)
    return shown, (compared.p, adjusted)


def _rows(block: _Block, groups: list[str]) -> list[Row]:
    """A measurement or a flag in one row; a category with its values indented below."""
    values = [name for name in block.rows if name != UNKNOWN]
    single = values in ([""], ["yes"])
    shown_p, raw_p = _p_cells(block.compared)
    first = next(iter(next(iter(block.rows.values())).values()))
    unit = f" ({first.unit})" if isinstance(first, Distribution) and first.unit else ""
    note = ", median (IQR)" if isinstance(first, Distribution) else ""
    out = []
    if not single:
        empty = ("",) * len(groups)
        none: tuple[Scalar, ...] = (None,) * len(groups)
        out.append(Row(cells=(block.label, *empty, *shown_p), values=(block.label, *none, *raw_p)))
    for name, cells in block.rows.items():
        main = single and name != UNKNOWN
        label = f"{block.label}{unit}{note}" if main else name
        tail: tuple[str, ...] = shown_p if main else ("", "")
        raw: tuple[Scalar, ...] = raw_p if main else (None, None)
        found = [cells.get(group) for group in groups]
        out.append(
            Row(
                cells=(label, *map(_shown, found), *tail),
                values=(label, *map(_raw, found), *raw),
                level=0 if main else 1,
            )
        )
    return out


def _methods(blocks: dict[str, _Block]) -> str:
    names = dict.fromkeys(
        getattr(b.compared, "p_method", None) or b.compared.method
        for b in blocks.values()
        if b.compared is not None
    )
    return "; ".join(names)


def table_one(analysis: Analysis, grouping: str) -> Table | None:
    """Table 1 of one grouping; None where nothing was counted."""
    blocks = {k: b for k, b in _blocks(analysis, grouping).items() if b.rows}
    if not blocks:
        return None
    groups = list(
        dict.fromkeys(
            group for block in blocks.values() for row in block.rows.values() for group in row
        )
    )
    columns = (
        Column(name="variable", label="Variable"),
        *(Column(name=group, label=group, kind="number") for group in groups),
        Column(name="p", label="p", kind="p"),
        Column(name="p_adjusted", label="Adjusted p", kind="p"),
    )
    methods = _methods(blocks)
    notes = "Counts: patients with the value over patients with a known value."
    return Table(
        id=f"{analysis.id}/table_one/{grouping}",
        title=f"Characteristics by {grouping.replace('_', ' ')}",
        columns=columns,
        rows=tuple(row for block in blocks.values() for row in _rows(block, groups)),
        notes=(f"{notes} p by: {methods}." if methods else notes,),
        n=analysis.n,
        missing=analysis.missing,
        method=analysis.method,
        reference=analysis.reference,
        synthetic=analysis.synthetic,
    )


def tables(analysis: Analysis) -> tuple[Table, ...]:
    """One Table 1 for each grouping."""
    made = [table_one(analysis, grouping) for grouping in groupings(analysis)]
    return tuple(table for table in made if table is not None)
