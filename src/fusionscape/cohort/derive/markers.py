"""Each patient's immunophenotype as cells: marker, distribution, intensity, cross-lineage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from fusionscape.cohort.cohort import Cohort
from fusionscape.results import Marker, MarkerConsensus

_STRENGTH = {"bright": "strong", "dim": "dim", "normal": "normal", "heterogeneous": "heterogeneous"}
_TESTED = ("positive", "partial", "negative")


def marker_cells(cohort: Cohort) -> tuple[Marker, ...]:
    """One cell per patient and marker named in the immunophenotype; nothing else is assumed.

    Cross-lineage means present and foreign to the lineage of the patient's own disease.
    """
    from fusionscape.knowledge.immunophenotype import cross_lineage, parse_immunophenotype

    if "immunophenotype" not in cohort.patients.columns:
        return ()
    columns = [c for c in ("patient_id", "immunophenotype", "disease") if c in cohort.patients]
    cells = []
    for row in cohort.patients.select(columns).iter_rows(named=True):
        for reading in parse_immunophenotype(row["immunophenotype"]).markers:
            present = reading.distribution in ("positive", "partial")
            foreign = present and cross_lineage(reading.marker, row.get("disease") or "")
            cells.append(
                Marker(
                    patient=row["patient_id"],
                    marker=reading.marker,
                    distribution=reading.distribution,
                    intensity=_STRENGTH.get(reading.intensity or "", "unknown"),
                    cross_lineage=foreign,
                )
            )
    return tuple(cells)


def unread_immunophenotypes(cohort: Cohort) -> int:
    """Patients of whose immunophenotype a piece was not understood."""
    from fusionscape.knowledge.immunophenotype import parse_immunophenotype

    if "immunophenotype" not in cohort.patients.columns:
        return 0
    texts = cohort.patients["immunophenotype"].drop_nulls().to_list()
    return sum(bool(parse_immunophenotype(text).unread) for text in texts)


def marker_order(cells: Iterable[Marker]) -> tuple[str, ...]:
    """Markers, the most often tested first, ties by name."""
    tested = Counter(cell.marker for cell in cells if cell.distribution in _TESTED)
    return tuple(sorted(tested, key=lambda name: (-tested[name], name)))


def consensus(group: str, cells: Sequence[Marker], marker: str) -> MarkerConsensus:
    """What most patients of a group show, with its support.

    A distribution is the consensus when more than half of those tested have it, otherwise the
    marker is "mixed"; "strong" or "dim" is added when more than half of the carriers are so.
    """
    own = [c for c in cells if c.marker == marker and c.distribution in _TESTED]
    seen = Counter(c.distribution for c in own)
    strength = Counter(c.intensity for c in own if c.distribution != "negative")
    word = next((w for w in _TESTED if 2 * seen[w] > len(own)), "mixed")
    carrying = seen["positive"] + seen["partial"]
    if word in ("positive", "partial"):
        strong = next((s for s in ("strong", "dim") if 2 * strength[s] > carrying), "")
        word = f"{strong} {word}".strip()
    return MarkerConsensus(
        group=group,
        marker=marker,
        positive=seen["positive"],
        partial=seen["partial"],
        negative=seen["negative"],
        strong=strength["strong"],
        dim=strength["dim"],
        n=len(own),
        consensus=word,
    )
