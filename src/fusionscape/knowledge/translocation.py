"""Breakpoints of one rearrangement, read from its ISCN text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fusionscape.knowledge.bands import Band, read_band

_PART = re.compile(r"(t|inv|ins|dic|del|dup|add|idic|i)\(([^()]*)\)(?:\(([^()]*)\))?")
_ONE_BAND = re.compile(r"\??[pq]\??\d*(?:\.\d+)?|[pq]ter|cen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearrangement:
    """One operation of an abnormality: ``t(7;11)(p15;p15)`` inside ``der(11)t(7;11)(p15;p15)``.

    `bands` holds one tuple of printed bands per breakpoint group; `breakpoints` the bands
    that could be placed on a chromosome.
    """

    kind: str
    chromosomes: tuple[str, ...]
    bands: tuple[tuple[str, ...], ...]
    breakpoints: tuple[Band, ...]
    text: str


def rearrangements(text: str) -> tuple[Rearrangement, ...]:
    """Every operation found in the text of one abnormality, in printed order."""
    flat = re.sub(r"\s+", "", text)
    return tuple(_rearrangement(match) for match in _PART.finditer(flat))


def _rearrangement(match: re.Match[str]) -> Rearrangement:
    chromosomes = tuple(part.strip() for part in match.group(2).split(";"))
    bands = tuple(
        tuple(_ONE_BAND.findall(group)) for group in (match.group(3) or "").split(";") if group
    )
    return Rearrangement(
        kind=match.group(1),
        chromosomes=chromosomes,
        bands=bands,
        breakpoints=_placed(chromosomes, bands),
        text=match.group(0),
    )


def _placed(chromosomes: tuple[str, ...], bands: tuple[tuple[str, ...], ...]) -> tuple[Band, ...]:
    """Bands paired with their chromosomes; nothing when the two do not line up."""
    if len(chromosomes) != len(bands):
        return ()
    found = (
        read_band(chromosome, text)
        for chromosome, group in zip(chromosomes, bands, strict=True)
        for text in group
    )
    return tuple(band for band in found if band is not None)
