"""How each fusion caller names its columns, and what its words for doubt are.

Columns are found by name, never by position: versions differ in both. Sources: the callers'
own documentation (Uhrig 2021, doi:10.1101/gr.257246.119, Arriba; Haas 2019,
doi:10.1186/s13059-019-1842-9, STAR-Fusion; Nicorici 2014, doi:10.1101/011650, FusionCatcher;
Davidson 2015, doi:10.1186/s13073-015-0167-x, JAFFA; Tian 2020,
doi:10.1186/s13059-020-02043-x, CICERO; the DRAGEN user guide).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.readers.formats.cells import Record, whole
from fusionscape.readers.formats.fusion_call import Flag, Frame, FusionCall, frame_of
from fusionscape.readers.formats.gene_cells import GeneCell, doubt_of, read_gene

Layout = Callable[[Record, str], FusionCall | None]

# FusionCatcher labels that its manual calls false positives with very high probability.
_FUSIONCATCHER_FALSE = frozenset(
    {
        "1000genomes", "banned", "bodymap2", "cacg", "conjoing", "cortex", "distance1000bp",
        "ensembl_fully_overlapping", "ensembl_same_strand_overlapping", "gtex", "healthy",
        "hpa", "mt", "non_cancer_tissues", "non_tumor_cells", "pair_pseudo_genes", "paralogs",
        "refseq_fully_overlapping", "refseq_same_strand_overlapping", "rp11_gene", "rp_gene",
        "rrna", "similar_reads", "similar_symbols", "ucsc_fully_overlapping",
        "ucsc_same_strand_overlapping",
    }
)  # fmt: skip
# STAR-Fusion annotations of pairs seen in normal tissue or between look-alike genes.
_STAR_FALSE = ("gtex_recurrent", "bodymap", "greger_normal", "babiceanu_normal", "dgd_paralogs",
               "hgnc_genefam", "conjoing", "blastpair")  # fmt: skip


def _call(record: Record, caller: str, genes: tuple[GeneCell, GeneCell]) -> FusionCall:
    five, three = genes = _in_context(genes)
    flags: tuple[Flag, ...] = ()
    if five.intergenic or three.intergenic:
        flags = ("intergenic",)
    elif five.symbol == three.symbol:
        flags = ("same gene",)
    return FusionCall(
        sample="",
        caller=caller,
        gene_5=five.symbol,
        gene_3=three.symbol,
        written=f"{five.written or '?'}--{three.written or '?'}",
        row=record.row,
        flags=flags,
        gene_doubts=tuple(doubt for gene in genes if (doubt := doubt_of(gene))),
    )


def _in_context(genes: tuple[GeneCell, GeneCell]) -> tuple[GeneCell, GeneCell]:
    """An ambiguous name beside a driver, when only one meaning is that driver's partner."""
    five, three = genes
    if not (five.uncertain or three.uncertain) or five.intergenic or three.intergenic:
        return genes
    match = parse_fusion(f"{five.symbol}::{three.symbol}")
    if match.fusion is None or len(match.genes) != 2:
        return genes
    left, right = match.genes[::-1] if match.reversed else match.genes
    said = "; ".join(match.notes)
    return replace(five, symbol=left, uncertain=said), replace(three, symbol=right, uncertain="")


def _sum(*counts: int | None) -> int | None:
    known = [c for c in counts if c is not None]
    return sum(known) if known else None


def _place(*parts: str | None) -> str | None:
    if any(part is None for part in parts[:2]):
        return None
    text = ":".join(part for part in parts if part)
    return text[3:] if text.casefold().startswith("chr") else text


def _pair(text: str | None, separator: str) -> tuple[GeneCell, GeneCell] | None:
    left, found, right = (text or "").partition(separator)
    if not found or not left.strip() or not right.strip():
        return None
    return read_gene(left), read_gene(right)


def _flags(call: FusionCall, *more: tuple[bool, Flag]) -> FusionCall:
    added = tuple(flag for on, flag in more if on)
    return replace(call, flags=(*call.flags, *added))


