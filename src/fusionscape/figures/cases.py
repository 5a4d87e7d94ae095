"""One patient's course: treatment, what was found, blasts and measurable residual disease."""

from __future__ import annotations

import math

from fusionscape.figures import theme, treatment
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import layer, pixels, plain, quantity, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Timeline, TimelineEvent
from fusionscape.words import numbers
from fusionscape.words import pictures_outcome as words

LANE = 22
WIDTH = 560
STATES = {"present": "●", "positive": "●", "absent": "○", "negative": "○", "reduced": "▼"}


def _dated(case: Timeline) -> bool:
    return all(e.day is not None for e in case.events if e.kind != "diagnosis") and bool(
        case.events
    )


class _Clock:
    """Where an event stands: months when all are dated, else the order in which they came."""

    def __init__(self, case: Timeline) -> None:
        self.dated = _dated(case)
        self.title = "Months from diagnosis" if self.dated else "Step (dates not given)"
        places = [self.at(e) for e in case.events] + [self.end(e) for e in case.events]
        self.last = max(places, default=1.0) or 1.0

    def at(self, event: TimelineEvent) -> float:
        return treatment.months(event.day or 0.0) if self.dated else float(event.order)

    def end(self, event: TimelineEvent) -> float:
        if self.dated:
            stop = event.end_day if event.end_day is not None else (event.day or 0.0) + 21
            return treatment.months(stop)
        return event.order + 0.8

    def axis(self, *, shown: bool) -> Spec:
        x = quantity("x", self.title if shown else None, domain=(0, self.last * 1.04), tickCount=8)
        x["axis"] |= {} if shown else {"labels": False, "ticks": False, "domain": False}
        return x


def _lanes(case: Timeline, clock: _Clock) -> tuple[list[str], list[Spec], list[Spec]]:
    """Lane names, treatment bars and marks with their words."""
    lanes = ["Treatment", "Response", "Outcome"]
    lanes += [name for name in case.lesions if _followed(case, name)]
    bars, marks = [], []
    for e in sorted(case.events, key=lambda e: (e.order, e.kind, e.label)):
        spec: Spec = {"x": clock.at(e), "tip": f"{_when(e, clock)}: {e.label} {e.state}".strip()}
        if e.kind in ("course", "treatment_start"):
            bars.append(
                {
                    **spec,
                    "x2": clock.end(e),
                    "lane": 0,
                    "colour": treatment.class_of(e)[1],
                    "text": theme.short(e.label, 18),
                }
            )
        elif e.kind == "response":
            marks.append({**spec, "lane": 1, "text": e.label})
        elif e.kind in ("transplant", "relapse", "death", "last_seen"):
            marks.append({**spec, "lane": 2, "text": e.label})
        elif e.kind == "lesion" and e.label in lanes:
            marks.append({**spec, "lane": lanes.index(e.label), "text": STATES.get(e.state, "?")})
    return lanes, bars, marks


def _followed(case: Timeline, lesion: str) -> bool:
    return any(e.kind == "lesion" and e.label == lesion for e in case.events)


def _when(event: TimelineEvent, clock: _Clock) -> str:
    if event.day is None or not clock.dated:
        return f"step {event.order}"
    about = "about " if event.day_low is not None and event.day_low != event.day_high else ""
    return f"{about}day {numbers.integer(event.day)}"


def _spread(marks: list[Spec], clock: _Clock) -> list[Spec]:
    """Words too near their left neighbour move to the line below."""
    out: list[Spec] = []
    reach: dict[tuple[int, int], float] = {}
    for mark in sorted(marks, key=lambda m: (m["lane"], m["x"])):
        x = mark["x"] / clock.last * WIDTH
        shift = 0 if reach.get((mark["lane"], 0), -99.0) <= x else 1
        reach[mark["lane"], shift] = x + 6.4 * len(mark["text"]) + 6
        out.append({**mark, "shift": shift})
    return out


def _course(case: Timeline, clock: _Clock) -> Spec:
    lanes, bars, marks = _lanes(case, clock)
    tall = 2 * LANE - 8
    tops = [i * tall if i < 3 else 3 * tall + (i - 3) * LANE for i in range(len(lanes))]
    height = tops[-1] + (tall if len(lanes) <= 3 else LANE)
    x, y = clock.axis(shown=False), pixels("y", height)
    placed = [{**b, "y": tops[0] + 4, "y2": tops[0] + 14} for b in bars]
    said = [
        {**m, "y": tops[m["lane"]] + 9 + 13 * m["shift"]}
        for m in _spread([*bars, *marks], clock)
        if m["lane"]
    ]
    under = [{**m, "y": tops[0] + 20 + 11 * m["shift"]} for m in _spread(bars, clock)]
    names = [
        {"y": top + 9, "text": theme.short(name, 22)} for name, top in zip(lanes, tops, strict=True)
    ]
    at = {"x": x, "y": y, "tooltip": tip()}
    box = {**at, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "fill": plain("colour")}
    return {
        "width": WIDTH,
        "height": height,
        "layer": [
            layer(placed, {"type": "rect", "stroke": theme.TEXT, "strokeWidth": 0.5}, box),
            text(under, at, align="left", fontSize=10.5),
            text(said, at, align="left", fontSize=11.5),
            text(names, {"y": y}, align="right", x=0, dx=-10, color=theme.MUTED),
        ],
    }


