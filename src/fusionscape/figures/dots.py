"""Rows of estimates with intervals: the engine of forests, response rates and spectra."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fusionscape.figures import theme
from fusionscape.figures.grammar import layer, only, pixels, plain, quantity, ratio_axis, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.words.sentences import ADJUSTED

STEP = 24
SMALL = 5  # fewer than this many events or carriers are a point, not a bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One row. A heading has no estimate; a reference row stands at 1 without interval.

    `group` is the group of patients the row is of. `adjusted` is what the last column says when
    the reader asks for adjusted p values; rows without one keep their text.
    """

    label: str
    texts: tuple[str, ...] = ()
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 1.0
    colour: str = theme.TEXT
    tip: str = ""
    level: int = 0
    heading: bool = False
    reference: bool = False
    bar: bool = False
    group: str = ""
    adjusted: str = ""


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def ratio_domain(rows: Sequence[Dot], *, widest: float = 64.0) -> tuple[float, float]:
    """A symmetric range of powers of two that holds what it can; the rest gets an arrow."""
    values = [v for r in rows for v in (r.estimate, r.low, r.high) if _finite(v) and v]
    top = max((max(v, 1 / v) for v in values if v is not None and v > 0), default=4.0)
    power = min(math.ceil(math.log2(max(top, 2.0))), round(math.log2(widest)))
    return 2.0**-power, 2.0**power


def _placed(rows: Sequence[Dot], domain: tuple[float, float]) -> list[Spec]:
    """Rows with their limits cut at the axis and marked where they run beyond it."""
    lowest, highest = domain
    out = []
    for at, row in enumerate(rows):
        spec: Spec = {
            "y": at * STEP + STEP / 2,
            "text": row.label,
            "colour": row.colour,
            "tip": row.tip,
            "indent": 14.0 * row.level,
            "heading": row.heading,
            "group": row.group,
        }
        if _finite(row.estimate):
            low = lowest if row.low is None or math.isnan(row.low) else row.low
            high = highest if row.high is None or math.isnan(row.high) else row.high
            spec |= {
                "value": min(max(row.estimate or 0.0, lowest), highest),
                "low": max(low, lowest),
                "high": min(high, highest),
                "bounded": row.low is not None or row.high is not None,
                "below": low < lowest,
                "above": high > highest,
                "y1": at * STEP + 5,
                "y2": (at + 1) * STEP - 5,
                "size": 28 + 110 * min(max(row.weight, 0.0), 1.0),
                "bar": row.bar,
                "reference": row.reference,
            }
        out.append(spec)
    return out


