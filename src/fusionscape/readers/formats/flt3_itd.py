"""Is a FLT3 variant of a mutation table an internal tandem duplication?"""

from __future__ import annotations

import re
from typing import Literal

# Codons of exons 14 and 15 of NM_004119 (juxtamembrane domain and start of TKD1), where
# internal tandem duplications begin (Nakao 1996; Kayser 2009, doi:10.1182/blood-2009-03-209999).
FIRST_CODON, LAST_CODON = 568, 648
_INSERTION = re.compile(
    r"p\.\(?[A-Z][a-z]{0,2}(\d+)(?:_[A-Z][a-z]{0,2}(\d+))?(dup|ins|delins)", re.ASCII
)
_TANDEM = re.compile(r"tandem|\bitd\b", re.IGNORECASE)


def flt3_itd(
    classification: str | None, protein: str | None
) -> Literal["present", "candidate"] | None:
    """What a protein-changing FLT3 variant says about FLT3-ITD.

    ``present``: named a tandem duplication, or an in-frame duplication in exons 14 and 15.
    ``candidate``: another in-frame insertion there, which may be one. None: neither.

    >>> flt3_itd("In_Frame_Ins", "p.Y599_D600insGLYVDFREYEY")
    'candidate'
    >>> flt3_itd("In_Frame_Ins", "p.N587_E598dup")
    'present'
    >>> flt3_itd("Missense_Mutation", "p.D835Y") is None
    True
    """
    protein = (protein or "")[:500]
    if _TANDEM.search(classification or "") or _TANDEM.search(protein):
        return "present"
    words = (classification or "").casefold()
    if "in_frame_ins" not in words and "inframe_insertion" not in words:
        return None
    found = _INSERTION.search(protein)
    if found is None:
        return "candidate" if not protein else None
    codon = int(found.group(1)[:6])
    if not FIRST_CODON <= codon <= LAST_CODON:
        return None
    return "present" if found.group(3) == "dup" else "candidate"
