"""Does a variant change the protein? MAF words and sequence-ontology terms."""

from __future__ import annotations

import re
from typing import Literal

Effect = Literal["changing", "silent", "fusion", "unknown"]

# The non-silent classes of maftools (Mayakonda 2018, doi:10.1101/gr.239244.118).
_CHANGING = frozenset(
    {
        "frame_shift_del",
        "frame_shift_ins",
        "splice_site",
        "translation_start_site",
        "nonsense_mutation",
        "nonstop_mutation",
        "in_frame_del",
        "in_frame_ins",
        "missense_mutation",
        "de_novo_start_outofframe",
        "start_codon_snp",
        "start_codon_del",
        "start_codon_ins",
        "stop_codon_del",
        "stop_codon_ins",
        # Sequence ontology, as VEP and the Beat AML tables write it.
        "missense_variant",
        "frameshift_variant",
        "stop_gained",
        "stop_lost",
        "start_lost",
        "initiator_codon_variant",
        "inframe_insertion",
        "inframe_deletion",
        "disruptive_inframe_insertion",
        "disruptive_inframe_deletion",
        "protein_altering_variant",
        "splice_acceptor_variant",
        "splice_donor_variant",
        "transcript_ablation",
        "tandem_duplication",
        "internal_tandem_duplication",
        "itd",
    }
)
_SILENT = frozenset(
    {
        "silent",
        "intron",
        "3'utr",
        "5'utr",
        "3'flank",
        "5'flank",
        "igr",
        "rna",
        "lincrna",
        "targeted_region",
        "splice_region",
        "de_novo_start_inframe",
        "synonymous_variant",
        "stop_retained_variant",
        "start_retained_variant",
        "intron_variant",
        "intergenic_variant",
        "3_prime_utr_variant",
        "5_prime_utr_variant",
        "upstream_gene_variant",
        "downstream_gene_variant",
        "splice_region_variant",
        "splice_polypyrimidine_tract_variant",
        "splice_donor_region_variant",
        "splice_donor_5th_base_variant",
        "non_coding_transcript_exon_variant",
        "non_coding_transcript_variant",
        "regulatory_region_variant",
        "mature_mirna_variant",
        "nmd_transcript_variant",
        "coding_sequence_variant",
    }
)
_FUSION = frozenset({"fusion", "gene_fusion", "transcript_fusion", "structural_variant"})


def effect(classification: str | None) -> Effect:
    """What a variant class says about the protein; several terms are as strong as the strongest.

    >>> effect("Silent"), effect("missense_variant&splice_region_variant")
    ('silent', 'changing')
    >>> effect("Mystery")
    'unknown'
    """
    words = [w.strip().casefold() for w in re.split(r"[&,;|]", classification or "") if w.strip()]
    if any(w in _FUSION for w in words):
        return "fusion"
    if any(w in _CHANGING for w in words):
        return "changing"
    if words and all(w in _SILENT for w in words):
        return "silent"
    return "unknown"
