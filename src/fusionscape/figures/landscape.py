"""Oncoprint: patients by lesions with clinical tracks, from 1 to 1,500 patients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fusionscape.figures import key, theme, tracks
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import (
    ALL,
    CHOSEN,
    hatch,
    layer,
    narrowing,
    pixels,
    plain,
    text,
    tip,
)
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, LesionMatrix, LesionRow
from fusionscape.results.caution import Scalar
from fusionscape.words import numbers
from fusionscape.words import pictures_landscape as words

ROW = 17
STRIP = 16  # height of the strip of fusions
WIDTH = 520
BAR = 46  # the longest frequency bar
# Kind of lesion: colour, and how much of the cell it fills, so that colour is not alone.
KINDS: dict[str, tuple[str, str, float]] = {
    "fusion": ("fusion", "#8e63b5", 0.86),
    "mutation": ("mutation", "#2f6d4f", 0.86),
    "itd": ("internal tandem duplication", "#b5402a", 0.56),
    "cytogenetic": ("cytogenetic abnormality", "#31527f", 0.34),
}
_OTHER = ("other lesion", theme.OTHER, 0.86)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things stand, in pixels of the design."""

    patients: int
    lesions: int

    @property
    def column(self) -> float:
        """Width of one patient: columns touch, few patients do not become wide blocks."""
        return min(26.0, WIDTH / max(1, self.patients))

    @property
    def width(self) -> float:
        return max(60.0, self.column * self.patients)

    @property
    def top(self) -> float:
        return STRIP + 8.0

    @property
    def height(self) -> float:
        return self.top + self.lesions * ROW


def _axes(layout: Layout) -> tuple[Spec, Spec]:
    x = {
        "field": "i",
        "type": "quantitative",
        "axis": None,
        "scale": {"nice": False, "zero": False},
    }
    return x, pixels("y", layout.height)


def _runs(groups: Sequence[str]) -> list[tuple[str, int, int]]:
    """Neighbours of the same group as (group, first, after last)."""
    out: list[tuple[str, int, int]] = []
    for i, group in enumerate(groups):
        if out and out[-1][0] == group:
            out[-1] = (group, out[-1][1], i + 1)
        else:
            out.append((group, i, i + 1))
    return out


def _strip(matrix: LesionMatrix, x: Spec, y: Spec) -> list[Spec]:
    colours = theme.group_colours(matrix.groups)
    rows = [
        {
            "group": group,
            "i": start,
            "e": end,
            "y": 0,
            "y2": STRIP,
            "colour": colours[group],
            "tip": f"{group}: {numbers.plural(end - start, 'patient')}",
        }
        for group, start, end in _runs(matrix.groups)
    ]
    box = {
        "x": x,
        "x2": {"field": "e"},
        "y": y,
        "y2": {"field": "y2"},
        "fill": plain("colour"),
        "tooltip": tip(),
    }
    strip = layer(rows, {"type": "rect", "stroke": theme.PAPER, "strokeWidth": 0.5}, box)
    return [{**strip, "transform": [narrowing()]}]


def _cells(row: LesionRow) -> tuple[list[int], list[int]]:
    present = [i for i, s in enumerate(row.states) if s == "P"]
    unknown = [i for i, s in enumerate(row.states) if s == "N"]
    return present, unknown


def _merged(places: Sequence[int], groups: Sequence[str]) -> list[list[int]]:
    """Neighbouring places of one group as [first, after last]."""
    out: list[list[int]] = []
    for i in places:
        if out and out[-1][1] == i and groups[i - 1] == groups[i]:
            out[-1][1] = i + 1
        else:
            out.append([i, i + 1])
    return out


def marks(matrix: LesionMatrix) -> int:
    """Roughly how many cells are drawn."""
    return sum(row.count for row in matrix.lesions) + tracks.marks(matrix)


