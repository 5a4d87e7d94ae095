"""Clones of a karyotype: modal number, sex chromosomes, abnormalities, cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fusionscape.knowledge.karyotype_grammar import Abnormality, read_abnormality

_COUNT = re.compile(r"\[(?P<cp>cp)?(?P<cells>\d+)\]?(?:\[[^\]]*\])?$")
_MODAL = re.compile(r"^(?:mos|chi)?(~?\d{2,3}(?:[~-]\d{2,3})?(?:<\dn>)?|~?\dn[+-]?)$")
_SEX = re.compile(r"^[XYU?]{1,6}c?$")
_SAME_AS = re.compile(r"^(sl|idem|sdl?)(\d*)(?:x(\d))?$", re.IGNORECASE)
_GLUED = re.compile(r"(?<=\))(?=der\()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """One clone.

    `abnormalities` holds every abnormality of the clone, those taken over from the clone
    that ``sl`` or ``idem`` points to included; `listed` only those printed for this clone.
    `modal` is the chromosome number as printed (``46~47``), `cells` the number of cells or
    None, `composite` True for ``[cp12]``.
    """

    modal: str | None
    sex: str | None
    abnormalities: tuple[Abnormality, ...]
    listed: tuple[Abnormality, ...]
    cells: int | None
    composite: bool
    same_as: str | None
    text: str

    @property
    def acquired(self) -> tuple[Abnormality, ...]:
        """Abnormalities that are not marked constitutional."""
        return tuple(a for a in self.abnormalities if not a.constitutional)

    @property
    def normal(self) -> bool:
        """True when the clone shows no acquired abnormality."""
        return not self.acquired


@dataclass(slots=True, kw_only=True)
class CloneReading:
    """Clones read so far, with what was mended and what could not be read."""

    clones: list[Clone] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def split_outside(text: str, sign: str) -> list[str]:
    """Pieces of `text` between `sign`, leaving what stands in brackets alone."""
    pieces, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth = max(0, depth - 1)
        elif letter == sign and depth == 0:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return pieces


def read_clones(text: str) -> CloneReading:
    """Every clone of a mended karyotype."""
    reading = CloneReading()
    for piece in split_outside(text, "/"):
        if not piece:
            continue
        if re.match(r"non-?clonal", piece, re.IGNORECASE):
            reading.remarks.append(piece)
            continue
        clone = _clone(piece, reading)
        if clone is not None:
            reading.clones.append(clone)
    return reading


def _clone(piece: str, reading: CloneReading) -> Clone | None:
    count = _COUNT.search(piece)
    body = piece[: count.start()] if count is not None else piece
    tokens = [token for token in split_outside(body, ",") if token]
    if not tokens:
        reading.unread.append(piece)
        return None
    modal = _MODAL.match(tokens[0])
    if modal is None:
        return _without_number(piece, tokens, count, reading)
    rest = tokens[1:]
    sex, same_as, times = None, None, 1
    if rest and _SEX.match(rest[0]):
        sex = rest.pop(0)
    if rest and (match := _SAME_AS.match(rest[0])):
        same_as, times = rest.pop(0), int(match.group(3) or 1)
    elif rest and sex is None:
        reading.repairs.append("sex chromosomes not given")
    listed = _abnormalities(rest, reading)
    inherited, sex = _inherited(same_as, sex, reading)
    listed = (*_implied_by_sex(modal.group(1), sex, listed, inherited), *listed)
    return Clone(
        modal=modal.group(1),
        sex=sex,
        abnormalities=_after(inherited * times, listed),
        listed=listed,
        cells=int(count["cells"]) if count is not None else None,
        composite=bool(count is not None and count["cp"]),
        same_as=same_as,
        text=piece,
    )


def _without_number(
    piece: str, tokens: list[str], count: re.Match[str] | None, reading: CloneReading
) -> Clone | None:
    """A bare abnormality (``t(5;11)(q35;p15)``): read, but the rest of the clone is unknown."""
    found = [read_abnormality(token) for token in tokens]
    listed = tuple(abnormality for abnormality in found if abnormality is not None)
    if len(listed) < len(found):
        reading.unread.append(piece)
        return None
    reading.repairs.append("chromosome number not given")
    return Clone(
        modal=None,
        sex=None,
        abnormalities=listed,
        listed=listed,
        cells=int(count["cells"]) if count is not None else None,
        composite=bool(count is not None and count["cp"]),
        same_as=None,
        text=piece,
    )


def _abnormalities(tokens: list[str], reading: CloneReading) -> tuple[Abnormality, ...]:
    found: list[Abnormality] = []
    for token in tokens:
        read = read_abnormality(token)
        if read is not None:
            found.append(read)
            if token.startswith("("):
                reading.repairs.append("t missing before a translocation")
            continue
        pieces = [read_abnormality(piece) for piece in _GLUED.split(token)]
        if len(pieces) > 1 and all(piece is not None for piece in pieces):
            found.extend(piece for piece in pieces if piece is not None)
            reading.repairs.append("comma missing")
        else:
            reading.unread.append(token)
    return tuple(found)


def _inherited(
    same_as: str | None, sex: str | None, reading: CloneReading
) -> tuple[tuple[Abnormality, ...], str | None]:
    """Abnormalities and sex of the clone that sl, idem or sdl points to."""
    if same_as is None:
        return (), sex
    match = _SAME_AS.match(same_as)
    name, number = (match.group(1).lower(), match.group(2)) if match else ("sl", "")
    place = int(number or 1) if name in ("sdl", "sd") else 0
    if place >= len(reading.clones):
        reading.unread.append(same_as)
        return (), sex
    base = reading.clones[place]
    return base.abnormalities, base.sex


def _after(
    inherited: tuple[Abnormality, ...], listed: tuple[Abnormality, ...]
) -> tuple[Abnormality, ...]:
    """Inherited abnormalities less those a subclone lost (``-del(13)``), then its own."""
    kept, own = list(inherited), list(listed)
    for abnormality in listed:
        if abnormality.sign != "-" or not abnormality.structural:
            continue
        wanted = abnormality.text.lstrip("+-")
        lost = next((a for a in kept if a.text.lstrip("+-").startswith(wanted)), None)
        if lost is not None:
            kept.remove(lost)
            if lost.sign == "+":  # the loss undoes a gain: nothing is left of either
                own.remove(abnormality)
    return (*kept, *own)


def _implied_by_sex(
    modal: str,
    sex: str | None,
    listed: tuple[Abnormality, ...],
    inherited: tuple[Abnormality, ...],
) -> tuple[Abnormality, ...]:
    """``45,X`` and ``47,XXY`` change a sex chromosome without naming it."""
    if sex is None or sex.rstrip("c") in ("XX", "XY") or not set(sex) <= set("XYc"):
        return ()
    named = any("X" in a.text or "Y" in a.text for a in (*listed, *inherited))
    if named or modal == "46":
        return ()
    plain = sex.rstrip("c")
    return (
        Abnormality(
            kind="loss" if len(plain) < 2 else "gain",
            chromosomes=("X or Y",),
            bands=(),
            text=f"{modal},{sex}",
            uncertain=True,
            constitutional=sex.endswith("c"),
        ),
    )
