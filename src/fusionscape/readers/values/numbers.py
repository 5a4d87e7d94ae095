"""Numbers as tables print them: decimal comma, thousands, full-width digits, < and >."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from fusionscape.readers.values.words import plain

Decimal = Literal[".", ","]

_NUMBER = re.compile(
    r"^(?P<censor><=|>=|<|>|≤|≥)?\s*(?P<sign>[+-])?(?P<body>\d[\d.,'  ]*|[.,]\d+)"
    r"(?P<power>\s*(?:[eE][+-]?\d{1,3}|\s?[x×*·]\s?10\^?\s?(?P<exponent>[+-]?\d{1,2})(?![\d/])))?"
    r"\s*(?P<unit>%|‰|[^\d\s.,<>].*)?$"
)
_POWER = re.compile(r"^([<>≤≥]?=?\s*)10\s?(?=\^|-)\^?\s?([+-]?)(\d{1,2})$")
_COMMA_DECIMAL = re.compile(r"^(?:\d+,\d{1,2}|\d+,\d{4,}|0,\d+|\d{4,},\d+|,\d+)$")
_POINT_DECIMAL = re.compile(r"^(?:\d+\.\d{1,2}|\d+\.\d{4,}|0\.\d+|\d{4,}\.\d+|\.\d+)$")
_COMMA_GROUPS = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_POINT_GROUPS = re.compile(r"^\d{1,3}(?:\.\d{3})+$")


_LEAST_PERCENT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A parsed number; `censored` is "<" or ">" when only a bound is known."""

    value: float
    censored: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalStyle:
    """Which mark is the decimal one in a column, and what speaks for each reading."""

    decimal: Decimal
    comma_votes: int
    point_votes: int
    open_values: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Some values can only have a decimal comma, others only a decimal point."""
        return bool(self.comma_votes and self.point_votes)

    @property
    def undecided(self) -> bool:
        """Values such as ``1,234`` stand here and nothing says how to read them."""
        return bool(self.open_values) and not self.comma_votes and not self.point_votes


def fraction_heap(values: Iterable[float]) -> frozenset[float]:
    """Values above 0 and up to 1 beside others of 5 and more, with nothing in between.

    Blood blasts of 0.5 % stand beside 2 and 4 %; a column of percents with some fractions has a
    gap, for a fraction of 0.05 to 1 is 5 to 100 %.

    >>> sorted(fraction_heap([0.5, 0.9, 20, 95])), sorted(fraction_heap([0.5, 2, 20]))
    ([0.5, 0.9], [])
    """
    found = list(values)
    small = frozenset(v for v in found if 0 < v <= 1)
    large = [v for v in found if v > 1]
    broken = any(not float(v).is_integer() for v in small)
    return small if broken and large and min(large) >= _LEAST_PERCENT else frozenset()


def decimal_style(texts: Iterable[str]) -> DecimalStyle:
    """How the column as a whole writes decimals; one value alone may be read two ways."""
    comma = point = 0
    open_values: list[str] = []
    for text in texts:
        match = _NUMBER.match(plain(text))
        if match is None:
            continue
        body = _compact(match.group("body"))
        vote = _vote(body)
        comma += vote == ","
        point += vote == "."
        if vote == "?":
            open_values.append(text)
    decimal: Decimal = "," if comma and not point else "."
    return DecimalStyle(
        decimal=decimal, comma_votes=comma, point_votes=point, open_values=tuple(open_values)
    )


def _vote(body: str) -> str:
    if "," in body and "." in body:
        return "," if body.rindex(",") > body.rindex(".") else "."
    if _COMMA_DECIMAL.match(body):
        return ","
    if _POINT_DECIMAL.match(body):
        return "."
    if body.count(",") > 1:
        return "."
    if body.count(".") > 1:
        return ","
    return "?" if _COMMA_GROUPS.match(body) else ""


@lru_cache(maxsize=65536)
def parse_number(text: str, *, decimal: Decimal = ".") -> Number | None:
    """The number a cell holds, or None when it holds none.

    >>> parse_number("<0,1", decimal=",")
    Number(value=0.1, censored='<', unit='')
    >>> parse_number("1,234.5").value, parse_number("３５％").unit
    (1234.5, '%')
    """
    bare = plain(text).replace("\N{MINUS SIGN}", "-")
    if power_of_ten := _POWER.match(bare):
        bare = f"{power_of_ten.group(1)}1e{power_of_ten.group(2)}{power_of_ten.group(3)}"
    match = _NUMBER.match(bare)
    if match is None:
        return None
    body = _to_point(_compact(match.group("body")), decimal)
    if body is None:
        return None
    value = float(body)
    power = match.group("power")
    if power:
        exponent = int(match.group("exponent") or power.strip()[1:])
        if abs(exponent) > 300:
            return None
        value *= 10.0**exponent
    if match.group("sign") == "-":
        value = -value
    if not math.isfinite(value):
        return None
    censor = {"<=": "<", "≤": "<", ">=": ">", "≥": ">"}.get(
        match.group("censor") or "", match.group("censor") or ""
    )
    return Number(value=value, censored=censor, unit=(match.group("unit") or "").strip())


def _compact(body: str) -> str:
    return re.sub(r"(?<=\d)['  ](?=\d{3}(?:\D|$))", "", body).strip()


def _to_point(body: str, decimal: Decimal) -> str | None:
    """The digits with a decimal point, or None when the marks do not make a number."""
    group = "." if decimal == "," else ","
    if group in body:
        whole = body.split(decimal)[0]
        pattern = _POINT_GROUPS if group == "." else _COMMA_GROUPS
        if not pattern.match(whole) or group in body[len(whole) :]:
            return None
        body = body.replace(group, "")
    body = body.replace(decimal, ".")
    return body if re.fullmatch(r"\d+\.?\d*|\.\d+", body) else None
