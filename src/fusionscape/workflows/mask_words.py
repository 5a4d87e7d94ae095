"""What a caution may still say once its numbers may not be seen.

A caution's own numbers are cells like any other: how many patients a group has, how many were
left at risk, how many values are missing, the last day of somebody's follow-up. Its names can
tell which group was small. A caution with numbers therefore keeps its kind and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fusionscape.results import Caution, Refusal, caution

# Facts that name what a caution is about, and neither a group nor a number of patients.
_NAMES = frozenset(
    {"alone", "comparator", "direction", "endpoint", "exposure", "model", "penalty", "section",
     "timing", "variable", "variables", "date", "rules", "group"}
)  # fmt: skip
_CONSTANTS = frozenset({"masked-small-cell", "masked-caution"})


def safe_cautions(
    cautions: Sequence[Caution], hidden: frozenset[str] = frozenset()
) -> tuple[Caution, ...]:
    """The cautions without numbers of patients and without the names of hidden groups."""
    return tuple(dict.fromkeys(_safe(found, hidden) for found in cautions))


def _safe(found: Caution, hidden: frozenset[str]) -> Caution:
    if found.code in _CONSTANTS or all(
        isinstance(fact.value, bool)
        or fact.value is None
        or (
            isinstance(fact.value, str)
            and fact.name in _NAMES
            and not any(group in fact.value for group in hidden)
        )
        for fact in found.facts
    ):
        return found
    return caution("masked-caution", about=found.code.replace("-", " "))


def safe_refusal(refusal: Refusal, hidden: frozenset[str]) -> Refusal:
    """A refusal keeps its reason; how many patients it speaks of goes."""
    free = refusal.code in ("not-computable", "defect")
    return replace(
        refusal,
        n=0,
        missing=0,
        method="" if free else refusal.method,
        cautions=safe_cautions(refusal.cautions, hidden),
    )
