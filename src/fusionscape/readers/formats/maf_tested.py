"""In whom may a gene without a mutation be called unmutated?

Rule. A gene is absent in a sample only where the sample is known to have been sequenced (it
is in the study's case list of sequenced samples, or it is in a table whose panel is declared)
and the panel holds the gene. Where samples are known and no panel is, an exome is assumed and
said so: then absence is written for the leukemia genes known here and for genes mutated in at
least 5 % of the sequenced samples, because a row for every gene of the genome helps no one.
Everywhere else a gene without a row is not tested. FLT3-ITD is never absent by a mutation
table, whose callers miss long insertions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fusionscape.knowledge.genes import leukemia_genes
from fusionscape.readers.formats.notes import Notes

FREQUENT_SHARE = 0.05
FREQUENT_COUNT = 3


def absent_rows(
    mutated: Mapping[tuple[str, str], str],
    *,
    sequenced: Iterable[str],
    panel: Iterable[str] | None,
    panels: Mapping[str, Iterable[str]],
    fused: frozenset[str],
    assay: str,
    notes: Notes,
) -> Iterator[dict[str, Any]]:
    """Rows with state absent, by the rule above; `mutated` maps (sample, gene) to a state.

    Genes of `fused` have none: a driver's mutations have no bearing on its fusions.
    """
    samples = set(sequenced)
    listed = {s: frozenset(genes) for s, genes in panels.items()}
    common = None if panel is None else frozenset(panel)
    if not samples and common is None and not listed:
        _not_declared(notes)
        return
    samples |= {sample for sample, _ in mutated} | set(listed)
    assumed = _assumed(mutated, len(samples)) if common is None else common
    if common is None and any(s not in listed for s in samples):
        _exome_assumed(notes, len(assumed))
    for sample in sorted(samples):
        for gene in sorted(listed.get(sample, assumed)):
            if (sample, gene) not in mutated and gene not in fused:
                yield {
                    "sample_id": sample,
                    "lesion": gene,
                    "lesion_type": "mutation",
                    "gene": gene,
                    "state": "absent",
                    "assay": assay,
                }


def _assumed(mutated: Mapping[tuple[str, str], str], samples: int) -> frozenset[str]:
    counts: dict[str, int] = {}
    for (_, gene), state in mutated.items():
        if state == "present":
            counts[gene] = counts.get(gene, 0) + 1
    least = max(FREQUENT_COUNT, FREQUENT_SHARE * samples)
    frequent = {gene for gene, count in counts.items() if count >= least}
    usual = (*leukemia_genes("myeloid panel"), *leukemia_genes("driver"))
    return frozenset(usual) | frequent


def _not_declared(notes: Notes) -> None:
    notes.add(
        "sequenced-samples-not-declared",
        "warning",
        "Nothing says which samples were sequenced for which genes, so a gene without a row is "
        "taken as not tested and mutation frequencies have no denominator.",
        "Give the case list of sequenced samples, or declare the panel in study.toml.",
    )


def _exome_assumed(notes: Notes, genes: int) -> None:
    notes.add(
        "exome-assumed",
        "note",
        "No gene panel is declared, so the sequenced samples are taken to have been tested for "
        f"every gene; absence is written for {genes} genes (leukemia genes and frequent ones).",
        "Declare the panel in study.toml if the samples were not exome sequenced.",
    )
