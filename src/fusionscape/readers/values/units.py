"""Units and the factor that brings a value to the unit of its field."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files

DAYS_PER_YEAR = 365.25


def _load() -> dict[str, dict[str, float]]:
    text = files("fusionscape.readers.values").joinpath("units.toml").read_text("utf-8")
    return {
        topic: {unit: float(by) for by, units in table.items() for unit in units}
        for topic, table in tomllib.loads(text).items()
    }


_UNITS = _load()


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
        return _UNITS["counts"].get(name)
    if field == "hemoglobin_g_l":
        return _UNITS["hemoglobin"].get(name)
    if field.endswith("_percent"):
        return _UNITS["percent"].get(name)
    if field.endswith("_years"):
        days = _UNITS["times"].get(name)
        return None if days is None else days / DAYS_PER_YEAR
    if field.endswith("_days"):
        return _UNITS["times"].get(name)
    return 1.0


def unit_of(field: str) -> str:
    """The unit the cohort keeps a field in, as it is written.

    >>> unit_of("wbc_10e9_l"), unit_of("hemoglobin_g_l"), unit_of("os_days")
    ('10^9/l', 'g/l', 'days')
    """
    ends = {"_10e9_l": "10^9/l", "_g_l": "g/l", "_percent": "%", "_years": "years"}
    return next((unit for end, unit in ends.items() if field.endswith(end)), "days")


def needs_unit(field: str) -> bool:
    """True for a field whose values differ by unit."""
    return field == "hemoglobin_g_l" or field.endswith(("_10e9_l", "_percent", "_years", "_days"))
