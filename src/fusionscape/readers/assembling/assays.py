"""What "tested" means: which assay looked at what, in whom."""

from __future__ import annotations

import re

from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding

_BROAD = re.compile(
    r"rna[- ]?seq|transcriptome|wts|whole[- ]genome|wgs|fusion panel|archer|multiplex|转录组|"
    r"rna panel|targeted rna|rna sequencing|rnaseq|全转录组",
    re.IGNORECASE,
)
_BREAK_APART = re.compile(r"fish|break[- ]?apart", re.IGNORECASE)
_NARROW = re.compile(r"rt-?pcr|\bpcr\b|nested", re.IGNORECASE)
_BLIND = re.compile(r"karyotyp|cytogenet|g-?band|核型", re.IGNORECASE)


def scope_of(assay: str, *, driver: str) -> str | None:
    """What an assay can see: "fusions", "<DRIVER> fusion", one fusion, "" for none, or None.

    >>> scope_of("RNA-seq", driver="NUP98"), scope_of("RT-PCR NUP98-NSD1", driver="NUP98")
    ('fusions', 'NUP98::NSD1')
    >>> scope_of("karyotype", driver="NUP98")
    ''
    """
    if _BROAD.search(assay):
        return "fusions"
    if _NARROW.search(assay):
        rest = _NARROW.sub(" ", assay).strip(" ()-,:/")
        match = parse_fusion(rest) if rest else None
        return match.fusion if match is not None else None
    if _BREAK_APART.search(assay) and driver.casefold() in assay.casefold():
        return f"{driver} fusion"
    if _BLIND.search(assay):
        return ""
    return None


def add_assays(
    joined: Joined, *, driver: str, tested_by: str | None, tested_scope: str | None
) -> None:
    """One row a patient and assay, from the patient's own column or the study's declaration."""
    own = {str(row["patient_id"]) for row in joined.assays}
    unread: dict[str, int] = {}
    for who in sorted(joined.patients):
        assay = joined.patients[who].get("tested_by")
        if assay is None and not own:
            assay = tested_by
        if assay is None:
            continue
        declared = tested_scope if assay == tested_by else None
        scope = declared if declared is not None else scope_of(str(assay), driver=driver)
        if scope is None:
            unread[str(assay)] = unread.get(str(assay), 0) + 1
        elif scope:
            joined.assays.append({"patient_id": who, "assay": assay, "scope": scope})
    for assay, count in sorted(unread.items()):
        what = f"It is not known what {assay[:60]!r} can see ({count} patients)."
        joined.findings.append(
            finding("assay-not-understood", what, file=joined.origin, value=assay, count=count)
        )
    _clear(joined, driver)


def _clear(joined: Joined, driver: str) -> None:
    """A test of the driver alone that found nothing says: tested and clear."""
    name = f"{driver} fusion"
    carrying = {
        str(row["patient_id"])
        for row in joined.lesions
        if row.get("lesion_type") == "fusion"
        and driver in (row.get("gene"), row.get("partner"))
        and row.get("state") in ("present", "ambiguous")
    }
    said = {str(row["patient_id"]) for row in joined.lesions if row.get("lesion") == name}
    for row in list(joined.assays):
        who = str(row["patient_id"])
        if row["scope"] == name and who not in carrying | said:
            said.add(who)
            joined.lesions.append(
                {
                    "patient_id": who, "lesion": name, "lesion_type": "fusion", "gene": driver,
                    "state": "absent", "assay": row["assay"],
                }
            )  # fmt: skip
