"""Titles, captions and alternative texts of figures, written from the result."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.results import Estimate
from fusionscape.words import numbers, scales


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def spectrum_title(shares: Sequence[Estimate]) -> str:
    """What to see in the partner spectrum."""
    top = shares[0]
    if len(shares) == 1:
        return f"All {numbers.plural(top.n, 'carrier')} have {top.label}"
    share = numbers.percent(top.estimate)
    return f"{top.label} is the most frequent of {len(shares)} fusions ({share})"


def spectrum_alt(shares: Sequence[Estimate]) -> str:
    """The partner spectrum in words."""
    said = [
        f"{e.label} {numbers.count_of(e.count, e.n)} ({scales.value(e)})" for e in shares[:6]
    ]
    rest = f" and {len(shares) - 6} rarer fusions" if len(shares) > 6 else ""
    return f"Bar chart of the partner spectrum: {', '.join(said)}{rest}."


def spectrum_caption(shares: Sequence[Estimate], small: int) -> str:
    """How to read the partner spectrum."""
    return (
        "Share of carriers with each fusion, with its count and denominator. Lines: "
        f"{numbers.level_name(shares[0].level)}. Fusions seen in fewer than {small} patients "
        "are points, not bars."
    )
