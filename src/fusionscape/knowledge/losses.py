"""Words for why a patient was lost, in four languages, made the words of the endpoint rules."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from fusionscape.knowledge.store import records

_SIGNS = re.compile(r"[\s\-_.,;:!/()]+")


def normalise_loss(text: str) -> str | None:
    """Which reason of loss does this phrase mean? None when no table knows the phrase.

    The reasons are progression, abandonment, unstable vital signs, moved away, other, and
    lost to follow-up where no reason is given. A whole phrase is compared, without case and
    signs: a word inside a longer text ("no progression") may mean its opposite.
    Source: table of words, and Xiong 2025, World J Pediatr, Definitions.

    >>> normalise_loss("Give up"), normalise_loss("放弃治疗"), normalise_loss("no progression")
    ('abandonment', 'abandonment', None)
    """
    return _words().get(_plain(text))


def loss_counts(reason: str | None, counted: tuple[str, ...]) -> str | None:
    """The reason as the rule set names it when it is among those `counted`, else None."""
    if reason is None:
        return None
    meant = _meant(reason)
    return next((word for word in counted if _meant(word) == meant), None)


def _meant(text: str) -> str:
    return normalise_loss(text) or _plain(text)


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text[:200]).casefold()
    return _SIGNS.sub(" ", flat).strip()


@cache
def _words() -> dict[str, str]:
    return {_plain(row["word"]): row["reason"] for row in records("loss_words.csv")}
