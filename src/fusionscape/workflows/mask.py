"""Hide small cells in results, so that no output can show or imply them.

A cell is small when it is above zero and below the limit (five unless said otherwise). What is
hidden goes with everything that would give it back. Results that count the same thing form a
block: the same endpoint or variable in every group, with its percentages, odds ratios,
differences and p values. Groups overlap (carriers, one partner, the others), so that a single
number too many gives a hidden one away; a block with a small cell therefore keeps the one cell
with the largest denominator and loses the rest. Only the partner spectrum, whose cells are
disjoint, keeps its large cells, with the next smallest hidden where one could be had by
subtraction. Patient-level results go altogether. Results in, results out.

Not treated as cells: how many values are missing, and the number of patients of a cohort.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace

from fusionscape.results import (
    Analysis,
    Caution,
    Count,
    Distribution,
    Estimate,
    Fit,
    Flow,
    FlowNode,
    PairTable,
    Refusal,
    Result,
    Test,
    caution,
    split_id,
)

LIMIT = 5
# How many parts of an id name what is counted; behind them stand groups and levels.
_DEPTH = {"baseline": 3, "landscape": 3, "comparator": 3, "survival": 3, "endpoint_rules": 2}
_DISJOINT = {("prevalence", "partner"), ("prevalence", "partner_share")}
_SUFFIXES = ("_odds_ratio", "_risk_difference", "_risk_ratio", "_test", "_difference")


def small(value: float | None, limit: int = LIMIT) -> bool:
    """True for a count that must not be shown."""
    return value is not None and not math.isnan(value) and 0 < value < limit


def _hidden(result: Result, limit: int) -> Refusal:
    return Refusal(
        id=result.id,
        label=str(getattr(result, "label", result.id)),
        code="masked-small-cell",
        n=0,
        missing=0,
        method="",
        reference="",
        cautions=(caution("masked-small-cell", limit=limit),),
    )


def _safe_cautions(cautions: Sequence[Caution], limit: int) -> tuple[Caution, ...]:
    return tuple(
        c
        for c in cautions
        if not any(
            isinstance(f.value, (int, float)) and not isinstance(f.value, bool) for f in c.facts
        )
        or all(
            not (isinstance(f.value, (int, float)) and small(float(f.value), limit))
            for f in c.facts
        )
    )


def _counted(item: Result) -> bool:
    return isinstance(item, Count) or (isinstance(item, Estimate) and item.count is not None)


def _block(item: Result) -> tuple[str, ...]:
    """The block an item belongs to: what it counts, whatever the group or the statistic."""
    parts = split_id(item.id)
    kept = parts[: _DEPTH.get(parts[0], 2)]
    last = kept[-1]
    for suffix in _SUFFIXES:
        last = last.removesuffix(suffix)
    return (*kept[:-1], last)


def _is_small(item: Result, limit: int) -> bool:
    if isinstance(item, (Count, Estimate)):
        cells: list[float | None] = [item.n]
        if item.count is not None:
            cells += [item.count, item.n - item.count]
        if isinstance(item, Estimate):
            cells.append(item.events)
            if item.count is None and item.scale in ("proportion", "probability"):
                # A curve's value times its patients is nearly a count.
                cells += [item.n * item.estimate, item.n * (1 - item.estimate)]
        return any(small(cell, limit) for cell in cells)
    if isinstance(item, (Distribution, Test)):
        return small(item.n, limit)
    return False


def _complementary(items: Sequence[Result], hidden: set[str], limit: int) -> set[str]:
    """Hide further cells until no hidden one follows from the others by subtraction."""
    counted = {
        i.id: int(i.count)
        for i in items
        if isinstance(i, (Count, Estimate)) and i.count is not None
    }
    hidden = set(hidden)
    while hidden & set(counted):
        values = [counted[i] for i in hidden if i in counted]
        total, number = sum(values), len(values)
        ambiguous = number < total < (limit - 1) * number or max(values) >= limit
        if number > 1 and ambiguous:
            break
        rest = sorted((c, i) for i, c in counted.items() if i not in hidden and c > 0)
        if not rest:
            break
        hidden.add(rest[0][1])
    return hidden


def _mask_block(block: tuple[str, ...], items: Sequence[Result], limit: int) -> list[Result]:
    hidden = {i.id for i in items if _is_small(i, limit)}
    if hidden and block[:2] in _DISJOINT:
        hidden = _complementary(items, hidden, limit)
        hidden |= {i.id for i in items if not _counted(i)}
    elif hidden:
        hidden = {i.id for i in items if isinstance(i, (Count, Estimate, Test))} - _overall(
            items, limit
        )
    return [_hidden(item, limit) if item.id in hidden else _mask_one(item, limit) for item in items]


def _overall(items: Sequence[Result], limit: int) -> set[str]:
    """The one counted cell that may stay: the largest denominator, and not small itself."""
    cells = [
        (i.n, -len(split_id(i.id)), i.id)
        for i in items
        if isinstance(i, (Count, Estimate)) and i.count is not None and not _is_small(i, limit)
    ]
    counted = [i.n for i in items if isinstance(i, (Count, Estimate)) and i.count is not None]
    if not cells or max(cells)[0] < max(counted):
        return set()
    return {max(cells)[2]}


def _mask_distribution(item: Distribution, limit: int) -> Result:
    # The extremes are single patients' values.
    if small(item.n, limit):
        return _hidden(item, limit)
    return replace(
        item,
        minimum=math.nan,
        maximum=math.nan,
        values=(),
        cautions=_safe_cautions(item.cautions, limit),
    )


def _mask_flow(flow: Flow, limit: int) -> Flow:
    hidden = {node.id for node in flow.nodes if small(node.n, limit)}
    for parent in {node.parent for node in flow.nodes if node.id in hidden}:
        shown = [n for n in flow.nodes if n.parent == parent and n.id not in hidden and n.n > 0]
        if shown and sum(n.id in hidden for n in flow.nodes if n.parent == parent) == 1:
            hidden.add(min(shown, key=lambda n: (n.n, n.id)).id)
    kept: list[FlowNode] = []
    for node in flow.nodes:
        if node.id not in hidden and (node.parent is None or node.parent not in hidden):
            kept.append(node)
        else:
            hidden.add(node.id)
    return replace(flow, nodes=tuple(kept), cautions=_safe_cautions(flow.cautions, limit))


def _mask_pairs(table: PairTable, limit: int) -> PairTable:
    kept = tuple(
        replace(pair, cautions=_safe_cautions(pair.cautions, limit))
        for pair in table.pairs
        if not any(small(c, limit) for c in (pair.both, pair.only_a, pair.only_b, pair.neither))
        and pair.n >= limit
    )
    note = caution("masked-small-cell", limit=limit)
    return replace(table, pairs=kept, cautions=(*_safe_cautions(table.cautions, limit), note))


def _mask_fit(fit: Fit, limit: int) -> Result:
    cells = [c for t in fit.terms for c in (t.n, t.events, t.n - t.events)]
    cells += [fit.events, fit.n - fit.events, fit.n, *(number for _, number in fit.dropped)]
    if any(small(cell, limit) for cell in cells):
        return _hidden(fit, limit)
    return replace(fit, cautions=_safe_cautions(fit.cautions, limit))


def _mask_one(item: Result, limit: int) -> Result:
    if isinstance(item, Analysis):
        return mask_analysis(item, limit)
    if isinstance(item, Distribution):
        return _mask_distribution(item, limit)
    if isinstance(item, Flow):
        return _mask_flow(item, limit)
    if isinstance(item, PairTable):
        return _mask_pairs(item, limit)
    if isinstance(item, Fit):
        return _mask_fit(item, limit)
    if isinstance(item, Refusal):
        safe = not small(item.n, limit)
        return replace(item, n=item.n if safe else 0, cautions=_safe_cautions(item.cautions, limit))
    if isinstance(item, (Count, Estimate, Test)):
        return replace(item, cautions=_safe_cautions(item.cautions, limit))
    # Curves, matrices, timelines and whatever comes later show single patients.
    return _hidden(item, limit)


def mask_analysis(analysis: Analysis, limit: int = LIMIT) -> Analysis:
    """The analysis without its small cells and without anything that would give them back."""
    blocks: dict[tuple[str, ...], list[Result]] = {}
    for item in analysis.items:
        blocks.setdefault(_block(item), []).append(item)
    masked = {m.id: m for key, block in blocks.items() for m in _mask_block(key, block, limit)}
    items = tuple(masked[item.id] for item in analysis.items)
    kept = {f.name: getattr(analysis, f.name) for f in fields(analysis)}
    kept.update(items=items, cautions=_safe_cautions(analysis.cautions, limit))
    if small(analysis.n, limit):
        kept.update(n=0, missing=0)
    return Analysis(**kept)
