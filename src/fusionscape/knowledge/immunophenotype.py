"""Reading immunophenotypes: the compact flow string and the prose of reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from fusionscape.knowledge.disease import disease_lineage
from fusionscape.knowledge.immunophenotype_text import MarkerReading, read_markers
from fusionscape.knowledge.markers import marker, marker_lineages

__all__ = ["Immunophenotype", "MarkerReading", "cross_lineage", "parse_immunophenotype"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunophenotype:
    """An immunophenotype as read; `unread` keeps what no rule understood."""

    given: str | None
    markers: tuple[MarkerReading, ...]
    unread: tuple[str, ...]


@lru_cache(maxsize=4096)
def parse_immunophenotype(text: str | None) -> Immunophenotype:
    """Which markers do the blasts carry?

    Reads the compact string ``CD34st+CD117st+CD13dim+CD105−CD36p+`` (markers first, for the
    hyphen of HLA-DR is no sign and the plus is a value as well as a separator), lists
    (``CD34, CD33 (dim), HLA-DR; negative for CD7``) and prose (``strong expression of
    CD33 and HLA-DR and weak expression of CD14``). A marker that is not named is not
    reported: absence from the text is not a negative. A bare percentage reads as positive
    from 20 % (Bene 1995, Leukemia 9:1783), as negative at 0, and is left unread between.

    Source: two axes after the 2006 Bethesda consensus (Wood 2007, doi:10.1002/cyto.b.20363).

    >>> [(m.marker, m.distribution) for m in parse_immunophenotype("CD34+HLA-DR+CD7−").markers]
    [('CD34', 'positive'), ('HLA-DR', 'positive'), ('CD7', 'negative')]
    """
    if text is None or not text.strip():
        return Immunophenotype(given=text, markers=(), unread=())
    readings, unread = read_markers(text)
    return Immunophenotype(given=text, markers=readings, unread=unread)


def cross_lineage(name: str, disease: str) -> bool:
    """Does this marker belong to another lineage than this disease?

    B, T and NK markers cross in myeloid leukemia; myeloid ones in lymphoid leukemia; in
    B-ALL also T markers and in T-ALL also B markers. Markers of immaturity never cross.

    Source: lineage assignment of ICC 2022 (Arber 2022, doi:10.1182/blood.2022015850).

    >>> cross_lineage("CD7", "AML"), cross_lineage("CD33", "AML"), cross_lineage("CD33", "T-ALL")
    (True, False, True)
    """
    known = marker(name)
    belongs = marker_lineages().get(known or "", "any")
    own = disease_lineage(disease)
    if belongs in ("any", "immature") or own is None:
        return False
    myeloid = ("myeloid", "megakaryocytic", "erythroid")
    if own == "myeloid":
        return belongs not in myeloid and known != "CD4"
    return {"B": belongs != "B", "T": belongs not in ("T", "NK")}.get(own, False)
