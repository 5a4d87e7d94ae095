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


def is_invented(codebook: Codebook, *fields: str) -> bool:
    """True when one of these fields, or the joint of two of them, was invented."""
    if not codebook.invented:
        return False
    single = {_plain(name) for name in codebook.invented if "*" not in name}
    if any(_plain(name) in single for name in fields):
        return True
    return any(_joint(codebook.invented, a, b) for a, b in combinations(fields, 2))


def is_invented_lesion_pair(codebook: Codebook, a: str, b: str) -> bool:
    """True when the joint of these two lesions was invented."""
    if is_invented(codebook, a, b):
        return True
    return ANY_LESION_PAIR in codebook.invented and not _joint(codebook.printed, a, b)
