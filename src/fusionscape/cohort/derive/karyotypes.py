"""What each patient's karyotype shows, every distinct karyotype read once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.knowledge.karyotype import Karyotype, parse_karyotype

# flag -> how it is printed; each is true, false, or null where the karyotype cannot say
FLAGS: dict[str, str] = {
    "normal": "Normal karyotype",
    "abnormal": "Abnormal karyotype",
    "complex": "Complex karyotype",
    "monosomal": "Monosomal karyotype",
    "trisomy_8": "Trisomy 8",
    "chr13_abnormal": "Chromosome 13 abnormal",
    "chr13_deletion": "Chromosome 13 deletion",
    "rearranged_11p15": "11p15 rearranged",
}
# Where a study has no karyotype text but a column of its own, this lesion answers.
RECORDED = {
    "normal": "normal karyotype",
    "complex": "complex karyotype",
    "monosomal": "monosomal karyotype",
    "trisomy_8": "trisomy 8",
    "chr13_abnormal": "chromosome 13 abnormal",
    "chr13_deletion": "del(13q)",
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The karyotypes of a cohort, one entry a patient (None where none is given)."""

    karyotypes: tuple[Karyotype | None, ...]

    @property
    def given(self) -> int:
        """Patients with a karyotype as text."""
        return sum(k is not None for k in self.karyotypes)

    @property
    def unread(self) -> int:
        """Patients of whose karyotype some piece could not be read."""
        return sum(bool(k and k.unread) for k in self.karyotypes)

    @property
    def repaired(self) -> int:
        """Patients whose karyotype had print damage that was mended."""
        return sum(bool(k and k.repaired) for k in self.karyotypes)


def read_karyotypes(cohort: Cohort) -> Reading:
    """Parse the karyotype of every patient."""
    if "karyotype" not in cohort.patients.columns:
        return Reading(karyotypes=(None,) * cohort.n)
    texts = cohort.patients["karyotype"].to_list()
    return Reading(karyotypes=tuple(None if t is None else parse_karyotype(t) for t in texts))


def _flags(karyotype: Karyotype | None) -> dict[str, bool | None]:
    if karyotype is None or karyotype.status not in ("normal", "abnormal"):
        return dict.fromkeys(FLAGS)
    normal = karyotype.status == "normal"
    moved = bool(karyotype.translocations_11p15)
    return {
        "normal": normal,
        "abnormal": not normal,
        "complex": karyotype.complex,
        "monosomal": karyotype.monosomal,
        "trisomy_8": karyotype.trisomy_8,
        "chr13_abnormal": karyotype.chr13_abnormal,
        "chr13_deletion": karyotype.chr13_deletion,
        "rearranged_11p15": moved or (None if _hides(karyotype) else False),
    }


def karyotype_flags(cohort: Cohort) -> pl.DataFrame:
    """One Boolean column per flag of FLAGS, along the patients; null is not known.

    What the karyotype does not say is taken from the study's own column (a lesion such as
    "trisomy 8") where there is one.
    """
    rows = [_flags(k) for k in read_karyotypes(cohort).karyotypes]
    frame = pl.DataFrame(
        {name: [row[name] for row in rows] for name in FLAGS},
        schema=dict.fromkeys(FLAGS, pl.Boolean),
    )
    recorded = set(cohort.lesions["lesion"].unique().to_list())
    for flag, lesion in RECORDED.items():
        if lesion in recorded:
            own = cohort.lesion(lesion)
            frame = frame.with_columns(frame[flag].zip_with(frame[flag].is_not_null(), own))
    fill = pl.when(pl.col("abnormal").is_null()).then(~pl.col("normal"))
    return frame.with_columns(fill.otherwise(pl.col("abnormal")).alias("abnormal"))


def visible_rearrangement(cohort: Cohort) -> pl.Series:
    """Per patient: the karyotype shows a rearrangement that fits the patient's own partner.

    True or false for carriers whose karyotype was read whole; null for the others. Only
    11p15, the band of NUP98, is looked at.
    """
    karyotypes = read_karyotypes(cohort).karyotypes
    partners = cohort.partner_of().to_list()
    seen = [_visible(k, p) for k, p in zip(karyotypes, partners, strict=True)]
    return pl.Series("visible", seen, dtype=pl.Boolean)


def _visible(karyotype: Karyotype | None, fusion: str | None) -> bool | None:
    if karyotype is None or fusion is None or not fusion.startswith("NUP98::"):
        return None
    if karyotype.status not in ("normal", "abnormal"):
        return None
    names = {part.split("::")[-1] for part in fusion.split(" + ")}
    if names & set(karyotype.partners_compatible):
        return True
    return None if _hides(karyotype) else False


def _hides(karyotype: Karyotype) -> bool:
    """True when part was not read, or a word (abnormal, complex) stands for what was seen."""
    return bool(karyotype.unread) or (karyotype.status == "abnormal" and not karyotype.clones)