def _columns(rows: Sequence[Dot], heads: Sequence[str], height: float) -> list[Spec]:
    """Text columns at the right, with their heads above."""
    out: list[Spec] = []
    dx = 16.0
    for column, head in enumerate(heads):
        cells = [row.texts[column] if column < len(row.texts) else "" for row in rows]
        data: list[Spec] = [
            {"y": i * STEP + STEP / 2, "text": cell} for i, cell in enumerate(cells) if cell
        ]
        top: list[Spec] = [{"y": -10, "text": head}]
        if column == len(heads) - 1 and any(row.adjusted for row in rows):
            top[0]["adjusted"] = ADJUSTED
            for cell in data:
                cell["adjusted"] = rows[int(cell["y"] // STEP)].adjusted or cell["text"]
        out.append(text(data, {"y": pixels("y", height)}, align="left", x="width", dx=dx))
        out.append(
            text(
                top,
                {"y": pixels("y", height)},
                align="left",
                x="width",
                dx=dx,
                color=theme.MUTED,
                fontSize=11.5,
            )
        )
        dx += 6.4 * max(len(head), *(len(cell) for cell in cells), 1) + 18
    return out


def _marks(data: list[Spec], x: Spec, y: Spec) -> list[Spec]:
    drawn = [d for d in data if "value" in d]
    bounded = [d for d in drawn if d["bounded"]]
    bars = [d for d in drawn if d["bar"]]
    points = [d for d in drawn if not d["bar"]]
    square = {
        "type": "point",
        "shape": "square",
        "filled": True,
        "opacity": 1,
        "stroke": theme.TEXT,
        "strokeWidth": 0.7,
    }
    arrow = {"type": "point", "filled": True, "opacity": 1, "size": 42, "fill": theme.TEXT}
    out = []
    if bars:
        box = {
            "x": {**x, "field": "value"},
            "x2": {"datum": 0},
            "y": {**y, "field": "y1"},
            "y2": {"field": "y2"},
            "fill": plain("colour"),
            "tooltip": tip(),
        }
        mark = {"type": "rect", "stroke": theme.TEXT, "strokeWidth": 0.6}
        out.append(layer(only(bars, "value", "y1", "y2", "colour", "tip", "group"), mark, box))
    line = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "tooltip": tip()}
    limits = only(bounded, "low", "high", "y", "tip", "group")
    out.append(layer(limits, {"type": "rule", "strokeWidth": 1.4}, line))
    dot = {
        "x": {**x, "field": "value"},
        "y": y,
        "fill": plain("colour"),
        "tooltip": tip(),
        "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
    }
    fields = ("value", "y", "colour", "size", "tip", "reference", "group")
    out.append(layer(only(points, *fields), square, dot))
    for side, shape, field in (
        ("below", "triangle-left", "low"),
        ("above", "triangle-right", "high"),
    ):
        beyond = [d for d in bounded if d[side]]
        if beyond:
            at = {"x": {**x, "field": field}, "y": y}
            out.append(layer(only(beyond, field, "y", "group"), {**arrow, "shape": shape}, at))
    return out


def forest(
    rows: Sequence[Dot],
    *,
    heads: Sequence[str],
    title: str,
    favours: tuple[str, str] | None = None,
    width: float = 300,
) -> Spec:
    """Ratios on a log axis with a line at 1; limits beyond the axis end in arrows."""
    height = max(1, len(rows)) * STEP
    domain = ratio_domain(rows)
    x = ratio_axis("value", title, *domain)
    spec = _frame(rows, heads, x, domain, width)
    one = layer([{"value": 1.0}], {"type": "rule", "strokeWidth": 1}, {"x": x})
    spec["layer"].insert(0, one)
    if favours:
        for side, words in zip(("right", "left"), favours, strict=True):
            at = [{"y": height + 58, "text": (f"← {words}" if side == "right" else f"{words} →")}]
            spec["layer"].append(
                text(
                    at,
                    {"y": pixels("y", height)},
                    align=side,
                    x={"expr": "width/2"},
                    dx=-8 if side == "right" else 8,
                    color=theme.MUTED,
                    fontSize=11.5,
                )
            )
    return spec


def shares(rows: Sequence[Dot], *, heads: Sequence[str], title: str, width: float = 320) -> Spec:
    """Proportions from 0 to a round top, at most 100%."""
    top = max([0.1, *(r.high for r in rows if r.high is not None and math.isfinite(r.high))])
    domain = (0.0, min(1.0, math.ceil(top * 10) / 10))
    x = quantity("value", title, domain=domain, format=".0%", tickCount=5)
    return _frame(rows, heads, x, domain, width)


def _frame(
    rows: Sequence[Dot], heads: Sequence[str], x: Spec, domain: tuple[float, float], width: float
) -> Spec:
    height = max(1, len(rows)) * STEP
    data = _placed(rows, domain)
    y = pixels("y", height)
    labels = [
        {"y": d["y"], "text": theme.short(d["text"], 48), "tip": d["text"], "heading": d["heading"]}
        for d in data
    ]
    left: Spec = {"align": "right", "x": 0, "dx": -10}
    return {
        "width": width,
        "height": height,
        "layer": [
            *_marks(data, x, y),
            text([d for d in labels if not d["heading"]], {"y": y, "tooltip": tip()}, **left),
            text([d for d in labels if d["heading"]], {"y": y}, **left, fontWeight=600),
            *_columns(rows, heads, height),
        ],
    }
