"""The page's own files, read from the package and sealed by their hash."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

POLICY = (
    "default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; connect-src 'none'; form-action 'none'; "
    "base-uri 'none'"
)
_FACE = (
    '@font-face{{font-family:"Fusionscape Sans";font-weight:{weight};font-style:normal;'
    "font-display:block;src:url(data:font/woff2;base64,{data}) format('woff2')}}"
)


@cache
def script() -> str:
    """The Vega bundle and the page's own scripts, as one element."""
    folder = files("fusionscape.report") / "assets"
    bundle = (folder / "vega-bundle.js").read_text(encoding="utf-8")
    own = [(folder / name).read_text(encoding="utf-8") for name in ("geometry.js", "page.js")]
    text = "\n" + "\n".join(part.strip() for part in (bundle, *own)) + "\n"
    if "</script" in text.lower() or "\r" in text:
        raise ValueError("the page's script would end early")
    return text


@cache
def style() -> str:
    """The one stylesheet."""
    folder = files("fusionscape.report") / "assets"
    return (folder / "style.css").read_text(encoding="utf-8")


@cache
def font_faces() -> str:
    """Both weights of the one font, inlined."""
    folder = files("fusionscape.figures") / "fonts"
    out = []
    for weight, name in ((400, "regular"), (600, "semibold")):
        raw = (folder / f"fusionscape-sans-{name}.woff2").read_bytes()
        out.append(_FACE.format(weight=weight, data=base64.b64encode(raw).decode("ascii")))
    return "".join(out)


@cache
def policy() -> str:
    """The Content-Security-Policy that seals the page: this script and no other, no network."""
    digest = hashlib.sha256(script().encode("utf-8")).digest()
    return POLICY.format(digest=base64.b64encode(digest).decode("ascii"))
