"""Print damage in karyotypes: what is mended before reading, each repair named."""

from __future__ import annotations

import re

_CHROMOSOME = r"\??(?:\d{1,2}|X|Y|\?)\*?"
_BANDS = r"\??[pq][\d.pq?]*"
_PLAIN_REPAIRS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("invisible character", re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]"), ""),
    (
        "label before the karyotype",
        re.compile(r"^\s*(?:karyotype|iscn|核型|染色体)\s*[:：]", re.I),
        "",
    ),
    (
        "cells spelled out",
        re.compile(r"[\[(]\s*(\d+)\s*(?:cells?|metaphases?)\s*[\])]", re.I),
        r"[\1]",
    ),
    ("typographic dash", re.compile("[‐‑‒–—−﹣－]"), "-"),
    ("full-width sign", re.compile("，"), ","),
    ("full-width sign", re.compile("；"), ";"),
    ("full-width sign", re.compile("（"), "("),
    ("full-width sign", re.compile("）"), ")"),
    ("full-width sign", re.compile("［"), "["),
    ("full-width sign", re.compile("］"), "]"),
    ("full-width sign", re.compile("＋"), "+"),
    ("full-width sign", re.compile("／"), "/"),
    ("asterisk or underscore taken out", re.compile(r"[*_`$]"), ""),
    ("curly bracket for square bracket", re.compile(r"\}"), "]"),
    ("curly bracket for square bracket", re.compile(r"\{"), "["),
    ("arrow", re.compile(r"→|–>|->|>(?=\d|X|Y|q|p)"), "->"),
)
_SHORT_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(del|add|dup)\((\d{1,2}|X|Y)[pq]\)(?=\()"), r"\1(\2)"),
    (re.compile(r"\b(del|add|dup)\((\d{1,2}|X|Y)([pq])\)"), r"\1(\2)(\3)"),
    (re.compile(r"\b(del|add|dup)(\d{1,2}|X|Y)([pq])(?![\d()])"), r"\1(\2)(\3)"),
    (re.compile(r"\bi\(?(\d{1,2}|X)([pq])\)?(?![\d(])"), r"i(\1)(\g<2>10)"),
    (re.compile(r"(?<![\d(;])(\d{1,2})([pq])-(?=[,\[/]|$)"), r"del(\1)(\2)"),
    (re.compile(r"monosomy(\d{1,2}|X|Y)", re.IGNORECASE), r"-\1"),
    (re.compile(r"trisomy(\d{1,2}|X|Y)", re.IGNORECASE), r"+\1"),
    (re.compile(r"\binv(\d{1,2})(?![\d(])"), r"inv(\1)"),
)
_SHAPE_REPAIRS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("bracket turned round", re.compile(r"\[([pq][^()\[\]]*)\)\]?(\d+)\]"), r"(\1)[\2]"),
    ("doubled bracket", re.compile(r"(x\d)\)(?=\[)"), r"\1"),
    ("bracket not closed", re.compile(r"\b(add|del|i)\((\d{1,2}|X|Y)\((?=[pq])"), r"\1(\2)("),
    ("bracket not opened", re.compile(r"\b(inv|del|t|add)\((\d{1,2}|X|Y)\)(?=[pq]\d)"), r"\1(\2)("),
    (
        "colon for semicolon",
        re.compile(rf"(?<=\()({_CHROMOSOME}|{_BANDS})(?::({_CHROMOSOME}|{_BANDS}))+(?=\))"),
        ":;",
    ),
    (
        "comma for semicolon",
        re.compile(rf"(?<=\()({_CHROMOSOME}|{_BANDS})(?:,({_CHROMOSOME}|{_BANDS}))+(?=\))"),
        ",;",
    ),
    ("slash for full stop", re.compile(r"(?<=[pq]\d\d)/(?=\d\))"), "."),
    ("full stop for comma", re.compile(r"^(\d{2}(?:~\d{2})?)\.(?=[XY])"), r"\1,"),
    ("full stop for comma", re.compile(r"(?<=/)(\d{2})\.(?=[XY])"), r"\1,"),
    ("full stop for comma", re.compile(r"(?<=[XY)\d])\.(?=[+-](?:\d|mar)|cryp|t\(|del\()"), ","),
    ("comma missing", re.compile(r"(?<=\))(?=[+-](?:\d|X|Y|mar|der))"), ","),
    ("comma missing", re.compile(r"(^|/)(\d{2})(?=[XY]{1,2}(?:[,\[/]|$))"), r"\1\2,"),
    ("comma missing", re.compile(r"(?<=[XY])(?=(?:t|inv|del|add|ins|der)\()"), ","),
    ("comma missing", re.compile(r"(?<=\d)(?=(?:t|inv|del|add|ins|der)\()"), ","),
    ("full stop before an abnormality", re.compile(r",\.(?=[a-z+?-])"), ","),
    ("comma doubled", re.compile(r",,+"), ","),
    ("comma for slash", re.compile(r"(?<=\]),(?=\d{2},)"), "/"),
    ("hyphen for range", re.compile(r"(^|/)(\d{2})-(\d{2})(?=,)"), r"\1\2~\3"),
    ("comma at the end of a clone", re.compile(r",(?=\[|/|$)"), ""),
)
_MARK = re.compile(r"(cryp|crypt|cryptic)\.?(?=(?:t|ins|inv|del|add|dup|der)\()", re.IGNORECASE)
_INC = re.compile(r",\s*inc\.?", re.IGNORECASE)
_KINDS = re.compile(
    r"\b(psu\s?i?dic|t|inv|del|add|ins|der|dup|i?dic|ider|rob|trp|i|r)\s*(?=\()|\b(idem|sl|sdl\d?)\b",
    re.IGNORECASE,
)


