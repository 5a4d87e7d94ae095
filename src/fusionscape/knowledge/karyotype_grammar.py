"""The ISCN grammar of one abnormality: what kind it is, on which chromosomes, at which bands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from fusionscape.knowledge.bands import band_exists
from fusionscape.knowledge.translocation import Rearrangement, rearrangements

_CHROMOSOME = r"(?:\d{1,2}|X|Y)"
_NUMERIC = re.compile(
    rf"^(?P<sign>[+-])(?P<doubt>\??)(?P<what>{_CHROMOSOME})(?P<tail>(?:\?)?c?)(?:x(?P<copies>\d+))?$"
)
_MARKER = re.compile(
    r"^(?P<sign>[+-]?)(?P<doubt>\??)(?P<number>\d+)?(?:[~-](?P<upper>\d+))?(?P<what>mar|r|dmin|ring|f|min)"
    r"(?P<index>\d*)(?:\((?P<chromosome>[\dXY?;]+)\))?(?:x(?P<copies>\d+))?(?P<tail>c?)$"
)
_KIND = (
    r"(?:psudic|psuidic|dirdup|invdup|dirins|invins|ider|idic|der|dic|inv|ins|del|dup|add|qdp|"
    r"trp|rec|rea|rob|tas|trc|fra|hsr|neo|upd|fis|dn|t|i|r)"
)
_NESTED = r"\((?:[^()]|\([^()]*\))*\)"
_OPERATION = rf"(?:cryp)?{_KIND}(?:{_NESTED})+"
_STRUCTURAL = re.compile(
    rf"^(?P<sign>[+-]?)(?P<before>\??)(?P<cryptic>cryp)?(?P<kind>{_KIND})"
    rf"(?P<first>{_NESTED})(?P<rest>(?:{_NESTED})*(?:{_OPERATION})*)"
    r"(?:x(?P<copies>\d+))?(?P<tail>\??c?)$"
)
_VARIANT = re.compile(r"^(?:\d{1,2}|X|Y)[pq](?:h|s|ss|stk|stks|cenh)[+-]c?$")
_NAMELESS = re.compile(rf"^\((\??{_CHROMOSOME}(?:;\??{_CHROMOSOME})+)\)(\(.*\))$")
_CHROMOSOMES = re.compile(r"\?|\d{1,2}|X|Y")
_LONG_KINDS = {"psudic": "psu dic", "psuidic": "psu idic", "dirdup": "dup", "invdup": "dup"}
_LONG_KINDS.update({"dirins": "ins", "invins": "ins", "ring": "r"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Abnormality:
    """One chromosome abnormality of a clone.

    `kind` is ``gain``, ``loss``, ``marker``, ``incomplete`` or the ISCN symbol (``t``,
    ``inv``, ``del``, ``der`` ...); `sign` ``+`` or ``-`` when printed; `bands` one string per
    breakpoint group (``q13q33``); `parts` the operations inside; `uncertain` is True when a
    question mark or an impossible band is printed, `constitutional` when marked ``c``,
    `cryptic` when the laboratory says banding alone would miss it.
    """

    kind: str
    chromosomes: tuple[str, ...]
    bands: tuple[str, ...]
    text: str
    uncertain: bool
    sign: str = ""
    copies: int = 1
    constitutional: bool = False
    cryptic: bool = False
    parts: tuple[Rearrangement, ...] = ()

    @property
    def structural(self) -> bool:
        """True unless a whole chromosome was gained or lost, or nothing is specified."""
        return self.kind not in ("gain", "loss", "incomplete")


def read_abnormality(token: str) -> Abnormality | None:
    """The abnormality a token of a clone names; None when it cannot be read."""
    if token.lower() in ("inc", "inc."):
        return Abnormality(kind="incomplete", chromosomes=(), bands=(), text=token, uncertain=True)
    if _VARIANT.match(token):
        return Abnormality(
            kind="variant",
            chromosomes=(re.split("[pq]", token)[0],),
            bands=(),
            text=token,
            uncertain=False,
            constitutional=True,
        )
    return _numeric(token) or _marker(token) or _structural(token) or _nameless(token)


def impossible_bands(abnormality: Abnormality) -> tuple[str, ...]:
    """Breakpoints printed in bands that do not exist (``15q35``)."""
    found = [
        f"{chromosome}{band}"
        for part in abnormality.parts
        if len(part.chromosomes) == len(part.bands)
        for chromosome, group in zip(part.chromosomes, part.bands, strict=True)
        for band in group
        if _CHROMOSOMES.fullmatch(chromosome)
        and chromosome != "?"
        and not band_exists(chromosome, band)
    ]
    return tuple(dict.fromkeys(found))


def _numeric(token: str) -> Abnormality | None:
    match = _NUMERIC.match(token)
    if match is None or not _is_chromosome(match["what"]):
        return None
    return Abnormality(
        kind="gain" if match["sign"] == "+" else "loss",
        chromosomes=(match["what"],),
        bands=(),
        text=token,
        uncertain="?" in token,
        sign=match["sign"],
        copies=int(match["copies"] or 1),
        constitutional=match["tail"].endswith("c"),
    )


def _marker(token: str) -> Abnormality | None:
    match = _MARKER.match(token)
    if match is None or (match["what"] == "r" and not (match["sign"] or match["chromosome"])):
        return None
    kind = {"mar": "marker", "dmin": "dmin"}.get(match["what"], match["what"])
    chromosome = match["chromosome"]
    return Abnormality(
        kind=_LONG_KINDS.get(kind, kind),
        chromosomes=tuple(chromosome.split(";")) if chromosome else (),
        bands=(),
        text=token,
        uncertain="?" in token or match["upper"] is not None,
        sign=match["sign"],
        copies=int(match["number"] or match["copies"] or 1),
        constitutional=match["tail"] == "c",
    )


def _structural(token: str) -> Abnormality | None:
    match = _STRUCTURAL.match(token)
    if match is None:
        return None
    kind = _LONG_KINDS.get(match["kind"], match["kind"])
    inside = match["first"][1:-1]
    if kind in ("hsr", "neo", "upd") and not re.match(rf"^\??{_CHROMOSOME}$", inside):
        chromosomes: tuple[str, ...] = ()
        bands: tuple[str, ...] = (inside,)
    else:
        chromosomes = tuple(part.strip() for part in inside.split(";"))
        bands = _bands(match["rest"])
        if not all(re.fullmatch(rf"\??(?:{_CHROMOSOME}|\?)?\*?|.*\(.*", c) for c in chromosomes):
            return None
    parts = rearrangements(token)
    plain = Abnormality(
        kind=kind,
        chromosomes=tuple(c.lstrip("?") or "?" for c in chromosomes),
        bands=bands,
        text=token,
        uncertain="?" in re.sub(r"::\??(?:::)?", "", token),
        sign=match["sign"],
        copies=int(match["copies"] or 1),
        constitutional=match["tail"].endswith("c"),
        cryptic="cryp" in token,
        parts=parts,
    )
    if not impossible_bands(plain):
        return plain
    return replace(plain, uncertain=True)


def _nameless(token: str) -> Abnormality | None:
    """``(6;11)(q27;q23)`` without its t: read as a translocation, marked uncertain."""
    if _NAMELESS.match(token) is None:
        return None
    read = _structural(f"t{token}")
    return replace(read, uncertain=True) if read is not None else None


def _bands(rest: str) -> tuple[str, ...]:
    match = re.match(r"^\(((?:[^()]|\([^()]*\))*)\)", rest)
    return tuple(match.group(1).split(";")) if match is not None else ()


def _is_chromosome(text: str) -> bool:
    return text in ("X", "Y") or 1 <= int(text) <= 22
