"""A plan as it is meant: no name twice, cuts in order, the driver under its approved symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fusionscape.cohort import Plan
from fusionscape.knowledge import resolve_gene
from fusionscape.readers.codes import finding
from fusionscape.results import Finding

_NAMES = ("groups", "partner_levels", "endpoints", "covariates", "strata", "lesions", "cases")
_CUTS = ("age_cuts_years", "wbc_cuts_10e9_l", "survival_years", "landmark_sweep_days")


def tidied(plan: Plan) -> tuple[Plan, list[Finding]]:
    """The plan without repeats, its cuts ascending, its driver resolved, and what was changed.

    >>> plan, notes = tidied(Plan(driver="MLL", age_cuts_years=(60.0, 18.0)))
    >>> plan.driver, plan.age_cuts_years, len(notes)
    ('KMT2A', (18.0, 60.0), 2)
    """
    found: list[Finding] = []
    changes: dict[str, Any] = {}
    for key in (*_NAMES, *_CUTS):
        once = _once(key, getattr(plan, key), found)
        changes[key] = _ascending(key, once, found) if key in _CUTS else once
    changes["groups"] = tuple(dict.fromkeys(_column(x) for x in changes["groups"]))
    changes["baseline_by"] = None if plan.baseline_by is None else _column(plan.baseline_by)
    changes["driver"] = _driver(plan.driver, found)
    return replace(plan, **changes), found


def _column(name: str) -> str:
    """A column of the study's own is grouped by under its bare name."""
    return name.removeprefix("covariate:")


def _once(key: str, values: Sequence[Any], found: list[Finding]) -> tuple[Any, ...]:
    kept = tuple(dict.fromkeys(values))
    if len(kept) < len(values):
        twice = next(v for i, v in enumerate(values) if v in values[:i])
        what = f"plan.{key} names {twice!r} more than once; it was taken once."
        found.append(finding("plan-repeated", what, column=key, value=str(twice)))
    return kept


def _ascending(key: str, values: tuple[Any, ...], found: list[Finding]) -> tuple[Any, ...]:
    ordered = tuple(sorted(values))
    if ordered != values:
        what = f"plan.{key} was not in ascending order; {list(ordered)} was used."
        found.append(finding("plan-cuts-sorted", what, column=key, value=str(list(values))))
    return ordered


def _driver(name: str, found: list[Finding]) -> str:
    symbol = resolve_gene(name).symbol
    if symbol is None or symbol == name:
        return name
    what = f"The plan's driver {name!r} is {symbol}, the approved symbol."
    found.append(finding("plan-driver-renamed", what, column="driver", value=name))
    return symbol
