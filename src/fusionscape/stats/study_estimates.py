"""Study estimates checked once for every pooling kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import IntArray, checked_level, numbers, refuse


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyEstimates:
    """Known estimates and their variances; `kept` are their rows in what was given."""

    y: FloatArray
    v: FloatArray
    labels: tuple[str, ...]
    kept: IntArray
    missing: int

    @property
    def n(self) -> int:
        """Estimates that can be used."""
        return int(self.y.size)

    @property
    def se(self) -> FloatArray:
        """Standard errors."""
        root: FloatArray = np.sqrt(self.v)
        return root


def study_estimates(
    yi: Any, sei: Any, labels: Sequence[str] | None = None, *, least: int = 1
) -> StudyEstimates:
    """Estimates and standard errors without the rows where either is nan.

    Refused: a standard error of zero or less, an infinite value, fewer than `least` rows.
    """
    y = numbers(yi, "yi")
    se = numbers(sei, "sei", y.size)
    if np.isinf(y).any() or np.isinf(se).any():
        raise refuse(
            "infinite-estimate", "An estimate or its standard error is infinite.",
            "Leave the study out or extract it anew.", "yi",
        )  # fmt: skip
    known = ~(np.isnan(y) | np.isnan(se))
    if (se[known] <= 0).any():
        raise refuse(
            "se-not-positive", "A standard error is zero or negative.", "Extract it anew.", "sei"
        )
    names = study_labels(labels, y.size)
    kept = np.flatnonzero(known)
    check_enough(kept.size, least)
    return StudyEstimates(
        y=y[kept],
        v=se[kept] ** 2,
        labels=tuple(names[i] for i in kept),
        kept=kept,
        missing=int(y.size - kept.size),
    )


def study_labels(labels: Sequence[str] | None, n: int) -> tuple[str, ...]:
    """The names given, or ``study 1``, ``study 2`` ..."""
    if labels is None:
        return tuple(f"study {i + 1}" for i in range(n))
    if len(labels) != n:
        raise refuse(
            "length-differs", f"`labels` must have {n} values.", "Give one per row.", "labels"
        )
    return tuple(str(label) for label in labels)


def check_enough(n: int, least: int) -> None:
    """Refuse fewer studies than the method needs."""
    if n >= least:
        return
    code = "one-study" if least == 2 else "too-few-studies"
    raise refuse(code, f"{n} estimates; at least {least} are needed.", "Show the studies singly.")


def check_choice(value: str, allowed: Sequence[str], name: str) -> None:
    """Refuse a word that is not one of the allowed ones."""
    if value not in allowed:
        raise refuse(
            "unknown-option", f"`{name}` {value!r} is not known.", f"Use {', '.join(allowed)}."
        )


def check_level(level: float) -> None:
    """Refuse a level outside 0 to 1."""
    checked_level(level)
