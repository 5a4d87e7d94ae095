"""Chromosome bands: which exist, and how far apart two bands of one arm lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fusionscape.knowledge.store import listed, records

_BAND = re.compile(r"^\??([pq])\??(\d{1,2})(?:\.(\d+))?$")
_LOCATION = re.compile(r"^(\d{1,2}|X|Y)([pq].*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One chromosome band as printed: ``11p15.5`` is arm p, major band 15, sub-band 5."""

    chromosome: str
    arm: str
    major: str
    sub: str = ""


def read_band(chromosome: str, text: str) -> Band | None:
    """The band `text` (``p15.5``, ``?q23``) of a chromosome; None for ``q?`` or ``pter``.

    >>> read_band("11", "p15.5").major
    '15'
    """
    match = _BAND.match(text.strip())
    if match is None:
        return None
    return Band(
        chromosome=chromosome.lstrip("?"),
        arm=match.group(1),
        major=match.group(2),
        sub=match.group(3) or "",
    )


def read_location(text: str) -> Band | None:
    """The band of a whole location (``11p15.5``)."""
    match = _LOCATION.match(text.strip())
    return read_band(match.group(1), match.group(2)) if match is not None else None


@cache
def _major_bands() -> dict[tuple[str, str], tuple[str, ...]]:
    return {(r["chromosome"], r["arm"]): listed(r["bands"]) for r in records("bands.csv")}


def band_exists(chromosome: str, text: str) -> bool:
    """Does this band exist on this chromosome? ``15q35`` does not.

    Terminal, centromeric (p10, q10) and unknown bands count as existing.
    Source: ISCN ideograms.

    >>> band_exists("15", "q35"), band_exists("5", "q35")
    (False, True)
    """
    band = read_band(chromosome, text)
    if band is None or band.major == "10":
        return True
    majors = _major_bands().get((band.chromosome, band.arm))
    if majors is None:
        return False
    if len(band.major) == 1:
        return any(major.startswith(band.major) for major in majors)
    return band.major in majors


def band_distance(one: Band, other: Band) -> int | None:
    """Steps between two major bands of one chromosome arm; None on different arms."""
    if (one.chromosome, one.arm) != (other.chromosome, other.arm):
        return None
    majors = _major_bands().get((one.chromosome, one.arm), ())
    if len(one.major) == 1 or len(other.major) == 1:
        short, long = sorted((one.major, other.major), key=len)
        return 0 if long.startswith(short) else None
    if one.major not in majors or other.major not in majors:
        return None
    return abs(majors.index(one.major) - majors.index(other.major))
