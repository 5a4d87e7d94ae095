"""Units and the factor that brings a value to the unit of its field."""

from __future__ import annotations

import re
import unicodedata

DAYS_PER_MONTH = 365.25 / 12
DAYS_PER_YEAR = 365.25

_GIGA = "10^9/l 10e9/l 109/l g/l /nl 10^3/ul 10e3/ul 103/ul k/ul 1000/ul tsd/ul 10^3/mm3 10e3/mm3 "
_GIGA += "103/mm3 k/mm3 1000/mm3 thousand/ul 10^6/ml giga/l 10^3/microliter 103/microliter "
_GIGA += "k/microliter 10^9cells/l 10^9cells/litre 10^9/litre 10^9/liter 10^9"
_SINGLE = "/ul cells/ul /mm3 cells/mm3 ul mm3 /microliter cells/microliter"

_COUNTS = dict.fromkeys(_GIGA.split(), 1.0) | dict.fromkeys(_SINGLE.split(), 1e-3)
_COUNTS |= {"/l": 1e-9, "cells/l": 1e-9, "万/ul": 10.0}
_TIMES = {
    **dict.fromkeys("d day days tag tage jour jours 天 日".split(), 1.0),
    **dict.fromkeys("w wk week weeks woche wochen semaine semaines 周".split(), 7.0),
    **dict.fromkeys("mo m month months mth mths monat monate mois 月 个月".split(), DAYS_PER_MONTH),
    **dict.fromkeys("y yr yrs year years a jahr jahre an ans année années 年 岁".split(), DAYS_PER_YEAR),
}
_HEMOGLOBIN = {"g/l": 1.0, "g/dl": 10.0, "g%": 10.0, "gm/dl": 10.0, "mmol/l": 16.114}
_PERCENT = {"%": 1.0, "percent": 1.0, "prozent": 1.0, "fraction": 100.0, "proportion": 100.0}


def plain_unit(unit: str) -> str:
    """A unit without the many ways of writing it (×10⁹/L, x10^9/l, 10E9/L)."""
    text = unit.replace("⁹", "^9").replace("³", "^3").replace("⁶", "^6").replace("¹⁰", "10")
    text = unicodedata.normalize("NFKC", text).casefold().replace("μ", "u").replace("µ", "u")
    text = re.sub(r"\s+", "", text).replace("**", "^").strip("()[]")
    text = re.sub(r"^[x×*·]+", "", text).replace("mm^3", "mm3")
    return text


def factor(field: str, unit: str) -> float | None:
    """What to multiply a value in `unit` by to have it in the unit of `field`; None unknown.

    >>> factor("age_years", "months") * 12, factor("hemoglobin_g_l", "g/dl")
    (1.0, 10.0)
    """
    name = plain_unit(unit)
    if not name:
        return 1.0
    if field.endswith("_10e9_l"):
        return _COUNTS.get(name)
    if field == "hemoglobin_g_l":
        return _HEMOGLOBIN.get(name)
    if field.endswith("_percent"):
        return _PERCENT.get(name)
    if field.endswith("_years"):
        days = _TIMES.get(name)
        return None if days is None else days / DAYS_PER_YEAR
    if field.endswith("_days"):
        return _TIMES.get(name)
    return 1.0


def needs_unit(field: str) -> bool:
    """True for a field whose values differ by unit."""
    return field == "hemoglobin_g_l" or field.endswith(("_10e9_l", "_percent", "_years", "_days"))
