"""Checks and companions of the survival curves: log-log lines, landmark sweep, occupation."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fusionscape.figures import dots, key, survival, theme
from fusionscape.figures.curves import (
    WIDTH,
    Breaks,
    Drawn,
    dash,
    legend,
    lines_of,
    names_of,
    of_group,
)
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import folded, layer, plain, quantity, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Curve, Estimate, split_id
from fusionscape.words import numbers, scales
from fusionscape.words import pictures_outcome as words
from fusionscape.words.sentences import endpoint_name


def _log_log_rows(drawn: Drawn, breaks: Breaks) -> list[Spec]:
    curve = drawn.curve
    return [
        {
            "t": breaks.at(t),
            "v": math.log(-math.log(s)),
            **of_group(drawn),
            "colour": drawn.colour,
            "dash": drawn.at,
        }
        for t, s in zip(curve.time.tolist(), curve.estimate.tolist(), strict=True)
        if breaks.at(t) > 0 and 0 < s < 1
    ]


def _log_time(times: Sequence[float], unit: str) -> Spec:
    """Time on a log axis, labelled at 1, 2 and 5 of each power of ten."""
    low, high = min(times), max(times)
    steps = [m * 10.0**k for k in range(-4, 6) for m in (1, 2, 5)]
    return {
        "field": "t",
        "type": "quantitative",
        "title": f"Time ({unit}), log axis",
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {
            "labelExpr": "format(datum.value, '~g')",
            "values": [step for step in steps if low <= step <= high],
        },
    }


def log_log(curves: Sequence[Curve], *, name: str) -> Figure | None:
    """log(-log S) against log time, where the reader judges whether the lines are parallel."""
    breaks = Breaks.of(curves)
    lines = lines_of(curves)
    drawn = [_log_log_rows(line, breaks) for line in lines]
    rows = [row for part in drawn for row in part]
    if len(curves) < 2 or any(len(part) < 2 for part in drawn):
        return None
    x = _log_time([row["t"] for row in rows], breaks.unit)
    y = quantity("v", "log(−log S)")
    line = {
        "x": x,
        "y": y,
        "stroke": plain("colour"),
        "detail": {"field": "group"},
        "strokeDash": dash(len(curves)),
    }
    return Figure(
        id=name,
        title=words.LOG_LOG_TITLE,
        subtitle=subtitle(
            endpoint_name(curves[0].endpoint), curves[0].rules, synthetic=curves[0].synthetic
        ),
        spec={
            "vconcat": [
                legend(lines),
                {
                    "width": WIDTH,
                    "height": 240,
                    "layer": [
                        folded(
                            rows,
                            ("t", "v"),
                            {"type": "line", "interpolate": "step-after", "strokeWidth": 1.8},
                            line,
                        )
                    ],
                },
            ],
            "bounds": "flush",
            "spacing": 8,
        },
        alt=words.log_log_alt(curves),
        caption=words.LOG_LOG_CAPTION,
        data=data_table(
            name,
            "log(-log S)",
            ("group", "time", "value"),
            [(r["group"], r["t"], r["v"]) for r in rows],
        ),
    )


def sweep(estimates: Sequence[Estimate], *, name: str, title: str) -> Figure | None:
    """The same contrast at several landmarks, one row each; None where there is none."""
    if not estimates:
        return None
    rows = [
        dots.Dot(
            label=e.label,
            estimate=e.estimate,
            low=e.ci_low,
            high=e.ci_high,
            weight=min(1.0, e.n / 100),
            texts=(numbers.integer(e.n), numbers.integer(e.events), scales.limits_only(e)),
            tip=f"{e.label}: {scales.with_interval(e)}, {numbers.p_equals(e.p)}",
        )
        for e in estimates
    ]
    first = estimates[0]
    scale = first.scale.capitalize()
    return Figure(
        id=name,
        title=title,
        subtitle=subtitle(endpoint_name(first.endpoint), synthetic=first.synthetic),
        spec=dots.forest(
            rows,
            heads=("n", "Events", f"{scale} ({numbers.level_name(first.level)})"),
            title=f"{scale}, log axis",
            width=260,
            favours=("lower hazard", "higher hazard"),
        ),
        alt=words.ratios_alt(estimates),
        caption=words.SWEEP_CAPTION,
        data=data_table(
            name,
            title,
            ("landmark", "n", "events", "estimate", "ci_low", "ci_high", "p"),
            [(e.label, e.n, e.events, e.estimate, e.ci_low, e.ci_high, e.p) for e in estimates],
        ),
    )


def _stacked(curves: Sequence[Curve], breaks: Breaks) -> list[Spec]:
    """Each state's band between the sum below it and itself; times are shared by all states."""
    names = names_of(curves)
    colours = theme.group_colours(names)
    base = [0.0] * int(curves[0].time.size)
    rows = []
    for curve, name in zip(curves, names, strict=True):
        for i, (t, s) in enumerate(zip(curve.time.tolist(), curve.estimate.tolist(), strict=True)):
            rows.append(
                {
                    "t": breaks.at(t),
                    "low": round(base[i], 6),
                    "high": round(min(1.0, base[i] + s), 6),
                    "state": name,
                    "colour": colours[name],
                }
            )
            base[i] += s
    return rows


