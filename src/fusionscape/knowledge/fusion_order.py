"""Which gene of a fusion comes first: the orders the field knows."""

from __future__ import annotations

from functools import cache

from fusionscape.knowledge.store import listed, records

FIVE_PRIME_DRIVERS = ("NUP98", "KMT2A")


@cache
def known_orders() -> dict[tuple[str, str], str]:
    """Fusions of established order, keyed by their two genes 5' first."""
    found = {}
    for row in records("known_fusions.csv"):
        first, second = row["fusion"].split("::")
        found[first, second] = row["fusion"]
    return found


@cache
def partner_symbols(driver: str) -> frozenset[str]:
    """Partners described for a driver gene (NUP98 or KMT2A)."""
    if driver == "NUP98":
        return frozenset(row["hgnc_symbol"] for row in records("nup98_partners.csv"))
    if driver == "KMT2A":
        return frozenset(row["symbol"] for row in records("kmt2a_partners.csv"))
    return frozenset()


@cache
def confirmed_partners(driver: str) -> frozenset[str]:
    """Described partners without those whose only source printed them as unreported."""
    if driver != "NUP98":
        return partner_symbols(driver)
    rows = records("nup98_partners.csv")
    return frozenset(row["hgnc_symbol"] for row in rows if row["reported_as_novel"] != "yes")


def in_field_order(names: tuple[str, ...], driver: str | None) -> tuple[str, ...]:
    """The genes 5' first where the field knows the order, else as printed."""
    if len(names) != 2 or names in known_orders():
        return names
    first, second = names
    if (second, first) in known_orders():
        return (second, first)
    for gene in (*((driver,) if driver else ()), *FIVE_PRIME_DRIVERS):
        if gene in names:
            return (gene, second if first == gene else first)
    return names


def is_novel(names: tuple[str, ...]) -> bool:
    """True when no table describes the fusion, or only the source that printed it as new."""
    for driver in FIVE_PRIME_DRIVERS:
        if names[0] == driver and any(n in confirmed_partners(driver) for n in names[1:]):
            return False
    return names[:2] not in known_orders()


@cache
def fusions_of_translocation(text: str) -> tuple[str, ...]:
    """Fusions that the short or long form of a translocation may stand for."""
    wanted = _short(text)
    found: list[str] = []
    tables = (
        ("known_fusions.csv", "fusion", "karyotypes", ""),
        ("nup98_partners.csv", "hgnc_symbol", "karyotype_printed", "NUP98::"),
        ("kmt2a_partners.csv", "symbol", "karyotypes", "KMT2A::"),
    )
    for table, name, karyotypes, prefix in tables:
        for row in records(table):
            if any(_same(wanted, _short(k)) for k in listed(row[karyotypes])):
                found.append(prefix + row[name])
    return tuple(sorted(set(found)))


def _short(text: str) -> tuple[str, str]:
    flat = text.replace(" ", "")
    head, _, bands = flat.partition(")(")
    return head.rstrip(")"), bands.rstrip(")")


def _same(wanted: tuple[str, str], known: tuple[str, str]) -> bool:
    if wanted[0] != known[0]:
        return False
    return not wanted[1] or _major(wanted[1]) == _major(known[1])


def _major(bands: str) -> tuple[str, ...]:
    return tuple(band.split(".")[0] for band in bands.split(";"))
