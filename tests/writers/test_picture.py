"""Figures on paper: size, turn, and where a tall one is parted."""

from __future__ import annotations

import struct
import zlib

import pytest

import documents
from fusionscape.figures.save import png, svg
from fusionscape.writers.measure import LANDSCAPE, LANDSCAPE_HEIGHT, PORTRAIT, PORTRAIT_HEIGHT
from fusionscape.writers.picture import fit, packed, print_resolution, size_of


def drawing(width: float, height: float, lines: int = 0) -> str:
    """An SVG with a line of text every 20 pixels and one tall background."""
    texts = "".join(
        f'<g transform="translate(0,{20 * i})"><text transform="translate(5,{15})">x</text></g>'
        for i in range(lines)
    )
    back = f'<path d="M0,0h{width}v{height}h-{width}Z"/>'
    return f'<svg width="{width}" height="{height}">{back}{texts}</svg>'


def test_a_small_figure_keeps_its_size() -> None:
    place = fit(drawing(600, 400))
    assert (place.scale, place.landscape, place.pieces) == (0.75, False, ((0.0, 400.0),))


def test_a_broad_figure_is_shrunk_to_the_page_and_a_broader_one_turned() -> None:
    assert fit(drawing(800, 300)).scale == pytest.approx(PORTRAIT / 800)
    turned = fit(drawing(1000, 300))
    assert turned.landscape and turned.scale == pytest.approx(LANDSCAPE / 1000)


def test_a_broad_and_tall_figure_stays_whole() -> None:
    place = fit(drawing(1180, 948))
    assert len(place.pieces) == 1
    assert 948 * place.scale < LANDSCAPE_HEIGHT and 1180 * place.scale < LANDSCAPE


def test_a_tall_figure_is_parted_between_its_lines() -> None:
    place = fit(drawing(600, 2400, lines=120))
    assert len(place.pieces) == 3
    assert place.pieces[0][0] == 0 and place.pieces[-1][1] == 2400
    for (_, end), (start, _) in zip(place.pieces[:-1], place.pieces[1:], strict=True):
        assert end == start
        # a line at 20 i + 15 reaches from 11 above to 4 below
        assert not any(20 * i + 4 < end < 20 * i + 19 for i in range(120))
    assert all((b - a) * place.scale < PORTRAIT_HEIGHT for a, b in place.pieces)


def test_a_tall_figure_without_a_gap_is_parted_all_the_same() -> None:
    rows = "".join(f'<text transform="translate(0,{i})">x</text>' for i in range(0, 3000, 5))
    place = fit(f'<svg width="500" height="3000">{rows}</svg>')
    assert len(place.pieces) > 3 and place.pieces[-1][1] == 3000


def decoded(data: bytes) -> bytes:
    at, out = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        body = data[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
        if body[:4] == b"IDAT":
            out += body[4:]
        at += 12 + length
    return zlib.decompress(out)


def test_packing_loses_no_pixel() -> None:
    figure = documents.sections()[1].figures[0]
    drawn = png(figure, scale=1.0)
    tight = packed(drawn)
    assert len(tight) < len(drawn) and decoded(tight) == decoded(drawn)
    assert packed(tight) == tight


def test_print_has_300_dots_to_the_inch() -> None:
    text = svg(documents.sections()[1].figures[0])
    width, _ = size_of(text)
    inches = width * fit(text).scale / 72
    assert width * print_resolution(text) / inches == pytest.approx(300)
