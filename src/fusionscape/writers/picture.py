"""A figure as it is printed: its size on paper, and where a tall one may be parted."""

from __future__ import annotations

import itertools
import re
import struct
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree

from fusionscape.writers.measure import LANDSCAPE, LANDSCAPE_HEIGHT, PORTRAIT, PORTRAIT_HEIGHT

DOTS_PER_INCH = 300
POINTS_PER_PIXEL = 0.75  # a figure's pixel is 1/96 inch
SMALLEST = 0.75  # figures are not shrunk below this, so that labels stay above 6.5 pt
_MOVE = re.compile(r"translate\(\s*(-?[\d.]+)[ ,]+(-?[\d.]+)")
_BOX = re.compile(r"^M(-?[\d.]+),(-?[\d.]+)h-?[\d.]+v(-?[\d.]+)h")
_TALL_BOX = 120.0  # taller shapes are backgrounds and may be parted
_CAPTION_ROOM = 70.0  # points left below a figure for its caption
_ASCENT, _DESCENT = 11.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawn figure. `png` has the resolution of print; `width`, `height` are in pixels."""

    id: str
    title: str
    caption: str
    alt: str
    svg: str
    png: bytes
    width: float
    height: float


def size_of(svg: str) -> tuple[float, float]:
    """Width and height in pixels that an SVG text says it has."""
    head = svg[: svg.index(">")]
    found = {k: float(v) for k, v in re.findall(r'\b(width|height)="([\d.]+)"', head)}
    return found["width"], found["height"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """How a figure lies on paper: points a pixel, the page's turn, and its pieces in pixels."""

    scale: float
    landscape: bool
    pieces: tuple[tuple[float, float], ...]


def fit(svg: str) -> Fitted:
    """The place of a drawn figure on A4.

    It is shrunk a little where needed; a wider one lies whole on a page turned on its side,
    and a taller one goes on in pieces over several pages.
    """
    width, height = size_of(svg)
    least = SMALLEST * POINTS_PER_PIXEL
    landscape = PORTRAIT / width < least
    across, down = (LANDSCAPE, LANDSCAPE_HEIGHT) if landscape else (PORTRAIT, PORTRAIT_HEIGHT)
    scale = min(POINTS_PER_PIXEL, across / width)
    room = down - _CAPTION_ROOM
    whole = min(scale, room / height)
    if landscape or whole >= min(scale, least):
        return Fitted(scale=whole, landscape=landscape, pieces=((0.0, height),))
    pieces = _pieces(_taken(svg), height, room / scale)
    return Fitted(scale=scale, landscape=landscape, pieces=pieces)


def print_resolution(svg: str) -> float:
    """Pixels to draw for each pixel of the figure, so that print has 300 to the inch."""
    return DOTS_PER_INCH / 72 * fit(svg).scale


def _pieces(
    taken: list[tuple[float, float]], height: float, room: float
) -> tuple[tuple[float, float], ...]:
    """Pieces of at most `room`, ending between lines of text and boxes where they can."""
    cuts = [0.0]
    while height - cuts[-1] > room:
        cuts.append(_cut(taken, cuts[-1] + room * 0.6, cuts[-1] + room))
    return tuple(itertools.pairwise([*cuts, height]))


def _cut(taken: list[tuple[float, float]], low: float, high: float) -> float:
    """The middle of the lowest gap between `low` and `high`; `high` where there is none."""
    best, end = high, low
    for top, bottom in taken:
        if top > high:
            break
        if top > end:
            best = (end + top) / 2
        end = max(end, bottom)
    return (end + high) / 2 if end < high else best


def _taken(svg: str) -> list[tuple[float, float]]:
    """Vertical spans of texts and small boxes, sorted."""
    spans: list[tuple[float, float]] = []

    def walk(node: ElementTree.Element, y: float) -> None:
        move = _MOVE.match(node.get("transform") or "")
        y += float(move.group(2)) if move else 0.0
        kind = node.tag.rpartition("}")[2]
        if kind == "text":
            spans.append((y - _ASCENT, y + _DESCENT))
        box = _BOX.match(node.get("d") or "") if kind == "path" else None
        if box and 0 < float(box.group(3)) < _TALL_BOX:
            top = y + float(box.group(2))
            spans.append((top, top + float(box.group(3))))
        for child in node:
            walk(child, y)

    walk(ElementTree.fromstring(svg), 0.0)
    return sorted(spans)


def packed(png: bytes) -> bytes:
    """The same picture, packed tighter; figures are flat colour and shrink to a quarter.

    The converter writes for speed; nothing but the compressed stream is changed.
    """
    chunks = _chunks(png)
    data = zlib.compress(zlib.decompress(b"".join(d for k, d in chunks if k == b"IDAT")), 6)
    out = [png[:8]]
    done = False
    for kind, content in chunks:
        if kind == b"IDAT":
            if not done:
                out.append(_chunk(kind, data))
            done = True
        else:
            out.append(_chunk(kind, content))
    return b"".join(out)


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    at, out = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        out.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return out


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