def _states(curves: Sequence[Curve]) -> list[key.Entry]:
    """Every state with its colour, from the lowest band up: the end of a curve may hide some."""
    names = names_of(curves)
    colours = theme.group_colours(names)
    return [(theme.short(name, 40), colours[name]) for name in names]


def occupation(curves: Sequence[Curve], *, name: str) -> Figure | None:
    """Where patients are at each time, states stacked to all; None where times differ."""
    if not curves or not curves[0].time.size:
        return None
    if any(c.time.size != curves[0].time.size for c in curves):
        return None
    breaks = Breaks.of(curves)
    rows = _stacked(curves, breaks)
    x = quantity("t", f"Time ({breaks.unit})", domain=(0, breaks.end), values=list(breaks.values))
    y = quantity("high", "Probability of being in the state", domain=(0, 1), format=".0%")
    area = {
        "x": x,
        "y": y,
        "y2": {"field": "low"},
        "fill": plain("colour"),
        "detail": {"field": "state"},
    }
    last = {row["state"]: row for row in rows}
    ends = [
        {
            "t": row["t"],
            "high": (row["low"] + row["high"]) / 2,
            "text": theme.short(state, 30),
            "tip": state,
        }
        for state, row in last.items()
        if row["high"] - row["low"] > 0.03
    ]
    mark = {
        "type": "area",
        "interpolate": "step-after",
        "stroke": theme.TEXT,
        "strokeWidth": 0.6,
        "fillOpacity": 0.75,
    }
    return Figure(
        id=name,
        title=words.OCCUPATION_TITLE,
        subtitle=subtitle(
            f"n = {numbers.integer(curves[0].n)}", curves[0].method, synthetic=curves[0].synthetic
        ),
        spec={
            "vconcat": [
                {
                    "width": WIDTH,
                    "height": 280,
                    "layer": [
                        layer(rows, mark, area),
                        text(ends, {"x": x, "y": y, "tooltip": tip()}, align="left", dx=8),
                    ],
                },
                key.view(_states(curves), WIDTH),
            ],
            "bounds": "flush",
            "spacing": 52,
        },
        alt=words.occupation_alt(curves),
        caption=words.OCCUPATION_CAPTION,
        data=data_table(
            name,
            "State occupation",
            ("state", "time", "probability"),
            [(r["state"], r["t"], round(r["high"] - r["low"], 6)) for r in rows],
        ),
    )


def sweeps(analysis: Analysis) -> tuple[Figure, ...]:
    """For each endpoint and exposure the contrast by every method: naive, dated, landmarks.

    Ids are ``exposures/<exposure>/<endpoint>/<method>[/<day>]``.
    """
    found: dict[tuple[str, ...], list[Estimate]] = {}
    for item in analysis.items:
        if isinstance(item, Estimate) and item.scale == "hazard ratio":
            found.setdefault(split_id(item.id)[:3], []).append(item)
    out = []
    for i, estimates in enumerate(found.values()):
        first = estimates[0]
        title = words.sweep_title(first)
        out.append(sweep(estimates, name=f"{analysis.id}-landmarks-{i + 1}", title=title))
    return tuple(figure for figure in out if figure is not None)


def checks(analysis: Analysis) -> Figure | None:
    """The log-log check of the first picture of survival that holds two groups or more."""
    for curves in survival.blocks(analysis).values():
        if len(curves) > 1 and curves[0].curve == "survival":
            return log_log(curves, name=f"{analysis.id}-log-log")
    return None


def occupations(analysis: Analysis) -> Figure | None:
    """The stacked states of an analysis."""
    found = [c for c in analysis.items if isinstance(c, Curve) and c.curve == "occupation"]
    return occupation(found, name=f"{analysis.id}-occupation")
