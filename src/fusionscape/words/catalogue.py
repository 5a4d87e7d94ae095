"""The catalogue of sentences by code: cautions, refusals, questions, in the .toml files beside.

All files are read together, in the order of their names; an entry is the sentence, with the
facts of the caution in braces and, in the form ``{n:patient|patients}``, the word that goes with
a number. A code without an entry still gets a plain readable sentence.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping
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
    """A whole number as it is shown; ``{n:patient|patients}`` is the word that goes with it.

    A third form is that of zero: ``{n:1 event|{n} events|no event}``.
    """

    __slots__ = ("form",)
    form: int

    def __new__(cls, value: int) -> _Number:
        made = super().__new__(cls, numbers.integer(value))
        made.form = {0: 2, 1: 0}.get(value, 1)
        return made

    def __format__(self, words: str) -> str:
        forms = words.split("|")
        return forms[min(self.form, len(forms) - 1)] if len(forms) > 1 else str(self)


_RULES = {"eln2022": "ELN 2022", "eln2017": "ELN 2017", "all": "all patients"}


def rules_name(code: str) -> str:
    """How a packaged set of endpoint rules is called in print.

    >>> rules_name("eln2022"), rules_name("as reported")
    ('ELN 2022', 'as reported')
    """
    return _RULES.get(code, code)


class Facts(dict[str, object]):
    """Facts as they are shown; one that a sentence names and nobody gave is unknown."""

    def __missing__(self, key: str) -> str:
        return "unknown"


_DAYS = ("day", "days", "last", "start", "time")  # facts that are days since the origin


class _Span(_Number):
    """From the least to the largest of several numbers; its words are those of many."""

    __slots__ = ()

    def __new__(cls, low: object, high: object) -> _Span:
        made = str.__new__(cls, f"{low} to {high}")
        made.form = 1
        return made


def _shown(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return _Span(*(_shown(name, v) for v in value))
    if name in ("group", "rules") and isinstance(value, str):
        return rules_name(value)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "unknown"}[value]
    if name in _DAYS and isinstance(value, (int, float)):
        return _Number(round(value)) if value == value else "unknown"
    if isinstance(value, float):
        if name == "p" or name.startswith("p_"):
            return numbers.p_value(value)
        share = name.startswith(("share", "proportion", "percent"))
        return numbers.percent(value) if share else numbers.bare(value)
    if isinstance(value, int):
        return _Number(value)
    return value


def _when(day: object) -> str:
    """A day in words: ``at 3 years`` where results are printed at whole years.

    >>> _when(1095.75), _when(365.25), _when(230.0)
    ('at 3 years', 'at 1 year', 'on day 230')
    """
    if not isinstance(day, (int, float)) or day != day:
        return "at an unknown time"
    years = round(day / 365.25)
    if years and abs(day - 365.25 * years) < 1:
        return f"at {numbers.plural(years, 'year')}"
    return f"on day {numbers.integer(day)}"


def moment(caution: Caution) -> float:
    """The day that a caution speaks of; 0 without one."""
    day = caution.get("day") if caution.get("time") is None else caution.get("time")
    return float(day) if isinstance(day, (int, float)) else 0.0


def facts_of(pairs: Iterable[tuple[str, object]], **more: object) -> Facts:
    """Facts ready for a sentence; a day also as ``when``."""
    given = [*pairs, *more.items()]
    facts = Facts({name: _shown(name, value) for name, value in given})
    for name, value in given:
        if name in ("day", "time"):
            facts["when"] = _when(value)
    return facts


def begun(sentence: str) -> str:
    """A capital at the beginning, unless the first word is a name or a formula.

    >>> begun("age is unknown"), begun("eln2022: few"), begun("t(6;9) is printed")
    ('Age is unknown', 'eln2022: few', 't(6;9) is printed')
    """
    first = sentence.split(" ")[0].rstrip(",:;.").replace("-", "")
    return sentence[:1].upper() + sentence[1:] if first.isalpha() else sentence


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
    facts = facts_of((f.name, f.value) for f in caution.facts)
    return begun(string.Formatter().vformat(sentence, (), facts))


def refusal_text(refusal: Refusal) -> str:
    """Why the question cannot be answered from these data."""
    return entries("refusal").get(refusal.code, f"{plain(refusal.code)}.")


def question_text(code: str) -> str:
    """The heading of a section, by question code."""
    return entries("question").get(code, plain(code) + "?")


def short_title(topic: str) -> str:
    """The word or two by which the navigation calls a section, by the id of its analysis."""
    return entries("short").get(topic, plain(topic))
