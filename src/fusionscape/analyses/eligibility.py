"""Who in this cohort carries a lesion that a menin inhibitor trial asks for?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.genotypes import Qualifying, qualifying
from fusionscape.knowledge.menin import MeninMatch
from fusionscape.results import Analysis, Caution, Column, Count, Row, Table, caution, make_id

TOPIC = "eligibility"
METHOD = "Lesions found, looked up in a table of trial and approval criteria; genotype only"
REFERENCE = "Issa GC, et al. Nature 2023;615:920. doi:10.1038/s41586-023-05812-3"


def _count(cohort: Cohort, parts: tuple[str, ...], *, label: str, patients: set[str]) -> Count:
    return Count(
        id=make_id(TOPIC, *parts),
        label=label,
        count=len(patients),
        n=cohort.n,
        missing=0,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def _counts(cohort: Cohort, found: tuple[Qualifying, ...]) -> Iterator[Count]:
    every = {q.patient for q in found}
    yield _count(cohort, ("any",), label="a qualifying lesion", patients=every)
    for trial in dict.fromkeys(q.match.trial for q in found):
        inside = [q for q in found if q.match.trial == trial]
        setting = inside[0].match.setting
        label = f"{trial} ({setting})"
        yield _count(cohort, ("trial", trial), label=label, patients={q.patient for q in inside})
    for lesion in sorted({q.match.lesion for q in found}):
        inside = [q for q in found if q.match.lesion == lesion]
        yield _count(cohort, ("lesion", lesion), label=lesion, patients={q.patient for q in inside})


_COLUMNS = (
    Column(name="patient", label="Patient"),
    Column(name="lesions", label="Qualifying lesion"),
    Column(name="trials", label="Named by"),
)


def _patients(cohort: Cohort, found: tuple[Qualifying, ...]) -> Table:
    matches: dict[str, list[MeninMatch]] = {}
    for q in found:
        matches.setdefault(q.patient, []).append(q.match)
    rows = []
    for patient, own in sorted(matches.items()):
        lesions = ", ".join(dict.fromkeys(m.lesion for m in own))
        trials = "; ".join(dict.fromkeys(m.trial for m in own))
        rows.append(Row(cells=(patient, lesions, trials), values=(patient, lesions, trials)))
    return Table(
        id=make_id(TOPIC, "patients"),
        title="Patients with a qualifying lesion",
        columns=_COLUMNS,
        rows=tuple(rows),
        n=len(rows),
        missing=cohort.n - len(rows),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def _notes(cohort: Cohort, found: tuple[Qualifying, ...]) -> Iterator[Caution]:
    yield caution("genotype-only", n=len({q.patient for q in found}))
    untested = cohort.driver_state().null_count()
    if untested:
        yield caution("driver-not-tested", driver=cohort.plan.driver, n=untested, of=cohort.n)
    resistant = cohort.lesions.filter(
        (pl.col("lesion") == "MEN1") & (pl.col("state") == "present")
    )["patient_id"].n_unique()
    if resistant:
        yield caution("menin-resistance", n=resistant)


def eligibility(cohort: Cohort) -> Analysis:
    """Who carries a lesion by which a menin inhibitor trial or approval enrols?

    Every patient with at least one lesion that the table of criteria names, with the lesion
    and the trials. Genotype only: disease state, age and earlier treatment are not judged,
    and a patient who was not tested is not ruled out.
    """
    found = qualifying(cohort)
    return Analysis(
        id=TOPIC,
        question="who-qualifies-by-genotype",
        n=cohort.n,
        missing=0,
        items=(*_counts(cohort, found), _patients(cohort, found)),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_notes(cohort, found)),
    )
