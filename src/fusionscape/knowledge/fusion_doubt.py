"""Cells of a fusion column that doubt what they name: no carrier is made of a suspicion."""

from __future__ import annotations

import re

_HEDGED = re.compile(
    r"\b(?:unconfirmed|suspect(?:ed|ion)?|suspicio(?:n|us)|possibl[ey]|possibility|probabl[ey]|"
    r"(?:un)?likely|presum\w+|putative|maybe|perhaps|questionable|uncertain|unclear|unsure|"
    r"doubt(?:ful)?|dubious|borderline|weak(?:ly)?|faint|low[- ](?:reads?|level|coverage|"
    r"confidence|quality)|art[ei]fact|false[- ]positive|out[- ]of[- ]frame|other than|except|"
    r"rather than|instead of|fraglich|verdacht|verdächtig|möglich(?:erweise)?|vermutlich|"
    r"wahrscheinlich|unsicher|grenzwertig|suspectée?|douteu(?:x|se)|incertaine?|peut-être)\b|"
    r"可能|疑似|可疑|待确认",
    re.IGNORECASE,
)
_LATER = re.compile(r"\b(?:relapsed?|rezidiv|rechute)\b|复发", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:diagnos\w+|presentation)\b|初诊", re.IGNORECASE)
_ZERO = re.compile(r"(?<=[A-Za-z0-9)])(?:\s*=\s*|\s*:\s+|\s+)\(?(?:0|n|f)\)?$", re.IGNORECASE)
# A mark where a gene would stand (NUP98::?) is a partner not known; elsewhere it is a doubt.
_QUERIED = re.compile(r"[A-Za-z0-9)+]\s*\(?[?？]|[?？]\)?\s*[A-Za-z0-9]")
_PARTNER = re.compile(r"\bpartner\b", re.IGNORECASE)


def doubted(text: str) -> bool:
    """Whether a cell names a fusion only to doubt it, to except it or to date it to a relapse.

    >>> doubted("NUP98::NSD1?"), doubted("possible NUP98::NSD1"), doubted("NUP98::?")
    (True, True, False)
    """
    if _HEDGED.search(text) or _ZERO.search(text):
        return True
    if _LATER.search(text) and not _FIRST.search(text):
        return True
    return bool(_QUERIED.search(text)) and not _PARTNER.search(text)
