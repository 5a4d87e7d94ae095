"""Which variables of a synthetic cohort were invented, so that no p value is drawn from them.

`codebook.invented` names fields (``wbc_10e9_l``, ``WT1``, ``lesion:WT1``) and joints, two
fields joined by ``*`` (``FLT3-ITD*WT1``). ``lesion*lesion`` says that the joint of any two
lesions was invented unless `codebook.printed` names that joint.
"""

from __future__ import annotations

from itertools import combinations

from fusionscape.cohort.codebook import Codebook

ANY_LESION_PAIR = "lesion*lesion"


def _plain(name: str) -> str:
    return name.removeprefix("lesion:").removeprefix("covariate:")


def _joint(names: tuple[str, ...], a: str, b: str) -> bool:
    return any(
        set(map(_plain, name.split("*"))) == {_plain(a), _plain(b)} for name in names if "*" in name
    )


def is_invented(codebook: Codebook, *fields: str, levels: tuple[str, ...] = ()) -> bool:
    """True when one of these fields, or the joint of two of them, was invented.

    `levels` are the values that the comparison rests on (``NUP98::NSD1`` against all others):
    a joint printed for them (``response:1*NUP98::NSD1``) is enough. In a synthetic cohort
    that names what was printed, every joint that is not named was made up.
    """
    if not codebook.invented:
        return False
    single = {_plain(name) for name in codebook.invented if "*" not in name}
    if any(_plain(name) in single for name in fields):
        return True
    pairs = list(combinations(fields, 2))
    if not pairs:
        return False
    either = [*pairs, *((field, level) for field in fields for level in levels)]
    if any(_joint(codebook.printed, a, b) for a, b in either):
        return False
    if any(_joint(codebook.invented, a, b) for a, b in pairs):
        return True
    return codebook.synthetic and bool(codebook.printed)


def is_invented_lesion_pair(codebook: Codebook, a: str, b: str) -> bool:
    """True when the joint of these two lesions was invented."""
    if is_invented(codebook, a, b):
        return True
    return ANY_LESION_PAIR in codebook.invented and not _joint(codebook.printed, a, b)