def arriba(record: Record, file: str) -> FusionCall | None:
    """One row of Arriba's fusions.tsv (or fusions.discarded.tsv)."""
    if record.raw("gene1") is None or record.raw("gene2") is None:
        return None
    call = _call(record, "Arriba", (read_gene(record.raw("gene1")), read_gene(record.raw("gene2"))))
    kind = (record.text("type") or "").casefold()
    confidence = (record.text("confidence") or "").casefold()
    call = replace(
        call,
        breakpoint_5=_place(record.text("breakpoint1")),
        breakpoint_3=_place(record.text("breakpoint2")),
        junction_reads=_sum(whole(record.text("splitreads1")), whole(record.text("splitreads2"))),
        spanning_fragments=whole(record.text("discordantmates")),
        confidence=confidence or None,
        frame=frame_of(record.text("readingframe")),
    )
    return _flags(
        call,
        (confidence == "low", "low confidence"),
        ("discarded" in file.casefold(), "unfiltered"),
        ("5'-5'" in kind or "3'-3'" in kind, "no protein"),
        (kind == "read-through", "read-through"),
        ("read-through" in kind and kind != "read-through", "possible read-through"),
        ("itd" in kind.split("/") or kind == "duplication", "tandem duplication"),
    )


def star_fusion(record: Record, file: str) -> FusionCall | None:
    """One row of STAR-Fusion or FusionInspector, abridged or with coding effect."""
    genes = _pair(record.text("fusionname"), "--")
    left, right = record.text("leftgene"), record.text("rightgene")
    if left and right:
        genes = read_gene(left), read_gene(right)
    if genes is None:
        return None
    notes = (record.text("annots", "annot") or "").casefold()
    inspected = record.raw("leftlocalbreakpoint") is not None
    call = replace(
        _call(record, "FusionInspector" if inspected else "STAR-Fusion", genes),
        breakpoint_5=_place(record.text("leftbreakpoint")),
        breakpoint_3=_place(record.text("rightbreakpoint")),
        junction_reads=whole(record.text("junctionreadcount", "junctionreads")),
        spanning_fragments=whole(record.text("spanningfragcount", "spanningfrags")),
        frame=frame_of(record.text("protfusiontype")),
    )
    return _flags(
        call,
        (any(word in notes for word in _STAR_FALSE), "likely artefact"),
        ("neighbors" in notes, "possible read-through"),
        ("preliminary" in file.casefold(), "unfiltered"),
    )


def fusioncatcher(record: Record, file: str) -> FusionCall | None:
    """One row of FusionCatcher's final list (one aligner's finding of a fusion)."""
    left = record.starting("gene1symbol", "gene1id")
    right = record.starting("gene2symbol", "gene2id")
    if left is None or right is None:
        return None
    labels = {part.strip() for part in (record.text("fusiondescription") or "").split(",")}
    call = replace(
        _call(record, "FusionCatcher", (read_gene(left), read_gene(right))),
        breakpoint_5=_place(record.starting("fusionpointforgene1")),
        breakpoint_3=_place(record.starting("fusionpointforgene2")),
        junction_reads=whole(record.text("spanninguniquereads")),
        spanning_fragments=whole(record.text("spanningpairs")),
        frame=frame_of(record.text("predictedeffect")),
    )
    return _flags(
        call,
        (bool(labels & _FUSIONCATCHER_FALSE), "likely artefact"),
        ("readthrough" in labels, "read-through"),
        ("preliminary" in file.casefold(), "unfiltered"),
    )


def dragen(record: Record, file: str) -> FusionCall | None:
    """One row of DRAGEN's fusion candidates (final, features or preliminary)."""
    genes = _pair(record.text("fusiongene"), "--")
    if genes is None:
        return None
    verdict = (record.text("filter") or "").casefold()
    score = record.text("score")
    call = replace(
        _call(record, "DRAGEN", genes),
        breakpoint_5=_place(record.text("leftbreakpoint")),
        breakpoint_3=_place(record.text("rightbreakpoint")),
        # DRAGEN's own SplitScore is the sum of both, too.
        junction_reads=_sum(
            whole(record.text("numsplitreads")), whole(record.text("numsoftclippedreads"))
        ),
        spanning_fragments=whole(record.text("numpairedreads")),
        confidence=None if score is None else f"score {score}",
    )
    # PASS may stand beside filters that inform only; FAIL beside the one that failed.
    words = {part.strip() for part in verdict.split(";")}
    passed = bool(words & {"pass", "confident"}) and "fail" not in words
    return _flags(
        call,
        (bool(verdict) and not passed, "low confidence"),
        ("preliminary" in file.casefold() and not passed, "unfiltered"),
        ("read_through" in verdict or "readthrough" in verdict, "read-through"),
    )


