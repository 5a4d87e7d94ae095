"""Swimmer plot: treatment, remission, transplant and outcome, one bar a patient."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.figures import key, theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import layer, pixels, plain, quantity, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Timeline, TimelineEvent
from fusionscape.words import numbers
from fusionscape.words import pictures_outcome as words

MOST = 120  # patients in one figure
WIDTH = 520
REMISSION = ("CR", "CRi", "CRh")
# Treatment classes from the plainest to the most targeted: the last that fits gives the colour.
CLASSES = (
    ("IC", "intensive chemotherapy", "#9db4cc"),
    ("LIT", "low-intensity therapy", "#d9c9a3"),
    ("HMA", "hypomethylating agent", "#c7b06d"),
    ("+VEN", "with venetoclax", "#5f9e8f"),
    ("+FLT3i", "with FLT3 inhibitor", "#b98cc4"),
    ("menin", "menin inhibitor", "#d08a5b"),
)
PLAIN = "#c3c9d1"
_MARKS = {
    "transplant": ("triangle-up", "#0b57a4"),
    "relapse": ("cross", "#b5402a"),
    "death": ("square", theme.TEXT),
}


def last_day(course: Timeline) -> float | None:
    """The last dated moment; None where nothing is dated."""
    days = [d for e in course.events for d in (e.day, e.end_day) if d is not None]
    return max(days) if days else None


def months(day: float) -> float:
    """Months of 30.44 days."""
    return round(day / numbers.DAYS_PER_MONTH, 4)


def class_of(event: TimelineEvent) -> tuple[str, str]:
    """Name and colour of a course by its treatment class."""
    name, colour = "other treatment", PLAIN
    for code, words_, shade in CLASSES:
        if any(code.lower() in c.lower() for c in event.classes):
            name, colour = words_, shade
    return name, colour


def _bars(courses: Sequence[Timeline], row: float) -> tuple[list[Spec], list[Spec]]:
    bars, treated = [], []
    for i, course in enumerate(courses):
        end = last_day(course) or 0.0
        top = i * row
        bars.append(
            {
                "group": course.group or "",
                "x": 0,
                "x2": months(end),
                "y": top + row * 0.3,
                "y2": top + row * 0.7,
                "tip": f"{course.patient}, {course.group or 'group not known'}\n"
                f"followed for {numbers.months(end)}",
            }
        )
        for e in sorted(course.events, key=lambda e: (e.order, e.label)):
            if e.kind not in ("course", "treatment_start") or e.day is None:
                continue
            stop = e.end_day if e.end_day is not None else e.day + 28
            name, colour = class_of(e)
            treated.append(
                {
                    "group": course.group or "",
                    "x": months(e.day),
                    "x2": months(min(stop, max(end, e.day + 7))),
                    "y": top + row * 0.12,
                    "y2": top + row * 0.88,
                    "colour": colour,
                    "name": name,
                    "tip": f"{course.patient}\n{e.label} ({name})",
                }
            )
    return bars, treated


def _events(courses: Sequence[Timeline], row: float) -> list[Spec]:
    out = []
    for i, course in enumerate(courses):
        for e in course.events:
            if e.day is None:
                continue
            spec: Spec = {
                "group": course.group or "",
                "x": months(e.day),
                "y": (i + 0.5) * row,
                "kind": e.kind,
                "tip": f"{course.patient}\n{e.label}, {numbers.months(e.day)}",
            }
            if e.kind in _MARKS:
                shape, colour = _MARKS[e.kind]
                out.append({**spec, "shape": shape, "colour": colour})
            elif e.kind == "response":
                good = e.label in REMISSION
                out.append(
                    {**spec, "shape": "circle", "colour": "#009E73" if good else theme.PAPER}
                )
            elif e.kind == "last_seen":
                out.append({**spec, "shape": "triangle-right", "colour": theme.MUTED})
    return out


def _layers(courses: Sequence[Timeline], row: float, height: float) -> list[Spec]:
    last = max(months(last_day(c) or 0.0) for c in courses)
    x = quantity("x", "Months from diagnosis", domain=(0, max(last * 1.02, 1.0)), tickCount=8)
    y = pixels("y", height)
    bars, treated = _bars(courses, row)
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "tooltip": tip()}
    mark = {
        "type": "point",
        "filled": True,
        "opacity": 1,
        "stroke": theme.TEXT,
        "strokeWidth": 0.8,
        "size": max(18.0, min(70.0, row * 4)),
    }
    at = {"x": x, "y": y, "fill": plain("colour"), "shape": plain("shape"), "tooltip": tip()}
    layers = [
        layer(bars, {"type": "rect", "fill": theme.HAIR}, box),
        layer(treated, {"type": "rect"}, {**box, "fill": plain("colour")}),
        layer(_events(courses, row), mark, at),
        layer(
            _strip(courses, row),
            {"type": "rect", "x": -12, "x2": -6},
            {"y": y, "y2": {"field": "y2"}, "fill": plain("colour"), "tooltip": tip()},
        ),
    ]
    if row >= 12:
        names = [
            {"y": (i + 0.5) * row, "text": theme.short(c.patient, 16)}
            for i, c in enumerate(courses)
        ]
        layers.append(text(names, {"y": y}, align="right", x=0, dx=-18, fontSize=11))
    return layers


def _strip(courses: Sequence[Timeline], row: float) -> list[Spec]:
    colours = theme.group_colours(c.group or "not known" for c in courses)
    return [
        {
            "group": c.group or "",
            "y": i * row,
            "y2": (i + 1) * row,
            "colour": colours[c.group or "not known"],
            "tip": c.group or "not known",
        }
        for i, c in enumerate(courses)
    ]


def _key(courses: Sequence[Timeline]) -> list[key.Entry]:
    entries: list[key.Entry] = list(
        theme.group_colours(c.group or "not known" for c in courses).items()
    )
    events = [e for c in courses for e in c.events if e.kind in ("course", "treatment_start")]
    entries += sorted({class_of(e) for e in events})
    return [
        *entries,
        ("● remission  ○ not in remission  ▲ transplant", ""),
        ("+ relapse  ■ death  ▶ last contact", ""),
    ]


def swimmer(analysis: Analysis) -> Figure | None:
    """Courses side by side, longest first within a group; None where nothing is dated."""
    found = [t for t in analysis.items if isinstance(t, Timeline) and last_day(t)]
    if len(found) < 2:
        return None
    ordered = sorted(found, key=lambda t: (t.group or "~", -(last_day(t) or 0.0), t.patient))
    courses = ordered[:MOST]
    row = 18.0 if len(courses) <= 40 else 9.0
    height = row * len(courses)
    main = {"width": WIDTH, "height": height, "layer": _layers(courses, row, height)}
    cut = f"first {MOST} of {len(ordered)} shown" if len(ordered) > MOST else ""
    return Figure(
        id=f"{analysis.id}-swimmer",
        title=words.swimmer_title(found),
        subtitle=subtitle(
            f"n = {numbers.plural(len(found), 'patient')}", cut, synthetic=analysis.synthetic
        ),
        spec={"vconcat": [main, key.view(_key(courses), WIDTH)], "bounds": "flush", "spacing": 52},
        alt=words.swimmer_alt(found),
        caption=words.SWIMMER_CAPTION,
        data=data_table(
            f"{analysis.id}-swimmer",
            "Courses",
            ("patient", "group", "kind", "label", "order", "day", "end_day"),
            [
                (c.patient, c.group, e.kind, e.label, e.order, e.day, e.end_day)
                for c in ordered
                for e in c.events
            ],
        ),
        marks=sum(len(c.events) for c in courses),
    )
