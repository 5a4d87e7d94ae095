"""A cBioPortal study folder, its tables already opened, -> fragments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fusionscape.readers.formats.cbioportal_clinical import read_clinical
from fusionscape.readers.formats.cbioportal_meta import Meta, case_list, gene_panels
from fusionscape.readers.formats.cbioportal_sv import read_fusions, read_sv
from fusionscape.readers.formats.cbioportal_timeline import read_timeline
from fusionscape.readers.formats.cells import records
from fusionscape.readers.formats.fusion_events import DRIVERS
from fusionscape.readers.formats.maf import read_maf
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

_EXOME = frozenset({"wes", "wxs", "wgs", "exome", "whole-exome", "whole-genome"})


def read_cbioportal(
    tables: Mapping[str, RawTable], meta: Meta, *, driver: str = "NUP98"
) -> tuple[Fragment, ...]:
    """What does a cBioPortal study say? One fragment per table, in order of file name.

    `tables` are the data files by name, `meta` the small text files (meta files, case lists,
    gene panels) as parse_meta gives them. Case lists and the gene panel matrix decide who
    was tested; a table that is none of the study's is reported and left out.
    """
    kinds = {name: recognise(tables[name]) for name in sorted(tables)}
    drivers = (driver, *(d for d in DRIVERS if d != driver))
    panels, sequenced = _tested(tables, kinds, meta)
    fragments = [_study(meta, kinds)]
    for name, kind in kinds.items():
        if kind == "maf":
            fragment = read_maf(tables[name], driver=driver, sequenced=sequenced, panels=panels)
        else:
            fragment = _one(tables[name], kind, drivers, meta)
        fragments.append(fragment)
    return tuple(fragments)


def _one(table: RawTable, kind: str | None, drivers: Sequence[str], meta: Meta) -> Fragment:
    if kind in {"cbioportal-patient", "cbioportal-sample"}:
        return read_clinical(table)
    if kind == "cbioportal-sv":
        return read_sv(table, drivers=drivers, tested=case_list(meta, "sv"))
    if kind == "cbioportal-fusions":
        return read_fusions(table, drivers=drivers, tested=case_list(meta, "sv"))
    if kind == "cbioportal-timeline":
        return read_timeline(table)
    notes = Notes(table.name)
    if kind != "cbioportal-panels":
        notes.add(
            "table-not-used",
            "note",
            "The table is none of the clinical, mutation, structural variant and timeline tables "
            "of a study and was not read.",
            "Nothing to do.",
        )
    return Fragment(file=table.name, findings=notes.found())


def _tested(
    tables: Mapping[str, RawTable], kinds: Mapping[str, str | None], meta: Meta
) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Genes tested per sample where a panel is known, and the samples that were sequenced."""
    genes = gene_panels(meta)
    panels: dict[str, tuple[str, ...]] = {}
    sequenced = set(case_list(meta, "sequenced") or ())
    for name, kind in kinds.items():
        if kind != "cbioportal-panels":
            continue
        for record in records(tables[name], Notes(name)):
            sample, panel = record.text("sampleid"), record.text("mutations")
            if sample is None or panel is None:
                continue
            if panel in genes:
                panels[sample] = genes[panel]
            elif panel.casefold() in _EXOME:
                sequenced.add(sample)
    return panels, frozenset(sequenced)


def _study(meta: Meta, kinds: Mapping[str, str | None]) -> Fragment:
    notes = Notes("meta_study.txt")
    present = {name.replace("\\", "/").split("/")[-1] for name in kinds}
    for name in sorted(meta):
        wanted = meta[name].get("data_filename")
        if wanted and wanted not in present and _needed(meta[name]):
            notes.add(
                "data-file-missing",
                "warning",
                f"{name} announces {wanted}, which is not there.",
                "Add the file, or remove its meta file.",
                value=wanted,
                about=wanted,
            )
    if not any(kind in {"cbioportal-patient", "cbioportal-sample"} for kind in kinds.values()):
        notes.add(
            "no-clinical-table",
            "error",
            "The study has no clinical table of patients or samples.",
            "Add data_clinical_patient.txt and data_clinical_sample.txt.",
        )
    return Fragment(file="meta_study.txt", findings=notes.found())


def _needed(entry: Mapping[str, str]) -> bool:
    kind = entry.get("genetic_alteration_type", "").upper()
    return kind in {"CLINICAL", "MUTATION_EXTENDED", "STRUCTURAL_VARIANT", "FUSION"}
