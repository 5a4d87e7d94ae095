"""Cells of a fusion column that say no: a fusion denied is never a fusion reported."""

from __future__ import annotations

import re
from typing import Literal

Denial = Literal["denied", "doubtful"]

_UNTESTED = re.compile(
    r"\b(?:not|nicht|non)\s+(?:yet\s+)?(?:tested|done|performed|available|assessed|evalua\w+|"
    r"known|sure|certain|interpretable|informative|determined|confirmed|applicable|"
    r"getestet|untersucht|bestimmt|bekannt|beurteilbar|testée?|faite?|connue?)\b|"
    r"\b(?:untested|fail(?:ed|ure)?|pending|inconclusive|equivocal|uninterpretable)\b|"
    r"未检测|未检查|未测|未做|未查|失败",
    re.IGNORECASE,
)
_ASSAY = (
    r"(?:FISH|(?:n?RT-?|q|RQ-?|dd)?-?PCR|(?:targeted )?RNA-?seq(?:uencing)?|RNA|NGS|WGS|WES|"
    r"panel|sequencing|cytogenetics?|karyotyp\w*|MRD|Southern|array|Sanger)"
)
_DENIED = re.compile(
    r"(?:\b(?:no evidence (?:of|for)|kein(?:e|en|er|es)?(?:\s+(?:hinweis|nachweis)\w*)?|"
    r"(?:not|nicht|non)\s+(?:detect\w*|found|present|seen|identified|rearranged|fused|observed|"
    r"involved|nachgewiesen|nachweisbar|vorhanden|gefunden|détect\w*|retrouv\w*|réarrang\w*)|"
    r"not|no|non|nicht|nein|none|nil|neg(?:ative?|ativ|\.)?|n[ée]gati(?:f|ve|fs|ves)|"
    r"absen(?:te?|ce)(?:\s+(?:of|de))?|"
    r"exclu(?:ded?|s|e)?|ruled out|ausgeschlossen|wild[- ]?typ[e]?|wt|normal(?:e|es)?|germ-?line|"
    r"undetect(?:ed|able)|unrearranged|intact|without|ohne|sans|pas d[e']|aucune?|false|"
    r"unauffällig|fehlt|fehlend)(?![\w])|阴性|未检出|未检到|未见|未发现|无|没有|野生型|正常|"
    r"\(\s*-\s*\)|(?<=[A-Za-z0-9)])\s*-+\s*$|(?<=[A-Za-z0-9)])\s+-+\s*(?=[(/]))"
    rf"(?:\s+(?:by|in|on|per|durch|mittels|par)\s+{_ASSAY}\s*$)?",
    re.IGNORECASE,
)
_CONTRARY = re.compile(
    rf"\b(?:positi[vf]e?|pos|detected|present|found|confirmed|but|except|however|aber|mais|sauf|"
    rf"other|otherwise|only|partner|remission|relapse|previous\w*|diagnosis|karyotyp\w*|cells?|"
    rf"{_ASSAY})\b|阳性|染色体|核型|\+|\?",
    re.IGNORECASE,
)
_SPARED = re.compile(r"\bnon-(?=[A-Za-z]+\d)", re.IGNORECASE)  # non-NSD1: some other partner
_FILLER = re.compile(r"\b(?:for|was|were|is|are|any|für|pour|est|ist)\b", re.IGNORECASE)


def denial(text: str) -> Denial | None:
    """Whether a cell denies what it names, or says no and yes (or untested) at once.

    ``denied`` only when nothing else in the cell speaks against it; ``doubtful`` otherwise.
    """
    if _UNTESTED.search(text):
        return "doubtful"
    if not _DENIED.search(text):
        return None
    spared = _SPARED.search(text) or _CONTRARY.search(_DENIED.sub(" ", text))
    return "doubtful" if spared else "denied"


def undenied(text: str) -> str:
    """The cell without the words that deny it."""
    return " ".join(_FILLER.sub(" ", _DENIED.sub(" ", text)).split()).strip(" :;,.-")


def untested(text: str) -> str | None:
    """What a cell that says not tested (failed, pending) names besides; None for others."""
    if not _UNTESTED.search(text):
        return None
    return " ".join(_UNTESTED.sub(" ", text).split()).strip(" :;,.-()")
