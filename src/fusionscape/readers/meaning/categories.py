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

_CIR = {
    **{k: v for k, v in _EFS.items() if v in ("censored", "relapse", "death")},
    "0": "censored", "1": "relapse", "2": "death", "0.0": "censored", "1.0": "relapse",
    "2.0": "death", "death in remission": "death", "death without relapse": "death",
    "non relapse mortality": "death", "non-relapse mortality": "death", "nrm": "death",
    "trm": "death", "treatment related mortality": "death", "competing": "death",
    "none": "censored", "no": "censored", "alive": "censored",
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


def _cir_status(text: str) -> str | None:
    """What came first from remission; 0, 1 and 2 are censored, relapse, death without relapse."""
    return _CIR.get(key(text))


def _onset(text: str) -> str | None:
    onset = normalise_onset(text)
    return onset if onset in ("de novo", "therapy-related", "secondary") else None


_READERS: dict[str, Callable[[str], str | None]] = {
    "sex": normalise_sex,
    "fab": _fab,
    "efs_type": _efs_type,
    "cir_status": _cir_status,
    "disease": normalise_disease,
    "onset": _onset,
}
