"""Clinical tracks under the oncoprint, each with its own key."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.figures import theme
from fusionscape.figures.grammar import hatch, layer, narrowing, pixels, plain, text, tip
from fusionscape.figures.theme import Spec
from fusionscape.results import LesionMatrix, Track
from fusionscape.words import numbers

ROW = 15
STEPS = ("#dbe7f3", "#a9c6e2", "#6f9fcb", "#3f74ab", "#1d4a7f")  # light to dark, five steps
_WORDS: dict[str, str] = {
    "female": "#8e63b5",
    "male": "#e6b34d",
    "yes": "#31527f",
    "no": "#dfe5ec",
    "CR": "#009E73",
    "CRi": "#66c2a5",
    "CRh": "#8fd3bb",
    "PR": "#e6c15a",
    "NR": "#b5402a",
    "not in CR": "#b5402a",
    "death": "#1b1f24",
    "MLFS": "#c9d69a",
    "AML": "#56789c",
    "B-ALL": "#c98a3d",
    "T-ALL": "#8a5a83",
    "ETP-ALL": "#8a5a83",
    "de novo": "#dfe5ec",
    "secondary": "#c98a3d",
    "therapy-related": "#8a5a83",
}
# For words without a colour of their own, in the order of the words.
_FREE = ("#56789c", "#c98a3d", "#8a5a83", "#6f9f6b", "#b56a6a", "#8c8c5e", "#7fb3b8", "#5b5b8c")


def _categories(track: Track) -> dict[str, str]:
    seen = sorted({str(v) for v in track.values if v is not None})
    free = [word for word in seen if word not in _WORDS]
    own = {word: _FREE[i % len(_FREE)] for i, word in enumerate(free)}
    return {word: _WORDS.get(word, own.get(word, theme.OTHER)) for word in seen}


def _span(track: Track) -> tuple[float, float] | None:
    values = [float(v) for v in track.values if isinstance(v, (int, float))]
    return (min(values), max(values)) if values else None


def _step(value: float, span: tuple[float, float]) -> str:
    low, high = span
    share = (value - low) / (high - low) if high > low else 0.5
    return STEPS[min(len(STEPS) - 1, int(share * len(STEPS)))]


def _colours(track: Track) -> list[str | None]:
    if track.kind == "number":
        span = _span(track)
        return [
            _step(float(v), span) if span and isinstance(v, (int, float)) else None
            for v in track.values
        ]
    words = _categories(track)
    return [None if v is None else words[str(v)] for v in track.values]


def _said(track: Track, value: str | float | None) -> str:
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else numbers.measurement(value, track.unit)


def _key(track: Track) -> list[tuple[str, str | None]]:
    """Words and swatches of one track, shown at its right."""
    if track.kind == "number":
        span = _span(track)
        if span is None:
            return [("unknown in all", None)]
        low, high = numbers.bare(span[0]), numbers.measurement(span[1], track.unit)
        return [(low, STEPS[0]), ("", STEPS[1]), ("", STEPS[2]), ("", STEPS[3]), (high, STEPS[4])]
    words = list(_categories(track).items())
    if len(words) > 5:
        return [*words[:5], (f"and {len(words) - 5} more", None)]
    return list(words) or [("unknown in all", None)]


def _placed_key(track: Track) -> tuple[list[Spec], list[Spec]]:
    swatches, words = [], []
    dx = 8.0
    for word, colour in _key(track):
        if colour is not None:
            swatches.append({"dx": dx, "colour": colour})
            dx += 14
        if word:
            words.append({"dx": dx, "text": word})
            dx += 6.2 * len(word) + 9
    return swatches, words


def _view(track: Track, matrix: LesionMatrix, width: float, crowd: int) -> Spec:
    x = {
        "field": "i",
        "type": "quantitative",
        "axis": None,
        "scale": {"nice": False, "zero": False},
    }
    colours = _colours(track)
    known = [i for i, c in enumerate(colours) if c is not None]
    palette = sorted({c for c in colours if c is not None})
    one = {
        "i": known,
        "c": [palette.index(colours[i] or "") for i in known],
        "said": [_said(track, track.values[i]) for i in known],
        "palette": palette,
    }
    box = {"x": x, "x2": {"field": "e"}, "fill": plain("colour"), "tooltip": tip()}
    drawn = layer([one], {"type": "rect", "y": 1, "y2": ROW - 1}, box)
    drawn["transform"] = [
        {"flatten": ["i", "c", "said"]},
        {"calculate": "groups[of[datum.i]]", "as": "group"},
        narrowing(),
        {"calculate": "datum.palette[datum.c]", "as": "colour"},
        {"calculate": "datum.i + 1", "as": "e"},
        {
            "calculate": f"patients[datum.i] + '\\n' + {_quoted(track.label)} + ': ' + datum.said",
            "as": "tip",
        },
    ]
    unknown = _unknown(colours, matrix.groups)
    hatched = layer(
        unknown,
        {"type": "rect", "fill": hatch(crowd), "y": 1, "y2": ROW - 1},
        {"x": x, "x2": {"field": "e"}},
    )
    hatched["transform"] = [narrowing()]
    return {"width": width, "height": ROW, "layer": [hatched, drawn, *_side(track)]}


def _quoted(label: str) -> str:
    """A label as a string of the expression language."""
    return "'" + label.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"


def _unknown(colours: Sequence[str | None], groups: Sequence[str]) -> list[Spec]:
    return [{"i": i, "e": i + 1, "group": groups[i]} for i, c in enumerate(colours) if c is None]


def _side(track: Track) -> list[Spec]:
    y = {**pixels("y", ROW), "field": "y"}
    label = text(
        [{"y": ROW / 2, "text": theme.short(track.label, 30)}], {"y": y}, align="right", x=0, dx=-8
    )
    swatches, words = _placed_key(track)
    squares = [{**swatch, "text": "■"} for swatch in swatches]
    boxes = text(
        squares,
        {"fill": plain("colour")},
        align="left",
        x="width",
        fontSize=15,
        dx={"expr": "datum.dx"},
        y=ROW / 2 - 1,
        stroke=theme.TEXT,
        strokeWidth=0.4,
    )
    said = text(
        words, {}, align="left", x="width", dx={"expr": "datum.dx"}, y=ROW / 2 + 0.5, fontSize=11
    )
    return [label, boxes, said] if swatches else [label, said]


def views(matrix: LesionMatrix, width: float, crowd: int) -> list[Spec]:
    """One narrow view a track, in the order given."""
    return [_view(track, matrix, width, crowd) for track in matrix.tracks]


def marks(matrix: LesionMatrix) -> int:
    """How many cells the tracks draw."""
    return len(matrix.tracks) * len(matrix.patients)
