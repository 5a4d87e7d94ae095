"""Kaplan-Meier and cumulative incidence: steps, bands, ticks, medians, numbers at risk."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fusionscape.figures import theme
from fusionscape.figures.curves import (
    WIDTH,
    Breaks,
    Drawn,
    dash,
    legend,
    lines_of,
    of_group,
    risk_table,
)
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import folded, layer, plain, quantity, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Curve, Estimate, Table, Test, split_id
from fusionscape.words import numbers, scales
from fusionscape.words import pictures_outcome as words
from fusionscape.words.sentences import endpoint_name, p_part

HEIGHT = 300
MOST = 6  # pictures in one section
DRAWN = ("survival", "cumulative incidence")
FEWEST = 5  # the curve is dashed where fewer remain at risk


def _last_solid(curve: Curve) -> int:
    """Index of the last time at which enough patients are at risk."""
    enough = np.flatnonzero(curve.n_at_risk >= FEWEST)
    return int(enough[-1]) if enough.size else -1


def _steps(drawn: Drawn, breaks: Breaks) -> list[Spec]:
    """The curve's corners; from the last solid one on they belong to the dashed part."""
    curve = drawn.curve
    start = 1.0 if curve.curve == "survival" else 0.0
    begin = breaks.at(curve.start_time)
    solid = _last_solid(curve)
    base: Spec = {**of_group(drawn), "colour": drawn.colour, "dash": drawn.at}
    rows: list[Spec] = [
        {
            **base,
            "t": begin,
            "s": start,
            "low": start,
            "high": start,
            "part": "solid" if solid >= 0 else "thin",
        }
    ]
    for i, (t, s) in enumerate(zip(curve.time.tolist(), curve.estimate.tolist(), strict=True)):
        if math.isnan(s):
            continue
        row = {
            **base,
            "t": breaks.at(t),
            "s": round(s, 4),
            "part": "solid" if i <= solid else "thin",
        }
        low, high = float(curve.ci_low[i]), float(curve.ci_high[i])
        if not (math.isnan(low) or math.isnan(high)):
            row |= {"low": round(low, 4), "high": round(high, 4)}
        if _moves(rows[-1], row) or i in (solid, curve.time.size - 1):
            rows.append(row)
        if i == solid and i + 1 < curve.time.size:
            rows.append({**row, "part": "thin"})
    return rows


def _moves(before: Spec, now: Spec) -> bool:
    """False where only time has passed: the step before already reaches this far."""
    return any(before.get(field) != now.get(field) for field in ("s", "low", "high", "part"))


def _censored(drawn: Drawn, breaks: Breaks) -> list[Spec]:
    curve = drawn.curve
    if curve.curve != "survival":
        return []
    return [
        {
            "t": breaks.at(t),
            "s": round(s, 4),
            **of_group(drawn),
            "colour": drawn.colour,
            "tip": f"{drawn.name}: follow-up ended",
        }
        for t, s, c in zip(
            curve.time.tolist(), curve.estimate.tolist(), curve.n_censored.tolist(), strict=True
        )
        if c > 0 and not math.isnan(s)
    ]


def _medians(curves: Sequence[Curve], breaks: Breaks) -> list[Spec]:
    out = []
    for curve in curves:
        for probability, value in zip(
            curve.quantile_probs.tolist(), curve.quantile.tolist(), strict=True
        ):
            if abs(probability - 0.5) < 1e-9 and math.isfinite(value):
                out.append({"t": breaks.at(value), "s": 0.5, "zero": 0.0, "left": 0.0})
    return out


def _axes(curves: Sequence[Curve], breaks: Breaks) -> tuple[Spec, Spec]:
    x = quantity("t", f"Time ({breaks.unit})", domain=(0, breaks.end), values=list(breaks.values))
    x["axis"]["grid"] = False
    names = {"survival": curves[0].label, "cumulative incidence": curves[0].label}
    title = names.get(curves[0].curve, curves[0].label)
    y = quantity("s", title, domain=(0, 1), values=[0, 0.25, 0.5, 0.75, 1], format=".0%")
    return x, y


