"""Fusion callers' tables -> what they say about each sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fusionscape.readers.formats.caller_layouts import LAYOUTS, which_caller
from fusionscape.readers.formats.cells import Record, keys, records, with_header
from fusionscape.readers.formats.fusion_call import FusionCall
from fusionscape.readers.formats.fusion_events import DRIVERS, fusion_lesions, untested
from fusionscape.readers.formats.gene_cells import ENSEMBL_GENE
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.formats.sample_name import sample_of
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

_SAMPLE = ("sample", "sampleid", "samplename", "tumorsamplebarcode", "patientid", "patient")
_TRANSCRIPT = ("transcriptid1", "transcriptid2", "cdsleftid", "cdsrightid",
               "site1ensembltranscriptid", "site2ensembltranscriptid")  # fmt: skip
_EXPECTED = ("splitreads1", "junctionreadcount", "spanninguniquereads", "numsplitreads",
             "spanningreads", "readsa")  # fmt: skip


def read_fusion_caller(
    table: RawTable, *, drivers: Sequence[str] = DRIVERS, sample: str | None = None
) -> Fragment:
    """Which fusions does this caller's table report, in which samples?

    Each sample also gains an assay row (RNA-seq, scope "fusions"), so that a fusion that is
    not listed was looked for. The sample is `sample`, else the sample column, else the
    name of the file. A sample whose only call of a driver is doubtful gains no assay row: it
    is neither carrying nor clear. Bad input gives findings, never an exception.
    """
    table = with_header(table)
    notes = Notes(table.name)
    calls, samples = read_fusion_calls(table, notes=notes, sample=sample)
    lesions = fusion_lesions(calls, drivers=drivers, assay="RNA-seq", notes=notes)
    doubtful = untested(lesions, drivers)
    assays = tuple(
        {"sample_id": s, "assay": "RNA-seq", "scope": "fusions"}
        for s in sorted(samples)
        if s not in doubtful
    )
    return Fragment(file=table.name, lesions=lesions, assays=assays, findings=notes.found())


def read_fusion_calls(
    table: RawTable, *, notes: Notes, sample: str | None = None
) -> tuple[tuple[FusionCall, ...], frozenset[str]]:
    """The rows of a caller's table as calls, and the samples the table speaks of."""
    table = with_header(table)
    names = keys(table)
    caller = which_caller(names)
    if caller is None:
        _no_caller(notes)
        return (), frozenset()
    column = next((c for c in _SAMPLE if c in names), None)
    usual = sample or (sample_of(table.file) if column is None or not table.rows else None)
    if usual is None and (column is None or not table.rows):
        _no_sample(notes)
        return (), frozenset()
    if not table.rows:
        _no_calls(notes, usual)
    if not any(c in names for c in _EXPECTED):
        _no_reads(notes, caller)
    calls: list[FusionCall] = []
    for record in records(table, notes):
        whose = sample or (record.text(column) if column else usual)
        call = LAYOUTS[caller](record, table.file)
        if call is None or whose is None:
            _malformed(notes, record)
            continue
        _check_genes(notes, record)
        calls.append(replace(call, sample=whose))
    samples = {call.sample for call in calls} | ({usual} if usual else set())
    return tuple(calls), frozenset(samples)


def _check_genes(notes: Notes, record: Record) -> None:
    for name in _TRANSCRIPT:
        value = record.text(name)
        if value is not None and ENSEMBL_GENE.match(value):
            note_gene_id(notes, record, name, value)


def note_gene_id(notes: Notes, record: Record, column: str, value: str) -> None:
    """Tell of an Ensembl gene id where a transcript id belongs."""
    notes.add(
        "gene-id-in-transcript-column",
        "warning",
        "A column for transcript ids holds an Ensembl gene id (ENSG), so exon numbers and "
        "junctions cannot be placed on a transcript.",
        "Export the transcript ids (ENST) again; the gene id is not used.",
        row=record.row,
        column=column,
        value=value,
    )


def _no_caller(notes: Notes) -> None:
    notes.add(
        "unknown-fusion-table",
        "error",
        "The columns are not those of a fusion caller known here.",
        "Give the table of Arriba, STAR-Fusion, FusionInspector, FusionCatcher, DRAGEN, JAFFA or "
        "CICERO as the caller wrote it, header included.",
    )


def _no_sample(notes: Notes) -> None:
    notes.add(
        "sample-name-unknown",
        "error",
        "Neither the file name nor a column says which sample these fusions belong to.",
        "Name the file after the sample (S1.fusions.tsv) or name the sample in study.toml.",
    )


def _no_calls(notes: Notes, sample: str | None) -> None:
    notes.add(
        "sample-without-calls",
        "note",
        "The caller's table has a header and no rows: its sample was tested and carries no fusion.",
        "Nothing to do; if the caller broke off, leave the file out and the sample is not tested.",
        value=sample,
    )


def _no_reads(notes: Notes, caller: str) -> None:
    notes.add(
        "missing-required-column",
        "warning",
        f"The {caller} table has no column of supporting reads.",
        "Give the caller's full table; fusions are read without their evidence.",
        column=caller,
    )


def _malformed(notes: Notes, record: Record) -> None:
    first = next(iter(record.cells.values()), "")
    notes.add(
        "malformed-fusion-row",
        "warning",
        "The row does not name a sample and two genes, so it was not read.",
        "Correct or remove the row.",
        row=record.row,
        value=first,
    )
