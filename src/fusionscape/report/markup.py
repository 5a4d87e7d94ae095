"""Running text on the page: escaped, gene symbols italic, fusions upright."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

_WORD = re.compile(r"(?<![\w:])([A-Z][A-Z0-9]{1,9})(?=(?:-ITD|-TKD)?(?![\w:]))")


@cache
def gene_symbols() -> frozenset[str]:
    """Symbols that are set in italics in running text."""
    text = (files("fusionscape.words") / "gene_symbols.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line and line[0] != "#")


def prose(text: object) -> Markup:
    """Escaped text in which gene symbols stand in italics.

    >>> str(prose("WT1 < NUP98::NSD1"))
    '<em class="gene">WT1</em> &lt; NUP98::NSD1'
    """
    symbols = gene_symbols()

    def italic(match: re.Match[str]) -> str:
        word = match.group(1)
        return f'<em class="gene">{word}</em>' if word in symbols else word

    return Markup(_WORD.sub(italic, str(escape(text))))
