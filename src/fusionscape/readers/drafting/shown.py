"""Which values of a column a draft may show: words and codes, never what names a patient."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fusionscape.readers.meaning.fields import FieldForm

_MOST = 20
_WORDS = 4
_CHARACTERS = 30
_FEW = 5
_NUMBER = re.compile(r"[<>≤≥]=?\s*\d{0,3}(?:[.,]\d{1,4})?\s*%?")
_CODE = re.compile(r"-?\d{1,2}|999")
_DIGITS = re.compile(r"\d\D?\d")
_WITHHELD = ("date", "day", "id", "sample", "ignore")


def shown_values(values: Iterable[str], form: FieldForm, *, cells: int) -> tuple[str, ...]:
    """The open values that the draft lists for the user to explain.

    Dates, ids and free text stay out: a value with two digits near each other that is no bound
    (``<0.05``), a long one, and all of them where nearly every patient has one of their own.
    """
    found = list(dict.fromkeys(values))
    unlike = len(found) > _FEW and len(found) > cells / 2
    if form.shape in _WITHHELD or unlike:
        return ()
    return tuple(value for value in found if _is_code(value))[:_MOST]


def _is_code(value: str) -> bool:
    if _NUMBER.fullmatch(value.strip()) or _CODE.fullmatch(value.strip()):
        return True
    short = len(value) <= _CHARACTERS and len(value.split()) <= _WORDS
    return short and _DIGITS.search(value) is None
