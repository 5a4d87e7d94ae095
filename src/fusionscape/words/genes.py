"""Gene symbols in running text: italic, while fusions stay upright."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"(?<![\w:])([A-Z][A-Z0-9]{1,9})(?=(?:-ITD|-TKD)?(?![\w:]))")


@cache
def gene_symbols() -> frozenset[str]:
    """Symbols that are set in italics in running text."""
    text = (files("fusionscape.words") / "gene_symbols.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line and line[0] != "#")


def runs(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it stands in italics.

    >>> runs("WT1 beside NUP98::NSD1")
    [('WT1', True), (' beside NUP98::NSD1', False)]
    """
    symbols = gene_symbols()
    out: list[tuple[str, bool]] = []
    start = 0
    for match in _WORD.finditer(text):
        if match.group(1) not in symbols:
            continue
        if match.start() > start:
            out.append((text[start : match.start()], False))
        out.append((match.group(1), True))
        start = match.end(1)
    if start < len(text):
        out.append((text[start:], False))
    return out
