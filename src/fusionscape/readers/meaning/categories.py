"""Values of the fields that hold one of a few words."""

from __future__ import annotations

from collections.abc import Callable

from fusionscape.knowledge.disease import (
    normalise_disease,
    normalise_fab,
    normalise_onset,
    normalise_sex,
)
from fusionscape.readers.values.words import key, plain

_EFS = {
    "censored": "censored", "no event": "censored", "event free": "censored",
    "relapse": "relapse", "relapsed": "relapse", "death": "death", "dead": "death",
    "induction failure": "induction failure", "refractory": "induction failure",
    "treatment failure": "induction failure", "primary refractory": "induction failure",
    "death without remission": "death without remission",
    "rezidiv": "relapse", "rückfall": "relapse", "rechute": "relapse", "复发": "relapse",
    "tod": "death", "décès": "death", "死亡": "death",
}  # fmt: skip


def category(field: str, text: str) -> str | None:
    """The canonical word of `field` that `text` means, or None; free text is kept as it is.

    >>> category("sex", "weiblich"), category("fab", "FAB M4Eo"), category("sex", "2")
    ('female', 'M4', None)
    """
    reader = _READERS.get(field)
    return plain(text) if reader is None else reader(text)


def _fab(text: str) -> str | None:
    fab = normalise_fab(text)
    return fab[:2] if fab is not None and fab.startswith("M") else None


def _efs_type(text: str) -> str | None:
    return _EFS.get(key(text))


def _onset(text: str) -> str | None:
    onset = normalise_onset(text)
    return onset if onset in ("de novo", "therapy-related", "secondary") else None


_READERS: dict[str, Callable[[str], str | None]] = {
    "sex": normalise_sex,
    "fab": _fab,
    "efs_type": _efs_type,
    "disease": normalise_disease,
    "onset": _onset,
}
