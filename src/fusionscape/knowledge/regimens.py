"""Reading treatment sequences: courses, drugs, drug classes, transplant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fusionscape.knowledge.regimen_lexicon import (
    Item,
    drug_classes,
    lexicon,
    study_items,
    token_key,
)

__all__ = ["Course", "Item", "Treatment", "parse_treatment", "same_course", "treatment_class"]

_ARROW = re.compile(
    r"\s*(?:→|⇒|➔|➝|⟶|—>|–>|-{1,2}>|=>|>>|;|；|\n|\bfollowed by\b|\bthen\b|序贯)\s*", re.IGNORECASE
)
_JOIN = re.compile(r"\s*(?:\+|＋|&|\bplus\b|\bwith\b|\band\b|联合)\s*", re.IGNORECASE)
_DOSE = re.compile(
    r"\b\d+(?:\.\d+)?\s*(?:mg|g|ug|µg|IU|U)(?:/(?:m2|m²|kg|d|day))*\b|\bd\d+(?:[-,–]\d+)*\b|"
    r"\bq\d+h\b|\b(?:C|cycle|course)\s?\d+\s*:?",
    re.IGNORECASE,
)
# Days of two or three drugs behind a regimen's name: DA 3+10, ADE 10+3+5.
_SCHEDULE = re.compile(
    r"(?<![A-Za-z])([A-Za-z][A-Za-z-]{1,9}?)[\s-]+(?:\d{1,2}\s*\+\s*){1,2}\d{1,2}(?![\d+])"
)
_TIMES = re.compile(r"\s*\(?\s*[x×]\s*(\d)\s*\)?\s*$|^\s*(\d)\s*[x×]\s*", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:re-?induction|induction|consolidation|salvage|maintenance|bridging|诱导|巩固|挽救|维持)"
    r"\s?\d?\s*[:：]?\s+|\s+(?:maintenance|alone|only|monotherapy|induction|consolidation|"
    r"salvage|bridging)$|^(?:诱导|巩固|挽救|维持)[:：]?",
    re.IGNORECASE,
)
_TRANSPLANT_WORD = re.compile(r"hsct|hct|\bsct\b|bmt|transplant|移植", re.IGNORECASE)
_NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "unknown", "nd", "none", "no", "-", "不详"})
_EXPOSURES = ("IC", "LIT", "HMA", "VEN", "FLT3i", "CDK4/6i", "menin inhibitor", "HSCT")
_ADDITIONS = ("VEN", "FLT3i", "CDK4/6i", "menin inhibitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course (or the transplant): what was given together, order of no meaning."""

    given: str
    items: tuple[Item, ...]

    @property
    def drugs(self) -> tuple[str, ...]:
        """Every drug of the course, once, in alphabetical order."""
        return tuple(sorted({drug for item in self.items for drug in item.drugs}))

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class of the course, once, in alphabetical order."""
        return tuple(sorted({name for item in self.items for name in item.classes}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A treatment sequence as read.

    `transplant` says whether the sequence names one (None when no treatment is given at
    all, or when an unread token speaks of one), `transplant_position` its place among
    `courses`, counted from 0. `classes` are the exposures of the whole sequence (IC, LIT, HMA,
    VEN, FLT3i, CDK4/6i, menin inhibitor, HSCT); `unresolved` and `ambiguous` list tokens left
    open.
    """

    given: str | None
    courses: tuple[Course, ...]
    transplant: bool | None
    transplant_position: int | None
    classes: tuple[str, ...]
    unresolved: tuple[str, ...]
    ambiguous: tuple[str, ...]


