"""Every p value belongs to a declared family and is adjusted within it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from fusionscape import stats
from fusionscape.results import Estimate, Result, Test

# Two analyses ask whether a lesion goes with a partner; co-occurrence adjusts for both.
PARTNER_BY_LESION = "cooccurrence/partner%20by%20lesion"
Method = Literal["holm", "bh"]
R = TypeVar("R", bound=Result)


def _p(item: Result) -> float | None:
    """The p of an item that belongs to a family; nan and None are no test."""
    if not isinstance(item, (Estimate, Test)) or item.family is None:
        return None
    return None if item.p is None or math.isnan(item.p) else item.p


def adjusted(
    items: Sequence[R], *, method: Method, elsewhere: tuple[str, ...] = ()
) -> tuple[R, ...]:
    """The same items with `p_adjusted` filled in, family by family.

    An item is a member when it names its family and carries a p. One hypothesis must give
    its p to one item only, or it would count twice. A family of one keeps its name and size
    and gets no adjusted p; a family in `elsewhere` is adjusted by another analysis.
    """
    members: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        if _p(item) is not None and getattr(item, "family") not in elsewhere:  # noqa: B009
            members.setdefault(str(getattr(item, "family")), []).append(index)  # noqa: B009
    out = list(items)
    for indexes in members.values():
        if len(indexes) == 1:  # one test alone: nothing to adjust for
            only = out[indexes[0]]
            if isinstance(only, (Estimate, Test)):
                out[indexes[0]] = replace(only, family_size=1)
            continue
        fit = stats.adjust([_p(items[i]) for i in indexes], method=method)
        for index, value in zip(indexes, fit.p_adjusted.tolist(), strict=True):
            item = items[index]
            if isinstance(item, (Estimate, Test)):
                out[index] = replace(
                    item, p_adjusted=value, adjustment=fit.method, family_size=len(indexes)
                )
    return tuple(out)
