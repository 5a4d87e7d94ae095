"""What a small cell is, which table of the study a result belongs to, and whom it names.

The same table is printed in several sections: carriers with FLT3-ITD stand in the baseline
table, the landscape, the diagnostic yield and the heads of survival groups. Results are
therefore put together by what they count (the variable) and by how patients are divided (the
level: carriers against the rest, partners, or the levels of another variable), whatever the
section. A missing value is a cell like any other, because it is what is left when the known
ones are taken away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from fusionscape.results import (
    Count,
    Distribution,
    Estimate,
    Fit,
    Refusal,
    Result,
    Test,
    make_id,
    split_id,
)

LIMIT = 5
QUARTILES = 10  # below this many, quartiles and times are single patients' own values
DRIVER, PARTNER = "driver", "partner"
_TIMES = ("days", "months", "years", "median")
_STATISTICS = ("_odds_ratio", "_risk_difference", "_risk_ratio", "_test", "_difference")
_ONE_TABLE = {"wbc_over_50": "wbc_over", "wbc_over_100": "wbc_over", "age band": "age_band"}
_RESPONSE = frozenset({"response", "treatment_response", "response_model", "response_rules"})
# Sections that cross variables, or count nested sets of patients: nothing of them can stand
# beside a table that had to be hidden.
_CROSSED = frozenset(
    {
        "comparator", "cooccurrence", "cumulative_incidence", "diagnostic_yield",
        "endpoint_rules", "exposures", "multistate", "regression", "response_model",
        "response_rules", "treatment_lines",
        "treatment_response",
    }
)  # fmt: skip


def small(value: float | None, limit: int = LIMIT) -> bool:
    """True for a count that must not be shown."""
    return value is not None and not math.isnan(value) and 0 < value < limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One table: the variable counted, how patients are divided, and what else it tells of."""

    variable: str
    level: str
    crossed: bool = False
    related: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The partner groups of the study, and the groups that must not be seen."""

    partners: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()  # of the hidden groups
    totals: Mapping[str, int] = field(default_factory=dict)  # of every group, by name


Countable = Count | Distribution | Estimate | Fit | Test


def is_countable(item: Result) -> TypeGuard[Countable]:
    """True for results about numbers of patients; every other kind shows single patients."""
    return isinstance(item, Count | Distribution | Estimate | Fit | Test)


def _canonical(name: str) -> str:
    for statistic in _STATISTICS:
        name = name.removesuffix(statistic)
    if name.startswith("response:"):
        return "response"
    return _ONE_TABLE.get(name, name)


def _named(item: Result) -> Iterable[str]:
    yield from split_id(item.id)
    yield str(getattr(item, "label", ""))
    for name in ("group", "exposure", "comparator"):
        yield str(getattr(item, name, None) or "")
    yield from getattr(item, "groups", ())
    if isinstance(item, Fit):
        for term in item.terms:
            yield term.name
            yield term.level_label or ""


def names(item: Result, groups: Iterable[str]) -> bool:
    """True when one of these groups is named in the id, the label or the groups of a result."""
    said = list(_named(item))
    return any(group in text for group in groups for text in said)


def tells_size(item: Result, sizes: Iterable[int]) -> bool:
    """True when a result is about as many patients as a hidden group has."""
    n = int(getattr(item, "n", 0))
    return bool({n, n + int(getattr(item, "missing", 0))} & set(sizes))


def leaves_few(item: Result, groups: Groups, limit: int = LIMIT) -> bool:
    """True when a result counts nearly all of a group, or few more: the few follow."""
    if not isinstance(item, Count | Distribution | Estimate | Fit):
        return False
    if split_id(item.id)[0] == "eligibility" and isinstance(item, Count):
        # Whoever qualifies without the driver's fusion is the rest beside its carriers.
        return any(small(abs(item.count - size), limit) for size in groups.totals.values())
    known = item.n + item.missing
    sizes = [groups.totals[part] for part in split_id(item.id) if part in groups.totals]
    return any(small(size - known, limit) for size in sizes)


def cells_of(item: Result, groups: Groups) -> Cells:
    """The table that a result belongs to."""
    parts = (*split_id(item.id), "", "", "")
    section, first, second = parts[:3]
    level = PARTNER if names(item, groups.partners) else DRIVER
    if section == "prevalence":
        divided = first.startswith("partner_by_")
        variable = _canonical(first.removeprefix("partner_by_"))
        return Cells(variable=variable, level=PARTNER if divided else DRIVER)
    if section == "baseline":
        return Cells(variable=_canonical(second), level=first)
    if section == "landscape":
        coding = first == "coding"
        return Cells(
            variable=f"lesion:{second}", level="coding" if coding else level, crossed=coding
        )
    if section == "survival":
        by = DRIVER if second in ("all", DRIVER, "") else second
        related = frozenset() if by in (DRIVER, PARTNER) else frozenset({_canonical(by)})
        return Cells(variable=first, level=by, crossed=bool(related), related=related)
    if section == "response":
        return Cells(variable="response", level=level)
    if section in _CROSSED:
        return _crossed(item, section, first, second)
    return Cells(variable=section, level=level)


def _crossed(item: Result, section: str, first: str, second: str) -> Cells:
    related = {_canonical(first), _canonical(second)} - {""}
    if section in _RESPONSE:
        related.add("response")
    if isinstance(item, Fit):
        related |= {_canonical(term.variable) for term in item.terms}
    level = make_id(section, first) if section == "exposures" else section
    return Cells(variable=section, level=level, crossed=True, related=frozenset(related))


def is_small(item: Result, limit: int = LIMIT) -> bool:
    """True when a result shows a small cell, or one follows from its own numbers."""
    if isinstance(item, (Refusal,)):
        return False
    cells: list[float | None] = [getattr(item, "n", None), getattr(item, "missing", None)]
    if isinstance(item, (Count, Estimate)) and item.count is not None:
        cells += [item.count, item.n - item.count]
    if isinstance(item, Estimate):
        cells.append(item.events)
        if item.events is not None:
            cells.append(item.n - item.events)
        if item.count is None and item.scale in ("proportion", "probability"):
            # A curve's value times its patients is nearly a count.
            cells += [item.n * item.estimate, item.n * (1 - item.estimate)]
    if isinstance(item, Fit):
        cells += [c for t in item.terms for c in (t.n, t.events, t.n - t.events)]
        cells += [item.events, item.n - item.events, *(number for _, number in item.dropped)]
    return any(small(cell, limit) for cell in cells)


def too_few_to_summarise(item: Result) -> bool:
    """True for quartiles and times that would be single patients' own values."""
    if isinstance(item, Distribution):
        return item.n < QUARTILES
    return isinstance(item, Estimate) and item.scale in _TIMES and item.n < QUARTILES


def stands_alone(item: Result, limit: int = LIMIT) -> bool:
    """True for a result about one group whose numbers give nothing away but themselves."""
    if is_small(item, limit) or too_few_to_summarise(item):
        return False
    if isinstance(item, Estimate):
        counted = item.count is not None or item.events is not None
        return counted and item.exposure is None and item.comparator is None
    return isinstance(item, (Count, Distribution))


def small_steps(items: Iterable[Result], limit: int = LIMIT) -> bool:
    """True when nested sets of patients differ by a small number from one another."""
    seen: dict[str, set[tuple[str, int]]] = {}
    for item in items:
        if not isinstance(item, (Count, Estimate, Test, Fit)):
            continue
        mark = f"{getattr(item, 'group', None)}"
        numbers = seen.setdefault(mark, set())
        numbers.add(("n", item.n))
        for name in ("count", "events"):
            value = getattr(item, name, None)
            if value is not None:
                numbers.add((f"{name} of {item.n}", value))
    return any(
        name == other and small(abs(value - second), limit)
        for numbers in seen.values()
        for name, value in numbers
        for other, second in numbers
    )