def parse_treatment(text: str | None, *, glossary: Mapping[str, str] | None = None) -> Treatment:
    """Which courses were given, in which order?

    ``DAH → IAH → DCAG + Ven → HSCT``: arrows divide courses, plus signs join what is given
    together, the longest known name wins (``DAC + AA``, ``7+3``, ``FLAG-IDA``). `glossary`
    is the study's own (token to drugs) and comes before every other meaning; a token with
    two meanings and no glossary (``DAC``) is left open and listed in `ambiguous`.

    Source: abbreviations of Xiong 2025 (World J Pediatr) and Tian 2024
    (doi:10.1038/s41408-024-01066-y), one citation per row.

    >>> t = parse_treatment("DAH → Gil + Pal + Aza + Ven → HSCT")
    >>> [treatment_class(course) for course in t.courses], t.transplant_position
    (['IC', 'LIT+VEN+FLT3i+CDK4/6i', 'HSCT'], 2)
    """
    if text is None or token_key(text) in _NOTHING:
        return Treatment(
            given=text,
            courses=(),
            transplant=None,
            transplant_position=None,
            classes=(),
            unresolved=(),
            ambiguous=(),
        )
    items = study_items(glossary)
    courses: list[Course] = []
    for piece in _ARROW.split(text.strip()):
        courses.extend(_courses(piece, items))
    places = [i for i, course in enumerate(courses) if "HSCT" in course.classes]
    every = [item for course in courses for item in course.items]
    backbones = {_backbone(course, set(_exposures(set(course.classes)))) for course in courses}
    names = {name for item in every for name in item.classes}
    return Treatment(
        given=text,
        courses=tuple(courses),
        transplant=True if places else None if _maybe_transplant(every) else False,
        transplant_position=places[0] if places else None,
        classes=_exposures(names | {name for name in backbones if name is not None}),
        unresolved=_tokens(every, "unresolved"),
        ambiguous=_tokens(every, "ambiguous"),
    )


def treatment_class(course: Course) -> str | None:
    """Which arm does this course belong to? ``IC``, ``LIT+VEN``, ``LIT+VEN+FLT3i`` ...

    The backbone (IC before LIT) and, in this order, venetoclax, FLT3, CDK4/6 and menin
    inhibitors. Targeted drugs without a backbone stand alone (``VEN+FLT3i``); a transplant is
    ``HSCT``. None when a token is open or the intensity is not told (``Ara-C`` alone).

    Source: arms of Tian 2024 (doi:10.1038/s41408-024-01066-y).

    >>> treatment_class(parse_treatment("AZA + VEN").courses[0])
    'LIT+VEN'
    """
    if any(item.status in ("ambiguous", "unresolved") for item in course.items):
        return None
    names = set(_exposures(set(course.classes)))
    additions = [name for name in _ADDITIONS if name in names]
    backbone = _backbone(course, names)
    if backbone is None and not additions:
        return "HSCT" if "HSCT" in names else None
    if backbone is None and _has_chemotherapy(course):
        return None
    return "+".join([backbone, *additions] if backbone else additions)


def same_course(one: Course, other: Course) -> bool:
    """True when two courses give the same drugs, whatever the names, case and order.

    >>> a, b = parse_treatment("Ven + Aza -> AZA+VEN").courses
    >>> same_course(a, b)
    True
    """
    settled = not any(
        item.status in ("ambiguous", "unresolved") for c in (one, other) for item in c.items
    )
    if not settled:
        return token_key(one.given) == token_key(other.given)
    procedures = [{c for c in x.classes if c == "HSCT"} for x in (one, other)]
    return one.drugs == other.drugs and procedures[0] == procedures[1]


def _courses(piece: str, items: Mapping[str, Item]) -> list[Course]:
    piece = piece.strip(" .,")
    match = _TIMES.search(piece)
    times = int(match.group(1) or match.group(2)) if match is not None else 1
    body = _TIMES.sub("", piece) if match is not None else piece
    body = _LABEL.sub("", body).strip()
    body = " ".join(_DOSE.sub(" ", re.sub(r"\([^()]*\)", " ", body)).split())
    if not body:
        return []
    body = _SCHEDULE.sub(lambda match: _unscheduled(match, items), body)
    found = tuple(_items([t for t in _JOIN.split(body) if t], items))
    return [Course(given=piece, items=found)] * max(1, min(times, 9))


