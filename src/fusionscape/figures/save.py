"""Figures as SVG, PNG and PDF files: the only user of vl-convert."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from fusionscape.figures.figure import Figure, complete
from fusionscape.results import Finding, InputError

FORMATS = ("svg", "png", "pdf")
VEGA_LITE = "6.4"
PNG_SCALE = 3.0


@cache
def _converter() -> Any:
    """vl-convert with the report's font registered."""
    try:
        import vl_convert
    except ImportError:
        raise InputError([_missing()]) from None
    with as_file(files("fusionscape.figures") / "fonts") as folder:
        vl_convert.register_font_directory(str(folder))
    return vl_convert


def _missing() -> Finding:
    return Finding(
        code="extra-missing",
        severity="error",
        what="Writing figures as files needs the extra 'export', which is not installed.",
        mend='Install it with: pip install "fusionscape[export]"',
    )


def _unknown(kind: str) -> Finding:
    return Finding(
        code="unknown-figure-format",
        severity="error",
        what=f"Figures cannot be written as {kind!r}.",
        mend=f"Choose from {', '.join(FORMATS)}.",
    )


def svg(figure: Figure) -> str:
    """The figure as SVG text; its text is set in the embedded font's name."""
    converter = _converter()
    text: str = converter.vegalite_to_svg(complete(figure), vl_version=VEGA_LITE)
    return text


def png(figure: Figure, *, scale: float = PNG_SCALE) -> bytes:
    """The figure as PNG."""
    converter = _converter()
    drawn: bytes = converter.vegalite_to_png(complete(figure), vl_version=VEGA_LITE, scale=scale)
    return drawn


def rasterised(drawn: str, *, scale: float) -> bytes:
    """An SVG text of `svg` as PNG, without drawing the figure anew."""
    picture: bytes = _converter().svg_to_png(drawn, scale=scale)
    return picture


def pdf(figure: Figure) -> bytes:
    """The figure as a PDF page."""
    converter = _converter()
    drawn: bytes = converter.vegalite_to_pdf(complete(figure), vl_version=VEGA_LITE)
    return drawn


def require() -> None:
    """Raise InputError with the install command when the extra ``export`` is missing."""
    _converter()


def save(figure: Figure, kind: str) -> bytes:
    """The bytes of the figure as ``svg``, ``png`` or ``pdf``; the same figure, the same bytes.

    Raises InputError when the kind is unknown or the extra ``export`` is missing.
    """
    if kind == "svg":
        return svg(figure).encode("utf-8")
    if kind == "png":
        return png(figure)
    if kind == "pdf":
        return pdf(figure)
    raise InputError([_unknown(kind)])


def vega_lite(figure: Figure) -> str:
    """The figure's specification as JSON, the same bytes for the same figure."""
    return json.dumps(complete(figure), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
