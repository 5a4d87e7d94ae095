"""Percentages and fractions in one column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fusionscape.readers.checks.view import Check, View
from fusionscape.readers.values.numbers import fraction_heap
from fusionscape.results import Finding

_LEAST = 3  # values before a heap is one
_BLASTS = ("blasts_marrow_percent", "blasts_blood_percent")


def fractions_beside_percents(view: View) -> Iterable[Finding]:
    """Blasts of which some are written as fractions (0.8) and others as percents (80)."""
    for field in _BLASTS:
        known = view.known(field)
        small = _heap(known)
        if small:
            yield view.whole("mixed-units", field, _what(view, field, small, len(known)),
                             count=len(small), mend=_MEND)  # fmt: skip


def fractions_beside_percents_of_lesions(view: View) -> Iterable[Finding]:
    """Allele fractions or ratios of a lesion, of which some look like percents."""
    values: dict[str, dict[str, float]] = {}
    for row in view.lesions:
        if row.get("value") is not None:
            values.setdefault(str(row["lesion"]), {})[str(row["patient_id"])] = row["value"]
    for lesion, known in values.items():
        field = f"lesion_value:{lesion}"
        small = _heap(known)
        if small and view.codebook.meaning(field) is not None:
            what = _what(view, field, small, len(known))
            yield view.whole("fractions-suspect", field, what, count=len(small))


_MEND = 'Write all of them as percent, or all as fractions (and say unit = "fraction").'


def _heap(known: Mapping[str, float]) -> dict[str, float]:
    """Those written as fractions; empty where the values do not lie in two heaps."""
    small = fraction_heap(known.values())
    found = {who: value for who, value in known.items() if value in small}
    large = sum(value > 1 for value in known.values())
    return found if len(found) >= _LEAST and large >= _LEAST else {}


def _what(view: View, field: str, small: Mapping[str, float], known: int) -> str:
    return (
        f"{len(small)} of {known} values lie between 0 and 1 and the others from 5 upwards: "
        f"fractions beside percents? {view.named(small, field)}."
    )


CHECKS: tuple[Check, ...] = (
    fractions_beside_percents, fractions_beside_percents_of_lesions,
)  # fmt: skip
