"""One row of a mutation table, whatever its columns are called."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.readers.formats.cells import Record, number
from fusionscape.readers.formats.gene_cells import read_gene
from fusionscape.readers.formats.variant_classes import Effect, effect

SAMPLE = ("tumorsamplebarcode", "dbgapsampleid", "dbgapdnaseqsample", "sampleid", "sample")
GENE = ("hugosymbol", "symbol", "genesymbol", "gene")
CLASS = ("variantclassification", "consequence", "effect")
PROTEIN = ("hgvspshort", "hgvsp", "proteinchange", "aminoacidchange", "aachange")
FUSION_TEXT = ("fusion", "eventinfo", "annotation", "comments", *PROTEIN)
VAF = ("tvaf", "vaf", "tumorvaf", "allelefrequency", "tumfreq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant of a sample: its gene, what it does to the protein, and its allele fraction."""

    sample: str
    gene: str
    classification: str | None
    effect: Effect
    protein: str | None
    vaf: float | None
    percent: bool
    germline: bool
    build: str | None
    record: Record


def read_variant(record: Record) -> Variant | None:
    """The variant of a row, or None where sample or gene is not named."""
    sample = record.text(*SAMPLE)
    written = record.text(*GENE)
    gene = read_gene(written).symbol if written else None
    if sample is None or gene is None:
        return None
    classification = record.text(*CLASS)
    vaf, percent = _vaf(record)
    return Variant(
        sample=sample,
        gene=gene,
        classification=classification,
        effect=effect(classification),
        protein=record.text(*PROTEIN),
        vaf=vaf,
        percent=percent,
        germline=(record.text("mutationstatus") or "").casefold() == "germline",
        build=record.text("ncbibuild"),
        record=record,
    )


def _vaf(record: Record) -> tuple[float | None, bool]:
    """The variant allele fraction, and whether it was written in percent."""
    given = record.text(*VAF)
    value = number(given)
    if value is not None:
        percent = value > 1.0 or (given or "").endswith("%")
        value = value / 100.0 if percent else value
        return (value, percent) if 0.0 <= value <= 1.0 else (None, False)
    alt = number(record.text("taltcount"))
    depth = number(record.text("tdepth"))
    reference = number(record.text("trefcount"))
    if alt is not None and reference is not None:
        depth = alt + reference
    if alt is None or depth is None or depth <= 0 or not 0 <= alt <= depth:
        return None, False
    return alt / depth, False
