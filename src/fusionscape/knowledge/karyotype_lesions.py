"""Disease-defining and adverse changes that a karyotype shows."""

from __future__ import annotations

from functools import cache

from fusionscape.knowledge.karyotype import Abnormality, Karyotype
from fusionscape.knowledge.store import listed, records
from fusionscape.knowledge.translocation import Rearrangement, rearrangements

_UNREADABLE = ("failed", "not done", "unknown")
_KMT2A_BAND = ("11", "q", "23")
_MECOM_BAND = ("3", "q", "26")


def shown(karyotype: Karyotype) -> tuple[str, ...]:
    """Fusions whose translocation the karyotype prints with both bands.

    Only fusions that ELN 2022 and ICC 2022 accept from banding are read from it
    (``t(8;21)(q22;q22)``, ``inv(16)(p13q22)``, 11q23, 3q26); NUP98 is not among them.
    """
    found: list[str] = []
    for part in _parts(karyotype):
        found.extend(name for name, known in _from_banding() if _same(part, known))
        if part.kind in ("t", "ins") and not found and _breaks(part, _KMT2A_BAND):
            found.append("KMT2A::?")
        if part.kind in ("t", "ins") and not found and _breaks(part, _MECOM_BAND):
            found.append("?::MECOM")
    return tuple(dict.fromkeys(found))


def adverse_changes(karyotype: Karyotype, *, class_defined: bool) -> bool | None:
    """Does the karyotype show an adverse change of ELN 2022? None when it cannot be said.

    -5, del(5q), -7, -17, abn(17p), monosomal karyotype, and complex karyotype unless a
    class-defining fusion is there.
    """
    if karyotype.status in _UNREADABLE:
        return None
    changes = (
        _loses(karyotype, "5"),
        _loses(karyotype, "7"),
        _loses(karyotype, "17"),
        _loses_arm(karyotype, "5", "q"),
        _loses_arm(karyotype, "17", "p") or _breaks_arm(karyotype, "17", "p"),
    )
    if any(changes) or karyotype.monosomal or (karyotype.complex and not class_defined):
        return True
    open_flags = karyotype.monosomal is None or (karyotype.complex is None and not class_defined)
    return None if open_flags or karyotype.unread else False


_RELATED_ARMS = {
    "WHO-HAEM5": (("5", "q"), ("7", "q"), ("11", "q"), ("12", "p"), ("13", "q"), ("17", "p")),
    "ICC 2022": (("5", "q"), ("7", "q"), ("12", "p"), ("17", "p"), ("20", "q")),
}
_RELATED_LOSSES = {"WHO-HAEM5": ("7", "13"), "ICC 2022": ("7", "17")}


def myelodysplasia_changes(karyotype: Karyotype, system: str) -> bool | None:
    """Does it show a change that makes AML myelodysplasia-related? None when unknown.

    Both systems: complex karyotype, loss of 5q, -7 or loss of 7q, of 12p, of 17p, i(17q),
    idic(X)(q13). WHO-HAEM5 adds loss of 11q, -13 and loss of 13q; ICC 2022 adds +8, -17 and
    loss of 20q.
    """
    if karyotype.status in _UNREADABLE:
        return None
    changes = (
        *(_loses(karyotype, chromosome) for chromosome in _RELATED_LOSSES[system]),
        *(_loses_arm(karyotype, c, arm) for c, arm in _RELATED_ARMS[system]),
        any(a.text.lstrip("+").startswith("idic(X)(q13") for a in _all(karyotype)),
        system == "ICC 2022" and karyotype.trisomy_8 is True,
    )
    if any(changes) or karyotype.complex:
        return True
    return None if karyotype.complex is None or karyotype.unread else False


def _all(karyotype: Karyotype) -> tuple[Abnormality, ...]:
    return karyotype.abnormalities


def _parts(karyotype: Karyotype) -> tuple[Rearrangement, ...]:
    return tuple(part for a in _all(karyotype) for part in a.parts)


def _loses(karyotype: Karyotype, chromosome: str) -> bool:
    return any(a.kind == "loss" and a.chromosomes == (chromosome,) for a in _all(karyotype))


def _loses_arm(karyotype: Karyotype, chromosome: str, arm: str) -> bool:
    """A deletion in this arm, an isochromosome of the other, or an unbalanced exchange."""
    return any(_loses_by(a, part, chromosome, arm) for a in _all(karyotype) for part in a.parts)


def _loses_by(a: Abnormality, part: Rearrangement, chromosome: str, arm: str) -> bool:
    if part.kind == "i":
        kept = "q10" if arm == "p" else "p10"
        return part.chromosomes == (chromosome,) and (kept,) in part.bands
    if not _in_arm(part, chromosome, arm):
        return False
    unbalanced = a.kind == "der" and chromosome in a.chromosomes and part.kind == "t"
    return part.kind == "del" or (unbalanced and not a.sign)


def _breaks_arm(karyotype: Karyotype, chromosome: str, arm: str) -> bool:
    return any(
        part.kind != "i" and _in_arm(part, chromosome, arm)
        for a in _all(karyotype)
        for part in a.parts
    )


def _in_arm(part: Rearrangement, chromosome: str, arm: str) -> bool:
    if any(b.chromosome == chromosome and b.arm == arm for b in part.breakpoints):
        return True
    return part.chromosomes == (chromosome,) and part.bands[:1] == ((arm,),)


def _breaks(part: Rearrangement, band: tuple[str, str, str]) -> bool:
    return any((b.chromosome, b.arm, b.major) == band for b in part.breakpoints)


@cache
def _from_banding() -> tuple[tuple[str, Rearrangement], ...]:
    accepted = (
        "RUNX1::RUNX1T1",
        "CBFB::MYH11",
        "PML::RARA",
        "BCR::ABL1",
        "DEK::NUP214",
        "GATA2::MECOM",
        "KAT6A::CREBBP",
    )
    rows = [row for row in records("known_fusions.csv") if row["fusion"] in accepted]
    pairs = [
        (row["fusion"], part)
        for row in rows
        for text in listed(row["karyotypes"])
        for part in rearrangements(text)
    ]
    pairs.extend(
        ("KMT2A::MLLT3", part)
        for text in ("t(9;11)(p22;q23)", "t(9;11)(p21;q23)")
        for part in rearrangements(text)
    )
    return tuple(pairs)


def _same(part: Rearrangement, known: Rearrangement) -> bool:
    def bands(one: Rearrangement) -> list[tuple[str, str, str]]:
        return sorted((b.chromosome, b.arm, b.major) for b in one.breakpoints)

    return part.kind == known.kind and bool(part.breakpoints) and bands(part) == bands(known)
