"""Which class and which risk the carriers have, and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.genotypes import Classified, classified
from fusionscape.cohort.derive.grouping import carriers_of
from fusionscape.knowledge.classification import Classification
from fusionscape.results import (
    Analysis,
    Caution,
    Column,
    Count,
    Refusal,
    Row,
    Table,
    caution,
    make_id,
)

TOPIC = "classification"
METHOD = "Fusions, mutations, karyotype and blasts judged by published rules; open where unknown"
REFERENCE = (
    "Khoury 2022, doi:10.1038/s41375-022-01613-1; Arber 2022, doi:10.1182/blood.2022015850; "
    "Döhner 2022, doi:10.1182/blood.2022016867"
)
SYSTEMS = ("WHO-HAEM5", "ICC 2022", "ELN 2022")
OUTSIDE = "does not apply"
OPEN = "open"
Item = Count | Table | Refusal


# What the classification asks for, in the words a report prints.
_INPUTS = {
    "cebpa_bzip": "in-frame CEBPA bZIP mutation",
    "mr_gene": "myelodysplasia-related gene mutations",
    "npm1": "NPM1",
    "flt3_itd": "FLT3-ITD",
    "tp53": "TP53",
    "adverse_karyotype": "karyotype",
    "blasts_percent": "marrow blasts",
}


def _verdicts(found: tuple[Classified, ...], system: str) -> list[Classification]:
    return [v for c in found for v in c.verdicts if v.system == system]


def _category(verdict: Classification) -> str | None:
    """The category; "does not apply" outside myeloid disease; None where it is open."""
    if not verdict.decided:
        return None
    return verdict.category or OUTSIDE


def _count(
    cohort: Cohort,
    parts: tuple[str, ...],
    *,
    label: str,
    counts: tuple[int, int, int],
    reference: str,
) -> Count:
    count, n, missing = counts
    return Count(
        id=make_id(TOPIC, *parts),
        label=label,
        count=count,
        n=n,
        missing=missing,
        method=METHOD,
        reference=reference,
        synthetic=cohort.synthetic,
    )


def _counts(cohort: Cohort, found: tuple[Classified, ...]) -> Iterator[Count]:
    """Patients per category and per rule of all carriers; the open ones are a count of their own.

    Only some verdicts are decided, and which are depends on the finding itself:
    a share of the decided alone would be true by construction.
    """
    for system in SYSTEMS:
        verdicts = _verdicts(found, system)
        lost = len(found) - len(verdicts)  # nothing to judge by: as open as an open verdict
        reference = verdicts[0].reference if verdicts else REFERENCE
        named = [(_category(v), v.rule) for v in verdicts]
        categories = Counter(category or OPEN for category, _ in named)
        rules = Counter(OPEN if category is None else rule for category, rule in named)
        if lost:
            categories[OPEN] += lost
            rules[OPEN] += lost
        for part, counter in ((system, categories), (f"{system} rule", rules)):
            for name, count in sorted(counter.items(), key=_decided_first):
                decided = ", decided" if name != OPEN and categories[OPEN] else ""
                label = f"{system}: {name}{decided}"
                yield _count(
                    cohort,
                    (part, name),
                    label=label,
                    counts=(count, len(found), 0),
                    reference=reference,
                )


def _decided_first(entry: tuple[str, int]) -> tuple[bool, int, str]:
    name, count = entry
    return name == OPEN, -count, name


def _table(cohort: Cohort, found: tuple[Classified, ...]) -> Table:
    columns = [Column(name="patient", label="Patient"), Column(name="group", label="Fusion")]
    for system in SYSTEMS:
        columns += [
            Column(name=system, label=system),
            Column(name=f"{system} rule", label="decided by"),
        ]
    rows = []
    for one in found:
        values: list[str | None] = [one.patient, one.group]
        by_system = {v.system: v for v in one.verdicts}
        for system in SYSTEMS:
            verdict = by_system.get(system)
            values += [_category(verdict), verdict.rule] if verdict else [None, None]
        rows.append(Row(cells=tuple(v or "" for v in values), values=tuple(values)))
    return Table(
        id=make_id(TOPIC, "patients"),
        title="Class and risk of every carrier, and the rule that decided",
        columns=tuple(columns),
        rows=tuple(rows),
        n=len(rows),
        missing=0,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def _notes(carriers: Cohort, found: tuple[Classified, ...]) -> Iterator[Caution]:
    unknown = sum(not c.verdicts for c in found)
    if unknown:
        yield caution("disease-unknown", n=unknown, of=len(found))
    broad = carriers.assays.filter(pl.col("scope") == "fusions")["patient_id"].n_unique()
    if broad < carriers.n:
        yield caution("fusion-panel-assumed", n=carriers.n - broad, of=carriers.n)
    for system in SYSTEMS:
        open_ = [v for v in _verdicts(found, system) if not v.decided]
        if open_:
            missing = Counter(name for v in open_ for name in v.missing)
            ranked = sorted(missing, key=lambda name: (-missing[name], name))
            names = ", ".join(_INPUTS.get(name, name.replace("_", " ")) for name in ranked)
            yield caution(
                "class-undecided", system=system, n=len(open_), of=len(found), missing=names
            )
    if _verdicts(found, "NUP98 annotation"):
        yield caution("nup98-not-in-eln", n=len(_verdicts(found, "NUP98 annotation")))


def classification(cohort: Cohort) -> Analysis:
    """Which class (WHO-HAEM5, ICC 2022) and which risk (ELN 2022) do the carriers have?

    Every carrier judged by the three systems as far as the data decide, with the rule that
    fired. Where an unknown finding could change the verdict it stays open and is counted as
    open among all carriers; a caution names what is missing. NUP98 is no risk group of
    ELN 2022: nobody is upgraded in silence.
    """
    carriers = carriers_of(cohort)
    found = classified(carriers)
    items: tuple[Item, ...]
    if any(c.verdicts for c in found):
        items = (*_counts(carriers, found), _table(carriers, found))
    else:
        items = (
            Refusal(
                id=make_id(TOPIC, "patients"),
                label="Class and risk",
                code="disease-unknown" if carriers.n else "no-carriers",
                n=0,
                missing=carriers.n,
                method=METHOD,
                reference=REFERENCE,
            ),
        )
    judged = sum(bool(c.verdicts) for c in found)
    return Analysis(
        id=TOPIC,
        question="which-class-and-risk",
        n=judged,
        missing=carriers.n - judged,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_notes(carriers, found)) if judged else (),
    )
