"""Values of the fields that hold one of a few words."""

from __future__ import annotations

import re
from collections.abc import Callable

from fusionscape.readers.values.words import key, plain

_SEX = {
    **dict.fromkeys("female f w woman girl weiblich frau féminin feminin femme fille 女 女性".split(),
                    "female"),
    **dict.fromkeys("male m man boy männlich maennlich mann masculin homme garçon 男 男性".split(),
                    "male"),
}  # fmt: skip
_EFS = {
    "censored": "censored", "none": "censored", "no event": "censored", "event free": "censored",
    "relapse": "relapse", "relapsed": "relapse", "death": "death", "dead": "death",
    "induction failure": "induction failure", "refractory": "induction failure",
    "treatment failure": "induction failure", "primary refractory": "induction failure",
    "rezidiv": "relapse", "rückfall": "relapse", "rechute": "relapse", "复发": "relapse",
    "tod": "death", "décès": "death", "死亡": "death",
}  # fmt: skip
_FAB = re.compile(r"^(?:fab|aml)?[\s:_-]*\(?m\s?-?([0-7])\s?(?:[a-dv]|eo)?\)?$", re.IGNORECASE)
_FAB_WORDS = (
    ("minimal", "M0"), ("minimally", "M0"), ("without maturation", "M1"),
    ("with maturation", "M2"), ("promyelocytic", "M3"), ("myelomonocytic", "M4"),
    ("monoblastic", "M5"), ("monocytic", "M5"), ("erythro", "M6"), ("megakaryo", "M7"),
)  # fmt: skip


def category(field: str, text: str) -> str | None:
    """The canonical word of `field` that `text` means, or None; free text is kept as it is.

    >>> category("sex", "weiblich"), category("fab", "FAB M4Eo"), category("sex", "2")
    ('female', 'M4', None)
    """
    reader = _READERS.get(field)
    return plain(text) if reader is None else reader(text)


def _sex(text: str) -> str | None:
    return _SEX.get(key(text))


def _fab(text: str) -> str | None:
    match = _FAB.match(plain(text))
    if match is not None:
        return f"M{match.group(1)}"
    return next((fab for words, fab in _FAB_WORDS if words in key(text)), None)


def _efs_type(text: str) -> str | None:
    return _EFS.get(key(text))


def _disease(text: str) -> str | None:
    from fusionscape.knowledge.disease import normalise_disease

    return normalise_disease(text)


def _onset(text: str) -> str | None:
    from fusionscape.knowledge.disease import normalise_onset

    return normalise_onset(text)


_READERS: dict[str, Callable[[str], str | None]] = {
    "sex": _sex,
    "fab": _fab,
    "efs_type": _efs_type,
    "disease": _disease,
    "onset": _onset,
}
