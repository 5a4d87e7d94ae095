"""What the reader is told about a mutation table."""

from __future__ import annotations

from fusionscape.readers.formats.cells import Record
from fusionscape.readers.formats.maf_rows import Variant
from fusionscape.readers.formats.notes import Notes


def left_out(variant: Variant, notes: Notes) -> bool:
    """True for a variant that is no somatic change of the protein; says so."""
    row, shown = variant.record.row, variant.classification
    if variant.percent:
        notes.add(
            "allele-fraction-in-percent",
            "note",
            "Allele fractions above 1 were read as percent.",
            "Nothing to do if that is so.",
            row=row,
        )
    if variant.germline:
        notes.add(
            "germline-variant-left-out",
            "note",
            "Variants marked germline are not lesions of the leukemia and are left out.",
            "Remove the mark if the variant is somatic.",
            row=row,
            value=variant.gene,
        )
        return True
    if variant.effect == "silent":
        notes.add(
            "silent-variants-left-out",
            "note",
            "Variants that do not change a protein are left out.",
            "Nothing to do.",
            row=row,
            value=shown,
        )
        return True
    if variant.effect == "unknown":
        _unknown_class(notes, variant)
    return False


def _unknown_class(notes: Notes, variant: Variant) -> None:
    shown = (variant.classification or "(empty)")[:60]
    notes.add(
        "unknown-variant-class",
        "warning",
        f"The variant class {shown} is not known, so the gene is ambiguous here.",
        "Annotate the variants with MAF classes or sequence-ontology terms.",
        row=variant.record.row,
        about=shown.casefold(),
        value=shown,
    )


def malformed(notes: Notes, record: Record) -> None:
    """A row without sample or gene."""
    notes.add(
        "malformed-mutation-row",
        "warning",
        "The row names no sample or no gene, so it was not read.",
        "Correct or remove the row.",
        row=record.row,
    )


def missing_columns(notes: Notes, missing: list[str]) -> None:
    """Columns without which a mutation table says nothing."""
    notes.add(
        "missing-required-column",
        "error",
        f"The mutation table has no column for {', '.join(missing)}.",
        "Name the columns as MAF does: Hugo_Symbol, Tumor_Sample_Barcode, Variant_Classification.",
        column=missing[0],
    )


def minimal(notes: Notes, missing: list[str]) -> None:
    """A MAF of positions only."""
    notes.add(
        "mutation-table-not-annotated",
        "error",
        f"The table holds positions only and no column for {', '.join(missing)}, so the genes and "
        "effects are not known.",
        "Annotate it first (for instance with Genome Nexus or vcf2maf), then read the result.",
        column=missing[0],
    )


def builds(notes: Notes, found: set[str]) -> None:
    """More than one genome build in one file."""
    names = {
        {"37": "GRCh37", "hg19": "GRCh37", "38": "GRCh38", "hg38": "GRCh38"}.get(b.casefold(), b)
        for b in found
    }
    if len(names) > 1:
        notes.add(
            "mixed-genome-builds",
            "warning",
            f"The file mixes genome builds: {', '.join(sorted(names))}.",
            "Lift all positions to one build; genes are read, positions are not compared.",
            column="NCBI_Build",
        )


def fusion_row(notes: Notes, variant: Variant, *, named: bool) -> None:
    """A fusion put into a mutation table by hand."""
    notes.add(
        "fusion-in-mutation-table",
        "note",
        "Rows of class Fusion are read as fusions, not as mutations of the gene.",
        "Nothing to do; a fusion table is the better place.",
        row=variant.record.row,
        value=variant.gene,
    )
    if not named:
        partner_not_named(notes, variant.gene, variant.record.row)


def partner_not_named(notes: Notes, gene: str, row: int) -> None:
    """A fusion of which one gene only is known."""
    notes.add(
        "fusion-partner-not-named",
        "warning",
        f"A fusion of {gene} is reported without its partner.",
        "Name both genes in one cell (NUP98::NSD1).",
        row=row,
        about=gene,
        value=gene,
    )


def driver_mutation(notes: Notes, variant: Variant) -> None:
    """A point mutation of the driver gene."""
    notes.add(
        "driver-mutation-not-rearrangement",
        "note",
        f"{variant.gene} carries a sequence variant; that is not a {variant.gene} rearrangement.",
        "Nothing to do; the sample is not counted as carrying a fusion by this.",
        row=variant.record.row,
        value=variant.protein or variant.classification,
    )


def flt3_itd(notes: Notes, variant: Variant, *, sure: bool) -> None:
    """A FLT3 insertion in the mutation table."""
    shown = variant.protein or variant.classification
    if sure:
        notes.add(
            "flt3-itd-from-mutation-table",
            "note",
            "An in-frame duplication in exons 14 or 15 of FLT3 is read as FLT3-ITD.",
            "Compare with the fragment-length assay: mutation callers miss long duplications.",
            row=variant.record.row,
            value=shown,
        )
        return
    notes.add(
        "flt3-itd-candidate",
        "warning",
        "An in-frame insertion in exons 14 or 15 of FLT3 may be an internal tandem duplication; "
        "FLT3-ITD is ambiguous in this sample.",
        "Declare FLT3-ITD in the clinical table where it was tested.",
        row=variant.record.row,
        value=shown,
    )
