"""The words and signs of immunophenotypes: how each marker's reading is found."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from fusionscape.knowledge.markers import marker, marker_pattern

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
    r"loss of|\bnot\b|\bno\b|阴性|négatif|negativ"
)
_POSITIVE_WORDS = r"positive|pos|express(?:es|ed|ing|ion)?|bright for|阳性|表达"
_NOT_TESTED = r"not (?:tested|done|performed|evaluated)|\bnd\b"
_AFTERWARDS = re.compile(
    r"^\s*[:=]?\s*(?:is|was|were|are)?\s*(?P<word>negative|neg|absent|not tested|not done|nd|"
    r"positive|pos|阴性|阳性|partial|partially positive)\b(?!\s*(?:for\b|:|expression))",
    re.IGNORECASE,
)
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
class _Mood:
    """What the words so far say of the markers that follow."""

    sign: Distribution = "positive"
    strength: Intensity | None = None
    partial: bool = False


def read_markers(text: str) -> tuple[tuple[MarkerReading, ...], tuple[str, ...]]:
    """Every marker with its reading, in printed order, and what was not understood."""
    flat = text.translate(_DASHES)
    readings: dict[str, MarkerReading] = {}
    unread: list[str] = []
    open_names: list[str] = []
    mood, place = _Mood(), 0
    for match in (*_marker_in_text().finditer(flat), None):
        words = flat[place : match.start() if match is not None else len(flat)]
        words = _said_afterwards(words, open_names, readings)
        mood = _heard(words, mood, unread)
        if match is None:
            break
        place = match.end()
        _add(match, mood, readings, open_names, unread)
    return tuple(readings.values()), tuple(dict.fromkeys(unread))


def _add(
    match: re.Match[str],
    mood: _Mood,
    readings: dict[str, MarkerReading],
    open_names: list[str],
    unread: list[str],
) -> None:
    name = marker(match["name"])
    if name is None:
        return
    reading = _reading(name, match, mood)
    bare = not (match["sign"] or match["word"] or match["inside"])
    percent = reading.percent
    if percent is not None and not match["sign"] and mood == _Mood() and percent < 20:
        if percent > 0:
            unread.append(f"{name} {percent:g} %")
            return
        reading = replace(reading, distribution="negative", intensity=None)
    before = readings.get(name)
    if before is not None and before.distribution != reading.distribution:
        unread.append(f"{name} is read as {before.distribution} and as {reading.distribution}")
    readings[name] = reading
    if bare and mood == _Mood():
        open_names.append(name)
    else:
        open_names.clear()


def _said_afterwards(words: str, open_names: list[str], readings: dict[str, MarkerReading]) -> str:
    """``CD34 and CD117 positive``: what follows a list is said of every marker in it."""
    match = _AFTERWARDS.match(words)
    if match is not None and open_names:
        word = match["word"].lower()
        for name in open_names:
            readings[name] = _as_said(readings[name], word)
        words = words[match.end() :]
        open_names.clear()
    elif re.search(r"[.;\n。；]", words):
        open_names.clear()
    return words


def _as_said(reading: MarkerReading, word: str) -> MarkerReading:
    if word.startswith("not") or word == "nd":
        return replace(reading, distribution="not tested", intensity=None)
    if word.startswith("neg") or word in ("absent", "阴性"):
        return replace(reading, distribution="negative", intensity=None)
    partial = word.startswith("partial")
    return replace(reading, distribution="partial" if partial else "positive")


@cache
def _marker_in_text() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![A-Za-z0-9])?(?P<name>{marker_pattern(_WORD)})"
        rf"(?P<word>\s?\(?(?:{_WORD})\b\)?|(?:{_WORD})(?=[+-]|/|\s|,|\s*\(|$))?"
        r"(?P<sign>\s?\([+-]{1,3}\)|/-|\s?[+]{1,3}(?:/-)?|-(?![A-Za-z])|-(?=CD|HLA|MPO|TdT|cCD)|"
        r"\s?(?:neg|pos)\b|\s?[:=]\s?[+-](?![A-Za-z])|\s-(?=\s*(?:[,;.)]|$)))?"
        r"(?P<after>\s?\((?P<inside>[^()]{1,40})\))?"
        r"(?P<percent>\s?[:=]?\s?\(?(?P<number>\d{1,3}(?:\.\d+)?)\s?%\)?)?",
        re.IGNORECASE,
    )


def _heard(text: str, mood: _Mood, unread: list[str]) -> _Mood:
    """The mood after the words between two markers."""
    words = text.strip(" \n\t,.;:+/&()，。；：、").lower()
    ends = bool(re.search(r"[.;\n。；]", text))
    if not words or words in ("and", "or", "和", "及"):
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
    sign = (match["sign"] or "").strip(" ():=").lower()
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
