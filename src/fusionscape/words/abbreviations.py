"""Classes of treatment spelled out: at first use in a sentence, and all of a section in a line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_PLUS = re.compile(r"(?<=\S)\+(?=\w)")  # between classes given together
# Analyses whose labels name classes of treatment.
TREATMENT = ("treatment", "treatment_response", "treatment_lines", "cases", "exposures", "survival")


@cache
def _classes() -> Mapping[str, str]:
    folder = files("fusionscape.words").joinpath("phrasebook")
    return tomllib.loads(folder.joinpath("treatments.toml").read_text(encoding="utf-8"))


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_classes(), key=len, reverse=True))
    return re.compile(rf"(?<![\w(/-])({names})(?![\w)/-])")


def spelled_out(text: str) -> str:
    """The text with every class of treatment spelled out where it first stands.

    >>> spelled_out("Induction: IC in 3/4; IC again")
    'Induction: intensive chemotherapy (IC) in 3/4; IC again'
    >>> spelled_out("LIT+VEN in 2/4")
    'low-intensity treatment (LIT) + venetoclax (VEN) in 2/4'
    """
    seen: set[str] = set()

    def spelled(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in seen:
            return name
        seen.add(name)
        return f"{_classes()[name]} ({name})"

    return _PLUS.sub(" + ", _pattern().sub(spelled, text)) if _pattern().search(text) else text


def explained(texts: Iterable[str]) -> str:
    """The classes of treatment that these texts name, each with its meaning; empty without any.

    >>> explained(["ever IC, all carriers", "IC, LIT+VEN"])
    'IC: intensive chemotherapy; LIT: low-intensity treatment; VEN: venetoclax.'
    """
    found = {name for text in texts for name in _pattern().findall(text)}
    said = "; ".join(f"{name}: {meaning}" for name, meaning in _classes().items() if name in found)
    return f"{said}." if said else ""
