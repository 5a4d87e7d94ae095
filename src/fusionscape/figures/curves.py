"""What every figure over time shares: breaks of the axis, names, colours, numbers at risk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fusionscape.figures import theme
from fusionscape.figures.grammar import layer, pixels, plain, quantity, text
from fusionscape.figures.theme import Spec
from fusionscape.results import Curve
from fusionscape.words import numbers

WIDTH = 500
ROW = 18  # of the table of numbers at risk
UNDER = 44  # room for the axis between the curves and that table
_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)  # months between breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """The time axis, in months when time is in days; axis and table share it."""

    unit: str
    divisor: float
    values: tuple[float, ...]
    end: float

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> Breaks:
        """Breaks that cover the longest curve in at most nine steps."""
        ends = [float(c.time[-1]) for c in curves if c.time.size]
        return cls.until(max(ends, default=1.0), curves[0].time_unit)

    @classmethod
    def until(cls, end: float, unit: str, *, most: int = 8) -> Breaks:
        """Breaks from zero to a round time at or after `end`."""
        days = unit == "days"
        divisor = numbers.DAYS_PER_MONTH if days else 1.0
        longest = end / divisor
        if days or unit == "months":
            step = next((float(s) for s in _STEPS if longest / s <= most), longest / most)
        else:
            step = 10 ** math.floor(math.log10(longest / 4)) if longest > 0 else 1.0
        count = max(1, math.ceil(longest / step))
        return cls(
            unit="months" if days else unit,
            divisor=divisor,
            values=tuple(step * i for i in range(count + 1)),
            end=step * count,
        )

    def at(self, time: float) -> float:
        """A time on the axis."""
        return round(time / self.divisor, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A curve with its name, colour and place among its neighbours."""

    curve: Curve
    name: str
    colour: str
    at: int


def names_of(curves: Sequence[Curve]) -> list[str]:
    """What each curve is called: its group, its cause, or both where both differ."""
    groups = {c.group for c in curves}
    out = []
    for c in curves:
        parts = [c.group] if len(groups) > 1 or not c.cause else []
        parts += [c.cause] if c.cause and len({x.cause for x in curves}) > 1 else []
        out.append(", ".join(part for part in parts if part) or c.cause or "all patients")
    return out


def of_group(drawn: Drawn) -> Spec:
    """What a row of a curve carries: the line it belongs to and, if called otherwise, its group."""
    group = drawn.curve.group
    own: Spec = {"group": drawn.name}
    return {**own, "carries": group} if group and group != drawn.name else own


def _colours(curves: Sequence[Curve]) -> list[str]:
    """A colour a group; a colour a cause where there is one group."""
    several = len({c.group for c in curves}) > 1
    keys = [(c.group or "all patients") if several or not c.cause else c.cause for c in curves]
    found = theme.group_colours(keys)
    return [found[k] for k in keys]


def lines_of(curves: Sequence[Curve]) -> list[Drawn]:
    return [
        Drawn(curve=c, name=n, colour=k, at=i)
        for i, (c, n, k) in enumerate(zip(curves, names_of(curves), _colours(curves), strict=True))
    ]


def dash(count: int) -> Spec:
    """Every curve its own dash, so that colour is not alone."""
    dashes = [list(theme.DASHES[i % len(theme.DASHES)]) for i in range(count)]
    return {
        "field": "dash",
        "type": "ordinal",
        "legend": None,
        "scale": {"domain": list(range(count)), "range": dashes},
    }


def at_risk(curve: Curve, time: float) -> float:
    """How many are at risk just before `time`: those of the first later time of the curve."""
    later = np.flatnonzero(curve.time >= time - 1e-9)
    return float(curve.n_at_risk[later[0]]) if later.size else 0.0


def legend(drawn: Sequence[Drawn]) -> Spec:
    """Names at the end of the lines' own colour and dash, above the picture."""
    rows = []
    x = 0.0
    line = 0
    for d in drawn:
        said = f"{theme.short(d.name, 40)} (n = {numbers.integer(d.curve.n)})"
        wide = 38 + 6.7 * len(said)
        if x and x + wide > WIDTH + 120:
            x, line = 0.0, line + 1
        rows.append(
            {
                "x": x,
                "x2": x + 26,
                "xt": x + 32,
                "y": 9 + 18 * line,
                "text": said,
                **of_group(d),
                "colour": d.colour,
                "dash": d.at,
            }
        )
        x += wide
    height = 18 * (line + 1)
    at, y = pixels("x", WIDTH, channel="x"), pixels("y", height)
    rule = {
        "x": at,
        "x2": {"field": "x2"},
        "y": y,
        "stroke": plain("colour"),
        "strokeDash": dash(len(drawn)),
    }
    return {
        "name": "names",
        "width": WIDTH,
        "height": height,
        "layer": [
            layer(rows, {"type": "rule", "strokeWidth": 2.4}, rule),
            text(rows, {"x": {**at, "field": "xt"}, "y": y}, align="left"),
        ],
    }


def risk_table(drawn: Sequence[Drawn], breaks: Breaks) -> Spec:
    """Numbers at risk at the breaks of the axis above."""
    height = UNDER + ROW * (len(drawn) + 1)
    cells, names = [], [{"y": UNDER + ROW / 2 - 2, "text": "At risk"}]
    for d in drawn:
        y = UNDER + ROW * (d.at + 1) + ROW / 2
        names.append({"y": y, "text": theme.short(d.name, 26)})
        cells += [
            {
                "t": b,
                "y": y,
                "text": numbers.integer(at_risk(d.curve, b * breaks.divisor)),
                **of_group(d),
            }
            for b in breaks.values
        ]
    x = {**quantity("t", None, domain=(0, breaks.end)), "axis": None}
    y_scale = pixels("y", height)
    return {
        "width": WIDTH,
        "height": height,
        "layer": [
            text(cells, {"x": x, "y": y_scale}, align="center"),
            text(names[:1], {"y": y_scale}, align="right", x=0, dx=-26, color=theme.MUTED),
            text(names[1:], {"y": y_scale}, align="right", x=0, dx=-26),
        ],
    }
