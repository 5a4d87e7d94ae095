"""Table 1: one row a variable, one column a group, p at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from fusionscape.results import (
    Analysis,
    Column,
    Count,
    Distribution,
    Row,
    Table,
    Test,
    split_id,
)
from fusionscape.results.caution import Scalar
from fusionscape.words import numbers

EVERYBODY = "all patients"
Cell = Count | Distribution


@dataclass(slots=True)
class _Block:
    """Everything said of one variable in one grouping."""

    label: str
    rows: dict[str, dict[str, Cell]] = field(default_factory=dict)
    test: Test | None = None


def _value_name(count: Count) -> str:
    """The last part of the label, or yes."""
    return count.label.partition(": ")[2] or split_id(count.id)[-1]


def _blocks(analysis: Analysis, grouping: str | None) -> dict[str, _Block]:
    blocks: dict[str, _Block] = {}
    for item in analysis.items:
        parts = split_id(item.id)
        if grouping is not None and (len(parts) < 3 or parts[1] != grouping):
            continue
        name = parts[2] if grouping is not None and len(parts) > 2 else parts[1]
        if isinstance(item, (Count, Distribution)):
            block = blocks.setdefault(name, _Block(label=item.label.partition(": ")[0]))
            row = "" if isinstance(item, Distribution) else _value_name(item)
            block.rows.setdefault(row, {})[item.group or EVERYBODY] = item
        elif isinstance(item, Test) and name in blocks and blocks[name].test is None:
            blocks[name].test = item
    return blocks


def groupings(analysis: Analysis) -> list[str | None]:
    """The second part of ids shared by three or more; [None] when ids carry no grouping."""
    found = [split_id(i.id) for i in analysis.items if isinstance(i, (Count, Distribution))]
    if any(len(parts) < 4 for parts in found):
        return [None]
    return list(dict.fromkeys(parts[1] for parts in found))


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
    return cell.count if isinstance(cell, Count) else cell.median


def _p_cells(test: Test | None) -> tuple[tuple[str, str], tuple[Scalar, Scalar]]:
    if test is None:
        return ("", ""), (None, None)
    adjusted = test.p_adjusted
    shown = numbers.p_value(test.p), "" if adjusted is None else numbers.p_value(adjusted)
    return shown, (test.p, adjusted)


def _rows(block: _Block, groups: list[str]) -> list[Row]:
    """A measurement in one row; a category with its values indented below."""
    single = len(block.rows) == 1
    shown_p, raw_p = _p_cells(block.test)
    first = next(iter(next(iter(block.rows.values())).values()))
    unit = f" ({first.unit})" if isinstance(first, Distribution) and first.unit else ""
    note = ", median (IQR)" if isinstance(first, Distribution) else ""
    out = []
    if not single:
        empty = ("",) * len(groups)
        none: tuple[Scalar, ...] = (None,) * len(groups)
        out.append(Row(cells=(block.label, *empty, *shown_p), values=(block.label, *none, *raw_p)))
    for name, cells in block.rows.items():
        label = f"{block.label}{unit}{note}" if single else name
        tail: tuple[str, ...] = shown_p if single else ("", "")
        raw: tuple[Scalar, ...] = raw_p if single else (None, None)
        found = [cells.get(group) for group in groups]
        out.append(
            Row(
                cells=(label, *map(_shown, found), *tail),
                values=(label, *map(_raw, found), *raw),
                level=0 if single else 1,
            )
        )
    return out


def table_one(analysis: Analysis, grouping: str | None) -> Table | None:
    """Table 1 of one grouping; None where nothing was counted."""
    blocks = _blocks(analysis, grouping)
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
    rows = [row for block in blocks.values() for row in _rows(block, groups)]
    by = f" by {grouping.replace('_', ' ')}" if grouping else ""
    methods = dict.fromkeys(b.test.method for b in blocks.values() if b.test is not None)
    return Table(
        id=f"{analysis.id}/table_one{f'/{grouping}' if grouping else ''}",
        title=f"Characteristics{by}",
        columns=columns,
        rows=tuple(rows),
        notes=(
            "Counts: patients with the value over patients with a known value. Tests: "
            + "; ".join(methods)
            + ".",
        )
        if methods
        else (),
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
