"""Units named in column headers, in one spelling each."""

from __future__ import annotations

import re

_UNITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "10e9/L",
        re.compile(
            r"[x×*]?\s?10\s?(?:\^|\*\*|e)?\s?9\s?(?:/|\s)?\s?l\b|\bg/l(?=.*leuk)|10e9_l"
            r"|/\s?nl\b|\bgiga\s?/\s?l\b|\b109\s?/\s?l\b|\btsd\.?\s?/\s?(?:u|µ|μ)l",
            re.I,
        ),
    ),
    (
        "10e3/uL",
        re.compile(
            r"[x×*]?\s?10\s?(?:\^|\*\*|e)?\s?3\s?(?:/|\s)?\s?(?:u|µ|μ|micro)\s?l(?:iter|itre)?|"
            r"\bk/(?:u|µ|μ)l|\b1000/(?:u|µ|μ)l|x10\s3\s?microliter",
            re.I,
        ),
    ),
    ("/uL", re.compile(r"(?:^|[^\d])/\s?(?:u|µ|μ)l|\bper (?:u|µ|μ)l|/mm3|/mm\^3", re.I)),
    ("g/dL", re.compile(r"\bg\s?/?\s?dl\b", re.I)),
    ("g/L", re.compile(r"\bg\s?/\s?l\b|\bg_l\b|\bg l\b", re.I)),
    ("mmol/L", re.compile(r"\bmmol\s?/\s?l\b", re.I)),
    ("%", re.compile(r"%|\bpercent\b|\bpct\b|百分比", re.I)),
    ("days", re.compile(r"\bdays?\b|\bd\b|天|\btage?n?\b|\bjours?\b", re.I)),
    ("months", re.compile(r"\bmonths?\b|\bmos?\b|\bmths?\b|月|\bmonate?n?\b|\bmois\b", re.I)),
    ("years", re.compile(r"\byears?\b|\byrs?\b|\by\b|岁|年$|\bjahren?\b|\ban(?:s|nées)\b", re.I)),
    ("weeks", re.compile(r"\bweeks?\b|\bwks?\b|周|\bwochen?\b|\bsemaines?\b", re.I)),
)
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]*)[)\]）】]")


def header_unit(name: str) -> str | None:
    """The unit a header names (``WBC (10^9/L)``: ``10e9/L``); None when it names none."""
    inside = " ".join(_BRACKETS.findall(name))
    spaced = re.sub(r"[._]+", " ", name)
    for text in (inside, name, spaced):
        for unit, pattern in _UNITS:
            if text and pattern.search(text):
                return unit
    return None


def without_unit(name: str) -> str:
    """The header without brackets and unit words."""
    text = re.sub(r"[._]+", " ", _BRACKETS.sub(" ", name))
    for _, pattern in _UNITS:
        text = pattern.sub(" ", text)
    return re.sub(r"\b(?:in|x|levels?)\b\s*$", " ", " ".join(text.split())).strip()
