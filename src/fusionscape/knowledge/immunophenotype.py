"""Reading immunophenotypes: the compact flow string and the prose of reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from fusionscape.knowledge.disease import disease_lineage
from fusionscape.knowledge.markers import marker, marker_lineages, marker_pattern

Distribution = Literal["positive", "partial", "negative", "not tested"]
Intensity = Literal["dim", "normal", "bright", "heterogeneous"]

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－⁻", "-") | {"＋": "+", "⁺": "+"})
_STRENGTH: dict[str, Intensity] = {
    "st": "bright",
    "str": "bright",
    "strong": "bright",
    "strongly": "bright",
    "bright": "bright",
    "bri": "bright",
    "br": "bright",
    "hi": "bright",
    "high": "bright",
    "moderate": "normal",
    "dim": "dim",
    "weak": "dim",
    "weakly": "dim",
    "wk": "dim",
    "lo": "dim",
    "low": "dim",
    "heterogeneous": "heterogeneous",
    "het": "heterogeneous",
    "variable": "heterogeneous",
}
_PARTIAL = frozenset({"p", "part", "partial", "partially", "subset", "partly", "minor"})
_NEGATIVE_WORDS = (
    r"negative|neg|absent|lack(?:s|ing)?|without|no expression of|not express(?:ed|ing)?|"
    r"loss of|阴性|négatif|negativ"
)
_POSITIVE_WORDS = r"positive|pos|express(?:es|ed|ing|ion)?|bright for|阳性|表达"
_NOT_TESTED = r"not (?:tested|done|performed|evaluated)|\bnd\b"
_WORD = "|".join(sorted((*_STRENGTH, *_PARTIAL), key=lambda w: (-len(w), w)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerReading:
    """One marker on two axes: how many blasts carry it, and how strongly.

    `intensity` is ``normal`` when nothing is said of a marker present, None when absent;
    `percent` is what was printed.
    """

    marker: str
    distribution: Distribution
    intensity: Intensity | None
    percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunophenotype:
    """An immunophenotype as read; `unread` keeps what no rule understood."""

    given: str | None
    markers: tuple[MarkerReading, ...]
    unread: tuple[str, ...]


@lru_cache(maxsize=4096)
def parse_immunophenotype(text: str | None) -> Immunophenotype:
    """Which markers do the blasts carry?

    Reads the compact string ``CD34st+CD117st+CD13dim+CD105−CD36p+`` (markers first, for the
    hyphen of HLA-DR is no sign and the plus is a value as well as a separator), lists
    (``CD34, CD33 (dim), HLA-DR; negative for CD7``) and prose (``strong expression of
    CD33 and HLA-DR and weak expression of CD14``). A marker that is not named is not
    reported: absence from the text is not a negative.

    Source: two axes after the 2006 Bethesda consensus (Wood 2007, doi:10.1002/cyto.b.20363).

    >>> [(m.marker, m.distribution) for m in parse_immunophenotype("CD34+HLA-DR+CD7−").markers]
    [('CD34', 'positive'), ('HLA-DR', 'positive'), ('CD7', 'negative')]
    """
    if text is None or not text.strip():
        return Immunophenotype(given=text, markers=(), unread=())
    flat = text.translate(_DASHES)
    readings: dict[str, MarkerReading] = {}
    unread: list[str] = []
    mood = _Mood()
    place = 0
    for match in _marker_in_text().finditer(flat):
        mood = _heard(flat[place : match.start()], mood, unread)
        place = match.end()
        name = marker(match["name"])
        if name is not None:
            readings[name] = _reading(name, match, mood)
    _heard(flat[place:], mood, unread)
    return Immunophenotype(
        given=text, markers=tuple(readings.values()), unread=tuple(dict.fromkeys(unread))
    )


def cross_lineage(name: str, disease: str) -> bool:
    """Does this marker belong to another lineage than this disease?

    B, T and NK markers cross in myeloid leukemia; myeloid ones in lymphoid leukemia; in
    B-ALL also T markers and in T-ALL also B markers. Markers of immaturity never cross.

    Source: lineage assignment of ICC 2022 (Arber 2022, doi:10.1182/blood.2022015850).

    >>> cross_lineage("CD7", "AML"), cross_lineage("CD33", "AML"), cross_lineage("CD33", "T-ALL")
    (True, False, True)
    """
    known = marker(name)
    belongs = marker_lineages().get(known or "", "any")
    own = disease_lineage(disease)
    if belongs in ("any", "immature") or own is None:
        return False
    myeloid = ("myeloid", "megakaryocytic", "erythroid")
    if own == "myeloid":
        return belongs not in myeloid and known != "CD4"
    return {"B": belongs != "B", "T": belongs not in ("T", "NK")}.get(own, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mood:
    """What the words so far say of the markers that follow."""

    sign: Distribution = "positive"
    strength: Intensity | None = None
    partial: bool = False


@cache
def _marker_in_text() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![A-Za-z0-9])?(?P<name>{marker_pattern(_WORD)})"
        rf"(?P<word>\s?\(?(?:{_WORD})\b\)?|(?:{_WORD})(?=[+-]|/|\s|,|\s*\(|$))?"
        r"(?P<sign>\s?\([+-]{1,3}\)|/-|\s?[+]{1,3}(?:/-)?|-(?![A-Za-z])|-(?=CD|HLA|MPO|TdT|cCD)|"
        r"\s?(?:neg|pos)\b)?"
        r"(?P<after>\s?\((?P<inside>[^()]{1,40})\))?"
        r"(?P<percent>\s?[:=]?\s?\(?(?P<number>\d{1,3}(?:\.\d+)?)\s?%\)?)?",
        re.IGNORECASE,
    )


def _heard(text: str, mood: _Mood, unread: list[str]) -> _Mood:
    """The mood after the words between two markers."""
    words = text.strip(" \n\t,.;:+/&()").lower()
    ends = bool(re.search(r"[.;\n]", text))
    if not words or words in ("and", "or", "和", "及", "、"):
        return _Mood() if ends and mood.sign != "negative" else mood
    if re.search(_NOT_TESTED, words):
        return _Mood(sign="not tested")
    if re.search(_NEGATIVE_WORDS, words):
        return _Mood(sign="negative")
    strength = next((_STRENGTH[w] for w in re.findall(r"[a-z]+", words) if w in _STRENGTH), None)
    partial = any(w in _PARTIAL for w in re.findall(r"[a-z]+", words) if len(w) > 1)
    if strength is not None or partial or re.search(_POSITIVE_WORDS, words):
        return _Mood(strength=strength, partial=partial)
    if not re.fullmatch(
        r"(?:the|blasts?|cells?|for|of|are|were|with|also|aberrant|[\s,:])+", words
    ):
        unread.append(words)
    return mood


def _reading(name: str, match: re.Match[str], mood: _Mood) -> MarkerReading:
    inside = (match["inside"] or "").lower()
    word = (match["word"] or "").strip(" ()").lower()
    words = [word, *re.findall(r"[a-z]+", inside)]
    sign = (match["sign"] or "").strip(" ()").lower()
    negative = sign.startswith(("-", "neg")) or (
        not sign and (mood.sign == "negative" or "negative" in words or "neg" in words)
    )
    percent = _percent(match["number"], inside)
    if mood.sign == "not tested" and not sign:
        return MarkerReading(
            marker=name, distribution="not tested", intensity=None, percent=percent
        )
    if negative:
        return MarkerReading(marker=name, distribution="negative", intensity=None, percent=percent)
    partial = any(w in _PARTIAL for w in words) or sign.endswith("/-")
    partial = partial or (mood.partial and not sign)
    own = next((_STRENGTH[w] for w in words if w in _STRENGTH), None)
    strength = own or (mood.strength if not sign else None) or "normal"
    return MarkerReading(
        marker=name,
        distribution="partial" if partial else "positive",
        intensity=strength,
        percent=percent,
    )


def _percent(number: str | None, inside: str) -> float | None:
    if number is None:
        found = re.search(r"(\d{1,3}(?:\.\d+)?)\s?%", inside)
        number = found.group(1) if found is not None else None
    return float(number) if number is not None and float(number) <= 100 else None