def _background(matrix: LesionMatrix, layout: Layout, x: Spec, y: Spec) -> list[Spec]:
    """Pale rows for tested patients, hatched where a lesion was not tested."""
    pale, hatched = [], []
    for r, row in enumerate(matrix.lesions):
        low = layout.top + r * ROW
        for group, start, end in _runs(matrix.groups):
            pale.append({"group": group, "i": start, "e": end, "y": low + 1, "y2": low + ROW - 1})
        for start, end in _merged(_cells(row)[1], matrix.groups):
            hatched.append(
                {
                    "group": matrix.groups[start],
                    "i": start,
                    "e": end,
                    "y": low + 1,
                    "y2": low + ROW - 1,
                    "tip": f"{row.lesion}: not tested",
                }
            )
    box = {"x": x, "x2": {"field": "e"}, "y": y, "y2": {"field": "y2"}}
    under = layer(pale, {"type": "rect", "fill": theme.PALE}, box)
    over = layer(hatched, {"type": "rect", "fill": hatch(marks(matrix))}, {**box, "tooltip": tip()})
    return [{**part, "transform": [narrowing()]} for part in (under, over)]


def _lesions(matrix: LesionMatrix, layout: Layout, x: Spec, y: Spec) -> Spec:
    """Present cells, unfolded in the browser from one compact list a lesion."""
    rows = []
    for r, row in enumerate(matrix.lesions):
        _, colour, share = KINDS.get(row.lesion_type, _OTHER)
        present = _cells(row)[0]
        if not present:
            continue
        middle = layout.top + (r + 0.5) * ROW
        rows.append(
            {
                "lesion": row.lesion,
                "colour": colour,
                "i": present,
                "y": middle - share * ROW / 2,
                "y2": middle + share * ROW / 2,
            }
        )
    gap = 0.12 if layout.column > 5 else 0.0
    box = {
        "x": x,
        "x2": {"field": "e"},
        "y": y,
        "y2": {"field": "y2"},
        "fill": plain("colour"),
        "tooltip": tip(),
    }
    drawn = layer(rows, {"type": "rect"}, box)
    drawn["transform"] = [
        {"flatten": ["i"]},
        {"calculate": "groups[of[datum.i]]", "as": "group"},
        narrowing(),
        {
            "calculate": "patients[datum.i] + '\\n' + datum.lesion + ': present\\n' + datum.group",
            "as": "tip",
        },
        {"calculate": f"datum.i + 1 - {gap}", "as": "e"},
    ]
    return drawn


def _bar(share: float) -> str:
    """A bar as a path: a point's path is scaled by half the root of its size."""
    return f"M0,-0.22H{2 * share:.3f}V0.22H0Z"


def _side_rows(matrix: LesionMatrix, layout: Layout) -> list[Spec]:
    """Counts of each lesion for every choice the reader has."""
    rows = []
    for choice in (ALL, *dict.fromkeys(matrix.groups)):
        keep = [i for i, g in enumerate(matrix.groups) if choice in (ALL, g)]
        for r, row in enumerate(matrix.lesions):
            if choice == ALL:
                count, n = row.count, row.n
            else:
                states = [row.states[i] for i in keep]
                count, n = states.count("P"), len(states) - states.count("N")
            y = layout.top + (r + 0.5) * ROW
            rows.append(
                {
                    "group": choice,
                    "y": y,
                    "text": numbers.count_percent(count, n),
                    "shape": _bar(count / n if n else 0.0),
                }
            )
    return rows


def _side(matrix: LesionMatrix, layout: Layout, y: Spec) -> list[Spec]:
    rows = _side_rows(matrix, layout)
    only = [{"filter": "datum.group == chosen"}]
    bar = layer(
        rows,
        {
            "type": "point",
            "filled": True,
            "fill": theme.MUTED,
            "opacity": 1,
            "x": "width",
            "xOffset": 8,
            "size": BAR**2,
        },
        {"y": y, "shape": {"field": "shape", "type": "nominal", "scale": None}},
    )
    said = text(rows, {"y": y}, align="left", x="width", dx=BAR + 16, fontSize=11.5)
    return [{**bar, "transform": only}, {**said, "transform": only}]


