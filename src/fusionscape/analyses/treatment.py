"""How the carriers were treated: arm per line, exposure to each class, sequence."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import if_invented
from fusionscape.cohort.derive.grouping import (
    Grouping,
    carriers_of,
    comparison_groups,
    grouping,
)
from fusionscape.cohort.derive.lines import entering, treatment_recorded
from fusionscape.cohort.derive.responses import line_label, line_name
from fusionscape.cohort.derive.treatments import (
    EXPOSURES,
    exposures,
    line_arms,
    lines,
    open_tokens,
    sequences,
)
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

TOPIC = "treatment"
METHOD = "Regimens read by a sequence grammar into classes; what is ambiguous stays open"
REFERENCE = "Tian J, et al. Blood Cancer J 2024;14:81. doi:10.1038/s41408-024-01066-y"
ALL = "all carriers"
Item = Count | Refusal | Table


def _members(cohort: Cohort, groups: Grouping) -> list[tuple[str, pl.Series]]:
    """All carriers, every partner, and those whom comparisons put together."""
    every = (ALL, pl.Series([True] * cohort.n, dtype=pl.Boolean))
    own = {level: pl.Series(groups.mask(level)) for level in groups.levels}
    kept = comparison_groups(cohort, "partner")
    for level in kept.levels:
        own.setdefault(level, pl.Series(kept.mask(level)))
    return [every, *own.items()] if len(own) > 1 else [*own.items()]


def _notes_of(cohort: Cohort, field: str, label: str, group: str) -> tuple[Caution, ...]:
    """The caution of an invented treatment, or of its invented joint with the partner."""
    if group == ALL:
        return if_invented(cohort, label, field)
    kept = comparison_groups(cohort, "partner").levels
    # what is known of one of two groups is known of the other
    levels = (group, kept[0]) if len(kept) == 2 and group in kept else (group,)
    return if_invented(cohort, label, "partner", field, levels=levels)


def _count(
    cohort: Cohort,
    parts: tuple[str, ...],
    *,
    label: str,
    group: str,
    counts: tuple[int, int, int],
    cautions: tuple[Caution, ...],
) -> Count:
    count, n, missing = counts
    return Count(
        id=make_id(TOPIC, *parts),
        label=label,
        count=count,
        n=n,
        missing=missing,
        group=group,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=cautions,
    )


def _arms(cohort: Cohort, groups: Grouping) -> Iterator[Count]:
    """Patients per arm, of those who entered the line and whose arm is known."""
    for line in lines(cohort):
        arms, entered = line_arms(cohort, line), entering(cohort, line)
        for group, members in _members(cohort, groups):
            inside = arms.filter(members & entered)
            known = inside.drop_nulls()
            name = f"Treatment in {line_label(line)}"
            notes = _notes_of(cohort, f"treatment:line:{line}", name, group)
            table = (
                known.alias("arm").value_counts().sort(["count", "arm"], descending=[True, False])
            )
            for arm, count in table.iter_rows():
                yield _count(
                    cohort,
                    (line_name(line), group, arm),
                    label=f"{line_label(line)}: {arm}, {group}",
                    group=group,
                    counts=(int(count), known.len(), inside.null_count()),
                    cautions=notes,
                )


def _exposures(cohort: Cohort, groups: Grouping) -> Iterator[Count]:
    """Patients ever given each class, in any line."""
    given = exposures(cohort)
    for name in EXPOSURES:
        if given[name].null_count() == cohort.n:
            continue
        field = "transplant" if name == "HSCT" else "treatment:ever"
        for group, members in _members(cohort, groups):
            flags = given[name].filter(members)
            yield _count(
                cohort,
                ("exposure", group, name),
                label=f"ever {name}, {group}",
                group=group,
                counts=(
                    int(flags.sum() or 0),
                    flags.len() - flags.null_count(),
                    flags.null_count(),
                ),
                cautions=_notes_of(cohort, field, f"Exposure to {name}", group),
            )


_COLUMNS = (
    Column(name="patient", label="Patient"),
    Column(name="group", label="Fusion"),
    Column(name="sequence", label="Treatment as given"),
    Column(name="arms", label="Classes"),
)


def _sequences(cohort: Cohort) -> Iterator[Table]:
    table = (
        cohort.patients.select("patient_id")
        .with_columns(cohort.partner_of().alias("group"))
        .join(sequences(cohort), on="patient_id", how="inner", maintain_order="left")
        .sort("group", "patient_id", nulls_last=True)
    )
    if not table.height:
        return
    rows = tuple(
        Row(cells=tuple("" if v is None else str(v) for v in row), values=row)
        for row in table.select("patient_id", "group", "sequence", "arms").iter_rows()
    )
    yield Table(
        id=make_id(TOPIC, "sequences"),
        title="Treatment sequences",
        columns=_COLUMNS,
        rows=rows,
        n=table.height,
        missing=cohort.n - table.height,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def _notes(cohort: Cohort) -> Iterator[Caution]:
    tokens = open_tokens(cohort)
    if tokens:
        yield caution(
            "treatment-not-resolved", n=len(tokens), tokens=", ".join(tokens), first=tokens[0]
        )
    unknown = cohort.n - sequences(cohort).height
    if unknown:
        yield caution("treatment-unknown", n=unknown, of=cohort.n)


def _refusal(cohort: Cohort, code: str) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, "exposure"),
        label="Treatment of the carriers",
        code=code,
        n=0,
        missing=cohort.n,
        method=METHOD,
        reference=REFERENCE,
    )


def treatment(cohort: Cohort) -> Analysis:
    """How were the carriers treated?

    Arm per line (IC, LIT+VEN, IC+FLT3i ...) of those who entered it, exposure to each class at
    any time, and the sequence of every carrier, by partner. A regimen that has two meanings
    and no glossary stays open and is counted as missing, never guessed.
    """
    carriers = carriers_of(cohort)
    known = bool(carriers.n) and treatment_recorded(carriers)
    items: tuple[Item, ...]
    if not known:
        items = (_refusal(cohort, "no-treatment-recorded" if carriers.n else "no-carriers"),)
    else:
        groups = grouping(carriers, "partner")
        items = (
            *_arms(carriers, groups),
            *_exposures(carriers, groups),
            *_sequences(carriers),
        )
    treated = sequences(carriers).height if known else 0
    return Analysis(
        id=TOPIC,
        question="how-were-the-carriers-treated",
        n=treated,
        missing=carriers.n - treated,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_notes(carriers)) if known else (),
    )
