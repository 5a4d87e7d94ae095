"""Co-occurrence and exclusivity: the matrix of all pairs, and who meets whom as a chord."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from fusionscape.figures import key, ring, theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import amount, hatch, layer, pixels, plain, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Pair, PairTable, Table
from fusionscape.words import numbers
from fusionscape.words import pictures_landscape as words
from fusionscape.words.phrases import ALPHA, deciding_p

TOGETHER = "#c25700"
APART = "#54278f"
STRONGEST = math.log(32)  # log odds ratio at which the colour is full
LARGEST = 26.0
SIDE = 520.0
MOST = 60  # lesions in the matrix; more squares than these can neither be read nor carried


def _table(analysis: Analysis) -> PairTable | None:
    return next((t for t in analysis.items if isinstance(t, PairTable) and t.pairs), None)


def _passed(table: PairTable) -> list[Pair]:
    return [p for p in table.pairs if deciding_p(p) < ALPHA]


def _drawn(table: PairTable) -> PairTable:
    """The lesions of the smallest p, in the order of the table; all of them up to `MOST`."""
    if len(table.lesions) <= MOST:
        return table
    chosen: set[str] = set()
    for pair in sorted(table.pairs, key=lambda p: (1.0 if p.p is None else p.p, p.id)):
        if len(chosen | {pair.a, pair.b}) <= MOST:
            chosen |= {pair.a, pair.b}
        if len(chosen) == MOST:
            break
    return replace(
        table,
        lesions=tuple(name for name in table.lesions if name in chosen),
        pairs=tuple(p for p in table.pairs if p.a in chosen and p.b in chosen),
    )


def _tip(pair: Pair, level: float) -> str:
    counts = (
        f"both {pair.both}, only {pair.a} {pair.only_a}, only {pair.b} {pair.only_b}, "
        f"neither {pair.neither} (n = {numbers.integer(pair.n)})"
    )
    head = f"{pair.a} and {pair.b}\n{counts}"
    if pair.structural:
        return f"{head}\nnot read as co-occurrence"
    said = head
    if pair.odds_ratio is not None:
        limits = f"{numbers.level_name(level)} {numbers.interval(pair.ci_low, pair.ci_high)}"
        said += f"\nodds ratio {numbers.ratio(pair.odds_ratio)} ({limits})"
    said += f"\n{numbers.p_equals(pair.p)}, {numbers.p_equals(pair.p_adjusted, 'adjusted p')}"
    if pair.burden_p is not None:
        said += f"\nburden allowed for: {numbers.p_equals(pair.burden_p)}"
    return said


def _strength(pair: Pair) -> float:
    value = pair.log_odds_ratio
    if value is None or math.isnan(value):
        return 0.0
    return max(-1.0, min(1.0, value / STRONGEST))


def _burden(pair: Pair) -> bool:
    p = pair.burden_p_adjusted if pair.burden_p_adjusted is not None else pair.burden_p
    return p is not None and p < ALPHA


def _cells(table: PairTable, cell: float) -> list[Spec]:
    place = {lesion: i for i, lesion in enumerate(table.lesions)}
    rows = []
    for pair in table.pairs:
        column, row = sorted((place[pair.a], place[pair.b]))
        strength = _strength(pair)
        rows.append(
            {
                "x": column * cell,
                "x2": (column + 1) * cell - 1,
                "y": row * cell,
                "y2": (row + 1) * cell - 1,
                "xm": (column + 0.5) * cell - 0.5,
                "ym": (row + 0.5) * cell - 0.5,
                "colour": TOGETHER if strength > 0 else APART,
                "strength": round(abs(strength), 4),
                "tip": _tip(pair, table.level),
                "structural": pair.structural,
                "reachable": pair.reachable,
                "passed": deciding_p(pair) < ALPHA,
                "burden": _burden(pair),
                "untested": pair.p is None and not pair.structural,
            }
        )
    return rows


def _marks(rows: list[Spec], cell: float, side: float) -> list[Spec]:
    x, y = pixels("x", side, channel="x"), pixels("y", side)
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "tooltip": tip()}
    at = {"x": {**x, "field": "xm"}, "y": {**y, "field": "ym"}}
    free = [r for r in rows if not r["structural"]]
    dull = [r for r in free if not r["reachable"]]
    fill = {**box, "fill": plain("colour"), "fillOpacity": amount("strength")}
    circle = {
        "type": "point",
        "filled": False,
        "stroke": theme.TEXT,
        "strokeWidth": 1.2,
        "size": (cell * 0.62) ** 2,
        "opacity": 1,
    }
    dot = {
        "type": "point",
        "filled": True,
        "fill": theme.TEXT,
        "size": (cell * 0.26) ** 2,
        "opacity": 1,
    }
    small = {**dot, "fill": theme.MUTED, "size": 3, "opacity": 0.8}
    return [
        layer(free, {"type": "rect", "stroke": theme.HAIR, "strokeWidth": 0.6}, fill),
        layer(
            [r for r in rows if r["structural"]], {"type": "rect", "fill": hatch(len(rows))}, box
        ),
        layer(dull, small, at),
        layer([r for r in rows if r["passed"]], dot, at),
        layer([r for r in rows if r["passed"] and r["burden"]], circle, at),
    ]


def _names(table: PairTable, cell: float, side: float) -> list[Spec]:
    x, y = pixels("x", side, channel="x"), pixels("y", side)
    left = [
        {"y": (i + 0.5) * cell, "text": theme.short(name, 26)}
        for i, name in enumerate(table.lesions)
        if i
    ]
    right = [
        {"x": (i + 0.5) * cell, "y": i * cell + cell * 0.55, "text": theme.short(name, 26)}
        for i, name in enumerate(table.lesions[:-1])
    ]
    return [
        text(left, {"y": y}, align="right", x=0, dx=-8),
        text(right, {"x": x, "y": y}, align="left", angle=320, dx=2, fontSize=11),
    ]


def _key() -> list[key.Entry]:
    return [
        ("together", TOGETHER),
        ("apart", APART),
        ("not readable as co-occurrence", "hatch"),
        ("● adjusted p < 0.05", ""),
        ("○ around it: burden allowed for, too", ""),
        ("· could not reach 0.05", ""),
    ]


def matrix(analysis: Analysis) -> Figure | None:
    """All pairs of lesions; None where fewer than two lesions were seen."""
    table = _table(analysis)
    if table is None or len(table.lesions) < 2:
        return None
    drawn = _drawn(table)
    cell = min(LARGEST, SIDE / len(drawn.lesions))
    side = cell * len(drawn.lesions)
    passed, shown = _passed(table), words.matrix_shown(len(drawn.lesions), len(table.lesions))
    main: Spec = {
        "width": side,
        "height": side,
        "layer": [*_marks(_cells(drawn, cell), cell, side), *_names(drawn, cell, side)],
    }
    return Figure(
        id="cooccurrence-matrix",
        title=words.matrix_title(table, passed),
        subtitle=subtitle(
            f"n = {numbers.plural(table.n, 'patient')}",
            table.method,
            f"p adjusted over {words.pair_families(table)}",
            shown,
            synthetic=analysis.synthetic,
        ),
        spec={
            "vconcat": [main, key.view(_key(), 480, marks=len(drawn.pairs))],
            "bounds": "flush",
            "spacing": 16,
            "usermeta": {"square": True},
        },
        alt=" ".join(filter(None, (words.pairs_alt(table, passed, "Matrix of pairs"), shown))),
        caption=words.MATRIX_CAPTION,
        data=_data("cooccurrence-pairs", table.pairs),
        marks=len(drawn.pairs),
    )


def _data(stable_id: str, pairs: Sequence[Pair]) -> Table:
    columns = (
        "a",
        "b",
        "both",
        "only_a",
        "only_b",
        "neither",
        "n",
        "missing",
        "structural",
        "reachable",
        "odds_ratio",
        "ci_low",
        "ci_high",
        "p",
        "p_adjusted",
        "family",
        "family_size",
        "burden_p",
        "burden_p_adjusted",
        "stratified_odds_ratio",
        "stratified_p",
        "stratified_p_adjusted",
        "stratified_family",
        "stratified_family_size",
    )
    rows = [[getattr(pair, name) for name in columns] for pair in pairs]
    return data_table(stable_id, "Pairs of lesions", columns, rows)


def chord(analysis: Analysis) -> Figure | None:
    """Chord diagram of the lesions found together; None where they are fewer than three."""
    table = _table(analysis)
    if table is None:
        return None
    pairs = [p for p in table.pairs if p.both and not p.structural]
    if not pairs:
        return None
    chosen = _most_connected(table.lesions, pairs)
    if len(chosen) < ring.FEWEST:
        return None
    drawn = [p for p in pairs if p.a in chosen and p.b in chosen]
    passed = [p for p in _passed(table) if (p.log_odds_ratio or 0.0) > 0]
    return Figure(
        id="cooccurrence-chord",
        title=words.chord_title(pairs),
        subtitle=subtitle(
            f"n = {numbers.plural(table.n, 'patient')}",
            f"the {len(chosen)} lesions that meet most" if len(chosen) < len(table.lesions) else "",
            synthetic=analysis.synthetic,
        ),
        spec=ring.view(chosen, drawn, {p.id for p in passed}),
        alt=words.pairs_alt(table, passed, "Chord diagram"),
        caption=words.CHORD_CAPTION,
        data=_data("cooccurrence-chord", drawn),
        marks=len(drawn),
    )


def _most_connected(lesions: Sequence[str], pairs: Sequence[Pair]) -> list[str]:
    met = dict.fromkeys(lesions, 0)
    for pair in pairs:
        met[pair.a] += pair.both
        met[pair.b] += pair.both
    best = sorted((n for n in lesions if met[n]), key=lambda n: -met[n])[: ring.MOST]
    return [name for name in lesions if name in best]
