"""Menin inhibitor trials and approvals: which lesions qualify by genotype."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.knowledge.genes import resolve_gene
from fusionscape.knowledge.store import records

_MUTATION = re.compile(r"mut|variant", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeninMatch:
    """One lesion that a trial or approval names.

    Genotype only: disease state, age, earlier treatment and open sites are not judged.
    """

    lesion: str
    trial: str
    criterion: str
    setting: str
    reference: str


def qualifies(lesions: Iterable[str]) -> tuple[MeninMatch, ...]:
    """For which menin inhibitor trials does this genotype qualify?

    `lesions` are fusions (``NUP98::NSD1``), driver-only rearrangements (``NUP98-R``),
    mutated genes (``NPM1``) and tandem duplications (``KMT2A-PTD``, ``UBTF-TD``) that are
    present. Every match is returned, in table order; none means no criterion here names a
    lesion given, not that the patient is ineligible. A bare driver gene (``NUP98``) is a mutated
    gene, which is no rearrangement.

    Source: table of criteria, one citation per row.

    >>> [m.trial for m in qualifies(["NUP98::NSD1", "FLT3-ITD"])]
    ['revumenib, NCT06229912', 'revumenib, NCT04065399']
    """
    given = sorted(set(lesions))
    return tuple(
        MeninMatch(
            lesion=lesion,
            trial=row["trial"],
            criterion=row["lesion"],
            setting=row["setting"],
            reference=row["reference"],
        )
        for row in records("menin_lesions.csv")
        for lesion in given
        if _meets(lesion, row["kind"], row["lesion"])
    )


def _meets(lesion: str, kind: str, criterion: str) -> bool:
    if kind == "tandem duplication":
        wanted, _, _ = criterion.partition("-")
        gene, _, rest = lesion.replace("_", "-").replace(" ", "-").partition("-")
        return resolve_gene(gene).symbol == wanted and rest.upper() in ("PTD", "TD")
    if kind == "mutation":
        return resolve_gene(lesion).symbol == criterion
    if _states_no_rearrangement(lesion):
        return False
    read = parse_fusion(lesion)
    first, _, second = criterion.partition("::")
    if second != "*":
        return read.fusion == criterion
    return first in read.genes and read.kind in ("fusion", "driver only")


def _states_no_rearrangement(lesion: str) -> bool:
    """A bare gene names a mutated gene here; in a column of fusions it would name a fusion."""
    bare = "::" not in lesion and resolve_gene(lesion).symbol is not None
    return bare or _MUTATION.search(lesion) is not None
