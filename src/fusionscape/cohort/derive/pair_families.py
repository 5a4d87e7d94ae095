"""Families of the pairs of lesions: partner by lesion, lesion by lesion, within partners."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
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


def _benjamini_hochberg(values: list[float | None]) -> list[float | None]:
    """Adjusted p of one family; of a single test there is nothing to adjust."""
    if len(values) < 2:
        return [None] * len(values)
    adjusted: list[float | None] = stats.adjust(values, method="bh").p_adjusted.tolist()
    return adjusted


def _adjusted(
    values: Iterable[float | None], names: Iterable[str | None]
) -> Iterator[tuple[int, int, float | None]]:
    """Place, size of the family and adjusted p of each p that belongs to one."""
    p_of = list(values)
    members: dict[str, list[int]] = {}
    for at, (p, name) in enumerate(zip(p_of, names, strict=True)):
        if p is not None and not math.isnan(p) and name is not None:
            members.setdefault(name, []).append(at)
    for places in members.values():
        found = _benjamini_hochberg([p_of[i] for i in places])
        for i, p in zip(places, found, strict=True):
            yield i, len(places), p


def with_families(pairs: Sequence[Pair], fusions: frozenset[str]) -> tuple[Pair, ...]:
    """The same pairs with family, size and Benjamini-Hochberg p, each family for itself."""
    names = [family_of(pair, fusions) for pair in pairs]
    added: list[dict[str, Any]] = [{"family": name} for name in names]
    for i, size, p in _adjusted((pair.p for pair in pairs), names):
        added[i] |= {"p_adjusted": p, "family_size": size}
    for i, _, p in _adjusted((pair.burden_p for pair in pairs), names):
        added[i] |= {"burden_p_adjusted": p}
    within = [WITHIN_PARTNERS] * len(pairs)
    for i, size, p in _adjusted((pair.stratified_p for pair in pairs), within):
        added[i] |= {
            "stratified_p_adjusted": p,
            "stratified_family": WITHIN_PARTNERS,
            "stratified_family_size": size,
        }
    return tuple(replace(pair, **more) for pair, more in zip(pairs, added, strict=True))
