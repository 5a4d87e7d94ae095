"""What "tested" means: which assay looked at what, in whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding
from fusionscape.readers.untold import scopes_about, untold, untold_words

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
    words = untold_words(joined.lesions, driver)
    withheld: list[str] = []
    narrow: dict[str, str] = {}
    unread: dict[str, int] = {}
    for who in sorted(joined.patients):
        assay = joined.patients[who].get("tested_by")
        if assay is None and not own and who in words:
            withheld.extend([who] if tested_by else [])
            continue
        # A word of the patient's own cell that says "not tested" stands against the column.
        if assay is not None and words.get(who):
            withheld.append(who)
            continue
        if assay is None and not own:
            assay = tested_by
        if assay is None:
            continue
        declared = tested_scope if assay == tested_by else None
        scope = declared if declared is not None else scope_of(str(assay), driver=driver)
        if scope is None:
            unread[str(assay)] = unread.get(str(assay), 0) + 1
        elif scope not in scopes_about(driver):
            narrow[who] = str(assay)
        if scope:
            joined.assays.append({"patient_id": who, "assay": assay, "scope": scope})
    _reopen(joined, driver, narrow)
    _tell_withheld(joined, driver, [words[who] for who in withheld])
    _forget_untold(joined, driver)
    for assay, count in sorted(unread.items()):
        what = f"It is not known what {assay[:60]!r} can see ({count} patients)."
        joined.findings.append(
            finding("assay-not-understood", what, file=joined.origin, value=assay, count=count)
        )
    _clear(joined, driver)


def _reopen(joined: Joined, driver: str, narrow: Mapping[str, str]) -> None:
    """A "none" of the fusion column means no more than the declared assay could see.

    Rows that a fusion column wrote carry `by_assay`; a column about the driver alone speaks for
    itself. The mark is taken off here, for no later step needs it.
    """
    broad = {str(a["patient_id"]) for a in joined.assays if a["scope"] in scopes_about(driver)}
    reopened: dict[str, int] = {}
    for row in joined.lesions:
        who = str(row["patient_id"])
        if row.pop("by_assay", False) and who in narrow and who not in broad:
            row["state"] = "not tested"
            reopened[narrow[who]] = reopened.get(narrow[who], 0) + 1
    for assay, count in sorted(reopened.items()):
        what = (
            f"{count} patients without a {driver} fusion were tested by {assay[:60]!r}, which does "
            f"not see every fusion of {driver}; they count as not tested."
        )
        joined.findings.append(
            finding("negative-not-seen", what, file=joined.origin, value=assay, count=count)
        )


def _tell_withheld(joined: Joined, driver: str, words: Sequence[str]) -> None:
    """That the study's assay does not make a patient clear whose own cell does not say so."""
    if not words:
        return
    blank = sum(not word for word in words)
    said = sorted({word for word in words if word})
    parts = [f"{blank} blank"] if blank else []
    if said:
        shown = ", ".join(repr(word[:30]) for word in said[:4])
        parts.append(f"{len(words) - blank} such as {shown}")
    what = (
        f"{len(words)} patients have a cell about the {driver} fusion that does not say whether it "
        f"is there ({'; '.join(parts)}); they count as not tested."
    )
    joined.findings.append(finding("fusion-not-known", what, file=joined.origin, count=len(words)))


def _forget_untold(joined: Joined, driver: str) -> None:
    """A blank cell gives way to the patient's own test, which found nothing."""
    looked = scopes_about(driver)
    tested = {str(row["patient_id"]) for row in joined.assays if row["scope"] in looked}
    joined.lesions[:] = [
        row
        for row in joined.lesions
        if not (untold(row, driver) and str(row["patient_id"]) in tested)
    ]


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
