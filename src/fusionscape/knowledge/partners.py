"""What is known of each fusion partner, and which partners a karyotype allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from fusionscape.knowledge.bands import Band, band_distance
from fusionscape.knowledge.genes import gene_band, resolve_gene
from fusionscape.knowledge.store import Record, listed, records
from fusionscape.knowledge.translocation import Rearrangement, rearrangements

Homeobox = Literal["homeobox", "non-homeobox", "not applicable"]
Cryptic = Literal["yes", "no", "unknown"]

COLOUR_GROUPS = (
    "NSD1",
    "KDM5A",
    "HOXA9",
    "PRRX2",
    "TOP1",
    "HMGB3",
    "other homeobox",
    "other partner",
)
_TWO_BREAKS = frozenset({"t", "inv", "ins", "dic"})
_HOME_BAND = {"NUP98": Band(chromosome="11", arm="p", major="15")}
_HOME_BAND["KMT2A"] = Band(chromosome="11", arm="q", major="23")


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One fusion partner of a driver gene.

    `karyotypes` are the published forms of the rearrangement, `cryptic` says whether banding
    misses it, `evidence` grades the row: A described in case series or reviews, B few cases,
    C known-fusion lists only, D unconfirmed.
    """

    symbol: str
    driver: str
    homeobox: Homeobox
    subclass: str
    karyotypes: tuple[str, ...]
    karyotype_basis: str
    same_karyotype_as: tuple[str, ...]
    cryptic: Cryptic
    cryptic_note: str
    junctions: tuple[str, ...]
    disease: str
    age: str
    evidence: str
    sources: tuple[str, ...]
    note: str
    band: str
    hgnc_id: str | None


@lru_cache(maxsize=1024)
def partner(symbol: str, driver: str = "NUP98") -> Partner | None:
    """What is known of this partner of `driver`? None when no table describes it.

    The symbol may be old or an alias; unknown partners are not an error, only undescribed.
    Source: a table with citations per row (NUP98: reviews by Gough 2011,
    Blood 118:6247, and Michmerhuizen 2020, Blood 136:2275;
    KMT2A: Meyer 2018, doi:10.1038/leu.2017.213).

    >>> partner("NSD1").cryptic, partner("HOXA9").homeobox
    ('yes', 'homeobox')
    """
    match = resolve_gene(symbol)
    found = described_partners(driver)
    if match.symbol is not None and match.symbol in found:
        return found[match.symbol]
    known = [name for name in match.candidates if name in found and match.status == "ambiguous"]
    return found[known[0]] if len(known) == 1 else None


@cache
def described_partners(driver: str = "NUP98") -> dict[str, Partner]:
    """Every described partner of `driver` (NUP98 or KMT2A), keyed by approved symbol."""
    if driver == "NUP98":
        rows = [_nup98(row) for row in records("nup98_partners.csv")]
    elif driver == "KMT2A":
        rows = [_kmt2a(row) for row in records("kmt2a_partners.csv")]
    else:
        rows = []
    return {row.symbol: row for row in rows}


def partners_compatible_with(
    abnormality: str, driver: str = "NUP98", *, tolerance: int = 1
) -> tuple[str, ...]:
    """Which partners would this rearrangement fit?

    Compares the breakpoint opposite the driver's own band (11p15 for NUP98) with each
    partner's published bands and with its band in HGNC, allowing `tolerance` bands, since
    published and present bands differ (RAP1GDS1 4q21 and 4q23). A karyotype names a set of
    partners, never one; an abnormality without a break at the driver's band gives an empty
    tuple, which says nothing about cryptic fusions.

    >>> partners_compatible_with("t(7;11)(p15;p15)")
    ('HOXA10', 'HOXA11', 'HOXA13', 'HOXA6', 'HOXA9')
    """
    found: set[str] = set()
    for part in rearrangements(abnormality):
        for band in _opposite(part, driver):
            found.update(
                row.symbol
                for row in described_partners(driver).values()
                if any(_fits(band, known, tolerance) for known in _bands_of(row))
            )
    return tuple(sorted(found))


def breaks_home_band(part: Rearrangement, driver: str = "NUP98") -> bool:
    """True when this rearrangement breaks at the driver's own band (11p15 for NUP98)."""
    return part.kind in _TWO_BREAKS and bool(_home(part.breakpoints, driver))


