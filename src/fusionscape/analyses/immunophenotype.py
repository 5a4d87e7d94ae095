"""Which markers the blasts carry, which are foreign to the lineage, what a group shares."""

from __future__ import annotations

from collections.abc import Iterator

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.grouping import Grouping, carriers_of, grouping
from fusionscape.cohort.derive.markers import (
    consensus,
    marker_cells,
    marker_order,
    unread_immunophenotypes,
)
from fusionscape.cohort.derive.shares import small_group
from fusionscape.results import (
    Analysis,
    Caution,
    Marker,
    MarkerConsensus,
    MarkerMatrix,
    Refusal,
    caution,
    make_id,
)

TOPIC = "immunophenotype"
METHOD = (
    "Markers named in the immunophenotype on two axes, distribution and intensity; a marker "
    "not named was not tested; the consensus is what more than half of those tested show"
)
REFERENCE = "Wood BL, et al. Cytometry B 2007;72B:S14. doi:10.1002/cyto.b.20363"


def _consensus(
    groups: Grouping, cells: tuple[Marker, ...], group_of: dict[str, str], markers: tuple[str, ...]
) -> Iterator[MarkerConsensus]:
    for level in groups.levels:
        own = [c for c in cells if group_of[c.patient] == level]
        for marker in markers:
            found = consensus(level, own, marker)
            if found.n:
                yield found


def _notes(described: Cohort, groups: Grouping) -> Iterator[Caution]:
    unread = unread_immunophenotypes(described)
    if unread:
        yield caution("immunophenotype-not-read", n=unread, of=described.n)
    if "disease" not in described.patients.columns:
        yield caution("lineage-unknown", n=described.n)
    for level, size in zip(groups.levels, groups.sizes, strict=True):
        yield from small_group(level, size)


def _matrix(carriers: Cohort, cells: tuple[Marker, ...]) -> MarkerMatrix:
    described = carriers.only(sorted({c.patient for c in cells}))
    groups = grouping(described, "partner")
    ids, labels = described.patients["patient_id"].to_list(), groups.labels.to_list()
    rank = {level: i for i, level in enumerate(groups.levels)}
    order = sorted(range(described.n), key=lambda i: (rank[str(labels[i])], ids[i]))
    markers = marker_order(cells)
    group_of = dict(zip(ids, (str(x) for x in labels), strict=True))
    return MarkerMatrix(
        id=make_id(TOPIC, "matrix"),
        label="Immunophenotype of the carriers",
        n=described.n,
        missing=carriers.n - described.n,
        patients=tuple(ids[i] for i in order),
        groups=tuple(str(labels[i]) for i in order),
        markers=markers,
        cells=cells,
        consensus=tuple(_consensus(groups, cells, group_of, markers)),
        method=METHOD,
        reference=REFERENCE,
        synthetic=carriers.synthetic,
        cautions=tuple(_notes(described, groups)),
    )


def immunophenotype(cohort: Cohort) -> Analysis:
    """Which markers do the blasts of the carriers show, and what does a group have in common?

    Patients by markers, each positive, partial, negative or not tested, with its intensity;
    markers foreign to the lineage of the disease are marked; per partner the consensus with
    its support (n of N tested).
    """
    carriers = carriers_of(cohort)
    cells = marker_cells(carriers)
    item: MarkerMatrix | Refusal
    if cells:
        item = _matrix(carriers, cells)
    else:
        item = Refusal(
            id=make_id(TOPIC, "matrix"),
            label="Immunophenotype of the carriers",
            code="no-immunophenotype" if carriers.n else "no-carriers",
            n=0,
            missing=carriers.n,
            method=METHOD,
            reference=REFERENCE,
        )
    return Analysis(
        id=TOPIC,
        question="which-markers-do-the-blasts-carry",
        n=item.n,
        missing=item.missing,
        items=(item,),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
