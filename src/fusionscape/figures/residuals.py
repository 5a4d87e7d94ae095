"""Residuals of proportional hazards against time, one panel a covariate."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fusionscape.figures import theme
from fusionscape.figures.curves import Breaks
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import layer, quantity, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Residuals, Table
from fusionscape.results.caution import Scalar
from fusionscape.words import numbers
from fusionscape.words import pictures_residuals as words
from fusionscape.words.sentences import endpoint_name

PANEL, HEIGHT, ABREAST = 230, 130, 2
EXTENT = 40  # of the upright axis, so that panels stand below each other


def _range(part: Residuals) -> tuple[float, float]:
    """From the lowest to the highest of what is drawn, with a little air; zero is always in."""
    drawn = [0.0, part.coef, *part.value.tolist(), *part.smooth.tolist()]
    low, high = min(drawn), max(drawn)
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def _rounded(value: float, part: Residuals) -> float:
    """To a thousandth of what is drawn, held within the panel."""
    low, high = _range(part)
    digits = max(0, 3 - math.floor(math.log10(high - low)))
    return round(min(max(value, low), high), digits)


def _points(part: Residuals, breaks: Breaks) -> list[Spec]:
    return [
        {
            "t": breaks.at(t),
            "v": _rounded(v, part),
            "tip": f"{part.label}: event at {numbers.bare(breaks.at(t))} {breaks.unit}",
        }
        for t, v in zip(part.time.tolist(), part.value.tolist(), strict=True)
    ]


def _smooth(part: Residuals, breaks: Breaks) -> list[Spec]:
    columns = (part.smooth_time, part.smooth, part.smooth_low, part.smooth_high)
    return [
        {
            "t": breaks.at(t),
            "v": _rounded(v, part),
            "low": _rounded(low, part),
            "high": _rounded(high, part),
        }
        for t, v, low, high in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _axes(part: Residuals, breaks: Breaks, *, leftmost: bool) -> tuple[Spec, Spec]:
    x = quantity("t", f"Time ({breaks.unit})", domain=(0, breaks.end), values=list(breaks.values))
    x["axis"]["grid"] = False
    y_title = words.Y_AXIS if leftmost else None
    return x, quantity("v", y_title, domain=_range(part), tickCount=5, minExtent=EXTENT)


def _panel(part: Residuals, breaks: Breaks, *, leftmost: bool) -> Spec:
    x, y = _axes(part, breaks, leftmost=leftmost)
    dot = {"type": "point", "filled": True, "size": 14, "opacity": 0.55, "fill": theme.MUTED}
    band = {"type": "area", "fill": theme.ACCENT, "fillOpacity": 0.15, "strokeWidth": 0}
    rule: Spec = {"type": "rule", "strokeWidth": 1}
    smooth = _smooth(part, breaks)
    heads = [
        text([{"text": theme.short(words.panel_title(part), 30)}], {}, align="left", x=0, y=-12,
             fontWeight=600),
        text([{"text": words.panel_p(part)}], {}, align="right", x="width", y=8, fontSize=11.5),
    ]  # fmt: skip
    lines = [
        layer([{"v": 0.0}], {**rule, "stroke": theme.HAIR}, {"y": y}),
        layer(
            [{"v": _rounded(part.coef, part)}],
            {**rule, "stroke": theme.TEXT, "strokeDash": [5, 3]},
            {"y": y},
        ),
        layer(_points(part, breaks), dot, {"x": x, "y": y, "tooltip": tip()}),
    ]
    if smooth:
        area = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
        line = {"type": "line", "stroke": theme.ACCENT, "strokeWidth": 2}
        lines += [layer(smooth, band, area), layer(smooth, line, {"x": x, "y": y})]
    return {"width": PANEL, "height": HEIGHT, "layer": [*lines, *heads]}


def _breaks(parts: Sequence[Residuals]) -> Breaks:
    end = max(float(p.time[-1]) for p in parts)
    return Breaks.until(end, parts[0].time_unit, most=6)


def _data(parts: Sequence[Residuals], name: str) -> Table:
    rows: list[tuple[Scalar, ...]] = [
        (p.label, p.term, "residual", t, v, None, None)
        for p in parts
        for t, v in zip(p.time.tolist(), p.value.tolist(), strict=True)
    ]
    rows += [
        (p.label, p.term, "smooth", t, v, low, high)
        for p in parts
        for t, v, low, high in zip(
            p.smooth_time.tolist(), p.smooth.tolist(), p.smooth_low.tolist(),
            p.smooth_high.tolist(), strict=True,
        )
    ]  # fmt: skip
    columns = ("covariate", "term", "what", "time", "value", "ci_low", "ci_high")
    return data_table(name, words.title(parts), columns, rows)


def figure(parts: Sequence[Residuals], *, name: str) -> Figure | None:
    """The residuals of one model; None where it has none."""
    kept = [p for p in parts if p.time.size]
    if not kept:
        return None
    breaks = _breaks(kept)
    panels = [_panel(p, breaks, leftmost=i % ABREAST == 0) for i, p in enumerate(kept)]
    rows = [panels[i : i + ABREAST] for i in range(0, len(panels), ABREAST)]
    return Figure(
        id=name,
        title=words.title(kept),
        subtitle=subtitle(
            f"n = {numbers.integer(kept[0].n)}",
            numbers.plural(kept[0].events, "event"),
            endpoint_name(kept[0].endpoint),
            words.TEST,
            synthetic=kept[0].synthetic,
        ),
        spec={
            "vconcat": [{"name": f"abreast-{i}", "hconcat": r} for i, r in enumerate(rows)],
            "spacing": 26,
        },
        alt=words.alt(kept),
        caption=words.caption(kept),
        data=_data(kept, name),
        marks=sum(p.drawn for p in kept),
    )


def figures(analysis: Analysis) -> tuple[Figure, ...]:
    """One figure for each model of the analysis that has residuals."""
    found: dict[str, list[Residuals]] = {}
    for item in analysis.items:
        if isinstance(item, Residuals):
            found.setdefault(item.fit, []).append(item)
    drawn = [
        figure(parts, name=f"{analysis.id}-residuals-{i + 1}")
        for i, parts in enumerate(found.values())
    ]
    return tuple(f for f in drawn if f is not None)
