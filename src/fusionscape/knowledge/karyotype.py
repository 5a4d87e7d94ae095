"""Reading karyotypes as they are printed: tolerant ISCN, nothing raised, nothing dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, TypedDict

from fusionscape.knowledge import karyotype_summary as summary
from fusionscape.knowledge.fusion_denial import denial
from fusionscape.knowledge.karyotype_clones import Clone, read_clones
from fusionscape.knowledge.karyotype_grammar import Abnormality, impossible_bands
from fusionscape.knowledge.karyotype_repair import repair
from fusionscape.knowledge.store import records

__all__ = ["Abnormality", "Clone", "Karyotype", "KaryotypeStatus", "parse_karyotype"]

KaryotypeStatus = Literal["normal", "abnormal", "failed", "not done", "unknown"]


class _Flags(TypedDict, total=False):
    complex: bool | None
    monosomal: bool | None
    trisomy_8: bool | None
    chr13_abnormal: bool | None
    chr13_deletion: bool | None


_FISH = re.compile(r"(?:[.\s]*cryp\s+|[.\s;,]*)\b(?:nuc\s*ish|ish)\b.*$", re.IGNORECASE | re.DOTALL)
_NOTE_IN_BRACKETS = re.compile(
    r"\[(?!\s*\d+\s*(?:cell|meta))[^\[\]]*[A-Za-z]{3,}[^\[\]]*\s[^\[\]]*\]"
)
_NOTE_AT_END = re.compile(
    r"(?<=[\])XYc\d])\s+[.;]?\s*(?![\[(]?\d+\s*(?:cell|meta)|cells?\b|metaphases?\b|"
    r"crypt?|inc\b|inv|ins|del|der|dup|dic|add|idem|mar|psu)"
    r"((?:\d+\s+)?[A-Za-z(]*[A-Za-z]{3,}\b(?!\s*\().*)$",
    re.IGNORECASE | re.DOTALL,
)
_LONE_CHANGE = re.compile(r"\s*(?:no\s+|not\s+)?(?:t|inv|ins|del|dup|add|der)\s?\(", re.IGNORECASE)
_IN_WORDS = re.compile(
    r"\b(?:t|inv|del|der|add|ins|dup|i)\s?\(|(?<![\w.])[+-]\s?(?:\d{1,2}|X|Y)\b|\d{1,2}[pq]-"
    r"|\b(?:mono|tri)somy\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Karyotype:
    """A karyotype as read.

    `repaired` names the print damage mended, `unread` the pieces no rule understood,
    `remarks` free text and what does not add up (impossible bands, a chromosome number that
    does not fit, clones of both sexes, too few cells for a clone), `fish` the FISH part as
    printed. Flags are None where the karyotype cannot say: it failed, was not done, or was
    not read whole. `status` goes by the clones as the laboratory lists them.
    `abnormalities` are the distinct clonal, acquired ones over all clones.
    `donor` is True when donor cells are listed after ``//``; they are left out of `clones`.
    """

    given: str | None
    repaired: tuple[str, ...] = ()
    clones: tuple[Clone, ...] = ()
    donor: bool = False
    fish: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    status: KaryotypeStatus = "unknown"
    abnormalities: tuple[Abnormality, ...] = ()
    abnormality_count: int | None = None
    complex: bool | None = None
    monosomal: bool | None = None
    trisomy_8: bool | None = None
    chr13_abnormal: bool | None = None
    chr13_deletion: bool | None = None
    translocations_11p15: tuple[str, ...] = ()
    partners_compatible: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def parse_karyotype(text: str | None) -> Karyotype:
    """What does this karyotype show?

    Reads ISCN with clones, ``sl``, ``idem``, ``sdl``, ``cp``, ``inc``, ``der``, ``add``,
    ``mar``, question marks, FISH and donor cells; mends the damage of print (dashes, spaces,
    capitals, commas or colons for semicolons) and says so. Complex is three or more unrelated
    abnormalities, hyperdiploidy of gains only excluded, before class-defining lesions are
    considered (Döhner 2022, doi:10.1182/blood.2022016867); monosomal is Breems 2008
    (doi:10.1200/JCO.2008.16.0259), judged clone by clone. A gain in one cell or a loss in
    fewer than three is no clone (ISCN) unless FISH stands beside it: it is not counted, named
    in `remarks`, and a flag that hangs on it is None. A normal karyotype does not exclude
    NUP98 rearrangement.

    >>> parse_karyotype("46,XX,t(7;11)(p15;p15)[20]").partners_compatible
    ('HOXA10', 'HOXA11', 'HOXA13', 'HOXA6', 'HOXA9')
    """
    if text is None or not text.strip():
        return Karyotype(given=text)
    status = _status_words().get(text.strip().rstrip(".").lower())
    if status is not None:
        return Karyotype(given=text, status=status, **_flags_of_word(status, text))
    body, fish, remarks = _set_apart(text)
    status = _status_words().get(body.strip().rstrip(".").lower())
    if status is not None:
        return Karyotype(
            given=text, status=status, fish=fish, remarks=remarks, **_flags_of_word(status, text)
        )
    if _LONE_CHANGE.match(text) and denial(text) is not None:
        return Karyotype(given=text, remarks=(text.strip(),))  # a change denied is none seen
    return _read(text, body, fish, remarks)


@cache
def _status_words() -> dict[str, KaryotypeStatus]:
    allowed: dict[str, KaryotypeStatus] = {
        "normal": "normal",
        "abnormal": "abnormal",
        "failed": "failed",
        "not done": "not done",
        "unknown": "unknown",
    }
    return {row["word"]: allowed[row["status"]] for row in records("karyotype_words.csv")}


def _flags_of_word(status: KaryotypeStatus, text: str) -> _Flags:
    if "complex" in text.lower() or "复杂" in text:
        return {"complex": True}
    if status != "normal":
        return {}
    return {
        "complex": False,
        "monosomal": False,
        "trisomy_8": False,
        "chr13_abnormal": False,
        "chr13_deletion": False,
    }


def _set_apart(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The karyotype proper, its FISH part and the free text around it."""
    remarks = [note.strip("[] ") for note in _NOTE_IN_BRACKETS.findall(text)]
    text = _NOTE_IN_BRACKETS.sub("", text)
    fish: tuple[str, ...] = ()
    match = _FISH.search(text)
    if match is not None:
        pieces = re.split(r"\.(?=\s*(?:ish|nuc))", match.group(0).lstrip(" .;,"))
        fish = tuple(piece.strip() for piece in pieces if piece.strip())
        text = text[: match.start()]
    note = _NOTE_AT_END.search(text)
    if note is not None:
        remarks.append(note.group(1).strip())
        text = text[: note.start()]
    return text.strip(), fish, tuple(remarks)