def partner_colour_group(symbol: str | None) -> str:
    """Group that decides a partner's colour: six frequent partners, other homeobox, other.

    >>> [partner_colour_group(s) for s in ("NSD1", "HOXD13", "DDX10")]
    ['NSD1', 'other homeobox', 'other partner']
    """
    if symbol is None:
        return "other partner"
    name = resolve_gene(symbol).symbol or symbol.upper()
    if name in COLOUR_GROUPS:
        return name
    known = described_partners("NUP98").get(name)
    if known is not None:
        return "other homeobox" if known.homeobox == "homeobox" else "other partner"
    return "other homeobox" if re.match(r"HOX[ABCD]\d", name) else "other partner"


def display_order(symbols: Iterable[str]) -> tuple[str, ...]:
    """Partners (or colour groups) in the order figures and tables show them.

    >>> display_order(["TOP1", "DDX10", "NSD1"])
    ('NSD1', 'TOP1', 'DDX10')
    """
    return tuple(sorted(set(symbols), key=_place))


def _place(name: str) -> tuple[int, bool, str]:
    group = name if name in COLOUR_GROUPS else partner_colour_group(name)
    return (COLOUR_GROUPS.index(group), name == group, name)


def _nup98(row: Record) -> Partner:
    cryptic = row["cryptic"].split(" ")[0]
    return Partner(
        symbol=row["hgnc_symbol"],
        driver="NUP98",
        homeobox="homeobox" if row["partner_class"] == "homeobox" else "non-homeobox",
        subclass=row["partner_subclass"],
        karyotypes=listed(row["karyotype_printed"]),
        karyotype_basis=row["karyotype_basis"],
        same_karyotype_as=listed(row["same_karyotype_as"]),
        cryptic="yes" if cryptic == "yes" else "no" if cryptic == "no" else "unknown",
        cryptic_note=row["cryptic"].partition(" ")[2].strip("()"),
        junctions=listed(row["junctions"].replace("; ", "|")),
        disease=row["disease"],
        age=row["age"],
        evidence=row["evidence"],
        sources=tuple(part.strip() for part in row["sources"].split(";")),
        note=row["notes"],
        band=row["hgnc_band"],
        hgnc_id=row["hgnc_id"] or None,
    )


def _kmt2a(row: Record) -> Partner:
    return Partner(
        symbol=row["symbol"],
        driver="KMT2A",
        homeobox="not applicable",
        subclass="",
        karyotypes=listed(row["karyotypes"]),
        karyotype_basis="sourced",
        same_karyotype_as=(),
        cryptic="unknown",
        cryptic_note="",
        junctions=(),
        disease=row["lineage"],
        age="",
        evidence="A",
        sources=(row["source"],),
        note="",
        band=gene_band(row["symbol"]) or "",
        hgnc_id=None,
    )


def _home(breakpoints: tuple[Band, ...], driver: str) -> tuple[Band, ...]:
    home = _HOME_BAND.get(driver)
    if home is None:
        return ()
    return tuple(band for band in breakpoints if band_distance(band, home) == 0)


def _opposite(part: Rearrangement, driver: str) -> tuple[Band, ...]:
    if not breaks_home_band(part, driver):
        return ()
    at_home = _home(part.breakpoints, driver)[0]
    others = list(part.breakpoints)
    others.remove(at_home)
    return tuple(others)


def _bands_of(row: Partner) -> tuple[Band, ...]:
    return _cached_bands(row.symbol, row.driver)


@lru_cache(maxsize=256)
def _cached_bands(symbol: str, driver: str) -> tuple[Band, ...]:
    row = described_partners(driver)[symbol]
    found: list[Band] = []
    for text in row.karyotypes:
        for part in rearrangements(text):
            found.extend(_opposite(part, driver))
    match = re.match(r"^(\d{1,2}|X|Y)([pq])(\d{2})", row.band)
    if match is not None:
        chromosome, arm, major = match.groups()
        found.append(Band(chromosome=chromosome, arm=arm, major=major))
    return tuple(found)


def _fits(band: Band, known: Band, tolerance: int) -> bool:
    distance = band_distance(band, known)
    return distance is not None and distance <= tolerance
