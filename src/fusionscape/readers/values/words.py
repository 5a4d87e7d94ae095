"""Words that say yes, no or missing, in the languages tables are written in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Said of any column. "None" and "no" are not here: they may be a finding of absence.
MISSING = frozenset(
    """. .. ... ? ?? na n/a #n/a #na nan null nil unknown unk unkn. uk n.a. n.a n/k nk missing miss
    nodata notdone untested pending unspecified undefined #value! #ref! #div/0! #name? #null!
    #num! (null) <na> 未知 不详 不明 未做 未检测 未查 未检 无数据 缺失 未测 unbekannt k.a. n.b.
    inconnu inconnue manquant""".split()
) | frozenset(
    {
        "not available", "not known", "not reported", "not recorded", "no data", "no sample",
        "no information", "not applicable", "not evaluated", "not assessed", "not done",
        "not tested", "not performed", "nicht bekannt", "k. a.", "keine angabe",
        "nicht getestet", "nicht bestimmt", "non connu", "non testé", "non fait",
    }
)  # fmt: skip
MISSING_IN_VALUES = frozenset({"-", "--", "---", "–", "—", "/", "\\"})

YES = frozenset(
    """yes y true t 1 1.0 positive pos pos. + ++ +++ (+) present mutated mut mutant detected yes.
    abnormal ja j wahr positiv vorhanden mutiert nachgewiesen oui o vrai positif positive présent
    muté détecté si sí sì 是 有 阳性 阳 突变 检出 存在 对""".split()
)
NO = frozenset(
    """no n false f 0 0.0 negative neg neg. - – − -- (-) absent wild-type wildtype wt none
    undetected nein falsch negativ fehlend nicht non faux négatif negatif absent sauvage
    否 无 没有 阴性 阴 野生型 未检出 未突变 不""".split()
) | frozenset({"not detected", "wild type", "not mutated", "no mutation", "nicht nachgewiesen",
               "non muté", "non détecté", "not present"})  # fmt: skip


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Full-width forms made ordinary, odd spaces single, ends trimmed; case kept."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", text).split())


def key(text: str) -> str:
    """`plain`, without case."""
    return plain(text).casefold()


def is_missing(text: str | None, *, dash: bool = True) -> bool:
    """True for an empty cell or a word that says the value is not known.

    A lone dash is missing only where `dash` says so: in a yes/no column it may mean no.
    """
    if text is None:
        return True
    word = key(text)
    return not word or word in MISSING or (dash and word in MISSING_IN_VALUES)


def parse_flag(text: str) -> bool | None:
    """True, False, or None when the word is neither.

    >>> parse_flag("阳性"), parse_flag("nein"), parse_flag("maybe")
    (True, False, None)
    """
    word = key(text)
    if word in YES:
        return True
    if word in NO:
        return False
    return None
