"""Gene names: approved symbols, old names, traps and misprints."""

import csv
import io
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import gene_band, leukemia_genes, resolve_gene
from fusionscape.knowledge.spelling import one_slip_apart


@pytest.mark.parametrize(
    ("printed", "symbol", "status"),
    [
        ("KDM5A", "KDM5A", "approved"),
        ("JARID1A", "KDM5A", "previous"),
        ("RBBP2", "KDM5A", "previous"),
        ("MLL", "KMT2A", "previous"),
        ("MLLT4", "AFDN", "previous"),
        ("AF6", "AFDN", "alias"),
        ("SEPT6", "SEPTIN6", "previous"),
        ("SEPT9", "SEPTIN9", "previous"),
        ("LEDGF", "PSIP1", "alias"),
        ("PMX1", "PRRX1", "previous"),
        ("WHSC1L1", "NSD3", "previous"),
        ("C6orf80", "CCDC28A", "previous"),
        ("C6ORF80", "CCDC28A", "previous"),
        ("NP3", "LNP1", "alias"),
        ("HMG4", "HMGB3", "previous"),
        ("PHF15", "JADE2", "previous"),
        ("IQCG", "DRC9", "previous"),
        ("Hoxa9", "HOXA9", "approved"),
        (" *NSD1* ", "NSD1", "approved"),
        ("c-KIT", "KIT", "alias"),
        ("FLT-3", "FLT3", "alias"),
        ("p53", "TP53", "alias"),
        ("AML1", "RUNX1", "previous"),
        ("ENL", "MLLT1", "alias"),
        ("C9orf72", "C9orf72", "approved"),
        ("NKX2-5", "NKX2-5", "approved"),
        ("HLA-A", "HLA-A", "approved"),
    ],
)
def test_name_stands_for_symbol(printed, symbol, status):
    match = resolve_gene(printed)
    assert (match.symbol, match.status) == (symbol, status)
    assert match.given == printed


@pytest.mark.parametrize(
    ("printed", "candidates"),
    [
        ("RBP2", ("KDM5A", "RBP2")),
        ("PIT1", ("POU1F1", "SLC20A1")),
        ("MLL2", ("KMT2D", "KMT2B")),
        ("RAS", ("NRAS", "KRAS", "HRAS")),
        ("NRG", ("RAP1GDS1", "NRG1")),
    ],
)
def test_ambiguous_name_is_never_resolved(printed, candidates):
    match = resolve_gene(printed)
    assert match.symbol is None
    assert match.status == "ambiguous"
    assert match.candidates == candidates
    assert match.note


@pytest.mark.parametrize(
    ("printed", "candidates"),
    [
        ("KMD5A", ("KDM5A",)),
        ("CEPBA", ("CEBPA",)),
        ("6-Sep", ("SEPTIN6",)),
        ("Sep-09", ("SEPTIN9",)),
        ("1-Mar", ("MARCHF1",)),
    ],
)
def test_misprint_is_suggested_not_applied(printed, candidates):
    match = resolve_gene(printed)
    assert match.symbol is None
    assert match.status == "misprint"
    assert match.candidates == candidates


def test_unknown_name_stays_unknown():
    assert resolve_gene("FOO1").status == "unknown"
    assert resolve_gene("").status == "unknown"
    assert resolve_gene("HOXA8").candidates == ()
    assert resolve_gene("NUP9").candidates == (), "a digit left out is no slip of a letter"


def test_every_partner_resolves_to_itself_and_its_old_names_to_it():
    text = files("fusionscape.knowledge").joinpath("rules", "nup98_partners.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 46
    for row in rows:
        assert resolve_gene(row["hgnc_symbol"]).symbol == row["hgnc_symbol"]
        for name in filter(None, row["hgnc_synonyms"].split("|")):
            match = resolve_gene(name)
            assert row["hgnc_symbol"] in match.candidates or match.status == "unknown", name


@pytest.mark.parametrize("gene", leukemia_genes())
def test_leukemia_genes_are_approved(gene):
    assert resolve_gene(gene).status in ("approved", "ambiguous")


def test_band_is_todays():
    assert gene_band("RAP1GDS1") == "4q23"
    assert gene_band("NUP98") == "11p15.4"
    assert gene_band("FOO1") is None


def test_common_words_are_not_genes():
    for word in ("ALL", "not", "T", "FISH", "dm"):
        assert resolve_gene(word).status == "unknown"


def test_family_name_is_a_suggestion():
    match = resolve_gene("PRRX")
    assert (match.symbol, match.candidates) == (None, ("PRRX1", "PRRX2"))


def test_greek_letters():
    assert resolve_gene("RARα").symbol == "RARA"
    assert resolve_gene("CBFβ").symbol == "CBFB"


def test_groups():
    assert "KDM5A" in leukemia_genes("NUP98 partner")
    assert "NSD1" not in leukemia_genes("myeloid panel")


@pytest.mark.parametrize(
    ("given_name", "known", "slip"),
    [
        ("KMD5A", "KDM5A", True),
        ("KDM5", "KDM5A", True),
        ("KDM5AA", "KDM5A", True),
        ("KDN5A", "KDM5A", True),
        ("HOXA8", "HOXA9", False),
        ("NSD1", "NSD11", False),
        ("NSD1", "NSD1", False),
        ("ABCDE", "ABEDC", False),
        ("AB", "ABCD", False),
    ],
)
def test_one_slip(given_name, known, slip):
    assert one_slip_apart(given_name, known) is slip
    assert one_slip_apart(known, given_name) is slip


@given(st.text(max_size=20))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_any_text_is_answered(text):
    match = resolve_gene(text)
    assert match.given == text
    assert (match.symbol is not None) == (match.status in ("approved", "previous", "alias"))


@given(st.sampled_from(leukemia_genes()))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_case_and_spaces_do_not_matter(gene):
    assert resolve_gene(f"  {gene.lower()} ").symbol == resolve_gene(gene).symbol