def _read(text: str, body: str, fish: tuple[str, ...], remarks: tuple[str, ...]) -> Karyotype:
    mended, repairs = repair(body)
    mended, tail = _without_loose_end(mended)
    own, _, donor = mended.partition("//")
    reading = read_clones(own)
    clones = tuple(reading.clones)
    hidden = tuple(note for note in remarks if _hides_an_abnormality(note))
    remarks = tuple(note for note in remarks if note not in hidden)
    unread = (*reading.unread, *hidden)
    broken = tuple(
        f"band {band} does not exist"
        for band in dict.fromkeys(b for c in clones for a in c.listed for b in impossible_bands(a))
    )
    moved = summary.translocations_11p15(clones)
    checks = (*map(summary.number_remark, clones), summary.sex_remark(clones))
    clonal, single = summary.clonal(clones, confirmed=bool(fish) or "FISH" in " ".join(remarks))
    return Karyotype(
        given=text,
        repaired=tuple(dict.fromkeys((*repairs, *tail, *reading.repairs))),
        clones=clones,
        donor=bool(donor),
        fish=fish,
        unread=unread,
        remarks=(*remarks, *reading.remarks, *broken, *filter(None, checks), *single),
        status=_status(clones, unread),
        translocations_11p15=moved,
        partners_compatible=summary.nup98_partners(moved),
        abnormalities=tuple(summary.distinct(clonal)),
        abnormality_count=summary.count_abnormalities(clonal) if clones else None,
        **_agreed(_flags(clones, unread), _flags(clonal, unread)),
    )


def _agreed(listed: _Flags, clonal: _Flags) -> _Flags:
    """Flags on which the clones as listed and the clones by definition agree."""
    agreed: _Flags = {}
    if listed and clonal:
        agreed["complex"] = _same(listed["complex"], clonal["complex"])
        agreed["monosomal"] = _same(listed["monosomal"], clonal["monosomal"])
        agreed["trisomy_8"] = _same(listed["trisomy_8"], clonal["trisomy_8"])
        agreed["chr13_abnormal"] = _same(listed["chr13_abnormal"], clonal["chr13_abnormal"])
        agreed["chr13_deletion"] = _same(listed["chr13_deletion"], clonal["chr13_deletion"])
    return agreed


def _same(one: bool | None, other: bool | None) -> bool | None:
    return one if one == other else None


def _hides_an_abnormality(note: str) -> bool:
    """True for free text that names an abnormality and is not a FISH finding."""
    return "FISH" not in note.upper() and bool(_IN_WORDS.search(note))


def _without_loose_end(text: str) -> tuple[str, tuple[str, ...]]:
    bare = re.sub(r"(?<=\])[+-]+$", "", text.rstrip(".,;/ "))
    return bare, ("sign at the end",) if bare != text.rstrip(".,;/ ") else ()


def _status(clones: tuple[Clone, ...], unread: tuple[str, ...]) -> KaryotypeStatus:
    if any(not clone.normal for clone in clones):
        return "abnormal"
    if not clones or unread:
        return "unknown"
    return "normal"


def _flags(clones: tuple[Clone, ...], unread: tuple[str, ...]) -> _Flags:
    """Each flag True when seen; False only when the karyotype was read whole."""
    if not clones:
        return {}
    vague = any(clone.modal is None for clone in clones)
    vague = (
        vague
        or bool(unread)
        or any(a.kind == "incomplete" for clone in clones for a in clone.abnormalities)
    )

    def told(seen: bool) -> bool | None:
        return True if seen else None if vague else False

    found = summary.distinct(clones)
    many = summary.count_events(found) >= 3 and not summary.is_hyperdiploid_only(found)
    return {
        "complex": told(many),
        "monosomal": told(any(summary.is_monosomal(c) for c in clones)),
        "trisomy_8": told(any(summary.gains_chromosome(c, "8") for c in clones)),
        "chr13_abnormal": told(any(summary.breaks_or_loses(c, "13") for c in clones)),
        "chr13_deletion": told(any(summary.deletes_long_arm(c, "13") for c in clones)),
    }