def _labels(matrix: LesionMatrix, layout: Layout, y: Spec) -> Spec:
    names = [("Fusion", STRIP / 2)] + [
        (row.lesion, layout.top + (r + 0.5) * ROW) for r, row in enumerate(matrix.lesions)
    ]
    rows = [{"y": at, "text": theme.short(name, 30)} for name, at in names]
    return text(rows, {"y": y}, align="right", x=0, dx=-8)


def _main(matrix: LesionMatrix, layout: Layout) -> Spec:
    x, y = _axes(layout)
    return {
        "width": layout.width,
        "height": layout.height,
        "layer": [
            *_background(matrix, layout, x, y),
            _lesions(matrix, layout, x, y),
            *_strip(matrix, x, y),
            _labels(matrix, layout, y),
            *_side(matrix, layout, y),
        ],
    }


def _key(matrix: LesionMatrix) -> list[key.Entry]:
    colours = theme.group_colours(matrix.groups)
    seen = {row.lesion_type for row in matrix.lesions if row.count}
    shared = {theme.OTHER: "other partner", theme.HOMEOBOX: "other homeobox partner"}
    named = {c: shared.get(c, theme.short(g)) for g, c in colours.items()}
    entries: list[key.Entry] = [(name, colour) for colour, name in named.items()]
    entries += [(name, colour) for kind, (name, colour, _) in KINDS.items() if kind in seen]
    entries.append(("tested, absent", theme.PALE))
    if any("N" in row.states for row in matrix.lesions):
        entries.append(("not tested", "hatch"))
    return entries


def _data(matrix: LesionMatrix) -> tuple[tuple[str, ...], list[tuple[Scalar, ...]]]:
    states = {"P": "present", "A": "absent", "N": "not tested"}
    columns = (
        "patient",
        "group",
        *(t.name for t in matrix.tracks),
        *(r.lesion for r in matrix.lesions),
    )
    rows: list[tuple[Scalar, ...]] = [
        (
            patient,
            matrix.groups[i],
            *(t.values[i] for t in matrix.tracks),
            *(states.get(r.states[i], r.states[i]) for r in matrix.lesions),
        )
        for i, patient in enumerate(matrix.patients)
    ]
    return columns, rows


def oncoprint(analysis: Analysis) -> Figure | None:
    """What each patient carries; None where there is no matrix or nobody in it."""
    matrix = next((m for m in analysis.items if isinstance(m, LesionMatrix) and m.n), None)
    if matrix is None:
        return None
    layout = Layout(patients=len(matrix.patients), lesions=len(matrix.lesions))
    groups = list(dict.fromkeys(matrix.groups))
    columns, rows = _data(matrix)
    room = math.ceil(layout.width)
    views = [_main(matrix, layout), *tracks.views(matrix, layout.width, marks(matrix))]
    places = {group: at for at, group in enumerate(groups)}
    spec: Spec = {
        "params": [
            CHOSEN,
            {"name": "patients", "value": list(matrix.patients)},
            {"name": "groups", "value": groups},
            {"name": "of", "value": [places[group] for group in matrix.groups]},
        ],
        "vconcat": [*views, key.view(_key(matrix), max(room, 420), marks=marks(matrix))],
        "spacing": 6,
        "bounds": "flush",
    }
    return Figure(
        id="oncoprint",
        title=words.oncoprint_title(matrix),
        subtitle=subtitle(
            f"n = {numbers.plural(matrix.n, 'patient')}",
            numbers.plural(len(matrix.lesions), "lesion"),
            synthetic=analysis.synthetic,
        ),
        spec=spec,
        alt=words.oncoprint_alt(matrix),
        caption=words.ONCOPRINT_CAPTION,
        data=data_table("landscape-oncoprint", "Oncoprint", columns, rows),
        choices=(ALL, *groups) if len(groups) > 1 else (),
        marks=marks(matrix),
    )
