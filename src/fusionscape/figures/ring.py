"""Geometry of the chord diagram: arcs around, ribbons between."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fusionscape.figures import theme
from fusionscape.figures.grammar import amount, layer, plain, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Pair
from fusionscape.words import numbers

FEWEST = 3  # lesions: two make no circle, the matrix says it better
MOST = 14  # lesions around the circle
SIDE = 400
RADIUS = 0.72  # of the arcs; labels stand outside
GAP = 0.05  # between arcs, in radians
POINTS = 16  # of a curve
ARC = 6  # of an arc
LETTER = 6.4  # width of a letter of a label
Arc = tuple[float, float]


def _arcs(lesions: Sequence[str], pairs: Sequence[Pair]) -> dict[str, Arc]:
    """The share of the circle of each lesion: its meetings, with gaps between."""
    met = {name: sum(p.both for p in pairs if name in (p.a, p.b)) for name in lesions}
    free = 2 * math.pi - GAP * len(lesions)
    total = sum(met.values())
    out, at = {}, 0.0
    for name in lesions:
        span = free * met[name] / total
        out[name] = (at, at + span)
        at += span + GAP
    return out


def _point(angle: float, radius: float) -> tuple[float, float]:
    """Angle from twelve o'clock, clockwise, as x and y between -1 and 1."""
    return round(radius * math.sin(angle), 4), round(radius * math.cos(angle), 4)


def _arc(start: float, end: float) -> list[tuple[float, float]]:
    """Points along the inner rim from one angle to another."""
    return [_point(start + (end - start) * i / ARC, RADIUS - 0.025) for i in range(ARC + 1)]


def _bent(a: float, b: float) -> list[tuple[float, float]]:
    """A curve through the middle from one angle to the other."""
    ax, ay = _point(a, RADIUS - 0.025)
    bx, by = _point(b, RADIUS - 0.025)
    steps = [i / POINTS for i in range(1, POINTS)]
    return [
        (round((1 - t) ** 2 * ax + t * t * bx, 4), round((1 - t) ** 2 * ay + t * t * by, 4))
        for t in steps
    ]


def _outline(a: Arc, b: Arc) -> list[tuple[float, float]]:
    """A ribbon: along one arc, through the middle, along the other arc, and back."""
    return [*_arc(*a), *_bent(a[1], b[0]), *_arc(*b), *_bent(b[1], a[0])]


def _ribbons(pairs: Sequence[Pair], arcs: dict[str, Arc], strong: set[str]) -> list[Spec]:
    used = {name: start for name, (start, _) in arcs.items()}
    total = sum(p.both for p in pairs)
    share = (2 * math.pi - GAP * len(arcs)) / (2 * total)  # of the circle, for one patient
    colours = theme.group_colours(arcs)
    rows: list[Spec] = []
    for pair in sorted(pairs, key=lambda p: (p.id in strong, -p.both, p.id)):
        ends: list[Arc] = []
        for name in (pair.a, pair.b):
            ends.append((used[name], used[name] + pair.both * share))
            used[name] = ends[-1][1]
        stands_out = pair.id in strong
        said = f"{pair.a} and {pair.b}: both in {numbers.count_of(pair.both, pair.n)}"
        adjusted = numbers.p_equals(pair.p_adjusted, "adjusted p")
        said += f"\nodds ratio {numbers.ratio(pair.odds_ratio)}, {adjusted}"
        bent = _outline(*ends)
        rows.append(
            {
                "pair": pair.id,
                "k": list(range(len(bent))),
                "x": [x for x, _ in bent],
                "y": [y for _, y in bent],
                "tip": said,
                "colour": colours[pair.a] if stands_out else theme.MUTED,
                "opacity": 0.75 if stands_out else 0.18,
            }
        )
    return rows


def _rims(arcs: dict[str, Arc]) -> list[Spec]:
    colours = theme.group_colours(arcs)
    return [
        {"lesion": name, "k": k, "x": x, "y": y, "colour": colours[name], "tip": name}
        for name, (start, end) in arcs.items()
        for k in range(13)
        for x, y in [_point(start + (end - start) * k / 12, RADIUS)]
    ]


def _labels(arcs: dict[str, Arc]) -> tuple[list[Spec], list[Spec]]:
    left, right = [], []
    for name, (start, end) in arcs.items():
        middle = (start + end) / 2
        x, y = _point(middle, RADIUS + 0.05)
        degrees = math.degrees(middle)
        row: Spec = {"x": x, "y": y, "text": theme.short(name, 22)}
        if middle <= math.pi:
            right.append({**row, "angle": round(degrees - 90, 2)})
        else:
            left.append({**row, "angle": round(degrees - 270, 2)})
    return left, right


def _overhang(arcs: dict[str, Arc]) -> tuple[float, float]:
    """How far the labels reach above and below the square, in pixels."""
    ends = [
        math.cos((start + end) / 2)
        * ((RADIUS + 0.05) * SIDE / 2 + LETTER * len(theme.short(name, 22)))
        for name, (start, end) in arcs.items()
    ]
    return max(0.0, max(ends) - SIDE / 2), max(0.0, -min(ends) - SIDE / 2)


def view(lesions: Sequence[str], pairs: Sequence[Pair], strong: set[str]) -> Spec:
    """The diagram; `strong` are the ids of the pairs that stand out."""
    arcs = _arcs(lesions, pairs)
    scale = {"domain": [-1, 1], "nice": False}
    at = {
        "x": {"field": "x", "type": "quantitative", "axis": None, "scale": scale},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": scale},
    }
    line = {
        **at,
        "order": {"field": "k", "type": "quantitative"},
        "stroke": plain("colour"),
        "tooltip": tip(),
    }
    ribbon = {
        **at,
        "order": line["order"],
        "tooltip": tip(),
        "detail": {"field": "pair"},
        "fill": plain("colour"),
        "fillOpacity": amount("opacity"),
    }
    shape: Spec = {"type": "line", "interpolate": "linear-closed", "strokeWidth": 0}
    ribbons = layer(_ribbons(pairs, arcs, strong), shape, ribbon)
    ribbons["transform"] = [{"flatten": ["k", "x", "y"]}]
    left, right = _labels(arcs)
    above, below = _overhang(arcs)
    turned = {**at, "angle": amount("angle")}
    return {
        "width": SIDE,
        "height": SIDE,
        "usermeta": {"square": True, "above": above, "below": below},
        "layer": [
            ribbons,
            layer(
                _rims(arcs),
                {"type": "line", "strokeWidth": 10},
                {**line, "detail": {"field": "lesion"}},
            ),
            text(right, turned, align="left"),
            text(left, turned, align="right"),
        ],
    }
