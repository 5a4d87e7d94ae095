"""The small text files of a cBioPortal study: meta files, case lists, gene panels."""

from __future__ import annotations

from collections.abc import Mapping

from fusionscape.readers.formats.gene_cells import read_gene
from fusionscape.readers.formats.notes import Notes

Meta = Mapping[str, Mapping[str, str]]

# Computed by cBioPortal itself and refused in clinical files (cBioPortal, File-Formats).
BANNED = frozenset({"mutationcount", "fractiongenomealtered"})
_LISTS = {
    "sequenced": (("_sequenced",), "all_cases_with_mutation_data"),
    "sv": (("_sv", "_fusion", "_fusions"), "all_cases_with_sv_data"),
}


def parse_meta(text: str) -> dict[str, str]:
    """The ``name: value`` lines of a meta file, case list or gene panel.

    >>> parse_meta("stable_id: aml_sequenced\\ncase_list_ids: S1\\tS2")["case_list_ids"]
    'S1\\tS2'
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip() and not name.startswith("#"):
            found.setdefault(name.strip(), value.strip())
    return found


def case_list(meta: Meta, kind: str) -> frozenset[str] | None:
    """Samples of the case list of this kind (``sequenced`` or ``sv``), None without a list."""
    endings, category = _LISTS[kind]
    found: set[str] | None = None
    for name in sorted(meta):
        entry = meta[name]
        if "case_list_ids" not in entry:
            continue
        listed = entry.get("stable_id", "").endswith(endings)
        if listed or entry.get("case_list_category", "") == category:
            found = (found or set()) | set(entry["case_list_ids"].split())
    return None if found is None else frozenset(found)


def gene_panels(meta: Meta) -> dict[str, tuple[str, ...]]:
    """Genes of each gene panel by its stable id, as approved symbols."""
    panels = {}
    for name in sorted(meta):
        genes = meta[name].get("gene_list")
        if genes is not None and "stable_id" in meta[name]:
            symbols = {read_gene(gene).symbol or gene for gene in genes.split()}
            panels[meta[name]["stable_id"]] = tuple(sorted(symbols))
    return panels


def note_banned(notes: Notes, columns: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Tell of clinical attributes that cBioPortal computes itself."""
    for column, name in zip(columns, names, strict=True):
        if name in BANNED:
            notes.add(
                "banned-attribute",
                "warning",
                f"{column} is computed by cBioPortal and is not allowed in a clinical file; it is "
                "not read.",
                "Remove the column.",
                column=column,
            )
