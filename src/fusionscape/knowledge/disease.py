"""Words for sex, disease, onset and FAB type in four languages, made one."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from fusionscape.knowledge.store import records

Sex = Literal["female", "male"]
Onset = Literal["de novo", "therapy-related", "secondary", "relapsed or refractory"]

_FAB = re.compile(
    r"\b(?:FAB\s*[-:]?\s*)?(?:AML\s*-?\s*)?M\s?-?([0-7])\s?([abv]|eo)?\b", re.IGNORECASE
)
_LYMPHOBLASTIC_FAB = re.compile(r"\bL([123])\b")
_FAB_WORDS = (
    ("minimal", "M0"),
    ("without maturation", "M1"),
    ("with maturation", "M2"),
    ("promyelocytic", "M3"),
    ("myelomonocytic", "M4"),
    ("monoblastic", "M5"),
    ("monocytic", "M5"),
    ("erythro", "M6"),
    ("megakaryo", "M7"),
)
_LINEAGES = {
    "AML": "myeloid",
    "APL": "myeloid",
    "MDS": "myeloid",
    "CML": "myeloid",
    "CML-BC": "myeloid",
    "CMML": "myeloid",
    "JMML": "myeloid",
    "MPN": "myeloid",
    "B-ALL": "B",
    "T-ALL": "T",
    "ETP-ALL": "T",
    "MPAL": "mixed",
    "ALL": "lymphoid",
}


def normalise_sex(text: str | None) -> Sex | None:
    """Female or male from a printed word; None when missing or a bare code (1, 2).

    Codes are not guessed: 1 is male in one registry and female in another.

    >>> normalise_sex("男"), normalise_sex("weiblich"), normalise_sex("1")
    ('male', 'female', None)
    """
    word = _word("sex", text)
    return "female" if word == "female" else "male" if word == "male" else None


def normalise_disease(text: str | None) -> str | None:
    """The disease in short form (``AML``, ``B-ALL``, ``ETP-ALL``, ``MDS``); None when unknown.

    >>> normalise_disease("Acute Myeloid Leukaemia (M5)"), normalise_disease("急性髓系白血病")
    ('AML', 'AML')
    """
    exact = _word("disease", text)
    if exact is not None or text is None:
        return exact
    flat = _flat(re.sub(r"\([^()]*\)", " ", text))
    words = sorted(_words("disease").items(), key=lambda pair: (-len(pair[0]), pair[0]))
    for word, value in words:
        if _contains(flat, word):
            return value
    return "AML" if normalise_fab(text) is not None and "L" not in text.upper() else None


def normalise_onset(text: str | None) -> Onset | None:
    """De novo, therapy-related, secondary, or relapsed or refractory; None when unknown.

    >>> normalise_onset("t-AML"), normalise_onset("de novo AML"), normalise_onset("继发性")
    ('therapy-related', 'de novo', 'secondary')
    """
    word = _word("onset", text)
    if word is None and text is not None:
        flat = _flat(text)
        words = sorted(_words("onset").items(), key=lambda pair: (-len(pair[0]), pair[0]))
        word = next((value for name, value in words if _contains(flat, name)), None)
    known: dict[str, Onset] = {
        "de novo": "de novo",
        "therapy-related": "therapy-related",
        "secondary": "secondary",
        "relapsed or refractory": "relapsed or refractory",
    }
    return known.get(word or "")


def normalise_fab(text: str | None) -> str | None:
    """FAB type ``M0`` to ``M7`` (``M5a`` kept) or ``L1`` to ``L3``; None when none is named.

    >>> normalise_fab("AML-M5a"), normalise_fab("acute megakaryoblastic leukemia")
    ('M5a', 'M7')
    """
    if text is None:
        return None
    match = _FAB.search(text)
    if match is not None:
        return f"M{match.group(1)}{(match.group(2) or '').lower()}"
    lymphoid = _LYMPHOBLASTIC_FAB.search(text)
    if lymphoid is not None:
        return f"L{lymphoid.group(1)}"
    flat = text.lower()
    return next((fab for word, fab in _FAB_WORDS if word in flat), None)


def disease_lineage(text: str | None) -> str | None:
    """Lineage of a disease: ``myeloid``, ``B``, ``T``, ``lymphoid`` or ``mixed``.

    >>> disease_lineage("ETP-ALL"), disease_lineage("AML")
    ('T', 'myeloid')
    """
    return _LINEAGES.get(normalise_disease(text) or "")


@cache
def _words(what: str) -> dict[str, str]:
    rows = records("disease_words.csv")
    return {row["word"]: row["value"] for row in rows if row["what"] == what and row["value"]}


def _word(what: str, text: str | None) -> str | None:
    return _words(what).get(_flat(text)) if text is not None else None


def _flat(text: str) -> str:
    dashes = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
    return " ".join(text.translate(dashes).lower().split()).strip(" .,;:")


def _contains(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text))