def jaffa(record: Record, _file: str) -> FusionCall | None:
    """One row of jaffa_results.csv."""
    genes = _pair(record.text("fusiongenes"), ":")
    if genes is None or ":" in genes[1].written:
        return None
    level = (record.text("classification") or "").casefold()
    call = replace(
        _call(record, "JAFFA", genes),
        breakpoint_5=_place(*(record.text(c) for c in ("chrom1", "base1", "strand1"))),
        breakpoint_3=_place(*(record.text(c) for c in ("chrom2", "base2", "strand2"))),
        junction_reads=whole(record.text("spanningreads")),
        spanning_fragments=whole(record.text("spanningpairs")),
        confidence=level.removesuffix("confidence") or None,
        frame=frame_of(record.text("inframe")),
    )
    return _flags(
        call,
        (level == "lowconfidence", "low confidence"),
        ("regulartranscript" in level or "runthrough" in level, "read-through"),
        ("transsplicing" in level, "likely artefact"),
    )


def cicero(record: Record, _file: str) -> FusionCall | None:
    """One row of CICERO's final or annotated fusions."""
    left, right = record.raw("genea"), record.raw("geneb")
    if left is None or right is None:
        return None
    kind = (record.text("type") or "").casefold()
    rating = (record.text("rating") or "").casefold()
    call = replace(
        _call(record, "CICERO", (read_gene(left), read_gene(right))),
        breakpoint_5=_place(*(record.text(c) for c in ("chra", "posa", "orta"))),
        breakpoint_3=_place(*(record.text(c) for c in ("chrb", "posb", "ortb"))),
        junction_reads=_sum(whole(record.text("readsa")), whole(record.text("readsb"))),
        confidence=rating or None,
        frame=_cicero_frame(record.text("frame")),
    )
    duplicated = re.search(r"itd|internal_dup|tandem", kind) is not None
    return _flags(
        call,
        (rating in {"lq", "bad"}, "low confidence"),
        (rating == "rt" or "read_through" in kind, "read-through"),
        (duplicated, "tandem duplication"),
    )


def _cicero_frame(text: str | None) -> Frame | None:
    # CICERO codes the frame: 0 out of frame, 1 to 3 in frame (several ways of being so).
    code = whole(text)
    if code is None:
        return None
    return frame_of("out-of-frame" if code == 0 else "in-frame")


# Column names that tell a caller, looked for in this order.
SIGNATURES: tuple[tuple[str, frozenset[str], Layout], ...] = (
    ("arriba", frozenset({"gene1", "gene2", "breakpoint1", "breakpoint2"}), arriba),
    ("fusioninspector", frozenset({"fusionname", "leftlocalbreakpoint"}), star_fusion),
    ("star-fusion", frozenset({"fusionname", "leftbreakpoint", "rightbreakpoint"}), star_fusion),
    ("dragen", frozenset({"fusiongene", "leftbreakpoint", "rightbreakpoint"}), dragen),
    ("jaffa", frozenset({"fusiongenes", "spanningpairs", "spanningreads"}), jaffa),
    ("cicero", frozenset({"genea", "geneb", "chra", "chrb", "posa", "posb"}), cicero),
)
LAYOUTS: Mapping[str, Layout] = {name: layout for name, _, layout in SIGNATURES} | {
    "fusioncatcher": fusioncatcher
}


def which_caller(names: frozenset[str]) -> str | None:
    """The caller whose columns these are (normalised names), or None."""
    for caller, needed, _ in SIGNATURES:
        if needed <= names:
            return caller
    five = any(n.startswith("gene1symbol") for n in names)
    three = any(n.startswith("gene2symbol") for n in names)
    return "fusioncatcher" if five and three else None
