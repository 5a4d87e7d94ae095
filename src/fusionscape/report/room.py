"""How high a figure will be, so that the page keeps its room before it is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

AXIS, AXIS_TITLE, PADDING, SPACING = 18.0, 22.0, 4.0, 20.0
LETTER = 6.0  # about the width of a letter of a turned text
Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """A part's own height, and what hangs above and below it: heads of columns, axes, words."""

    above: float
    height: float
    below: float


def _mark(layer: Spec) -> Spec:
    mark = layer.get("mark", {})
    return {"type": mark} if isinstance(mark, str) else mark


def _axis_below(layer: Spec) -> float:
    x = layer.get("encoding", {}).get("x", {})
    axis = x.get("axis", {})
    if "field" not in x or axis is None or axis.get("labels") is False:
        return 0.0
    return AXIS + (AXIS_TITLE if x.get("title") else 0.0)


def _text_places(layer: Spec, size: float) -> Iterator[float]:
    """Where the middle of each text of a layer stands, in pixels from the top."""
    mark = _mark(layer)
    if mark.get("type") != "text":
        return
    if isinstance(mark.get("y"), (int, float)):
        yield float(mark["y"])
    y = layer.get("encoding", {}).get("y", {})
    if y.get("axis", {}) is not None or y.get("scale", {}).get("domain", [0, 0])[1] != size:
        return
    for row in layer.get("data", {}).get("values", ()):
        if isinstance(row.get(y["field"]), (int, float)):
            turned = abs(math.sin(math.radians(mark.get("angle", 0))))
            yield float(row[y["field"]]) - turned * LETTER * len(str(row.get("text", "")))


def _leaf(spec: Spec) -> Extent:
    size = float(spec.get("height", 0.0))
    told = spec.get("usermeta", {})
    above, below = float(told.get("above", 0.0)), float(told.get("below", 0.0))
    for layer in spec.get("layer", (spec,)):
        below = max(below, _axis_below(layer))
        half = _mark(layer).get("fontSize", 12) / 2 + 1
        for at in _text_places(layer, size):
            above, below = max(above, half - at), max(below, at + half - size)
    return Extent(above, size, below)


def _stacked(spec: Spec) -> Extent:
    parts = [extent(part) for part in spec["vconcat"]]
    height = sum(p.height for p in parts) + spec.get("spacing", SPACING) * (len(parts) - 1)
    if spec.get("bounds") != "flush":
        height += sum(p.above for p in parts[1:]) + sum(p.below for p in parts[:-1])
    return Extent(parts[0].above, height, parts[-1].below)


def extent(spec: Spec) -> Extent:
    """Height of a specification with what hangs above and below."""
    if "vconcat" in spec:
        return _stacked(spec)
    if "hconcat" in spec:
        parts = [extent(part) for part in spec["hconcat"]]
        return Extent(*(max(getattr(p, f) for p in parts) for f in ("above", "height", "below")))
    return _leaf(spec)


def height(spec: Spec) -> int:
    """Pixels that the drawing of this specification takes at its design width."""
    found = extent(spec)
    return math.ceil(found.above + found.height + found.below + 2 * PADDING)
