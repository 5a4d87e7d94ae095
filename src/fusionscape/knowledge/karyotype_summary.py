"""What the clones of a karyotype add up to: counts, complexity, monosomies, 11p15, 13."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from fusionscape.knowledge.karyotype_clones import Clone
from fusionscape.knowledge.karyotype_grammar import Abnormality
from fusionscape.knowledge.partners import breaks_home_band, partners_compatible_with
from fusionscape.knowledge.translocation import Rearrangement

_JOINING = frozenset({"t", "ins"})
_CORE_BINDING = (("8", "21"), ("q22", "q22")), (("16", "16"), ("p13", "q22"))


def count_events(abnormalities: Iterable[Abnormality]) -> int:
    """How many unrelated events these abnormalities are.

    The derivatives of one exchange (``der(9)t(9;11)`` and ``der(11)t(9;11)``) are one event;
    an extra copy (``+der(9)t(9;11)``) is an event of its own.
    """
    exchanges: set[tuple[str, ...]] = set()
    others = 0
    for abnormality in abnormalities:
        keys = {_exchange(part) for part in abnormality.parts if part.kind in _JOINING}
        if keys and not abnormality.sign:
            exchanges |= keys
        else:
            others += 1
    return len(exchanges) + others


def clonal(
    clones: tuple[Clone, ...], *, confirmed: bool
) -> tuple[tuple[Clone, ...], tuple[str, ...]]:
    """Clones less the gains and losses seen in too few cells, and a remark for each.

    ISCN asks for a gain in two cells and a loss in three; `confirmed` by FISH, all stay.
    """
    if confirmed or any(clone.cells is None for clone in clones):
        return clones, ()
    cells: Counter[str] = Counter()
    for clone in clones:
        for name in {_key(a) for a in clone.acquired}:
            cells[name] += 99 if clone.composite else clone.cells or 0
    scarce = {
        _key(a)
        for clone in clones
        for a in clone.acquired
        if a.kind in ("gain", "loss") and cells[_key(a)] < (2 if a.kind == "gain" else 3)
    }
    kept = tuple(
        replace(c, abnormalities=tuple(a for a in c.abnormalities if _key(a) not in scarce))
        for c in clones
    )
    remarks = tuple(f"{name} is seen in too few cells for a clone" for name in sorted(scarce))
    return kept, remarks


def count_abnormalities(clones: Iterable[Clone]) -> int:
    """Unrelated acquired abnormalities over all clones, each counted once.

    An abnormality that several clones share, printed again or through sl and idem, counts
    once; as many copies count as the clone with most of them has. Losses of an abnormal
    chromosome in a subclone are not a new abnormality.
    """
    return count_events(distinct(clones))


def distinct(clones: Iterable[Clone]) -> list[Abnormality]:
    """Acquired, specified abnormalities over all clones, shared ones once."""
    most: dict[str, int] = {}
    first: dict[str, Abnormality] = {}
    for clone in clones:
        counted: Counter[str] = Counter()
        for abnormality in clone.acquired:
            if abnormality.kind == "incomplete" or _loses_abnormal(abnormality):
                continue
            counted[_key(abnormality)] += abnormality.copies
            first.setdefault(_key(abnormality), abnormality)
        for name, number in counted.items():
            most[name] = max(number, most.get(name, 0))
    return [first[name] for name in first for _ in range(_copies(first[name], most[name]))]


def is_hyperdiploid_only(abnormalities: Iterable[Abnormality]) -> bool:
    """True for three or more gains of whole chromosomes and nothing structural or lost."""
    found = list(abnormalities)
    return len(found) >= 3 and all(a.kind == "gain" for a in found)


def is_monosomal(clone: Clone) -> bool:
    """Two autosomal monosomies, or one with a structural abnormality, in one clone.

    Breems 2008; core-binding factor rearrangements are excluded.
    """
    if any(_core_binding(part) for a in clone.acquired for part in a.parts):
        return False
    lost = {
        a.chromosomes[0] for a in clone.acquired if a.kind == "loss" and a.chromosomes[0].isdigit()
    }
    gained = {a.chromosomes[0] for a in clone.acquired if a.kind == "gain"}
    lost -= gained
    structural = any(a.structural and not _loses_abnormal(a) for a in clone.acquired)
    return len(lost) >= 2 or (len(lost) == 1 and structural)


def gains_chromosome(clone: Clone, chromosome: str) -> bool:
    """True when the clone has a whole extra copy of this chromosome."""
    return any(a.kind == "gain" and a.chromosomes == (chromosome,) for a in clone.acquired)


def breaks_or_loses(clone: Clone, chromosome: str) -> bool:
    """True for a structural abnormality or monosomy of this chromosome (not a pure gain)."""
    return any(
        chromosome in _touched(a) and a.kind != "gain" and not _loses_abnormal(a)
        for a in clone.acquired
    )


def deletes_long_arm(clone: Clone, chromosome: str) -> bool:
    """True for a deletion within the long arm of this chromosome, also inside a der."""
    return any(
        part.kind == "del"
        and part.chromosomes == (chromosome,)
        and any(band.lstrip("?").startswith("q") for group in part.bands for band in group)
        for a in clone.acquired
        if not _loses_abnormal(a)
        for part in a.parts
    )


def translocations_11p15(clones: Iterable[Clone]) -> tuple[str, ...]:
    """Rearrangements with a break in 11p15, NUP98's band, in printed order."""
    found = [
        part.text
        for clone in clones
        for a in clone.acquired
        for part in a.parts
        if breaks_home_band(part)
    ]
    return tuple(dict.fromkeys(found))


