"""Measurements by group: every patient a dot, with median and quartiles."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fusionscape.figures import theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import layer, pixels, plain, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Distribution, Test, split_id
from fusionscape.words import numbers
from fusionscape.words import pictures_outcome as words

ROW = 34
WIDTH = 400
FEWEST = 5  # smaller groups show their dots alone
EVERYBODY = "all patients"
MOST_DOTS = 400  # beyond, every k-th value in order is drawn; the box rests on all
_GOLDEN = 0.6180339887


def _groups_of(parts: Sequence[Distribution]) -> list[str]:
    return list(dict.fromkeys(d.group or EVERYBODY for d in parts))


def _wide(parts: Sequence[Distribution]) -> bool:
    """A log axis for concentrations whose positive values span more than fiftyfold."""
    if not parts[0].unit.lstrip("×").startswith("10"):
        return False
    low = min((d.minimum for d in parts if d.n), default=0.0)
    high = max((d.maximum for d in parts if d.n), default=0.0)
    return low > 0 and high / low > 50


def _dots(part: Distribution, at: int, colour: str) -> list[Spec]:
    values = sorted(v for v in part.values if math.isfinite(v))
    step = max(1, math.ceil(len(values) / MOST_DOTS))
    middle = at * ROW + ROW / 2
    spread = 0.0 if len(values) < FEWEST else ROW * 0.5
    drawn = [k for k in range(len(values)) if k % step == 0]
    places = [round(middle + ((k * _GOLDEN) % 1 - 0.5) * spread, 1) for k in drawn]
    name = part.group or EVERYBODY
    return [
        {
            "value": [values[k] for k in drawn],
            "y": places,
            "colour": colour,
            "tip": name,
            "group": name,
        }
    ]


def _box(part: Distribution, at: int) -> Spec:
    middle = at * ROW + ROW / 2
    return {
        "group": part.group or EVERYBODY,
        "q1": part.q1,
        "q3": part.q3,
        "median": part.median,
        "y": middle - 9,
        "y2": middle + 9,
        "tip": f"{part.group or EVERYBODY}: median {numbers.measurement(part.median, part.unit)} "
        f"(IQR {numbers.interval(part.q1, part.q3, numbers.bare)})",
    }


def _axis(parts: Sequence[Distribution]) -> Spec:
    unit = f" ({parts[0].unit})" if parts[0].unit else ""
    axis: Spec = {"grid": True, "tickCount": 5, "labelExpr": "format(datum.value, '~g')"}
    title = parts[0].label + unit
    scale: Spec = {"type": "log", "nice": False} if _wide(parts) else {"zero": False, "nice": True}
    if _wide(parts):
        title += ", log axis"
        top = max(d.maximum for d in parts if d.n)
        low = min(d.minimum for d in parts if d.n)
        round_values = [m * 10.0**k for k in range(-3, 7) for m in (1, 2, 5)]
        axis["values"] = [v for v in round_values if low <= v <= top]
    elif min((d.minimum for d in parts if d.n), default=0.0) >= 0:
        scale["zero"] = True
    return {
        "field": "value",
        "type": "quantitative",
        "title": title,
        "scale": scale,
        "axis": axis,
    }


def _panel(parts: Sequence[Distribution], groups: Sequence[str], test: Test | None) -> Spec:
    """One measurement: dots, boxes, and n and median in words at the right."""
    colours = theme.group_colours(groups)
    height = ROW * len(groups)
    x, y = _axis(parts), pixels("y", height)
    place = {group: i for i, group in enumerate(groups)}
    points: list[Spec] = []
    for d in parts:
        group = d.group or EVERYBODY
        points += _dots(d, place[group], colours[group])
    boxes = [_box(d, place[d.group or EVERYBODY]) for d in parts if d.n >= FEWEST]
    names = [{"y": i * ROW + ROW / 2, "text": theme.short(g, 30)} for i, g in enumerate(groups)]
    said = [
        {
            "y": place[d.group or EVERYBODY] * ROW + ROW / 2,
            "text": f"{numbers.measurement(d.median, d.unit)} · n = {numbers.integer(d.n)}",
        }
        for d in parts
    ]
    frame = {
        "x": {**x, "field": "q1"},
        "x2": {"field": "q3"},
        "y": y,
        "y2": {"field": "y2"},
        "tooltip": tip(),
    }
    line = {"x": {**x, "field": "median"}, "y": y, "y2": {"field": "y2"}}
    dot = {"type": "point", "filled": True, "size": 16, "opacity": 0.75}
    layers = [
        {
            **layer(points, dot, {"x": x, "y": y, "fill": plain("colour"), "tooltip": tip()}),
            "transform": [{"flatten": ["value", "y"]}],
        },
        layer(boxes, {"type": "rect", "fillOpacity": 0, "stroke": theme.TEXT}, frame),
        layer(boxes, {"type": "rule", "strokeWidth": 2.4}, line),
        text(names, {"y": y}, align="right", x=0, dx=-10),
        text(said, {"y": y}, align="left", x="width", dx=14),
    ]
    if test is not None:
        note = [{"y": -8, "text": f"{test.method}, {numbers.p_equals(test.p)}"}]
        layers.append(text(note, {"y": y}, align="left", x=0, color=theme.MUTED, fontSize=11.5))
    return {"width": WIDTH, "height": height, "layer": layers}


def _blocks(analysis: Analysis) -> dict[tuple[str, ...], list[Distribution]]:
    """Distributions of the same measurement, by the part of the id they share."""
    out: dict[tuple[str, ...], list[Distribution]] = {}
    for item in analysis.items:
        if isinstance(item, Distribution) and item.n and item.values:
            out.setdefault((*split_id(item.id)[:-1], item.label), []).append(item)
    for shared, parts in out.items():
        named = [d for d in parts if d.group != EVERYBODY]
        out[shared] = named or parts
    return out


def distributions(analysis: Analysis, *, most: int = 6) -> Figure | None:
    """The first measurements by group, one panel each; None where none was made."""
    blocks = list(_blocks(analysis).items())[:most]
    if not blocks:
        return None
    tests = [t for t in analysis.items if isinstance(t, Test)]
    panels, drawn = [], []
    for shared, parts in blocks:
        test = next((t for t in tests if split_id(t.id)[: len(shared) - 1] == shared[:-1]), None)
        panels.append(_panel(parts, _groups_of(parts), test))
        drawn += parts
    return Figure(
        id=f"{analysis.id}-measurements",
        title=words.baseline_title(drawn),
        subtitle=subtitle(f"n = {numbers.integer(analysis.n)}", synthetic=analysis.synthetic),
        spec={"vconcat": panels, "bounds": "flush", "spacing": 76},
        alt=words.baseline_alt(drawn, tests),
        caption=words.BASELINE_CAPTION,
        data=data_table(
            f"{analysis.id}-measurements",
            "Measurements",
            ("measurement", "unit", "group", "value"),
            [(d.label, d.unit, d.group, v) for d in drawn for v in d.values],
        ),
        marks=sum(min(len(d.values), MOST_DOTS) for d in drawn),
    )
