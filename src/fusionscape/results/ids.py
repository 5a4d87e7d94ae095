"""Stable ids of results: ``topic/what[/group...]``, group values percent-encoded."""

from __future__ import annotations

from urllib.parse import quote, unquote

_SAFE = ":-_.~+()"


def make_id(*parts: str) -> str:
    """Join the parts of a stable id, percent-encoding each.

    >>> make_id("prevalence", "partner", "NUP98::NSD1")
    'prevalence/partner/NUP98::NSD1'
    >>> make_id("baseline", "age group", "<3 y/o")
    'baseline/age%20group/%3C3%20y%2Fo'
    """
    if not parts or any(not part for part in parts):
        raise ValueError("a stable id needs non-empty parts")
    return "/".join(quote(part, safe=_SAFE) for part in parts)


def split_id(stable_id: str) -> tuple[str, ...]:
    """The decoded parts of a stable id.

    >>> split_id("cooccurrence/FLT3-ITD/WT1")
    ('cooccurrence', 'FLT3-ITD', 'WT1')
    """
    return tuple(unquote(part) for part in stable_id.split("/"))
