"""Immunophenotype heatmap in the colours of Tian 2024, with signs so that colour is not alone."""

from __future__ import annotations

import math

from fusionscape.figures import key, theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import hatch, layer, pixels, plain, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Marker, MarkerConsensus, MarkerMatrix
from fusionscape.words import numbers
from fusionscape.words import pictures_landscape as words

ROW = 18
TOP = 24.0
WIDTH = 480.0
STATES = {
    "positive": ("#c8443c", "+"),
    "partial": ("#f2b3c0", "±"),
    "cross": ("#3b78c2", "×"),
    "negative": ("#74b37c", "−"),
}
SIGNS_FROM = 9.0  # narrower columns carry no sign


def _state(cell: Marker) -> str:
    crossing = cell.cross_lineage and cell.distribution in ("positive", "partial")
    return "cross" if crossing else cell.distribution


def _said(cell: Marker, group: str) -> str:
    intensity = f", {cell.intensity}" if cell.intensity not in ("normal", "unknown", "") else ""
    crossing = ", across lineages" if _state(cell) == "cross" else ""
    return f"{cell.patient}\n{cell.marker} {cell.distribution}{intensity}{crossing}\n{group}"


def _cells(matrix: MarkerMatrix) -> list[Spec]:
    column = {patient: i for i, patient in enumerate(matrix.patients)}
    row = {marker: i for i, marker in enumerate(matrix.markers)}
    out = []
    for cell in matrix.cells:
        i, r = column[cell.patient], row[cell.marker]
        colour, sign = STATES.get(_state(cell), ("", ""))
        y = TOP + r * ROW
        out.append(
            {
                "group": matrix.groups[i],
                "x": i,
                "x2": i + 1,
                "xm": i + 0.5,
                "y": y,
                "y2": y + ROW - 1.5,
                "ym": y + ROW / 2 - 0.5,
                "colour": colour,
                "text": sign,
                "tip": _said(cell, matrix.groups[i]),
            }
        )
    return out


def _strip(matrix: MarkerMatrix) -> list[Spec]:
    colours = theme.group_colours(matrix.groups)
    return [
        {"group": g, "x": i, "x2": i + 1, "y": 0, "y2": 14, "colour": colours[g], "tip": g}
        for i, g in enumerate(matrix.groups)
    ]


def _support(c: MarkerConsensus) -> str:
    return numbers.count_of(c.positive + c.partial, c.n) if c.n else numbers.DASH


def _side(matrix: MarkerMatrix, height: float) -> list[Spec]:
    row = {marker: i for i, marker in enumerate(matrix.markers)}
    y = pixels("y", height)
    out, dx = [], 14.0
    for group in list(dict.fromkeys(c.group for c in matrix.consensus))[:4]:
        head = theme.short(group, 18)
        data = [{"y": 7.0, "text": head}] + [
            {"y": TOP + row[c.marker] * ROW + ROW / 2, "text": _support(c)}
            for c in matrix.consensus
            if c.group == group and c.marker in row
        ]
        out.append(text(data, {"y": y}, align="left", x="width", dx=dx, fontSize=11.5))
        dx += 6.6 * len(head) + 16
    return out


def _layers(matrix: MarkerMatrix, width: float, height: float) -> list[Spec]:
    x = pixels("x", len(matrix.patients), channel="x")
    y = pixels("y", height)
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "tooltip": tip()}
    cells = _cells(matrix)
    tested = [c for c in cells if c["colour"]]
    mark: Spec = {"type": "rect", "stroke": theme.PAPER, "strokeWidth": 0.6}
    names = [
        {"y": TOP + i * ROW + ROW / 2, "text": theme.short(name, 24)}
        for i, name in enumerate(matrix.markers)
    ]
    layers = [
        layer(_strip(matrix), mark, {**box, "fill": plain("colour")}),
        layer(tested, mark, {**box, "fill": plain("colour")}),
        layer(
            [c for c in cells if not c["colour"]], {**mark, "fill": hatch(len(matrix.cells))}, box
        ),
        text(names, {"y": y}, align="right", x=0, dx=-8),
        *_side(matrix, height),
    ]
    if width / max(1, len(matrix.patients)) >= SIGNS_FROM:
        at = {"x": {**x, "field": "xm"}, "y": {**y, "field": "ym"}}
        layers.insert(3, text(tested, at, align="center", fontSize=11, color="#1b1f25"))
    return layers


def heatmap(analysis: Analysis) -> Figure | None:
    """Markers by patient with the support in each group; None where nobody was phenotyped."""
    matrix = next(
        (m for m in analysis.items if isinstance(m, MarkerMatrix) and m.patients and m.markers),
        None,
    )
    if matrix is None:
        return None
    width = max(60.0, min(WIDTH, 24.0 * len(matrix.patients)))
    height = TOP + ROW * len(matrix.markers)
    colours = theme.group_colours(matrix.groups)
    entries: list[key.Entry] = [
        ("+ positive", STATES["positive"][0]),
        ("± partial", STATES["partial"][0]),
        ("× across lineages", STATES["cross"][0]),
        ("− negative", STATES["negative"][0]),
        ("not tested", "hatch"),
        *((theme.short(g), c) for g, c in colours.items()),
    ]
    main = {"width": width, "height": height, "layer": _layers(matrix, width, height)}
    return Figure(
        id="immunophenotype",
        title=words.markers_title(matrix),
        subtitle=subtitle(
            f"n = {numbers.plural(matrix.n, 'patient')}",
            f"{numbers.integer(matrix.missing)} without immunophenotype" if matrix.missing else "",
            synthetic=analysis.synthetic,
        ),
        spec={
            "vconcat": [
                main,
                key.view(entries, max(math.ceil(width), 420), marks=len(matrix.cells)),
            ],
            "bounds": "flush",
            "spacing": 12,
        },
        alt=words.markers_alt(matrix),
        caption=words.MARKERS_CAPTION,
        data=data_table(
            "immunophenotype-cells",
            "Immunophenotype",
            ("patient", "marker", "distribution", "intensity", "cross_lineage"),
            [
                (c.patient, c.marker, c.distribution, c.intensity, c.cross_lineage)
                for c in matrix.cells
            ],
        ),
        marks=len(matrix.cells),
    )
