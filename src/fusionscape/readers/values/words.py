"""Words that say yes, no or missing, in the languages tables are written in."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files


def _load() -> dict[str, frozenset[str]]:
    text = files("fusionscape.readers.values").joinpath("words.toml").read_text("utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}


_WORDS = _load()
MISSING, MISSING_IN_VALUES = _WORDS["missing"], _WORDS["missing_marks"]
YES, NO = _WORDS["yes"], _WORDS["no"]


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Full-width forms made ordinary, odd spaces single, ends trimmed; case kept."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """`plain`, without case."""
    return plain(text).casefold()


def is_missing(text: str | None, *, dash: bool = True) -> bool:
    """True for an empty cell or a word that says the value is not known.

    A lone dash is missing only where `dash` says so: in a yes/no column it may mean no.
    """
    if text is None:
        return True
    word = key(text)
    return not word or word in MISSING or (dash and word in MISSING_IN_VALUES)


def names_donor(text: str) -> bool:
    """True for a cell that names the donor or kind of a transplant and nothing else.

    >>> names_donor("MUD"), names_donor("haplo-HSCT"), names_donor("HSCT"), names_donor("planned")
    (True, True, False, False)
    """
    parted = re.sub("(造血干细胞|移植)", r" \1 ", key(text))  # written without spaces
    words = [word for word in re.split(r"[\s,;()+-]+", parted) if word]
    known = _WORDS["donor"] | _WORDS["beside_donor"]
    return all(word in known for word in words) and any(word in _WORDS["donor"] for word in words)


def parse_flag(text: str) -> bool | None:
    """True, False, or None when the word is neither.

    >>> parse_flag("阳性"), parse_flag("nein"), parse_flag("maybe")
    (True, False, None)
    """
    word = key(text)
    if word in YES:
        return True
    if word in NO:
        return False
    return None
