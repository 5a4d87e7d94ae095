"""Fusions that a file names in text instead of columns: ``NUP98-NSD1 fusion - Archer``."""

from __future__ import annotations

import re

from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.readers.formats.fusion_call import FusionCall

_TAIL = re.compile(r"\s+-\s+.*$|\s*\([^()]*\)\s*$", re.DOTALL)
_WITHIN = re.compile(r"intragenic|intergenic|truncat|\bloss\b|\bptd\b|\bitd\b", re.IGNORECASE)


def genes_in(text: str | None) -> tuple[str, ...]:
    """The genes that a text joins, in the printed order; one gene where no partner is named.

    >>> genes_in("NSD1-NUP98 fusion - Archer"), genes_in("NUP98/JARID1A")
    (('NSD1', 'NUP98'), ('NUP98', 'KDM5A'))
    >>> genes_in("missense"), genes_in("NUP98 rearrangement")
    ((), ('NUP98',))
    """
    head = _TAIL.sub("", (text or "").strip()[:300])
    if not head or _WITHIN.search(head):
        return ()
    match = parse_fusion(head)
    if match.kind == "fusion" and len(match.genes) >= 2:
        pair = match.genes[:2]
        return pair[::-1] if match.reversed else pair
    return match.genes[:1] if match.kind == "driver only" else ()


def call_from_text(texts: tuple[str | None, ...], *, gene: str | None, sample: str) -> FusionCall:
    """A call from the first text that joins two genes, else from `gene` with partner unknown."""
    written = [text for text in texts if text]
    for text in written:
        genes = genes_in(text)
        if len(genes) == 2:
            return FusionCall(
                sample=sample, caller="text", gene_5=genes[0], gene_3=genes[1], written=text[:300]
            )
    return FusionCall(
        sample=sample,
        caller="text",
        gene_5=gene,
        gene_3=None,
        written="; ".join(text[:300] for text in written[:2]) or (gene or "?"),
    )