def _values(case: Timeline, clock: _Clock, kind: str) -> list[Spec]:
    return [
        {
            "x": clock.at(e),
            "value": e.value,
            "censored": e.censored,
            "label": e.label,
            "text": words.measured(e.value, e.unit, e.censored),
            "tip": f"{_when(e, clock)}: {e.label} {words.measured(e.value, e.unit, e.censored)}",
        }
        for e in sorted(case.events, key=lambda e: (e.order, e.label))
        if e.kind == kind and e.value is not None
    ]


def _series(rows: list[Spec], y: Spec, clock: _Clock, *, height: float, shown: bool) -> Spec:
    x = clock.axis(shown=shown)
    at = {"x": x, "y": y, "tooltip": tip()}
    line = {"type": "line", "strokeWidth": 1.2, "color": theme.MUTED}
    dot = {"type": "point", "opacity": 1, "size": 48, "stroke": theme.TEXT}
    seen = [r for r in rows if not r["censored"]]
    below = [r for r in rows if r["censored"]]
    return {
        "width": WIDTH,
        "height": height,
        "layer": [
            layer(rows, line, {"x": x, "y": y, "detail": {"field": "label"}}),
            layer(seen, {**dot, "filled": True, "fill": theme.ACCENT}, at),
            layer(below, {**dot, "shape": "triangle-down", "fill": theme.PAPER, "size": 70}, at),
            text(rows, at, align="left", dx=7, dy=-8, fontSize=10.5),
        ],
    }


def _measured(case: Timeline, clock: _Clock) -> list[Spec]:
    blasts = _values(case, clock, "blasts")
    disease = [r for r in _values(case, clock, "mrd") if r["value"] and r["value"] > 0]
    views = []
    if blasts:
        y: Spec = {
            "field": "value",
            "type": "quantitative",
            "title": "Blasts (%)",
            "scale": {"domain": [0, 100]},
            "axis": {"values": [0, 5, 50, 100]},
        }
        views.append(_series(blasts, y, clock, height=90, shown=not disease))
    if disease:
        low = math.floor(math.log10(min(r["value"] for r in disease)))
        high = max(low + 1, math.ceil(math.log10(max(r["value"] for r in disease))))
        y = {
            "field": "value",
            "type": "quantitative",
            "title": "MRD (log axis)",
            "scale": {"type": "log", "domain": [10.0**low, 10.0**high], "nice": False},
            "axis": {
                "labelExpr": "format(datum.value, '~g')",
                "grid": True,
                "values": [10.0**k for k in range(low, high + 1)],
            },
        }
        views.append(_series(disease, y, clock, height=130, shown=True))
    return views


def timeline(case: Timeline, *, name: str) -> Figure | None:
    """The course of one patient; None where nothing was recorded. Names hold no patient id."""
    if not case.events:
        return None
    clock = _Clock(case)
    main = _course(case, clock)
    views = _measured(case, clock)
    if not views:
        main["layer"].append(
            layer([{"x": 0}], {"type": "point", "opacity": 0}, {"x": clock.axis(shown=True)})
        )
    return Figure(
        id=name,
        title=words.case_title(case),
        subtitle=subtitle(case.group, clock.title, synthetic=case.synthetic),
        spec={
            "vconcat": [main, *views],
            "bounds": "flush",
            "spacing": 26,
            "resolve": {"scale": {"x": "shared"}},
        },
        alt=words.case_alt(case),
        caption=words.CASE_CAPTION,
        data=data_table(
            f"{name}-course",  # a file name never comes from a patient's id
            f"Course of {case.patient}",
            (
                "kind",
                "label",
                "order",
                "day",
                "day_low",
                "day_high",
                "end_day",
                "value",
                "unit",
                "censored",
                "state",
            ),
            [
                (
                    e.kind,
                    e.label,
                    e.order,
                    e.day,
                    e.day_low,
                    e.day_high,
                    e.end_day,
                    e.value,
                    e.unit,
                    e.censored,
                    e.state,
                )
                for e in case.events
            ],
        ),
        marks=len(case.events),
    )


def timelines(analysis: Analysis, *, most: int = 6) -> tuple[Figure, ...]:
    """The first courses of an analysis that have measurements or lesions to follow."""
    found = [t for t in analysis.items if isinstance(t, Timeline)]
    told = [t for t in found if any(e.kind in ("mrd", "lesion", "blasts") for e in t.events)]
    chosen = (told or found)[:most]
    drawn = [timeline(case, name=f"case-{i + 1}") for i, case in enumerate(chosen)]
    return tuple(figure for figure in drawn if figure is not None)
