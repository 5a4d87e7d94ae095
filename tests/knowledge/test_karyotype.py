"""Karyotypes as printed: grammar, repairs, clones, counts, flags."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge import parse_karyotype

HOXA = ("HOXA10", "HOXA11", "HOXA13", "HOXA6", "HOXA9")


def texts(clone):
    return tuple(a.text for a in clone.abnormalities)


@pytest.mark.parametrize(
    ("printed", "modal", "sex", "abnormalities", "cells"),
    [
        ("46,XX[20]", "46", "XX", (), 20),
        ("46,XY,t(5;11)(q35;p15)[20]", "46", "XY", ("t(5;11)(q35;p15)",), 20),
        ("47,XY,+8", "47", "XY", ("+8",), None),
        ("45,X,-Y[12]", "45", "X", ("-Y",), 12),
        ("46,XX,?del(5)(q13q33)[7]", "46", "XX", ("?del(5)(q13q33)",), 7),
        ("46,XX,add(7)(q?)[9]", "46", "XX", ("add(7)(q?)",), 9),
        ("47,XX,+mar[3]", "47", "XX", ("+mar",), 3),
        ("48,XX,+2mar[3]", "48", "XX", ("+2mar",), 3),
        ("46,XY,der(7)t(7;8)(q22;q13)[6]", "46", "XY", ("der(7)t(7;8)(q22;q13)",), 6),
        ("46,XY,psu dic(3;1)(q29;p13)[4]", "46", "XY", ("psudic(3;1)(q29;p13)",), 4),
        ("46,XX,r(7)(p22q36)[8]", "46", "XX", ("r(7)(p22q36)",), 8),
        ("46,XX,i(17)(q10)[8]", "46", "XX", ("i(17)(q10)",), 8),
        ("46,XX,dup(1)(q21q32)[8]", "46", "XX", ("dup(1)(q21q32)",), 8),
        (
            "46,XX,der(9)(9pter->9q34::11q23->11qter)[8]",
            "46",
            "XX",
            ("der(9)(9pter->9q34::11q23->11qter)",),
            8,
        ),
    ],
)
def test_one_clone(printed, modal, sex, abnormalities, cells):
    k = parse_karyotype(printed)
    (clone,) = k.clones
    assert (clone.modal, clone.sex, texts(clone), clone.cells) == (modal, sex, abnormalities, cells)
    assert k.unread == ()
    assert k.repaired == ()


@pytest.mark.parametrize(
    ("printed", "repair", "abnormality"),
    [
        ("46, XY, t (7;11) (p15, p15) [20]", "comma for semicolon", "t(7;11)(p15;p15)"),
        ("46,XX,t(11:19)(q23:p13.1)[20]", "colon for semicolon", "t(11;19)(q23;p13.1)"),
        ("46,XX,t(7;11)(p15;p15)[20}", "curly bracket for square bracket", "t(7;11)(p15;p15)"),
        ("46.XX,t(7;11)(p15;p15)", "full stop for comma", "t(7;11)(p15;p15)"),
        ("46XX,t(7;11)(p15;p15)", "comma missing", "t(7;11)(p15;p15)"),
        ("46,XX*t*(7;11)(p15;p15)", "asterisk or underscore taken out", "t(7;11)(p15;p15)"),
        ("46，XX，t（7；11）（p15；p15）", "full-width sign", "t(7;11)(p15;p15)"),
        ("46,XX,(7;11)(p15;p15)", "t missing before a translocation", "t(7;11)(p15;p15)"),
        ("46,XX,del(5q)", "short form", "del(5)(q)"),
        ("46,XX,5q-", "short form", "del(5)(q)"),
        ("46,XX,add(12(p13)", "bracket not closed", "add(12)(p13)"),
        ("46,XX,del(7q)(q22q36)", "short form", "del(7)(q22q36)"),
        ("46,XX,del7q", "short form", "del(7)(q)"),
        ("46,XX, .del(7)(q22)", "full stop before an abnormality", "del(7)(q22)"),
        ("46,XX\u200b,del(7)(q22)", "invisible character", "del(7)(q22)"),
        ("45,XX,PSU DIC(15;22)(p11;p11)", "capital letter", "psudic(15;22)(p11;p11)"),
        ("Karyotype: 46,XX,del(7)(q22)", "label before the karyotype", "del(7)(q22)"),
        ("46,XX,del(7)(q22) (20 cells)", "cells spelled out", "del(7)(q22)"),
    ],
)
def test_print_damage_is_mended_and_said(printed, repair, abnormality):
    k = parse_karyotype(printed)
    assert repair in k.repaired
    assert texts(k.clones[0]) == (abnormality,)
    assert k.unread == ()


def test_dash_spaces_capital_and_full_stop():
    """Xiong 2025 prints 46–47, XY, Inc. [3]/46, XY [17]."""
    k = parse_karyotype("46–47, XY, Inc. [3]/46, XY [17]")
    first, second = k.clones
    assert (first.modal, first.cells, second.modal, second.cells) == ("46~47", 3, "46", 17)
    assert first.abnormalities[0].kind == "incomplete"
    assert {"typographic dash", "full stop after inc", "hyphen for range"} <= set(k.repaired)
    assert k.status == "abnormal"
    assert k.complex is None
    assert k.monosomal is None


def test_spaced_translocations_of_the_papers():
    for printed in ("t (5;11) (q35; p15.5)", "*t* (5; 11) (q35.3; p15.4)"):
        k = parse_karyotype(printed)
        assert k.partners_compatible == ("NSD1",)
        assert k.status == "abnormal"
        assert k.complex is None, "only one abnormality is printed, the rest is unknown"


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("46,XY", "normal"),
        ("46, XX[20]", "normal"),
        ("46,XX,inv(9)(p12q13)c[20]", "normal"),
        ("Normal karyotype", "normal"),
        ("正常核型", "normal"),
        ("47,XX,+8[20]", "abnormal"),
        ("complex karyotype", "abnormal"),
        ("I", "failed"),
        ("F", "failed"),
        ("Inadequate.nuc ish MLL sep", "failed"),
        ("no mitoses", "failed"),
        ("not done", "not done"),
        ("未做", "not done"),
        ("Unknown", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        ("hello", "unknown"),
        ("46,XX,zz(9)[20]", "unknown"),
    ],
)
def test_status(printed, status):
    assert parse_karyotype(printed).status == status


def test_failed_says_nothing_of_flags():
    k = parse_karyotype("F")
    assert (k.complex, k.monosomal, k.trisomy_8, k.chr13_abnormal) == (None, None, None, None)
    assert parse_karyotype("normal").complex is False
    assert parse_karyotype("complex karyotype").complex is True
    assert parse_karyotype("complex karyotype").monosomal is None


def test_sl_idem_and_sidelines():
    k = parse_karyotype("46,XX,t(7;11)(p15;p15)[5]/47,sl,+8[7]/48,sdl1,+21[6]/46,XX[2]")
    assert [texts(c) for c in k.clones] == [
        ("t(7;11)(p15;p15)",),
        ("t(7;11)(p15;p15)", "+8"),
        ("t(7;11)(p15;p15)", "+8", "+21"),
        (),
    ]
    assert k.abnormality_count == 3
    assert k.complex is True
    assert [c.sex for c in k.clones] == ["XX"] * 4


def test_idem_refers_to_the_first_clone():
    k = parse_karyotype("46,XX,t(7;11)(p15;p15)[5]/47,idem,+8[7]/47,idem,+21[6]")
    assert texts(k.clones[2]) == ("t(7;11)(p15;p15)", "+21")
    assert k.abnormality_count == 3


def test_shared_abnormality_counts_once():
    once = parse_karyotype("46,XX,del(5)(q13q33)[5]/46,XX,del(5)(q13q33),del(7)(q22)[5]")
    assert once.abnormality_count == 2
    assert once.complex is False


def test_derivatives_of_one_exchange_count_once():
    k = parse_karyotype("46,XX,der(9)t(9;11)(p22;q23)del(9)(p11p22),der(11)t(9;11)(p22;q23)[9]")
    assert k.abnormality_count == 1
    extra = parse_karyotype("47,XX,t(9;11)(p22;q23),+der(9)t(9;11)(p22;q23)[9]")
    assert extra.abnormality_count == 2


def test_loss_of_an_abnormal_chromosome_is_no_new_abnormality():
    k = parse_karyotype("46,XX,del(13)(q12q14),+21[4]/45,idem,-del(13)[9]")
    assert k.abnormality_count == 2
    assert texts(k.clones[1]) == ("+21", "-del(13)")


def test_tetrasomy_counts_two():
    assert parse_karyotype("48,XX,+8,+8[9]").abnormality_count == 2
    assert parse_karyotype("47,XX,+8[9]/48,idem,+8[4]").abnormality_count == 2


def test_complex_excludes_hyperdiploid_gains():
    assert parse_karyotype("49,XX,+8,+13,+21[20]").complex is False
    assert parse_karyotype("49,XX,+8,+13,+21,del(5)(q13q33)[20]").complex is True
    assert parse_karyotype("46,XX,del(5)(q13q33),add(7)(q22)[20]").complex is False


@pytest.mark.parametrize(
    ("printed", "monosomal"),
    [
        ("44,XY,-5,-7[10]", True),
        ("45,XY,-7,del(5)(q13q33)[10]", True),
        ("45,XY,-7[10]", False),
        ("44,X,-Y,-7[10]", False),
        ("45,X,-X,del(5)(q13q33)[10]", False),
        ("45,XY,-7,t(8;21)(q22;q22)[10]", False),
        ("45,XY,-7,inv(16)(p13q22)[10]", False),
        ("45,XY,-7[10]/45,XY,-5[10]", False),
        ("46,XY,-7,+8[10]", False),
    ],
)
def test_monosomal_by_breems(printed, monosomal):
    assert parse_karyotype(printed).monosomal is monosomal


@pytest.mark.parametrize(
    ("printed", "abnormal", "deleted"),
    [
        ("46,XY,del(13)(q12q14)[10]", True, True),
        ("45,XY,-13[20]", True, False),
        ("46,XX,t(1;13)(q21;q14)[4]", True, False),
        ("46,XX,der(13)del(13)(q14q22)[4]", True, True),
        ("47,XY,+13[20]", False, False),
        ("46,XX,t(12;14)(q13;q31)[4]", False, False),
        ("46,XX,del(13q)[5]", True, True),
    ],
)
def test_chromosome_13(printed, abnormal, deleted):
    k = parse_karyotype(printed)
    assert (k.chr13_abnormal, k.chr13_deletion) == (abnormal, deleted)


def test_too_few_cells_for_a_clone():
    """ISCN: a gain needs two cells, a loss three; the flag is then not settled."""
    k = parse_karyotype("47,XY,+8[1]/46,XY[19]")
    assert k.abnormality_count == 0
    assert k.trisomy_8 is None
    assert k.status == "abnormal"
    assert "+8 is seen in too few cells for a clone" in k.remarks
    assert parse_karyotype("47,XY,+8[2]/46,XY[18]").trisomy_8 is True
    assert parse_karyotype("47,XY,+8[1]/46,XY[19].nuc ish(CEP8x3)[30/200]").trisomy_8 is True
    assert parse_karyotype("45,XY,-7[2]/46,XY[18]").abnormality_count == 0
    assert parse_karyotype("45,XY,-7[3]/46,XY[17]").abnormality_count == 1
    assert parse_karyotype("45,XY,-7[cp2]").abnormality_count == 1


def test_flag_is_unknown_when_not_read_whole():
    k = parse_karyotype("46,XY,t(7;11)(p15;p15),zz9[20]")
    assert k.unread == ("zz9",)
    assert k.status == "abnormal"
    assert (k.complex, k.trisomy_8) == (None, None)
    assert k.partners_compatible == HOXA


def test_idem_after_the_sex_chromosomes_and_in_capitals():
    k = parse_karyotype("46,XY,del(7)(q22)[9]/47,XY,idem,+8[5]/48,XY,sdl,+21[4]/47,IDEM,+9[3]")
    assert [texts(c) for c in k.clones] == [
        ("del(7)(q22)",),
        ("del(7)(q22)", "+8"),
        ("del(7)(q22)", "+8", "+21"),
        ("del(7)(q22)", "+9"),
    ]


def test_cells_spelled_out_are_counted():
    assert parse_karyotype("46,XX [20 cells]").clones[0].cells == 20
    assert parse_karyotype("46,XX (20 metaphases)").clones[0].cells == 20


def test_clones_of_both_sexes_are_remarked():
    (remark,) = parse_karyotype("46,XX[10]/46,XY[10]").remarks
    assert "both sexes" in remark


def test_heteromorphism_is_constitutional():
    k = parse_karyotype("46,XY,15pstk+[20]")
    assert (k.status, k.abnormality_count, k.unread) == ("normal", 0, ())


def test_composite_and_ranges():
    k = parse_karyotype("43~45,XX,-5,add(7)(q22),+mar[cp12]")
    (clone,) = k.clones
    assert (clone.modal, clone.composite, clone.cells) == ("43~45", True, 12)
    assert (k.complex, k.monosomal) == (True, True)


def test_donor_cells_are_set_apart():
    only = parse_karyotype("//46,XX[20]")
    assert (only.donor, only.clones, only.status) == (True, (), "unknown")
    mixed = parse_karyotype("46,XY,t(7;11)(p15;p15)[3]//46,XX[17]")
    assert mixed.donor
    assert len(mixed.clones) == 1
    assert mixed.partners_compatible == HOXA


def test_fish_is_kept_as_printed():
    k = parse_karyotype("46,XX[20].nuc ish(NUP98x2)[200]")
    assert k.fish == ("nuc ish(NUP98x2)[200]",)
    assert k.status == "normal"
    two = parse_karyotype("46,XX,del(5)(q13q33)[9].ish del(5)(EGR1-).nuc ish(EGR1x1)[80]")
    assert len(two.fish) == 2
    assert texts(two.clones[0]) == ("del(5)(q13q33)",)


def test_free_text_is_a_remark():
    k = parse_karyotype("46,XX,del(5)(q13q33)[9]  PRELIMINARY REPORT")
    assert k.remarks == ("PRELIMINARY REPORT",)
    assert k.unread == ()
    assert parse_karyotype("47,XX,+8[9] [seen by FISH only]").remarks == ("seen by FISH only",)


def test_free_text_that_names_an_abnormality_is_unread_not_a_remark():
    """A normal-looking karyotype with the abnormality in words must not read as normal."""
    for printed in ("46,XX[20] and t(8;21)(q22;q22)", "46,XX[20] also monosomy 7 in two cells"):
        k = parse_karyotype(printed)
        assert k.unread
        assert k.status == "unknown"
        assert k.complex is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("46,XX,+8[9]", 47),
        ("46,XX,-7[9]", 45),
        ("47,XX,t(9;11)(p22;q23)[9]", 46),
        ("46,XX,dic(7;13)(p10;q10)[9]", 45),
        ("46,X,-Y[9]", 45),
    ],
)
def test_number_that_does_not_fit_is_said(printed, expected):
    (remark,) = parse_karyotype(printed).remarks
    assert remark.endswith(f"does not fit the abnormalities ({expected} expected)")


@pytest.mark.parametrize(
    "printed",
    [
        "47,XX,+8[9]",
        "45,X,-Y[9]",
        "45,X[9]",
        "46,X,t(X;11)(q24;q23)[9]",
        "45,XX,der(5;17)(q10;q10)[9]",
        "48,XX,+2mar[9]",
        "43~45,XX,-5,+mar[cp9]",
        "46,XX,+1,der(1;7)(q10;p10)[9]",
        "47,XX,+der(9)t(9;11)(p22;q23)[5]/46,idem,-der(9)[5]",
    ],
)
def test_number_that_fits(printed):
    assert parse_karyotype(printed).remarks == ()


def test_impossible_band_is_said():
    k = parse_karyotype("46,XY,t(11;15)(p15;q35)[20]")
    assert k.remarks == ("band 15q35 does not exist",)
    assert k.clones[0].abnormalities[0].uncertain
    assert k.partners_compatible == ()


def test_cryptic_mark():
    k = parse_karyotype("46,XX,cryp t(5;11)(q35;p15.4)[20]")
    assert k.clones[0].abnormalities[0].cryptic
    assert k.partners_compatible == ("NSD1",)


def test_breakpoint_at_11p15():
    k = parse_karyotype("46,XX,der(7)t(7;11)(p15;p15),der(11)t(7;11)(p15;p15),del(9)(q13q22)[20]")
    assert k.translocations_11p15 == ("t(7;11)(p15;p15)",)
    assert k.partners_compatible == HOXA
    assert parse_karyotype("46,XX,t(4;11)(q21;q23)[20]").translocations_11p15 == ()
    assert parse_karyotype("46,XX[20]").partners_compatible == ()


def test_same_short_form_decided_by_band():
    assert parse_karyotype("46,XX,t(9;11)(p22;p15)[9]").partners_compatible == ("PSIP1",)
    assert parse_karyotype("46,XX,t(9;11)(p22;q23)[9]").partners_compatible == ()


def test_sex_chromosome_change_without_name():
    assert parse_karyotype("45,X[8]/46,XX[12]").status == "abnormal"
    assert parse_karyotype("45,X[8]/46,XX[12]").abnormality_count == 1
    assert parse_karyotype("46,X,t(X;11)(q24;q23)[8]").abnormality_count == 1


def test_uncertain():
    abnormality = parse_karyotype("46,XX,t(?6;11)(?q27;q23)[5]").clones[0].abnormalities[0]
    assert abnormality.uncertain
    assert abnormality.chromosomes == ("6", "11")
    assert abnormality.bands == ("?q27", "q23")


PIECES = [
    "+8",
    "-7",
    "del(5)(q13q33)",
    "t(7;11)(p15;p15)",
    "add(12)(p13)",
    "+mar",
    "inv(3)(q21q26)",
]


@given(
    st.lists(st.sampled_from(PIECES), unique=True, max_size=5), st.randoms(use_true_random=False)
)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_order_of_abnormalities_does_not_matter(pieces, random):
    mixed = list(pieces)
    random.shuffle(mixed)
    one = parse_karyotype(",".join(["46,XX", *pieces]) + "[20]")
    two = parse_karyotype(",".join(["46,XX", *mixed]) + "[20]")
    assert one.abnormality_count == two.abnormality_count == len(pieces)
    assert (one.complex, one.monosomal) == (two.complex, two.monosomal)
    assert one.unread == ()


@given(st.lists(st.sampled_from(PIECES), unique=True, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_idem_equals_writing_it_out(pieces):
    stem, added = pieces[0], pieces[1:]
    short = parse_karyotype(f"46,XX,{stem}[9]/" + ",".join(["46,idem", *added, ""]) + "[9]")
    long = parse_karyotype(f"46,XX,{stem}[9]/" + ",".join(["46,XX", stem, *added]) + "[9]")
    assert short.abnormality_count == long.abnormality_count
    assert short.complex == long.complex


@given(st.text(alphabet="46,XY;()[]/+-tdeliqp1357?.: cpm", max_size=40))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_never_raises(text):
    k = parse_karyotype(text)
    assert k.given == text
    assert k.status in ("normal", "abnormal", "failed", "not done", "unknown")


@given(st.lists(st.sampled_from(PIECES), unique=True, max_size=4))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_spaces_do_not_matter(pieces):
    tight = ",".join(["46,XX", *pieces]) + "[20]"
    loose = tight.replace(",", ", ").replace("(", " (")
    one, two = parse_karyotype(tight), parse_karyotype(loose)
    assert [texts(c) for c in one.clones] == [texts(c) for c in two.clones]


@pytest.mark.parametrize(
    "printed", ["t(5;11)(q35;p15) negative by FISH", "no t(5;11)(q35;p15)", "t(5;11) not detected"]
)
def test_translocation_denied_is_not_seen(printed):
    found = parse_karyotype(printed)
    assert (found.status, found.translocations_11p15) == ("unknown", ())
