"""Small words of Vega-Lite that the figures share: scales in pixels, text, hatching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fusionscape.figures.theme import HAIR, MUTED, PALE, TEXT, Spec

MANY_MARKS = 4000  # beyond, the page draws on a canvas instead of SVG elements
ALL = "All"  # the choice that narrows a figure to nothing

_STRIPES = 4


def hatch(marks: int = 0) -> Spec:
    """Hatching by hard stops; level lines on a canvas, where slanted ones would be misplaced."""
    slanted = marks <= MANY_MARKS
    stops = []
    for i in range(_STRIPES):
        for share, colour in ((0.0, PALE), (0.62, PALE), (0.62, MUTED), (1.0, MUTED)):
            stops.append({"offset": (i + share) / _STRIPES, "color": colour})
    return {
        "gradient": "linear",
        "x1": 0,
        "y1": 0,
        "x2": 1 if slanted else 0,
        "y2": 1,
        "stops": stops,
    }


def pixels(field: str, length: float, *, channel: str = "y") -> Spec:
    """A position counted in pixels of the design, the first row on top; no axis."""
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {
            "domain": [0, length],
            "nice": False,
            "zero": False,
            **({"reverse": True} if channel == "y" else {}),
        },
    }


def quantity(
    field: str, title: str | None, *, domain: Sequence[Any] | None = None, **axis: Any
) -> Spec:
    """A measured quantity on a linear axis with hairline grid."""
    scale: Spec = {"nice": False}
    if domain is not None:
        scale["domain"] = list(domain)
    return {
        "field": field,
        "type": "quantitative",
        "scale": scale,
        "title": title,
        "axis": {"grid": True, **axis},
    }


# 0.015625 is nobody's number; 1/64 is.
LABELS = "datum.value < 0.1 ? '1/' + format(1 / datum.value, '~g') : format(datum.value, '~g')"


def ratio_axis(field: str, title: str | None, low: float, high: float) -> Spec:
    """A ratio on a log axis labelled 0.25, 0.5, 1, 2, 4, every fourth when the span is wide."""
    step = 1 if high / low <= 300 else 2
    values = [2.0**k for k in range(-24, 25) if k % step == 0 and low <= 2.0**k <= high]
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"type": "log", "base": 2, "domain": [low, high], "nice": False, "clamp": True},
        "axis": {
            "values": values,
            "grid": True,
            "labelExpr": LABELS,
        },
    }


def plain(field: str) -> Spec:
    """A field used as it is: a colour, an opacity, a size, an angle."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def amount(field: str) -> Spec:
    """A number used as it is."""
    return {"field": field, "type": "quantitative", "scale": None, "legend": None}


def tip(field: str = "tip") -> Spec:
    """What hovering says: one preformatted text."""
    return {"field": field, "type": "nominal"}


def text(data: Sequence[Spec] | None, encoding: Spec, **mark: Any) -> Spec:
    """A layer of text; the text is the field `text`."""
    layer: Spec = {
        "mark": {"type": "text", "baseline": "middle", **mark},
        "encoding": {"text": {"field": "text"}, **encoding},
    }
    if data is not None:
        layer["data"] = {"values": list(data)}
    return layer


def layer(data: Sequence[Spec] | None, mark: Spec | str, encoding: Spec) -> Spec:
    """One layer with its own data."""
    out: Spec = {"mark": mark, "encoding": encoding}
    if data is not None:
        out["data"] = {"values": list(data)}
    return out


def only(rows: Sequence[Spec], *fields: str) -> list[Spec]:
    """Rows with these fields alone, so that a layer carries what it draws and no more.

    A row without a group of patients carries no empty name.
    """
    return [
        {field: row[field] for field in fields if field != "group" or row[field]} for row in rows
    ]


def folded(rows: Sequence[Spec], fields: Sequence[str], mark: Spec, encoding: Spec) -> Spec:
    """A layer whose rows differ in `fields` alone: one list a field, unfolded on drawing."""
    records: dict[str, Spec] = {}
    for row in rows:
        rest = {k: v for k, v in row.items() if k not in fields}
        record = records.setdefault(repr(rest), {**rest, **{field: [] for field in fields}})
        for field in fields:
            record[field].append(row[field])
    drawn = layer(list(records.values()), mark, encoding)
    return {**drawn, "transform": [{"flatten": list(fields)}]}


def narrowing(start: str = "datum.group") -> Spec:
    """Keep only the rows of the group the reader chose."""
    return {"filter": f"chosen == '{ALL}' || {start} == chosen"}


CHOSEN: Spec = {"name": "chosen", "value": ALL}
HAIRLINE: Spec = {"stroke": HAIR, "strokeWidth": 1}
OUTLINE: Spec = {"stroke": TEXT, "strokeWidth": 0.6}
