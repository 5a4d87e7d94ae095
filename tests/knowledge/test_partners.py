"""Partners: what is known, which karyotypes fit, how they are coloured."""

import pytest

from fusionscape.knowledge import (
    COLOUR_GROUPS,
    described_partners,
    display_order,
    partner,
    partner_colour_group,
    partners_compatible_with,
)
from fusionscape.knowledge.bands import band_distance, band_exists, read_location
from fusionscape.knowledge.fusion_order import confirmed_partners, partner_symbols
from fusionscape.knowledge.store import records


def test_all_partners_are_described():
    found = described_partners("NUP98")
    assert len(found) == 46
    assert sum(p.homeobox == "homeobox" for p in found.values()) == 17
    assert all(p.sources for p in found.values())
    assert described_partners("TP53") == {}


def test_cryptic_partners():
    assert [partner(s).cryptic for s in ("NSD1", "KDM5A", "PHF23")] == ["yes", "yes", "yes"]
    assert partner("HOXA9").cryptic == "no"
    assert partner("BPTF").cryptic == "unknown"
    assert partner("STIM1").cryptic_note == "same band"


def test_old_names_find_their_row():
    assert partner("JARID1A").symbol == "KDM5A"
    assert partner("RBP2").symbol == "KDM5A"
    assert partner("MLLT4", "KMT2A").symbol == "AFDN"
    assert partner("FOO1") is None
    assert partner("TP53") is None


@pytest.mark.parametrize(
    ("abnormality", "fits"),
    [
        ("t(7;11)(p15;p15)", ("HOXA10", "HOXA11", "HOXA13", "HOXA6", "HOXA9")),
        ("t(5;11)(q35;p15.5)", ("NSD1",)),
        ("t(5;11)(q35.3;p15.4)", ("NSD1",)),
        ("t(11;12)(p15;q13)", ("HOXC11", "HOXC12", "HOXC13", "RARG")),
        ("t(11;12)(p15;p13)", ("KDM5A",)),
        ("t(4;11)(q21;p15)", ("RAP1GDS1",)),
        ("t(4;11)(q23;p15)", ("RAP1GDS1",)),
        ("t(4;11)(q21;q23)", ()),
        ("t(9;11)(p22;p15)", ("PSIP1",)),
        ("t(9;11)(p22;q23)", ()),
        ("t(9;11)(q34;p15)", ("PRRX2",)),
        ("t(9;11)", ()),
        ("t(1;11)(q23;p15)", ("PRRX1",)),
        ("t(1;11)(q24;p15)", ("PRRX1",)),
        ("t(11;17)(p15;q21)", ("HOXB3", "HOXB4", "RARA")),
        ("t(11;20)(p15;q11)", ("TOP1",)),
        ("t(11;20)(p15;q12)", ("TOP1",)),
        ("inv(11)(p15q22)", ("DDX10", "KMT2A")),
        ("t(5;11;12)(q35;p15;q24)", ("NSD1",)),
        ("der(11)t(7;11)(p15;p15)", ("HOXA10", "HOXA11", "HOXA13", "HOXA6", "HOXA9")),
        ("t(11;15)(p15;q35)", ()),
        ("del(11)(p15)", ()),
        ("+8", ()),
    ],
)
def test_karyotype_names_a_set(abnormality, fits):
    assert partners_compatible_with(abnormality) == fits


def test_kmt2a_partners_by_band():
    assert "MLLT3" in partners_compatible_with("t(9;11)(p22;q23)", driver="KMT2A")
    assert "AFF1" in partners_compatible_with("t(4;11)(q21;q23)", driver="KMT2A")


def test_tolerance_widens():
    assert partners_compatible_with("t(5;11)(q34;p15)", tolerance=0) == ()
    assert partners_compatible_with("t(5;11)(q34;p15)", tolerance=1) == ("NSD1",)


def test_colour_groups():
    assert COLOUR_GROUPS[:6] == ("NSD1", "KDM5A", "HOXA9", "PRRX2", "TOP1", "HMGB3")
    assert partner_colour_group("JARID1A") == "KDM5A"
    assert partner_colour_group("HOXD13") == "other homeobox"
    assert partner_colour_group("HOXB9") == "other homeobox"
    assert partner_colour_group("LNP1") == "other partner"
    assert partner_colour_group("FOO1") == "other partner"
    assert partner_colour_group(None) == "other partner"


def test_display_order_is_stable():
    names = ["other partner", "LNP1", "NSD1", "other homeobox", "HOXD13", "KDM5A"]
    wanted = ("NSD1", "KDM5A", "HOXD13", "other homeobox", "LNP1", "other partner")
    assert display_order(names) == display_order(reversed(names)) == wanted


def test_bands():
    assert not band_exists("15", "q35")
    assert band_exists("15", "q26.3")
    assert band_exists("7", "q10")
    assert not band_exists("99", "q11")
    far, near = read_location("4q21"), read_location("4q23")
    assert band_distance(far, near) == 2
    assert band_distance(read_location("5q15"), read_location("5q21")) == 1
    assert band_distance(read_location("5p15"), read_location("5q15")) is None


def test_a_partner_whose_only_source_printed_it_as_new_is_not_confirmed():
    rows = records("nup98_partners.csv")
    printed_as_new = {r["hgnc_symbol"] for r in rows if r["reported_as_novel"] == "yes"}
    assert printed_as_new == {"ASNSP4"}
    assert {r["reported_as_novel"] for r in rows} == {"yes", "no"}
    assert partner_symbols("NUP98") - confirmed_partners("NUP98") == printed_as_new
    assert confirmed_partners("KMT2A") == partner_symbols("KMT2A")
