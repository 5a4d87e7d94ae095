"""The cautions of a section: one sentence a code in the open, each by itself folded below."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fusionscape.results import Caution
from fusionscape.words.catalogue import Facts, caution_text, facts_of, moment

OPEN = 6  # sentences that stand open in a section
NAMED = 5  # subjects that one sentence names
TIMES = 4  # times that one sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a reader sees at once, and what is folded below: every caution by itself."""

    shown: tuple[str, ...]
    folded: tuple[str, ...]


@cache
def _together() -> Mapping[str, Any]:
    text = (
        files("fusionscape.words").joinpath("phrasebook/together.toml").read_text(encoding="utf-8")
    )
    return tomllib.loads(text)


def _span(values: Sequence[object]) -> object:
    """One value where all agree; the least and the largest of numbers; else all of them."""
    first = list(dict.fromkeys(values))
    if len(first) == 1:
        return first[0]
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in first):
        return (min(first), max(first))  # type: ignore[type-var]
    return ", ".join(str(v) for v in first)


def _merged(cautions: Sequence[Caution]) -> Facts:
    """The facts of several cautions as those of one."""
    names = dict.fromkeys(fact.name for c in cautions for fact in c.facts)
    spans = [(name, _span([c.get(name) for c in cautions])) for name in names]
    return facts_of(spans, times=len(cautions))


def _said(template: str, facts: Facts) -> str:
    return string.Formatter().vformat(template, (), facts)


def _subject(template: str) -> str:
    """The first fact of a template: whom it speaks of."""
    return next(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _listed(entry: Mapping[str, str], cautions: Sequence[Caution]) -> str:
    """What each subject adds, the first few by name."""
    subject = _subject(entry["each"])
    mine: dict[object, list[Caution]] = {}
    for c in cautions:
        mine.setdefault(c.get(subject), []).append(c)
    apart = "{of}" in entry["each"]  # counts of different patients make no range
    parts = [[c] for c in cautions] if apart else list(mine.values())
    said = list(dict.fromkeys(_said(entry["each"], _merged(part)) for part in parts))
    rest = [f"and {len(said) - NAMED} more"] if len(said) > NAMED + 1 else []
    return entry.get("joint", ", ").join([*said[:NAMED], *rest] if rest else said)


def _by_time(entry: Mapping[str, str], cautions: Sequence[Caution]) -> str:
    """Time by time: whole years, at which results are printed, before single days."""
    times: dict[str, list[Caution]] = {}
    for c in cautions:
        times.setdefault(_said(entry["under"], _merged([c])), []).append(c)
    ranked = sorted(times, key=lambda t: ("year" not in t, moment(times[t][0])))
    years = [t for t in ranked if "year" in t] or ranked
    return "; ".join(f"{t} {_listed(entry, times[t])}" for t in years[:TIMES])


def together(cautions: Sequence[Caution]) -> str:
    """Cautions of one code as one sentence.

    >>> from fusionscape.results import caution
    >>> together([caution("small-group", group=g, n=n) for g, n in (("KDM5A", 4), ("HOXA9", 2))])
    'Small groups, whose intervals say how little they tell (patients): KDM5A (4), HOXA9 (2).'
    """
    entry = _together()["together"].get(cautions[0].code)
    said = list(dict.fromkeys(caution_text(c) for c in cautions))
    if len(said) == 1:
        return said[0]
    if entry is None:
        return f"{said[0]} ({len(said) - 1} more of this kind below.)"
    facts = _merged(cautions)
    if "each" in entry:
        facts["each"] = (_by_time if "under" in entry else _listed)(entry, cautions)
    return _said(entry["sentence"], facts)


def told(cautions: Sequence[Caution]) -> Told:
    """The cautions of a section, one sentence a code; all of them, each by itself, folded.

    What changes how a result is read comes before what only says that numbers are small.
    """
    kinds: dict[str, list[Caution]] = {}
    for c in cautions:
        kinds.setdefault(c.code, []).append(c)
    last = _together()["order"]["last"]
    codes = sorted(kinds, key=lambda code: code in last)
    shown = tuple(together(kinds[code]) for code in codes[:OPEN])
    single = tuple(dict.fromkeys(caution_text(c) for code in codes for c in kinds[code]))
    return Told(shown=shown, folded=() if set(single) <= set(shown) else single)
