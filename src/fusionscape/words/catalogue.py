"""The catalogue of sentences by code: cautions, refusals, questions, in the .toml files beside.

All files are read together, in the order of their names; an entry is the sentence, with the
facts of the caution in braces and, in the form ``{n:patient|patients}``, the word that goes with
a number. A code without an entry still gets a plain readable sentence.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fusionscape.results import Caution, Refusal
from fusionscape.words import numbers

KINDS = ("caution", "refusal", "question", "short")


@cache
def entries(kind: str) -> Mapping[str, str]:
    """All sentences of one kind: caution, refusal, question or short."""
    out: dict[str, str] = {}
    folder = files("fusionscape.words")
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=str):
        loaded = tomllib.loads(file.read_text(encoding="utf-8")).get(kind, {})
        for code, sentence in loaded.items():
            out.setdefault(code, sentence)  # a test holds that no code is defined twice
    return out


class _Number(str):
    """A whole number as it is shown; ``{n:patient|patients}`` is the word that goes with it."""

    __slots__ = ("one",)
    one: bool

    def __new__(cls, value: int) -> _Number:
        made = super().__new__(cls, numbers.integer(value))
        made.one = value == 1
        return made

    def __format__(self, words: str) -> str:
        one, bar, many = words.partition("|")
        return (one if self.one else many) if bar else str(self)


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "unknown"


def _shown(name: str, value: object) -> object:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "unknown"}[value]
    if isinstance(value, float):
        if name == "p" or name.startswith("p_"):
            return numbers.p_value(value)
        share = name.startswith(("share", "proportion", "percent"))
        return numbers.percent(value) if share else numbers.bare(value)
    if isinstance(value, int):
        return _Number(value)
    return value


def plain(code: str) -> str:
    """A code as words: ``small-group`` becomes ``Small group``."""
    words = code.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _fallback(caution: Caution) -> str:
    facts = "; ".join(
        f"{fact.name.replace('_', ' ')} {_shown(fact.name, fact.value)}" for fact in caution.facts
    )
    return f"{plain(caution.code)}: {facts}." if facts else f"{plain(caution.code)}."


def caution_text(caution: Caution) -> str:
    """The caution in plain words.

    >>> from fusionscape.results import caution
    >>> caution_text(caution("never-heard-of", group="KDM5A", n=2))
    'Never heard of: group KDM5A; n 2.'
    """
    sentence = entries("caution").get(caution.code)
    if sentence is None:
        return _fallback(caution)
    facts = _Facts({f.name: _shown(f.name, f.value) for f in caution.facts})
    text = string.Formatter().vformat(sentence, (), facts)
    return text[:1].upper() + text[1:]


def refusal_text(refusal: Refusal) -> str:
    """Why the question cannot be answered from these data."""
    return entries("refusal").get(refusal.code, f"{plain(refusal.code)}.")


def question_text(code: str) -> str:
    """The heading of a section, by question code."""
    return entries("question").get(code, plain(code) + "?")


def short_title(topic: str) -> str:
    """The word or two by which the navigation calls a section, by the id of its analysis."""
    return entries("short").get(topic, plain(topic))
