"""Structural variants of a cBioPortal study: data_sv, and the deprecated data_fusions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fusionscape.readers.formats.callers import note_gene_id
from fusionscape.readers.formats.cells import Record, keys, records, whole
from fusionscape.readers.formats.fusion_call import Flag, FusionCall, frame_of
from fusionscape.readers.formats.fusion_events import DRIVERS, fusion_lesions, untested
from fusionscape.readers.formats.gene_cells import ENSEMBL_GENE, doubt_of, read_gene
from fusionscape.readers.formats.maf_notes import builds, partner_not_named
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.formats.text_fusion import call_from_text
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

_TRANSCRIPTS = ("site1ensembltranscriptid", "site2ensembltranscriptid")
_COPY = frozenset({"deletion", "duplication", "insertion", "del", "dup", "ins", "amplification"})


def read_sv(
    table: RawTable, *, drivers: Sequence[str] = DRIVERS, tested: Iterable[str] | None = None
) -> Fragment:
    """Which fusions does data_sv report? Site1 is the 5' partner.

    The format's documentation glosses Site1 as the 3' side but puts the 5' partner there, and
    so do the studies; Connection_Type ``3to5`` turns a row round. `tested` is the case list
    of samples with structural variant data: they gain an assay row. Without it nobody is
    taken as tested. Reads come from Tumor_Split_Read_Count and Tumor_Paired_End_Read_Count.
    """
    notes = Notes(table.name)
    if not {"sampleid"} <= keys(table) or not _sites(table):
        _missing(notes, "Sample_Id and Site1_Hugo_Symbol")
        return Fragment(file=table.name, findings=notes.found())
    calls: list[FusionCall] = []
    found_builds: set[str] = set()
    for record in records(table, notes):
        found_builds |= {b for b in (record.text("ncbibuild"),) if b}
        call = _sv_call(record, drivers, notes)
        if call is not None:
            calls.append(call)
    builds(notes, found_builds)
    return _fragment(table, calls, drivers, tested, notes)


def read_fusions(
    table: RawTable, *, drivers: Sequence[str] = DRIVERS, tested: Iterable[str] | None = None
) -> Fragment:
    """Which fusions does the deprecated data_fusions report? One row per gene, merged.

    The order of the genes is that of the Fusion column; a row without a readable pair there
    is a fusion of its Hugo_Symbol with unknown partner.
    """
    notes = Notes(table.name)
    notes.add(
        "data-fusions-deprecated",
        "warning",
        "data_fusions is deprecated: it has one row per gene and no breakpoints.",
        "Convert it to data_sv; the rows of one fusion were merged.",
    )
    if not {"hugosymbol", "tumorsamplebarcode"} <= keys(table):
        _missing(notes, "Hugo_Symbol and Tumor_Sample_Barcode")
        return Fragment(file=table.name, findings=notes.found())
    calls: dict[tuple[str, str | None, str | None], FusionCall] = {}
    for record in records(table, notes):
        sample, written = record.text("tumorsamplebarcode"), record.text("hugosymbol")
        if sample is None or (written is None and record.text("fusion") is None):
            _malformed(notes, record)
            continue
        gene = read_gene(written).symbol
        call = call_from_text((record.text("fusion"),), gene=gene, sample=sample)
        if call.gene_3 is None and gene is not None:
            partner_not_named(notes, gene, record.row)
        status = (record.text("fusionstatus") or "").casefold()
        flags: tuple[Flag, ...] = ("germline",) if status == "germline" else ()
        frame = frame_of(record.text("frame"))
        call = replace(call, caller="data_fusions", row=record.row, frame=frame, flags=flags)
        # One row per gene is the format, not a repeat.
        place = (sample, call.gene_5, call.gene_3)
        calls[place] = min(call, calls.get(place, call), key=_settled)
    return _fragment(table, list(calls.values()), drivers, tested, notes)


def _settled(call: FusionCall) -> tuple[bool, str, str]:
    return call.frame is None, call.frame or "", call.written


def _fragment(
    table: RawTable,
    calls: list[FusionCall],
    drivers: Sequence[str],
    tested: Iterable[str] | None,
    notes: Notes,
) -> Fragment:
    lesions = fusion_lesions(calls, drivers=drivers, assay="structural variants", notes=notes)
    if tested is None:
        notes.add(
            "fusion-tested-samples-not-declared",
            "warning",
            "No case list says which samples were looked at for fusions, so a sample without a "
            "row is taken as not tested.",
            "Add the case list of samples with structural variant data (case_lists/cases_sv.txt).",
        )
    doubtful = untested(lesions, drivers)
    assays = tuple(
        {"sample_id": s, "assay": "structural variants", "scope": "fusions"}
        for s in sorted(set(tested or ()))
        if s not in doubtful
    )
    return Fragment(file=table.name, lesions=lesions, assays=assays, findings=notes.found())


def _sites(table: RawTable) -> bool:
    return bool({"site1hugosymbol", "site2hugosymbol"} & keys(table))


def _sv_call(record: Record, drivers: Sequence[str], notes: Notes) -> FusionCall | None:
    sample = record.text("sampleid")
    one, two = record.text("site1hugosymbol"), record.text("site2hugosymbol")
    if sample is None or (one is None and two is None):
        _malformed(notes, record)
        return None
    for name in _TRANSCRIPTS:
        value = record.text(name)
        if value is not None and ENSEMBL_GENE.match(value):
            note_gene_id(notes, record, name, value)
    if (record.text("svstatus") or "").casefold() == "wildtype":
        return None
    call = _oriented(record, sample)
    if not set(drivers) & {call.gene_5, call.gene_3} and _copy_change(record, call):
        notes.add(
            "structural-variant-not-fusion",
            "note",
            "A deletion, duplication or insertion without a named fusion is not read as one.",
            "Name the fusion in Event_Info where it is one.",
            row=record.row,
            value=call.written,
        )
        return None
    alone = call.gene_5 or call.gene_3
    if (call.gene_5 is None or call.gene_3 is None) and alone is not None:
        partner_not_named(notes, alone, record.row)
    return call


def _oriented(record: Record, sample: str) -> FusionCall:
    sides = [(read_gene(record.text(f"site{n}hugosymbol")), _position(record, n)) for n in (1, 2)]
    connection = (record.text("connectiontype") or "").casefold().replace(" ", "")
    if connection == "3to5":
        sides.reverse()
    (five, place_5), (three, place_3) = sides
    flags: list[Flag] = []
    if (record.text("svstatus") or "").casefold() == "germline":
        flags.append("germline")
    if connection in {"5to5", "3to3"}:
        flags.append("no protein")
    if five.symbol is not None and five.symbol == three.symbol:
        flags.append("same gene")
    return FusionCall(
        sample=sample,
        caller="data_sv",
        gene_5=five.symbol,
        gene_3=three.symbol,
        written=f"{five.written or '?'}--{three.written or '?'}",
        breakpoint_5=place_5,
        breakpoint_3=place_3,
        junction_reads=whole(record.text("tumorsplitreadcount")),
        spanning_fragments=whole(record.text("tumorpairedendreadcount")),
        frame=frame_of(record.text("site2effectonframe")),
        flags=tuple(flags),
        row=record.row,
        gene_doubts=tuple(d for d in (doubt_of(five), doubt_of(three)) if d),
    )


def _position(record: Record, site: int) -> str | None:
    chromosome = record.text(f"site{site}chromosome")
    position = record.text(f"site{site}position")
    if chromosome is None or position is None:
        return None
    return f"{chromosome.removeprefix('chr')}:{position}"


def _copy_change(record: Record, call: FusionCall) -> bool:
    words = " ".join(
        record.text(name) or "" for name in ("eventinfo", "annotation", "comments")
    ).casefold()
    kind = (record.text("class", "svclass") or "").casefold()
    return kind in _COPY and "fusion" not in words and call.frame is None


def _missing(notes: Notes, what: str) -> None:
    notes.add(
        "missing-required-column",
        "error",
        f"The table needs {what}.",
        "Add the columns as cBioPortal names them.",
        column=what,
    )


def _malformed(notes: Notes, record: Record) -> None:
    notes.add(
        "malformed-fusion-row",
        "warning",
        "The row does not name a sample and a gene, so it was not read.",
        "Correct or remove the row.",
        row=record.row,
    )
