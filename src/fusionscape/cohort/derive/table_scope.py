"""Which rows of a table of patients are tested there, and which elsewhere or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.grouping import selected_comparator
from fusionscape.cohort.derive.lesions import own_translocation
from fusionscape.cohort.derive.variables import Variable
from fusionscape.results import Caution, caution


def tested_elsewhere(cohort: Cohort, by: str, variable: Variable) -> str | None:
    """The section that tests this variable by these groups; here it is described only."""
    if variable.name.startswith("response:") and by in cohort.plan.groups:
        return "response"
    if variable.name.startswith("karyotype_") and by == "partner":
        return "cytogenetics"
    return None


def is_structural(cohort: Cohort, by: str, variable: Variable) -> bool:
    """A translocation that is the fusion by which one of two groups was chosen."""
    chosen = selected_comparator(cohort) if by == "driver" else None
    if chosen is None or not variable.name.startswith("lesion:"):
        return False
    genes = (cohort.plan.driver, chosen.removesuffix("-rearranged"))
    return own_translocation(variable.name.removeprefix("lesion:"), genes)


def scope_notes(
    cohort: Cohort, bys: tuple[str, ...], chosen: tuple[Variable, ...]
) -> Iterator[Caution]:
    """Which rows are tested, or their p adjusted, in another section."""
    found: dict[str, list[str]] = {}
    for by in bys:
        for variable in chosen:
            section = tested_elsewhere(cohort, by, variable)
            if section:
                found.setdefault(section, []).append(variable.label)
    structural = [v.label for by in bys for v in chosen if is_structural(cohort, by, v)]
    if structural:
        names = ", ".join(structural)
        yield caution("structural-lesions", n=len(structural), lesions=names)
    for section, labels in found.items():
        names = ", ".join(dict.fromkeys(labels))
        yield caution("tested-elsewhere", variables=names, section=section)
    if "partner" in bys and any(v.name.startswith("lesion:") for v in chosen):
        yield caution("adjusted-elsewhere", variables="Lesions by partner", section="co-occurrence")
