"""What each treatment token stands for: regimens, drugs, drug classes, procedures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fusionscape.knowledge.store import Record, listed, records

ItemKind = Literal["regimen", "drug", "class", "procedure", "unknown"]
ItemStatus = Literal["resolved", "partial", "ambiguous", "unresolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing given in a course.

    `drugs` in alphabetical order; a class without a drug is ``FLT3i:unspecified`` and makes
    the item ``partial``. `classes` are the drug classes and, for regimens, IC or LIT.
    """

    token: str
    kind: ItemKind
    drugs: tuple[str, ...]
    classes: tuple[str, ...]
    status: ItemStatus
    note: str = ""


def token_key(text: str) -> str:
    """A token without spaces and case, so ``Ven + Aza`` and ``VEN+AZA`` meet."""
    return re.sub(r"\s+", "", text).casefold()


@cache
def drug_classes() -> dict[str, str]:
    """Class of each drug."""
    return {row["drug"]: row["class"] for row in records("drugs.csv")}


@cache
def lexicon() -> dict[str, Item]:
    """Every known token, by its key."""
    found: dict[str, Item] = {}
    for row in records("drugs.csv"):
        for name in (row["drug"], *listed(row["synonyms"])):
            found[token_key(name)] = _drug(name, row["drug"])
    for row in records("regimens.csv"):
        found[token_key(row["abbreviation"])] = _from_row(row)
    return found


def glossed(token: str, expansion: str) -> Item:
    """The item a study's own glossary makes of a token (``DAC: decitabine``)."""
    parts = [part.strip() for part in re.split(r"\s*[+,]\s*|\s+and\s+", expansion) if part]
    items = [lexicon().get(token_key(part)) for part in parts]
    known = [item for item in items if item is not None and item.status != "ambiguous"]
    drugs = tuple(sorted({drug for item in known for drug in item.drugs}))
    classes = {name for item in known for name in item.classes}
    classes |= _intensity(drugs)
    return Item(
        token=token,
        kind="regimen" if len(drugs) > 1 else "drug",
        drugs=drugs,
        classes=tuple(sorted(classes)),
        status="resolved" if len(known) == len(parts) else "partial",
        note=f"{token} read as {expansion} by the study's glossary",
    )


def study_items(glossary: Mapping[str, str] | None) -> dict[str, Item]:
    """The lexicon with the study's glossary laid over it."""
    if not glossary:
        return lexicon()
    own = {token_key(token): glossed(token, text) for token, text in glossary.items()}
    return {**lexicon(), **own}


def _drug(token: str, drug: str) -> Item:
    return Item(
        token=token,
        kind="drug",
        drugs=(drug,),
        classes=_with_intensity((drug_classes()[drug],)),
        status="resolved",
    )


def _with_intensity(classes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*classes, *(("LIT",) if "HMA" in classes else ())}))


def _intensity(drugs: tuple[str, ...]) -> set[str]:
    """IC for cytarabine with an anthracycline, LIT for a hypomethylating agent."""
    classes = {drug_classes().get(drug, "") for drug in drugs}
    if "HMA" in classes:
        return {"LIT"}
    return {"IC"} if "cytarabine" in drugs and "anthracycline" in classes else set()


def _from_row(row: Record) -> Item:
    token, kind = row["abbreviation"], row["kind"]
    if kind == "ambiguous":
        return Item(
            token=token,
            kind="unknown",
            drugs=(),
            classes=(),
            status="ambiguous",
            note=f"{token} may be {row['expansion']}",
        )
    if kind == "procedure":
        name = "HSCT" if row["class"] == "transplant" else row["class"]
        return Item(token=token, kind="procedure", drugs=(), classes=(name,), status="resolved")
    if kind == "class":
        return _class(token, row)
    return _combination(token, kind, row)


def _class(token: str, row: Record) -> Item:
    name = "HMA" if row["class"].startswith("HMA") else row["class"]
    return Item(
        token=token,
        kind="class",
        drugs=(f"{name}:unspecified",),
        classes=_with_intensity((name,)),
        status="partial",
        note=f"{token} names a class, not a drug",
    )


def _combination(token: str, kind: str, row: Record) -> Item:
    drugs = tuple(sorted(listed(row["components"])))
    classes = {drug_classes()[drug] for drug in drugs if drug in drug_classes()}
    classes |= {drug.split(":")[0] for drug in drugs if drug.endswith(":unspecified")}
    head = row["class"].split(" ")[0].split("+")[0]
    if head in ("IC", "LIT"):
        classes.add(head)
    if "HMA" in classes:
        classes.add("LIT")
    partial = any(":unspecified" in d or " or " in d for d in drugs) or "partial" in row["note"]
    partial = partial or "partial" in row["ambiguity"]
    return Item(
        token=token,
        kind="drug" if kind == "drug" else "regimen",
        drugs=drugs,
        classes=tuple(sorted(classes)),
        status="partial" if partial else "resolved",
        note=row["ambiguity"],
    )
