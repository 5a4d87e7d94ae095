"""Running text on the page: escaped, gene symbols italic, fusions upright."""

from __future__ import annotations

from markupsafe import Markup, escape

from fusionscape.words.genes import runs


def prose(text: object) -> Markup:
    """Escaped text in which gene symbols stand in italics.

    >>> str(prose("WT1 < NUP98::NSD1"))
    '<em class="gene">WT1</em> &lt; NUP98::NSD1'
    """
    return Markup("").join(
        Markup('<em class="gene">{}</em>').format(piece) if italic else escape(piece)
        for piece, italic in runs(str(text))
    )
