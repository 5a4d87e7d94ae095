"""Mutation tables (MAF, Beat AML) -> gene-level lesions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fusionscape.readers.formats import maf_notes as say
from fusionscape.readers.formats.cells import keys, records
from fusionscape.readers.formats.flt3_itd import flt3_itd
from fusionscape.readers.formats.fusion_call import FusionCall
from fusionscape.readers.formats.fusion_events import DRIVERS, fusion_lesions
from fusionscape.readers.formats.maf_rows import (
    CLASS,
    FUSION_TEXT,
    GENE,
    SAMPLE,
    Variant,
    read_variant,
)
from fusionscape.readers.formats.maf_tested import absent_rows
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.formats.text_fusion import call_from_text
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

ASSAY = "sequencing"


def is_maf(names: frozenset[str]) -> bool:
    """True for the columns of a mutation table (normalised names), also before annotation."""
    minimal = {"chromosome", "startposition", "referenceallele", "tumorsamplebarcode"}
    named = any(n in names for n in GENE) and any(n in names for n in SAMPLE)
    return minimal <= names or (named and any(n in names for n in CLASS))


def read_maf(
    table: RawTable,
    *,
    driver: str = "NUP98",
    sequenced: Iterable[str] = (),
    panel: Iterable[str] | None = None,
    panels: Mapping[str, Iterable[str]] | None = None,
) -> Fragment:
    """Which genes are mutated in which samples, and in which were they looked at?

    One row per sample and gene with a protein-changing variant; `value` is its largest allele
    fraction (0 to 1). Rows with state absent follow the rule of maf_tested: `sequenced` are
    the samples of a case list, `panel` the genes every sample was tested for, `panels` those
    of single samples. A mutation of a fusion driver is named ``NUP98 mutation`` and is never
    a rearrangement; hand-made rows of class ``Fusion`` become fusions.
    """
    notes = Notes(table.name)
    if not _readable(table, notes):
        return Fragment(file=table.name, findings=notes.found())
    variants, calls = _gather(table, notes)
    order = (driver, *(d for d in DRIVERS if d != driver))
    fused = frozenset(order)
    lesions = [row for place in sorted(variants) for row in _rows(variants[place], fused, notes)]
    states = {place: _state(found) for place, found in variants.items()}
    absent = absent_rows(
        states,
        sequenced=sequenced,
        panel=panel,
        panels=panels or {},
        fused=fused,
        assay=ASSAY,
        notes=notes,
    )
    lesions.extend(absent)
    lesions.extend(fusion_lesions(calls, drivers=order, assay="as annotated", notes=notes))
    return Fragment(file=table.name, lesions=tuple(lesions), findings=notes.found())


def _gather(
    table: RawTable, notes: Notes
) -> tuple[dict[tuple[str, str], list[Variant]], list[FusionCall]]:
    """Variants that count, by sample and gene, and the fusions put in by hand."""
    variants: dict[tuple[str, str], list[Variant]] = {}
    calls: list[FusionCall] = []
    builds: set[str] = set()
    for record in records(table, notes):
        variant = read_variant(record)
        if variant is None:
            say.malformed(notes, record)
            continue
        builds |= {variant.build} if variant.build else set()
        if variant.effect == "fusion":
            calls.append(_fusion(variant, notes))
        elif not say.left_out(variant, notes):
            variants.setdefault((variant.sample, variant.gene), []).append(variant)
    say.builds(notes, builds)
    return variants, calls


def _readable(table: RawTable, notes: Notes) -> bool:
    names = keys(table)
    needed = {"a gene": GENE, "a sample": SAMPLE, "Variant_Classification": CLASS}
    missing = [what for what, options in needed.items() if not names & set(options)]
    if missing and is_maf(names):
        say.minimal(notes, missing)
    elif missing:
        say.missing_columns(notes, missing)
    return not missing


def _fusion(variant: Variant, notes: Notes) -> FusionCall:
    texts = tuple(variant.record.text(name) for name in (*FUSION_TEXT, *GENE))
    call = call_from_text(texts, gene=variant.gene, sample=variant.sample)
    say.fusion_row(notes, variant, named=call.gene_3 is not None)
    return replace(call, caller="MAF", row=variant.record.row)


def _state(variants: list[Variant]) -> str:
    return "present" if any(v.effect == "changing" for v in variants) else "ambiguous"


def _rows(variants: list[Variant], fused: frozenset[str], notes: Notes) -> list[dict[str, Any]]:
    sample, gene = variants[0].sample, variants[0].gene
    fractions = [v.vaf for v in variants if v.vaf is not None]
    changes = sorted({v.protein or v.classification or "?" for v in variants})
    row: dict[str, Any] = {
        "sample_id": sample,
        "lesion": f"{gene} mutation" if gene in fused else gene,
        "lesion_type": "mutation",
        "gene": gene,
        "state": _state(variants),
        "value": max(fractions, default=None),
        "assay": ASSAY,
        "reported": "; ".join(changes[:5]) + (" ..." if len(changes) > 5 else ""),
    }
    if gene in fused:
        say.driver_mutation(notes, variants[0])
    itd = _itd(variants, notes) if gene == "FLT3" else None
    return [row] if itd is None else [row, itd]


def _itd(variants: list[Variant], notes: Notes) -> dict[str, Any] | None:
    verdicts = [(flt3_itd(v.classification, v.protein), v) for v in variants]
    found = [(verdict, v) for verdict, v in verdicts if verdict is not None]
    if not found:
        return None
    sure = any(verdict == "present" for verdict, _ in found)
    chosen = [v for verdict, v in found if (verdict == "present") == sure]
    say.flt3_itd(notes, chosen[0], sure=sure)
    fractions = [v.vaf for v in chosen if v.vaf is not None]
    return {
        "sample_id": chosen[0].sample,
        "lesion": "FLT3-ITD",
        "lesion_type": "itd",
        "gene": "FLT3",
        "state": "present" if sure else "ambiguous",
        "value": max(fractions, default=None),
        "assay": ASSAY,
        "reported": "; ".join(sorted({v.protein or v.classification or "?" for v in chosen})),
    }
