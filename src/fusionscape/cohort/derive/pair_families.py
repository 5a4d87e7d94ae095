"""Families of the pairs of lesions: partner by lesion, lesion by lesion, within partners."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fusionscape import stats
from fusionscape.cohort.derive.families import PARTNER_BY_LESION
from fusionscape.results import Pair, make_id

LESIONS = make_id("cooccurrence", "lesions")
WITHIN_PARTNERS = make_id("cooccurrence", "lesions within partners")


def family_of(pair: Pair, fusions: frozenset[str]) -> str | None:
    """The family whose p a pair adds to; None where the pair carries no reachable p."""
    if pair.p is None or not pair.reachable:
        return None
    return PARTNER_BY_LESION if {pair.a, pair.b} & fusions else LESIONS


def mirrored(columns: np.ndarray) -> int | None:
    """Of two fusions of which every carrier has exactly one, the column that mirrors the other.

    With two complementary groups a pair of one and its mirror are the same fourfold table; the
    rarer fusion (of equals the second) is the mirror. None where the groups are not two.
    """
    if columns.shape[1] != 2 or not bool((columns.sum(axis=1) == 1).all()):
        return None
    first, second = columns.sum(axis=0).tolist()
    return 0 if first < second else 1


def _members(
    pairs: Sequence[Pair], value: Callable[[Pair], float | None], family: Callable[[Pair], Any]
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, pair in enumerate(pairs):
        p, name = value(pair), family(pair)
        if p is not None and not math.isnan(p) and name is not None:
            found.setdefault(name, []).append(at)
    return found


def _benjamini_hochberg(values: list[float | None]) -> list[float | None]:
    """Adjusted p of one family; of a single test there is nothing to adjust."""
    if len(values) < 2:
        return [None] * len(values)
    adjusted: list[float | None] = stats.adjust(values, method="bh").p_adjusted.tolist()
    return adjusted


def with_families(pairs: Sequence[Pair], fusions: frozenset[str]) -> tuple[Pair, ...]:
    """The same pairs with family, size and Benjamini-Hochberg p, each family for itself."""
    names = [family_of(pair, fusions) for pair in pairs]
    out = [replace(pair, family=name) for pair, name in zip(pairs, names, strict=True)]
    for members in _members(out, lambda x: x.p, lambda x: x.family).values():
        found = _benjamini_hochberg([out[i].p for i in members])
        for i, p in zip(members, found, strict=True):
            out[i] = replace(out[i], p_adjusted=p, family_size=len(members))
    for members in _members(out, lambda x: x.burden_p, lambda x: x.family).values():
        found = _benjamini_hochberg([out[i].burden_p for i in members])
        for i, p in zip(members, found, strict=True):
            out[i] = replace(out[i], burden_p_adjusted=p)
    for members in _members(out, lambda x: x.stratified_p, lambda _: WITHIN_PARTNERS).values():
        found = _benjamini_hochberg([out[i].stratified_p for i in members])
        for i, p in zip(members, found, strict=True):
            out[i] = replace(
                out[i],
                stratified_p_adjusted=p,
                stratified_family=WITHIN_PARTNERS,
                stratified_family_size=len(members),
            )
    return tuple(out)
