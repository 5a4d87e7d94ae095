"""Hide small cells in results, so that no output can show or imply them.

A cell is small when it is above zero and below the limit (five unless said otherwise); so is
the rest of its denominator and the number of missing values. What is hidden goes with
everything that would give it back, in every section:

- Groups: a partner group too small, and the next smallest where one follows by subtraction,
  is hidden wherever it is named.
- Tables: all results about the same variable and division of the patients form one table,
  whatever their section. A table with a small cell goes whole; when every table of a variable
  goes, one result that stands for itself (the largest denominator) is kept.
- Sections that cross variables or count nested sets go when a table of theirs is touched.
- Quartiles and times of fewer than ten, extremes, single values, curves, oncoprints, timelines
  and listings of patients go always.
- Cautions and refusals lose their numbers; adjusted p values go when one of their family did.

Nothing is left in the place of what is hidden, since even a row without its number tells that
somebody stands in it: one refusal an analysis says that cells were hidden. Results in, results
out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from fusionscape.results import (
    Analysis,
    Count,
    Distribution,
    Estimate,
    Fit,
    Flow,
    PairTable,
    Refusal,
    Result,
    caution,
    make_id,
    split_id,
)
from fusionscape.workflows.mask_cells import (
    DRIVER,
    LIMIT,
    Cells,
    Countable,
    Groups,
    cells_of,
    is_countable,
    is_small,
    leaves_few,
    names,
    small,
    small_steps,
    stands_alone,
    tells_size,
    too_few_to_summarise,
)
from fusionscape.workflows.mask_groups import hidden_groups, is_spectrum, safe_nodes
from fusionscape.workflows.mask_words import safe_cautions, safe_refusal

__all__ = ["LIMIT", "mask_analyses", "small"]


def _touched(item: Result, groups: Groups, limit: int) -> bool:
    return (
        is_small(item, limit)
        or names(item, groups.hidden)
        or tells_size(item, groups.sizes)
        or leaves_few(item, groups, limit)
    )


def _tables(analyses: Iterable[Analysis], groups: Groups) -> dict[Cells, list[Countable]]:
    """Every countable result but the partner spectrum, by table; crossed ones stay apart."""
    tables: dict[Cells, list[Countable]] = defaultdict(list)
    for analysis in analyses:
        for item in analysis.items:
            if is_countable(item) and not is_spectrum(item):
                tables[cells_of(item, groups)].append(item)
    return tables


def _safe_ids(analyses: Sequence[Analysis], groups: Groups, limit: int) -> set[str]:
    """The ids of the results that may be shown."""
    tables = _tables(analyses, groups)
    by_level: dict[tuple[str, str], bool] = defaultdict(bool)
    for cells, items in tables.items():
        bad = any(_touched(i, groups, limit) for i in items) or _nested(cells, items, limit)
        by_level[cells.variable, cells.level] |= bad
    touched = {variable for (variable, _), bad in by_level.items() if bad}
    if groups.hidden:
        touched |= {"partner", "fusion"}
    safe: set[str] = set()
    for cells, items in tables.items():
        if by_level[cells.variable, cells.level] or (cells.crossed and _crosses(cells, touched)):
            continue
        safe |= {i.id for i in items if not too_few_to_summarise(i)}
    return safe | _kept_alone(tables, by_level, groups, limit)


def _nested(cells: Cells, items: Sequence[Countable], limit: int) -> bool:
    rates = [i for i in items if isinstance(i, Estimate)]
    if cells.crossed:
        return small_steps(items, limit)
    return cells.variable == "response" and small_steps(rates, limit)


def _crosses(cells: Cells, touched: set[str]) -> bool:
    if cells.variable == "diagnostic_yield":
        return any(v in ("age_band", "wbc_over") or v.startswith("lesion:") for v in touched)
    own = {cells.variable} if cells.variable.startswith("lesion:") else set()
    return bool((cells.related | own) & touched)


def _kept_alone(
    tables: dict[Cells, list[Countable]],
    by_level: dict[tuple[str, str], bool],
    groups: Groups,
    limit: int,
) -> set[str]:
    """Of every variable whose tables all went, one result with the largest denominator."""
    candidates: dict[str, list[Countable]] = defaultdict(list)
    for cells, items in tables.items():
        if not cells.crossed and cells.level == DRIVER:
            candidates[cells.variable] += items
    kept: set[str] = set()
    for variable, items in candidates.items():
        if any(v == variable and not bad for (v, _), bad in by_level.items()):
            continue
        alone = [i for i in items if stands_alone(i, limit) and not _touched(i, groups, limit)]
        if alone:  # of equals max() takes the first, which is the first to be read
            kept.add(max(alone, key=_weight).id)
    return kept


def _weight(item: Countable) -> tuple[bool, int, bool]:
    """Most patients first; of as many, measurements and rates before counts."""
    known = split_id(item.id)[-1] not in ("unknown", "not recorded")
    return known, item.n, not isinstance(item, Count)


def _mask_pairs(table: PairTable, groups: Groups, touched: set[str], limit: int) -> PairTable:
    def fine(pair: Any) -> bool:
        cells = (pair.both, pair.only_a, pair.only_b, pair.neither, pair.missing, pair.n)
        lesions = {f"lesion:{pair.a}", f"lesion:{pair.b}"}
        named = any(g in text for g in groups.hidden for text in (pair.a, pair.b))
        return not (any(small(c, limit) for c in cells) or lesions & touched or named)

    kept = [pair for pair in table.pairs if fine(pair)]
    whole = len(kept) == len(table.pairs)
    gone: dict[str, Any] = (
        {}
        if whole
        else {"p_adjusted": None, "burden_p_adjusted": None, "stratified_p_adjusted": None}
    )
    pairs = tuple(
        replace(pair, cautions=safe_cautions(pair.cautions, groups.hidden), **gone) for pair in kept
    )
    lesions = {name for pair in kept for name in (pair.a, pair.b)}
    note = () if whole else (caution("masked-small-cell", limit=limit),)
    return replace(
        table,
        pairs=pairs,
        lesions=tuple(name for name in table.lesions if name in lesions),
        cautions=(*safe_cautions(table.cautions, groups.hidden), *note),
    )


def _mask_spectrum(items: Sequence[Result], groups: Groups, limit: int) -> list[Result]:
    """The partner spectrum: large cells stay, hidden ones keep their names, in no order."""
    rows = [i for i in items if is_spectrum(i)]
    bad = any(small(getattr(i, "missing", 0), limit) for i in rows)
    counted = [
        i
        for i in rows
        if isinstance(i, (Count, Estimate))
        and i.count is not None
        and not bad
        and not names(i, groups.hidden)
    ]
    hidden = sorted((i for i in rows if i not in counted), key=lambda i: i.id)
    return [
        *(_without_numbers(i, groups, set()) for i in counted),
        *(_refusal(i.id, str(getattr(i, "label", "")), limit) for i in hidden),
    ]


def _refusal(stable_id: str, label: str, limit: int) -> Refusal:
    return Refusal(
        id=stable_id, label=label, code="masked-small-cell", n=0, missing=0, method="",
        reference="", cautions=(caution("masked-small-cell", limit=limit),),
    )  # fmt: skip


def _without_numbers(item: Countable, groups: Groups, broken: set[str]) -> Any:
    """A shown result without what its cautions, its extremes or its family would give away."""
    kept: dict[str, Any] = {"cautions": safe_cautions(item.cautions, groups.hidden)}
    if isinstance(item, Distribution):
        # The extremes are single patients' values.
        kept.update(minimum=math.nan, maximum=math.nan, values=())
    if getattr(item, "family", None) in broken:
        kept["adjustment"] = None
        if isinstance(item, Fit):
            kept["terms"] = tuple(replace(t, p_adjusted=None) for t in item.terms)
        else:
            kept["p_adjusted"] = None
    return replace(item, **kept)


def mask_analyses(analyses: Sequence[Analysis], limit: int = LIMIT) -> tuple[Analysis, ...]:
    """All analyses of a study without small cells and without what would give them back."""
    groups = hidden_groups(analyses, limit)
    safe = _safe_ids(analyses, groups, limit)
    tables = _tables(analyses, groups)
    gone = [(cells, i) for cells, items in tables.items() for i in items if i.id not in safe]
    broken = {str(getattr(i, "family", None)) for _, i in gone} - {"None"}
    lesions = {cells.variable for cells, _ in gone}
    return tuple(_mask_one(a, groups, safe, broken, lesions, limit) for a in analyses)


def _mask_one(
    analysis: Analysis,
    groups: Groups,
    safe: set[str],
    broken: set[str],
    touched: set[str],
    limit: int,
) -> Analysis:
    items: list[Result] = []
    spectrum = _mask_spectrum(analysis.items, groups, limit)
    for item in analysis.items:
        if is_spectrum(item):
            items += spectrum
            spectrum = []
        elif isinstance(item, Flow):
            nodes = safe_nodes(item, groups, limit)
            said = safe_cautions(item.cautions, groups.hidden)
            items.append(replace(item, nodes=nodes, cautions=said))
        elif isinstance(item, PairTable):
            pairs = _mask_pairs(item, groups, touched, limit)
            items += [pairs] if pairs.pairs else []
        elif isinstance(item, Refusal):
            if not names(item, groups.hidden):
                items.append(safe_refusal(item, groups.hidden))
        elif is_countable(item) and item.id in safe:
            items.append(_without_numbers(item, groups, broken))
    if len(items) < len(analysis.items):
        items.append(_refusal(make_id(analysis.id, "hidden"), "Hidden cells", limit))
    kept = {f.name: getattr(analysis, f.name) for f in fields(analysis)}
    kept.update(items=tuple(items), cautions=safe_cautions(analysis.cautions, groups.hidden))
    whole = analysis.n in groups.totals.values() and not analysis.missing
    nothing = all(isinstance(i, Refusal) for i in items) and not whole
    if nothing or is_small(analysis, limit) or tells_size(analysis, groups.sizes):
        kept.update(n=0, missing=0)
    return Analysis(**kept)
