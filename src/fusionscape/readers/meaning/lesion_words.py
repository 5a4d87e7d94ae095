"""What a cell about a variant or a listed lesion says: there, not there, not tested, unclear."""

from __future__ import annotations

import re
from typing import Literal

from fusionscape.knowledge.fusion_denial import denial, undenied, untested
from fusionscape.readers.values.words import parse_flag

State = Literal["present", "absent", "not tested", "ambiguous"]

_NOTHING = re.compile(
    r"^(?:no|none|nothing|not|without|negative(?: for)?|keine?|aucune?|pas de)"
    r"(?:\s+(?:any|known|relevant|(?:likely\s+)?pathogenic|clonal|somatic|gene|cebpa|mutations?|"
    r"variants?|lesions?|alterations?|changes?|varianten?|mutationen|mutated|"
    r"detected|found|identified|seen|present|observed|reported|nachgewiesen|gefunden|"
    r"détectée?s?|retrouvée?s?))*$|"
    r"^(?:un|non-?\s?)mut(?:ated|iert|é)$|^(?:excluded|ruled out|ausgeschlossen|exclue?|normal|"
    r"wild[- ]?type.*|unremarkable|mutation[- ]negative|0\s*%|未见突变|无突变|未检出突变|正常)$",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"\b(?:VUS|uncertain|synonymous|silent|benign|polymorphism|SNP|germ-?line|possible|possibly|"
    r"suspected|likely benign|subthreshold)\b|\?|[<>≤≥]|\bp\.\(?[A-Za-z]*\d*\)?=|意义未明|多态",
    re.IGNORECASE,
)
_TYPE = re.compile(r"(?:mut\w*\s+)?(?:type|typ|variant)[ -]?[A-Z]|[A-Z]\s?型", re.IGNORECASE)
_VARIANT = re.compile(
    r"\b[pcgn]\.|(?<![A-Za-z])[A-Z][a-z]{0,2}\d+(?:[A-Z*]|[a-z]{2}|_)|\d\s*%|>|"
    r"\bVAF\b|(?:\b|\d|_)(?:ins|del|dup|fs|delins)(?:\b|[A-Z\d*])|fs\*|\*\d*$|"
    r"\bmut(?:ation|ated|ant|iert|é)?s?\b|突变|\b(?:missense|nonsense|frame-?shift|splice|"
    r"truncating|bi-?allelic|mono-?allelic|double|single|homozygous|heterozygous|hotspot|"
    r"pathogenic|TKD|ITD|PTD|bZIP|TAD|dm|sm|exon|codon|IVS\d*)\b|\b[A-Z][A-Z0-9]{1,9}\s?\([^)]+\)|"
    r"\b[A-Z][A-Z0-9]{2,9}(?:dm|sm|bi|mo)\b|\bchr[\dXY]+\b|\brs\d+\b",
    re.IGNORECASE,
)


def names_variant_type(text: str) -> bool:
    """True for a mutation named by its type alone, as NPM1 mutations are (``type A``).

    >>> names_variant_type("Type A"), names_variant_type("mut type D"), names_variant_type("A")
    (True, True, False)
    """
    return _TYPE.fullmatch(text.strip(" .")) is not None


def variant_state(text: str) -> State:
    """Present only for what looks like a variant; what cannot be decided is ambiguous.

    >>> [variant_state(t) for t in ("p.K313fs", "no mutation detected", "failed", "VUS")]
    ['present', 'absent', 'not tested', 'ambiguous']
    """
    flag = parse_flag(text)
    if flag is not None:
        return "present" if flag else "absent"
    bare = text.strip(" .")
    if _NOTHING.match(bare):
        return "absent"
    if untested(bare) is not None:
        return "ambiguous" if re.search(r"\d", bare) else "not tested"
    if denial(bare) is not None or _DOUBTFUL.search(re.sub(r"(?<=[ACGT])>(?=[ACGT])", "", bare)):
        return "ambiguous"
    return "present" if names_variant_type(bare) or _VARIANT.search(bare) else "ambiguous"


def names_nothing(text: str) -> bool:
    """True for a list of lesions that says there are none (``none detected``)."""
    return parse_flag(text) is False or _NOTHING.match(text.strip(" .")) is not None


def listed_state(part: str) -> tuple[str, State]:
    """One entry of a list of lesions: its name, and what the entry says of it.

    >>> listed_state("CEBPA-"), listed_state("CEBPA not tested")
    (('CEBPA', 'absent'), ('CEBPA', 'not tested'))
    """
    clean = part.strip(" .")
    missed = untested(clean)
    if missed is not None:
        return missed, "not tested"
    if clean.endswith("?"):
        return clean.rstrip("? ("), "ambiguous"
    if re.match(r"normal\s", clean, re.IGNORECASE):
        return clean, "present"
    said = denial(clean)
    if said is not None:
        return undenied(clean), "absent" if said == "denied" else "ambiguous"
    return re.sub(r"\s*(?:\(?\+\)?|\b(?:positive|pos|mutated|mutant))$", "", clean), "present"
