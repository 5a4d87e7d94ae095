"""Response after a course, under a named rule set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from fusionscape.knowledge.store import listed, records

ResponseRules = Literal["eln2022", "eln2017", "cclg2015", "xiong2025", "reported"]
ResponseCategory = Literal[
    "CR", "CRh", "CRi", "MLFS", "PR", "NR", "not in CR", "death", "not evaluable"
]

RESPONSE_RULES: tuple[ResponseRules, ...] = (
    "eln2022",
    "eln2017",
    "cclg2015",
    "xiong2025",
    "reported",
)
_CATEGORIES: tuple[ResponseCategory, ...] = (
    "CR",
    "CRh",
    "CRi",
    "MLFS",
    "PR",
    "NR",
    "not in CR",
    "death",
    "not evaluable",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseClass:
    """The response category under a rule set; None where inputs it needs are missing.

    `possible` lists the categories that remain when some inputs are missing.
    """

    category: ResponseCategory | None
    rule: ResponseRules
    missing_inputs: tuple[str, ...]
    possible: tuple[ResponseCategory, ...]
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """Blood and marrow findings beside the blast percentage."""

    blood_blasts_percent: float | None
    extramedullary: bool | None
    anc_10e9_l: float | None
    platelets_10e9_l: float | None
    pretreatment_blasts_percent: float | None
    marrow_adequate: bool | None
    regeneration: bool | None
    auer_rods: bool | None


def classify_response(
    *,
    rules: ResponseRules,
    blasts_percent: float | None = None,
    blood_blasts_percent: float | None = None,
    extramedullary: bool | None = None,
    anc_10e9_l: float | None = None,
    platelets_10e9_l: float | None = None,
    pretreatment_blasts_percent: float | None = None,
    marrow_adequate: bool | None = None,
    regeneration: bool | None = None,
    auer_rods: bool | None = None,
    died: bool | None = None,
    reported: str | None = None,
) -> ResponseClass:
    """Which response is this, under this rule set?

    ``eln2022``: CR needs marrow blasts < 5 %, no circulating blasts, no extramedullary
    disease, ANC >= 1.0 and platelets >= 100; CRh ANC >= 0.5 and platelets >= 50; CRi one of
    the two CR counts missed; MLFS no recovery; PR 5 to 25 % blasts with a fall of at least
    half and CR counts. ``eln2017`` knows no CRh and counts blasts with Auer rods as disease.
    ``cclg2015``: CR <= 5 %, PR 6 to 19 %, NR >= 20 %, no counts. ``xiong2025``: CR < 5 % with
    regeneration. ``reported``: the study's own word. Percent and 10e9/L; a missing input that
    could change the category leaves it None and is named. The reported response is never
    overwritten: keep both.

    Source: Döhner 2022 (doi:10.1182/blood.2022016867); Döhner 2017
    (doi:10.1182/blood-2016-08-733196).

    >>> classify_response(rules="cclg2015", blasts_percent=5.0).category
    'CR'
    >>> classify_response(rules="xiong2025", blasts_percent=5.0).category
    'not in CR'
    """
    if died:
        return _result(rules, {"death"}, ())
    if rules == "reported":
        word = normalise_reported(reported)
        return _result(rules, {word} if word is not None else set(), ("reported",))
    if marrow_adequate is False and (blasts_percent is None or blasts_percent < 5):
        return _result(rules, {"not evaluable"}, ())
    if blasts_percent is None:
        return _result(rules, set(), ("blasts_percent",))
    counts = _Counts(
        blood_blasts_percent=blood_blasts_percent,
        extramedullary=extramedullary,
        anc_10e9_l=anc_10e9_l,
        platelets_10e9_l=platelets_10e9_l,
        pretreatment_blasts_percent=pretreatment_blasts_percent,
        marrow_adequate=marrow_adequate,
        regeneration=regeneration,
        auer_rods=auer_rods,
    )
    if rules == "cclg2015":
        return _cclg(blasts_percent)
    if rules == "xiong2025":
        return _xiong(blasts_percent, counts)
    return _eln(rules, blasts_percent, counts)


@lru_cache(maxsize=2048)
def normalise_reported(text: str | None) -> ResponseCategory | None:
    """The category a study's own word stands for; None when missing or not understood.

    ``not in CR`` is kept apart from NR: it may hide a PR.

    >>> normalise_reported("Complete Remission"), normalise_reported("Not in CR")
    ('CR', 'not in CR')
    """
    if text is None:
        return None
    dashes = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"（": "(", "）": ")"})
    flat = " ".join(text.translate(dashes).lower().split()).strip(" .,;:")
    words = _reported_words()
    found = words.get(flat) or words.get(re.sub(r"\s*\([^()]*\)$", "", flat))
    inside = re.search(r"\(([^()]+)\)$", flat)
    if found is None and inside is not None:
        found = words.get(inside.group(1).strip())
    return found


def counts_as_cr(category: ResponseCategory | None, rules: ResponseRules) -> bool | None:
    """Does this category count as remission under this rule set? None when unknown.

    Death and non-evaluable count as no remission in the response rate.

    >>> counts_as_cr("CRi", "eln2022"), counts_as_cr("CRh", "eln2017")
    (True, False)
    """
    return None if category is None else category in _cr_categories()[rules]


def cr_categories(rules: ResponseRules) -> tuple[str, ...]:
    """Categories that count as remission under this rule set."""
    return _cr_categories()[rules]


@cache
def _cr_categories() -> dict[str, tuple[str, ...]]:
    return {row["rule"]: listed(row["counts_as_cr"]) for row in records("response_rules.csv")}


@cache
def _reported_words() -> dict[str, ResponseCategory]:
    by_name: dict[str, ResponseCategory] = {name: name for name in _CATEGORIES}
    return {row["word"]: by_name[row["category"]] for row in records("response_words.csv")}


@cache
def _references() -> dict[str, str]:
    return {row["rule"]: row["reference"] for row in records("response_rules.csv")}


def _result(
    rules: ResponseRules, possible: set[ResponseCategory], missing: tuple[str, ...]
) -> ResponseClass:
    ordered = tuple(name for name in _CATEGORIES if name in possible)
    settled = len(ordered) == 1
    return ResponseClass(
        category=ordered[0] if settled else None,
        rule=rules,
        missing_inputs=() if settled else missing,
        possible=ordered,
        reference=_references()[rules],
    )


def _cclg(blasts: float) -> ResponseClass:
    """The abstract prints whole percents: 5 is CR, 6 to 19 PR; between 5 and 6 is open."""
    if blasts <= 5:
        return _result("cclg2015", {"CR"}, ())
    if blasts < 6:
        return _result("cclg2015", {"CR", "PR"}, ("blasts_percent (rule leaves 5 to 6 % open)",))
    if 19 < blasts < 20:
        return _result("cclg2015", {"PR", "NR"}, ("blasts_percent (rule leaves 19 to 20 % open)",))
    return _result("cclg2015", {"PR"} if blasts <= 19 else {"NR"}, ())


def _xiong(blasts: float, counts: _Counts) -> ResponseClass:
    if blasts >= 5 or counts.regeneration is False:
        return _result("xiong2025", {"not in CR"}, ())
    if counts.regeneration is None:
        return _result("xiong2025", {"CR", "not in CR"}, ("regeneration",))
    return _result("xiong2025", {"CR"}, ())


def _eln(rules: ResponseRules, blasts: float, counts: _Counts) -> ResponseClass:
    missing: list[str] = []
    if blasts >= 5:
        return _result(rules, _not_cleared(blasts, counts, missing), tuple(missing))
    if rules == "eln2017" and counts.auer_rods:
        return _result(rules, {"NR"}, ())
    possible: set[ResponseCategory] = set()
    disease = _disease_left(counts, missing)
    if disease is not True:
        possible |= _cleared(rules, counts, missing)
    if disease is not False:
        possible.add("NR")
    return _result(rules, possible, tuple(missing))


def _disease_left(counts: _Counts, missing: list[str]) -> bool | None:
    """Blasts in blood or disease outside the marrow; None when one of them is unknown."""
    blood = None if counts.blood_blasts_percent is None else counts.blood_blasts_percent > 0
    if blood or counts.extramedullary:
        return True
    unknown = [
        name
        for name, value in (
            ("blood_blasts_percent", blood),
            ("extramedullary", counts.extramedullary),
        )
        if value is None
    ]
    missing.extend(unknown)
    return None if unknown else False


def _cleared(rules: ResponseRules, counts: _Counts, missing: list[str]) -> set[ResponseCategory]:
    """Categories open to a marrow below 5 % blasts, from the blood counts."""
    anc, platelets = counts.anc_10e9_l, counts.platelets_10e9_l
    missing.extend(
        name
        for name, value in (("anc_10e9_l", anc), ("platelets_10e9_l", platelets))
        if value is None
    )
    steps_anc = (0.0, 0.5, 1.0) if anc is None else (anc,)
    steps_platelets = (0.0, 50.0, 100.0) if platelets is None else (platelets,)
    return {_recovery(rules, a, p) for a in steps_anc for p in steps_platelets}


def _recovery(rules: ResponseRules, anc: float, platelets: float) -> ResponseCategory:
    if anc >= 1.0 and platelets >= 100:
        return "CR"
    if rules == "eln2022" and anc >= 0.5 and platelets >= 50:
        return "CRh"
    return "CRi" if anc >= 1.0 or platelets >= 100 else "MLFS"


def _not_cleared(blasts: float, counts: _Counts, missing: list[str]) -> set[ResponseCategory]:
    """PR needs 5 to 25 % blasts, a fall by half, and the blood counts of CR."""
    if blasts > 25:
        return {"NR"}
    before = counts.pretreatment_blasts_percent
    if before is not None and blasts > before / 2:
        return {"NR"}
    disease = _disease_left(counts, [])
    anc, platelets = counts.anc_10e9_l, counts.platelets_10e9_l
    if (anc is not None and anc < 1.0) or (platelets is not None and platelets < 100):
        return {"NR"}
    if disease:
        return {"NR"}
    if before is None:
        missing.append("pretreatment_blasts_percent")
    disease_unknown = disease is None
    if disease_unknown:
        _disease_left(counts, missing)
    missing.extend(
        name
        for name, value in (("anc_10e9_l", anc), ("platelets_10e9_l", platelets))
        if value is None
    )
    return {"PR", "NR"} if missing else {"PR"}
