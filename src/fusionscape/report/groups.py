"""Which groups of patients the figures of a page share, so that a reader can bring one out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fusionscape.figures import Figure, theme

FEWEST = 2  # figures that draw a group, before it is worth bringing out
OPEN = 8  # chips beside each other; the others are folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A group with its colour, and in how many figures it is drawn."""

    group: str
    colour: str
    figures: int


def _rows(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in ("hconcat", "vconcat", "layer"):
        for child in part.get(key, ()):
            yield from _rows(child)
    yield from part.get("data", {}).get("values", ())


def groups_of(figure: Figure) -> tuple[str, ...]:
    """The groups with a colour of their own that a figure draws, in order."""
    named: dict[str, None] = {}
    for param in figure.spec.get("params", ()):
        if param["name"] == "groups":
            named |= dict.fromkeys(param["value"])
    for row in _rows(figure.spec):
        group = row.get("carries") or row.get("group")
        if isinstance(group, str) and group:
            named[group] = None
    return tuple(name for name in named if theme.partner_colour(name))


def chips(figures: Sequence[Figure]) -> tuple[Chip, ...]:
    """The groups that two figures or more draw, those of most figures first."""
    times: dict[str, int] = {}
    for figure in figures:
        for group in groups_of(figure):
            times[group] = times.get(group, 0) + 1
    colours = theme.group_colours(times)
    shared = [Chip(group=g, colour=colours[g], figures=n) for g, n in times.items() if n >= FEWEST]
    return tuple(sorted(shared, key=lambda chip: -chip.figures)) if len(shared) > 1 else ()