def _unscheduled(match: re.Match[str], items: Mapping[str, Item]) -> str:
    """A regimen without its days, unless it is known under the name with them."""
    whole, name = match.group(), match.group(1)
    known = token_key(whole) not in items and token_key(name) in items
    return name if known else whole


def _items(tokens: list[str], items: Mapping[str, Item]) -> list[Item]:
    """Items of a course; of names that contain a plus sign the longest wins."""
    found: list[Item] = []
    place = 0
    while place < len(tokens):
        for length in range(len(tokens) - place, 0, -1):
            known = items.get(token_key("+".join(tokens[place : place + length])))
            if known is not None:
                found.append(known)
                place += length
                break
        else:
            found.extend(_pieces(tokens[place], items))
            place += 1
    return found


def _pieces(token: str, items: Mapping[str, Item]) -> list[Item]:
    """A token that is known only in pieces (``AZA/VEN``, ``Ven-Aza``, ``FLAG IDA``).

    Commas and slashes may also divide courses or name alternatives (``DA/IA``), so they join
    drugs and classes only.
    """
    for pattern in (r"\s*/\s*", r"\s*[,，、]\s*", r"\s*-\s*", r"\s+"):
        parts = [part for part in re.split(pattern, token) if part]
        known = [item for item in (items.get(token_key(p)) for p in parts) if item is not None]
        joins = "-" in pattern or pattern == r"\s+"
        plain = joins or all(item.kind in ("drug", "class") for item in known)
        if 1 < len(parts) == len(known) and plain:
            return known
    return [
        Item(
            token=token,
            kind="unknown",
            drugs=(),
            classes=(),
            status="unresolved",
            note=f"{token} is not a treatment known here",
        )
    ]


def _exposures(names: set[str]) -> tuple[str, ...]:
    if "BCL2i" in names:
        names = {*names, "VEN"}
    return tuple(name for name in _EXPOSURES if name in names)


def _backbone(course: Course, names: set[str]) -> str | None:
    if "IC" in names:
        return "IC"
    if "LIT" in names:
        return "LIT"
    known = _intensities().get(_chemotherapy(course.drugs), set())
    if known:
        return next(iter(known)) if len(known) == 1 else None
    intensive = "cytarabine" in course.drugs and "anthracycline" in course.classes
    return "IC" if intensive and "G-CSF" not in course.drugs else None


def _chemotherapy(drugs: tuple[str, ...]) -> frozenset[str]:
    """The drugs of a course without targeted ones: what a named regimen would list."""
    targeted = {"BCL2i", "FLT3i", "CDK4/6i", "menin inhibitor", "IDH1i", "IDH2i"}
    classes = drug_classes()
    return frozenset(
        d for d in drugs if classes.get(d) not in targeted and not d.endswith(":unspecified")
    )


@cache
def _intensities() -> dict[frozenset[str], set[str]]:
    """IC or LIT of every named regimen, by its drugs (``CAG`` written out drug by drug)."""
    found: dict[frozenset[str], set[str]] = {}
    for item in lexicon().values():
        if item.kind == "regimen" and len(item.drugs) > 1 and item.status == "resolved":
            found.setdefault(_chemotherapy(item.drugs), set()).update(
                name for name in item.classes if name in ("IC", "LIT")
            )
    return found


def _has_chemotherapy(course: Course) -> bool:
    chemotherapy = {"antimetabolite", "anthracycline", "topoisomerase inhibitor"}
    return bool(chemotherapy & set(course.classes)) or "homoharringtonine" in course.drugs


def _maybe_transplant(items: list[Item]) -> bool:
    return any(i.status == "unresolved" and _TRANSPLANT_WORD.search(i.token) for i in items)


def _tokens(items: list[Item], status: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.token for item in items if item.status == status))