def repair(text: str) -> tuple[str, tuple[str, ...]]:
    """The karyotype without print damage, and the name of each repair made, in order.

    Spaces are taken out without being named a repair; everything else is.
    """
    repairs: list[str] = []
    for name, pattern, put in _PLAIN_REPAIRS:
        text = _apply(text, name, pattern, put, repairs)
    text = _apply_spaces(text, repairs)
    for name, pattern, put in _SHAPE_REPAIRS:
        if put in (":;", ",;"):
            text = _resemicolon(text, name, pattern, put[0], repairs)
        else:
            text = _apply(text, name, pattern, put, repairs)
    for pattern, put in _SHORT_FORMS:
        text = _apply(text, "short form", pattern, put, repairs)
    return text, tuple(dict.fromkeys(repairs))


def _apply(text: str, name: str, pattern: re.Pattern[str], put: str, repairs: list[str]) -> str:
    mended = pattern.sub(put, text)
    if mended != text and not (name == "arrow" and "->" in text and "→" not in text):
        repairs.append(name)
    return mended


def _apply_spaces(text: str, repairs: list[str]) -> str:
    mended = _INC.sub(",inc", text)
    mended = _KINDS.sub(lambda m: m.group(0).lower(), mended)
    mended = re.sub(r"\b(xx|xy)\b", lambda m: m.group(1).upper(), mended)
    if mended != text and mended.lower().replace(" ", "") != text.lower().replace(" ", ""):
        repairs.append("full stop after inc")
    elif mended.replace(" ", "") != text.replace(" ", ""):
        repairs.append("capital letter")
    mended = re.sub(r"\s+", "", mended)
    mended = re.sub(r"(?<=\dter)-+(?=\d)|(?<=[pq]ter)-+(?=\d)|-{2,}", "->", mended)
    return _MARK.sub("cryp", mended)


def _resemicolon(
    text: str, name: str, pattern: re.Pattern[str], sign: str, repairs: list[str]
) -> str:
    mended = pattern.sub(lambda m: m.group(0).replace(sign, ";"), text)
    if mended != text:
        repairs.append(name)
    return mended