def _without(row: Spec, *fields: str) -> Spec:
    return {k: v for k, v in row.items() if k not in fields}


def _curve_layers(drawn: Sequence[Drawn], breaks: Breaks) -> list[Spec]:
    curves = [d.curve for d in drawn]
    x, y = _axes(curves, breaks)
    steps = [row for d in drawn for row in _steps(d, breaks)]
    ticks = [row for d in drawn for row in _censored(d, breaks)]
    band = {
        "x": x,
        "y": {**y, "field": "low"},
        "y2": {"field": "high"},
        "fill": plain("colour"),
        "detail": {"field": "group"},
    }
    line = {"x": x, "y": y, "stroke": plain("colour"), "detail": {"field": "group"}}
    area = {"type": "area", "interpolate": "step-after", "fillOpacity": 0.15, "strokeWidth": 0}
    thick: Spec = {"type": "line", "interpolate": "step-after", "strokeWidth": 2}
    banded = [_without(r, "s") for r in steps if r["part"] == "solid" and "low" in r]
    solid = [_without(r, "low", "high") for r in steps if r["part"] == "solid"]
    thin = [_without(r, "low", "high") for r in steps if r["part"] == "thin"]
    medians = _medians(curves, breaks)
    rule: Spec = {"type": "rule", "stroke": theme.MUTED, "strokeDash": [2, 3]}
    return [
        folded(banded, ("t", "low", "high"), area, band),
        layer(medians, rule, {"x": x, "y": y, "y2": {"field": "zero"}}),
        layer(medians, rule, {"x": {**x, "field": "left"}, "x2": {"field": "t"}, "y": y}),
        folded(solid, ("t", "s"), thick, {**line, "strokeDash": dash(len(drawn))}),
        folded(thin, ("t", "s"), {**thick, "strokeWidth": 1.2, "strokeDash": [1, 3]}, line),
        folded(
            ticks,
            ("t", "s"),
            {
                "type": "point",
                "shape": "stroke",
                "angle": 90,
                "size": 50,
                "strokeWidth": 1.3,
                "opacity": 1,
            },
            {"x": x, "y": y, "stroke": plain("colour"), "tooltip": tip()},
        ),
    ]


def _said(contrast: Estimate | None, tests: Sequence[Test]) -> list[str]:
    lines = []
    if contrast is not None:
        lines.append(f"{contrast.scale.capitalize()} {scales.with_interval(contrast)}")
    return lines + [f"{t.method}: {p_part(t, short=True)}" for t in tests[:2]]


def _at(curve: Curve, time: float) -> float:
    """The estimate at a time; the last one known beyond the curve's end."""
    before = np.flatnonzero((curve.time <= time) & ~np.isnan(curve.estimate))
    return float(curve.estimate[before[-1]]) if before.size else 1.0


def _corner(lines: Sequence[str], curves: Sequence[Curve]) -> list[Spec]:
    """The contrast and the tests with their names, in the corner the curves leave free."""
    if not lines:
        return []
    longest = max(float(c.time[-1]) for c in curves if c.time.size)
    high = any(_at(c, 0.35 * longest) > 0.85 for c in curves)
    if curves[0].curve != "survival":
        place: Spec = {"align": "left", "x": 8}
        start = 12
    elif high:
        place = {"align": "left", "x": 8}
        start = HEIGHT - 12 - 16 * (len(lines) - 1)
    else:
        place = {"align": "right", "x": "width"}
        start = 12
    return [
        {
            "name": f"corner-{i}",
            **text([{"text": line}], {}, y=start + 16 * i, fontSize=11.5, **place),
        }
        for i, line in enumerate(lines)
    ]