def nup98_partners(translocations: Iterable[str]) -> tuple[str, ...]:
    """NUP98 partners that these rearrangements allow, in alphabetical order."""
    found = {name for text in translocations for name in partners_compatible_with(text)}
    return tuple(sorted(found))


def number_remark(clone: Clone) -> str | None:
    """A remark where the chromosome number does not fit the abnormalities of the clone.

    Counted only for a plain number near diploid and a clone without range, composite or
    incomplete part; a dicentric or whole-arm derivative takes the place of two chromosomes.
    """
    vague = clone.composite or any(a.kind == "incomplete" for a in clone.abnormalities)
    if vague or clone.modal is None or not clone.modal.isdigit() or int(clone.modal) > 58:
        return None
    expected = 46 + sum(_change(a) for a in clone.abnormalities)
    if expected == int(clone.modal):
        return None
    return f"chromosome number {clone.modal} does not fit the abnormalities ({expected} expected)"


def sex_remark(clones: Iterable[Clone]) -> str | None:
    """A remark where one clone is female and another male."""
    sexes = {clone.sex for clone in clones}
    if {"XX", "XY"} <= sexes:
        return "clones of both sexes: chimerism, transplant or a mix-up"
    return None


def _change(abnormality: Abnormality) -> int:
    joined = abnormality.kind in ("dic", "psu dic", "rob") or (
        abnormality.kind == "der" and len(abnormality.chromosomes) > 1
    )
    if abnormality.kind == "dmin":
        return 0
    if abnormality.sign == "-" or abnormality.kind == "loss":
        return -abnormality.copies
    if abnormality.sign == "+" or abnormality.kind == "gain":
        return abnormality.copies
    return -1 if joined else 0


def _exchange(part: Rearrangement) -> tuple[str, ...]:
    return tuple(sorted(c.lstrip("?") for c in part.chromosomes))


def _key(abnormality: Abnormality) -> str:
    return abnormality.text.replace("?", "")


def _copies(abnormality: Abnormality, number: int) -> int:
    return number if abnormality.kind in ("gain", "loss", "marker") else 1


def _loses_abnormal(abnormality: Abnormality) -> bool:
    return abnormality.sign == "-" and abnormality.structural


def _touched(abnormality: Abnormality) -> set[str]:
    found = {c.lstrip("?") for c in abnormality.chromosomes}
    for part in abnormality.parts:
        found.update(c.lstrip("?") for c in part.chromosomes)
    return found


def _core_binding(part: Rearrangement) -> bool:
    chromosomes = part.chromosomes if part.kind == "t" else part.chromosomes * 2
    bands = tuple(b.split(".")[0] for group in part.bands for b in group)
    return (
        part.kind in ("t", "inv")
        and len(bands) == 2
        and any(
            sorted(zip(chromosomes, bands, strict=False)) == sorted(zip(*known, strict=True))
            for known in _CORE_BINDING
        )
    )
