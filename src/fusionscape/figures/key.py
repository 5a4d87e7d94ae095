"""A key laid out by hand: swatches with their words, wrapped into lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fusionscape.figures.grammar import hatch, layer, pixels, plain, text
from fusionscape.figures.theme import HAIR, TEXT, Spec

Entry = tuple[str, str]  # words, colour; the colour "hatch" is hatched, "" has no swatch
LINE = 20
_LETTER = 6.6


def lines(entries: Sequence[Entry], width: float) -> tuple[list[Spec], float]:
    """Swatches placed from the left, a new line where they would run out; and the height."""
    out: list[Spec] = []
    x, y = 0.0, 0.0
    for words, colour in entries:
        length = _LETTER * len(words) + (18 if colour else 0) + 16
        if x and x + length > width:
            x, y = 0.0, y + LINE
        out.append(
            {
                "x": x,
                "x2": x + 12,
                "y": y + 3,
                "y2": y + 15,
                "ym": y + 9.5,
                "xt": x + (17 if colour else 0),
                "colour": colour,
                "text": words,
            }
        )
        x += length
    return out, y + LINE


def view(entries: Sequence[Entry], width: float, *, marks: int = 0) -> Spec:
    """The key as a view of its own."""
    rows, height = lines(entries, width)
    y = pixels("y", height)
    box: dict[str, Any] = {
        "x": pixels("x", width, channel="x"),
        "x2": {"field": "x2"},
        "y": y,
        "y2": {"field": "y2"},
    }
    mark = {"type": "rect", "stroke": TEXT, "strokeWidth": 0.5}
    solid = [r for r in rows if r["colour"] and r["colour"] != "hatch"]
    hatched = [r for r in rows if r["colour"] == "hatch"]
    layers = [layer(solid, mark, {**box, "fill": plain("colour")})]
    if hatched:
        layers.append(layer(hatched, {**mark, "fill": hatch(marks), "stroke": HAIR}, box))
    at = {"x": pixels("xt", width, channel="x"), "y": pixels("ym", height)}
    layers.append(text(rows, at, align="left"))
    return {"name": "key", "width": width, "height": height, "layer": layers}