def _data(curves: Sequence[Curve], name: str) -> Table:
    columns = (
        "group",
        "cause",
        "time",
        "estimate",
        "ci_low",
        "ci_high",
        "n_at_risk",
        "n_event",
        "n_censored",
    )
    rows = [
        (
            c.group,
            c.cause,
            *(
                round(float(column[i]), 6)
                for column in (
                    c.time,
                    c.estimate,
                    c.ci_low,
                    c.ci_high,
                    c.n_at_risk,
                    c.n_event,
                    c.n_censored,
                )
            ),
        )
        for c in curves
        for i in range(c.time.size)
    ]
    return data_table(name, curves[0].label, columns, rows)


def curves_figure(
    curves: Sequence[Curve],
    *,
    name: str,
    contrast: Estimate | None = None,
    tests: Sequence[Test] = (),
) -> Figure:
    """Curves of one endpoint with their numbers at risk."""
    breaks = Breaks.of(curves)
    drawn = lines_of(curves)
    main: Spec = {
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [*_curve_layers(drawn, breaks), *_corner(_said(contrast, tests), curves)],
    }
    first = curves[0]
    total = _patients(curves)
    rest: list[Estimate | Test] = [*([contrast] if contrast else []), *tests]
    return Figure(
        id=name,
        title=words.curves_title(curves, contrast=contrast),
        subtitle=subtitle(
            f"n = {numbers.integer(total)}",
            words.events_told([c.events for c in curves], _same_patients(curves)),
            endpoint_name(first.endpoint),
            first.rules if len({c.rules for c in curves}) == 1 else None,
            first.method,
            synthetic=any(c.synthetic for c in curves),
        ),
        spec={
            "vconcat": [legend(drawn), main, risk_table(drawn, breaks)],
            "bounds": "flush",
            "spacing": 8,
        },
        alt=words.curves_alt(curves, rest),
        caption=words.curves_caption(curves, FEWEST),
        data=_data(curves, name),
        marks=sum(int(c.time.size) for c in curves),
    )


def _patients(curves: Sequence[Curve]) -> float:
    """How many people are drawn: once each, also where they change from curve to curve."""
    for note in (n for c in curves for n in c.cautions):
        if note.code == "patients-change-sides" and isinstance(told := note.get("n"), int):
            return told
    if _same_patients(curves):
        return max(c.n for c in curves)
    return sum(c.n for c in {c.group: c for c in curves}.values())


def _same_patients(curves: Sequence[Curve]) -> bool:
    """True where the curves are definitions of an endpoint, not groups of patients."""
    return split_id(curves[0].id)[0] == "endpoint_rules"


def blocks(analysis: Analysis) -> dict[tuple[str, ...], list[Curve]]:
    """Curves that belong in one picture: they share their id but for the last part."""
    out: dict[tuple[str, ...], list[Curve]] = {}
    for item in analysis.items:
        if isinstance(item, Curve) and item.curve in DRAWN and item.time.size:
            out.setdefault(split_id(item.id)[:-1], []).append(item)
    return out


def _chosen(
    every: dict[tuple[str, ...], list[Curve]],
) -> list[tuple[tuple[str, ...], list[Curve]]]:
    """Pictures that compare; one of all patients only where its endpoint has no comparison."""
    compared = {key[:2] for key, curves in every.items() if len({c.group for c in curves}) > 1}
    kept = [
        (key, curves)
        for key, curves in every.items()
        if len({c.group for c in curves}) > 1 or key[:2] not in compared
    ]
    return kept[:MOST]


def figures(analysis: Analysis) -> tuple[Figure, ...]:
    """One figure an endpoint and grouping, at most six; the tables hold every estimate."""
    out = []
    for i, (shared, curves) in enumerate(_chosen(blocks(analysis))):
        beside = [item for item in analysis.items if split_id(item.id)[:-1] == shared]
        tests = [item for item in beside if isinstance(item, Test)]
        ratios = [e for e in beside if isinstance(e, Estimate) and "hazard ratio" in e.scale]
        contrast = ratios[0] if ratios and len(curves) == 2 else None
        name = f"{analysis.id}-curves-{i + 1}"
        out.append(curves_figure(curves, name=name, contrast=contrast, tests=tests))
    return tuple(out)
