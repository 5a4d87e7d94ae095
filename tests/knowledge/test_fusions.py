"""Fusions in every form that papers, registries and callers print."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import parse_fusion, parse_fusions
from fusionscape.knowledge.fusions import DOUBTED


@pytest.mark.parametrize(
    ("printed", "fusion"),
    [
        ("NUP98::NSD1", "NUP98::NSD1"),
        ("NUP98-NSD1", "NUP98::NSD1"),
        ("NUP98 – NSD1", "NUP98::NSD1"),
        ("NUP98/JARID1A", "NUP98::KDM5A"),
        ("NUP98(+)NSD1(+)", "NUP98::NSD1"),
        ("NUP98-NSD1+/FLT3-ITD+", "NUP98::NSD1"),
        ("NUP98-NSD1(+)/FLT3-ITD(+)", "NUP98::NSD1"),
        ("NUP98-Hoxa9", "NUP98::HOXA9"),
        ("*NUP98*-*NSD1*", "NUP98::NSD1"),
        ("NUP98.NSD1", "NUP98::NSD1"),
        ("NUP98--NSD1", "NUP98::NSD1"),
        ("NUP98^ENSG00000110713--NSD1^ENSG00000165671", "NUP98::NSD1"),
        ("NUP98-NSD1融合基因阳性", "NUP98::NSD1"),
        ("NUP98-LEDGF", "NUP98::PSIP1"),
        ("NUP98-IQCG", "NUP98::DRC9"),
        ("NUP98-RBP2", "NUP98::KDM5A"),
        ("NUP98-PIT1", "NUP98::POU1F1"),
        ("NUP98-NKX2-5", "NUP98::NKX2-5"),
        ("NUP98::HLA-A", "NUP98::HLA-A"),
        ("KMT2A-MLLT4", "KMT2A::AFDN"),
        ("KMT2A-SEPT6", "KMT2A::SEPTIN6"),
        ("KMT2A-MLLT3 ", "KMT2A::MLLT3"),
        ("AF9-MLL", "KMT2A::MLLT3"),
        ("MLLT10-KMT2A", "KMT2A::MLLT10"),
        ("KMT2A-PALM2.AKAP2", "KMT2A::PALM2AKAP2"),
        ("RUNX1T1-RUNX1", "RUNX1::RUNX1T1"),
        ("CBFB-MYH11", "CBFB::MYH11"),
        ("MYH11::CBFB", "CBFB::MYH11"),
        ("ABL1-BCR", "BCR::ABL1"),
        ("BCR::ABL1 p210", "BCR::ABL1"),
        ("TCF3(E2A)-PBX1", "TCF3::PBX1"),
        ("CALM-AF10", "PICALM::MLLT10"),
        ("NUP98-MLL", "NUP98::KMT2A"),
        ("KMT2A::NUP98", "NUP98::KMT2A"),
        ("MECOM-GATA2 (deletion)", "GATA2::MECOM"),
        ("ENST00000324932.12(NUP98):e.12::ENST00000439151.7(NSD1):e.6", "NUP98::NSD1"),
        ("NM_016320.5(NUP98):e12::NM_022455.5(NSD1):e6", "NUP98::NSD1"),
        ("NUP98::RARG::NUP98", "NUP98::RARG::NUP98"),
        ("NUP98(::)NSD1", "NUP98::NSD1"),
        ("NUP98ex12-NSD1ex6", "NUP98::NSD1"),
        ("NUP98-NSD1 and FLT3-ITD", "NUP98::NSD1"),
        ("NUP98-KDM5A (JARID1A)", "NUP98::KDM5A"),
        ("PML-RARα", "PML::RARA"),
        ("CBFβ-MYH11", "CBFB::MYH11"),
        ("E2A-PBX1", "TCF3::PBX1"),
        ("SIL-TAL1", "STIL::TAL1"),
    ],
)
def test_printed_form(printed, fusion):
    match = parse_fusion(printed)
    assert match.fusion == fusion
    assert match.kind == "fusion"
    assert match.genes == tuple(fusion.split("::"))


@pytest.mark.parametrize(
    "printed",
    ["NUP98-R", "NUP98r", "NUP98-r", "NUP98", "NUP98 rearrangement", "NUP98::?", "NUP98-X"],
)
def test_driver_only(printed):
    match = parse_fusion(printed)
    assert (match.kind, match.fusion, match.genes) == ("driver only", None, ("NUP98",))


@pytest.mark.parametrize("printed", ["KMT2A-X", "KMT2A_re", "MLL-r", "MLL rearranged"])
def test_driver_only_kmt2a(printed):
    assert parse_fusion(printed).genes == ("KMT2A",)
    assert parse_fusion(printed).kind == "driver only"


@pytest.mark.parametrize("printed", ["None", "No", "N", "negative", "阴性", "aucun", "0"])
def test_tested_and_absent(printed):
    assert parse_fusion(printed).kind == "none"


@pytest.mark.parametrize("printed", [None, "", "  ", "NA", "#N/A", "Unknown", "not done", "-", "?"])
def test_missing_is_not_no(printed):
    assert parse_fusion(printed).kind == "unknown"


@pytest.mark.parametrize(
    "printed",
    [
        "NUP98 p.R123H",
        "NUP98 R123H",
        "WT1 mutation",
        "FLT3-ITD",
        "KMT2A-PTD",
        "ETV6 (deletion)",
        "FLT3-TKD",
        "CEBPA-bZIP",
        "UBTF-TD",
    ],
)
def test_change_within_one_gene_is_no_fusion(printed):
    match = parse_fusion(printed)
    assert match.kind == "not a fusion"
    assert match.fusion is None


def test_negative_sign_means_absent():
    assert parse_fusion("NUP98-NSD1 (-)").kind == "none"
    assert parse_fusion("NUP98-NSD1−").kind == "none"
    assert parse_fusion("NUP98 fusion negative").kind == "none"
    assert parse_fusion("NUP98-R (-)").kind == "none"
    assert parse_fusion("NUP98-R−").kind == "none"


def test_reversed_is_said():
    assert parse_fusion("MLLT10-KMT2A").reversed
    assert not parse_fusion("KMT2A-MLLT10").reversed


def test_novel_partner_is_accepted_and_flagged():
    assert parse_fusion("NUP98::FOO1").fusion == "NUP98::FOO1"
    assert parse_fusion("NUP98::FOO1").novel
    assert parse_fusion("NUP98::ALK").novel
    assert parse_fusion("NUP98::ASNSP4").novel  # its only source printed it as unreported
    assert not parse_fusion("NUP98::KDM5A").novel
    assert parse_fusion("DLD-RB1").novel


def test_misprint_is_suggested_never_applied():
    match = parse_fusion("NUP98::KMD5A")
    assert match.fusion is None
    assert match.kind == "driver only"
    assert match.suggestions == ("NUP98::KDM5A",)


def test_spreadsheet_date_is_suggested():
    assert parse_fusion("6-Sep").suggestions == ("SEPTIN6",)
    assert parse_fusion("KMT2A-6-Sep").suggestions == ("KMT2A::SEPTIN6",)
    assert parse_fusion("6-Sep", driver="KMT2A").suggestions == ("KMT2A::SEPTIN6",)


def test_same_gene_under_two_names_is_one_fusion():
    """Pooling kept NUP98/JARID1A apart from NUP98-KDM5A; they are one fusion."""
    assert parse_fusion("NUP98/JARID1A").fusion == parse_fusion("NUP98-KDM5A").fusion
    assert parse_fusion("NUP98-PMX1").fusion == parse_fusion("NUP98-PRRX1").fusion


def test_lone_partner_needs_its_driver():
    alone = parse_fusion("NSD1+")
    assert (alone.kind, alone.suggestions) == ("unknown", ("NUP98::NSD1",))
    assert parse_fusion("NSD1+", driver="NUP98").fusion == "NUP98::NSD1"
    assert parse_fusion("JARID1A", driver="NUP98").fusion == "NUP98::KDM5A"
    assert parse_fusion("other", driver="NUP98").kind == "driver only"
    assert parse_fusion("yes", driver="NUP98").genes == ("NUP98",)
    assert parse_fusion("N", driver="NUP98").kind == "none"


def test_two_partners_in_one_cell():
    match = parse_fusion("HOXA9/HOXA11", driver="NUP98")
    assert match.fusion == "NUP98::HOXA9"
    assert any("HOXA11" in note for note in match.notes)


def test_several_fusions():
    found = parse_fusions("KDM5A-NUP205; NUP205-NUP98")
    assert [m.fusion for m in found] == ["KDM5A::NUP205", "NUP98::NUP205"]
    chosen = parse_fusion("KDM5A-NUP205; NUP205-NUP98", driver="NUP98")
    assert chosen.fusion == "NUP98::NUP205"
    assert any("KDM5A::NUP205" in note for note in chosen.notes)


def test_translocation_is_not_a_fusion_call():
    match = parse_fusion("t(9;11)(p22;q23)")
    assert (match.fusion, match.kind) == (None, "unknown")
    assert "KMT2A::MLLT3" in match.suggestions
    assert not any(s.startswith("NUP98") for s in match.suggestions)
    assert {"KMT2A::MLLT3", "NUP98::PSIP1"} <= set(parse_fusion("t(9;11)").suggestions)


def test_exons_are_kept():
    assert parse_fusion("NUP98 e12::NSD1 e6").junction == "e12::e6"
    assert parse_fusion("NUP98::NSD1").junction is None


def test_hgvs_without_gene_names_is_unknown():
    assert parse_fusion("NM_016320.5:r.1_100::NM_022455.5:r.5_10").kind == "unknown"


def test_aliases_are_shown():
    assert parse_fusion("NUP98-LEDGF").notes == ("LEDGF is an alias of PSIP1",)


@pytest.mark.parametrize(
    "printed",
    ["T-ALL", "B-ALL", "t-AML", "high-risk", "de novo", "not applicable", "FISH positive"],
)
def test_words_of_the_clinic_are_no_fusions(printed):
    """HGNC lists T, ALL, NOT and FISH as aliases of genes; in a fusion cell they are words."""
    assert parse_fusion(printed).kind == "unknown"


@pytest.mark.parametrize(
    ("printed", "one_of"),
    [("NUP98-PRRX", "NUP98::PRRX1"), ("NUP98-NSD", "NUP98::NSD1"), ("NUP98-HOXA", "NUP98::HOXA9")],
)
def test_family_name_is_not_resolved(printed, one_of):
    match = parse_fusion(printed)
    assert (match.fusion, match.genes) == (None, ("NUP98",))
    assert one_of in match.suggestions


def test_multiple_partner_notation_of_vicc():
    assert parse_fusion("v::ALK(hgnc:427)").genes == ("ALK",)
    assert parse_fusion("v::ALK(hgnc:427)").kind == "driver only"


GENES = ["NUP98", "NSD1", "KDM5A", "HOXA9", "PRRX2", "KMT2A", "MLLT3", "AFDN", "RUNX1", "FOO1"]


@given(st.text(alphabet="NUP98KMT2A-:/+ ()r.;Hoxa9", max_size=24))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_never_raises(text):
    match = parse_fusion(text)
    assert (match.fusion is not None) == (match.kind == "fusion")


@given(st.sampled_from(GENES), st.sampled_from(GENES), st.sampled_from(["::", "-", "/", "--"]))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_reading_its_own_output_changes_nothing(first, second, mark):
    match = parse_fusion(f"{first}{mark}{second}")
    if match.fusion is not None:
        again = parse_fusion(match.fusion)
        assert again.fusion == match.fusion
        assert not again.reversed


@pytest.mark.parametrize(
    "printed",
    [
        "NUP98-NSD1 not detected", "NUP98::NSD1 absent", "not NUP98-NSD1", "NUP98 wild type",
        "NUP98 normal", "NUP98 germline", "NUP98-NSD1 excluded", "NUP98 rearrangement excluded",
        "NUP98-NSD1 -", "NUP98-NSD1 undetected", "NUP98-NSD1 阴性", "NUP98-NSD1 未检出",
        "kein NUP98-NSD1", "NUP98-NSD1 nicht nachgewiesen", "absence de NUP98-NSD1",
        "NUP98-NSD1 négatif", "negative for NUP98-NSD1", "NUP98-NSD1 not detected by RNA-seq",
    ],
)  # fmt: skip
def test_denied_fusion_is_absent(printed):
    found = parse_fusion(printed)
    assert (found.kind, found.fusion, found.genes[0]) == ("none", None, "NUP98")


@pytest.mark.parametrize(
    "printed",
    [
        "NUP98 not tested", "NUP98-NSD1 (FISH neg, RNA pos)", "NUP98-NSD1 MRD negative",
        "NUP98 non-NSD1", "NUP98::NSD1 (no reciprocal)", "NUP98-NSD1 failed",
    ],
)  # fmt: skip
def test_no_beside_something_else_is_unknown(printed):
    assert [m.kind for m in parse_fusions(printed)] == ["unknown"]


@pytest.mark.parametrize("printed", ["NUP98-NSD1?", "NUP98-NSD1 疑似", "NUP98-NSD1; none"])
def test_a_doubt_names_no_fusion(printed):
    found = parse_fusion(printed)
    assert (found.kind, found.fusion, found.genes) == ("unknown", None, ())
    assert DOUBTED in found.notes
    assert [m.kind for m in parse_fusions(printed)] == ["unknown"]


def test_another_partner_denied_contradicts_nothing():
    first, second = parse_fusions("NUP98-KDM5A; no NUP98-NSD1")
    assert (first.fusion, second.kind, second.genes) == ("NUP98::KDM5A", "none", ("NUP98", "NSD1"))


def test_a_sign_parts_two_pairs():
    first, second = parse_fusions("NUP98-NSD1+KMT2A-MLLT3-")
    assert (first.fusion, second.kind, second.genes) == ("NUP98::NSD1", "none", ("KMT2A", "MLLT3"))


@pytest.mark.parametrize("printed", ["NUP98::<script>", "NUP98::=x", "NUP98::", "NUP98::NUP98"])
def test_partner_that_cannot_be_read_is_said(printed):
    found = parse_fusion(printed)
    assert found.kind == "driver only"
    assert "the partner is not named or not readable" in found.notes


@pytest.mark.parametrize(
    ("printed", "fusion"),
    [
        ("NUP98-NSD1(e12,e6)", "NUP98::NSD1"),
        ("KMT2A-MLLT3 (FISH; PCR)", "KMT2A::MLLT3"),
    ],
)
def test_marks_inside_brackets_part_nothing(printed, fusion):
    assert [m.fusion for m in parse_fusions(printed)] == [fusion]
