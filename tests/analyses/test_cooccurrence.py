"""Pairs of lesions: tables, families, strata and what carries no p."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import fusion, large, lesion, make
from fusionscape.analyses.cooccurrence import cooccurrence
from fusionscape.cohort import Codebook, Plan
from fusionscape.figures.topics import figures_of
from fusionscape.results import PairTable, Refusal
from fusionscape.tables import tables_of
from fusionscape.words.headline import headline


def pairs(analysis):
    table = analysis["cooccurrence/pairs"]
    assert isinstance(table, PairTable)
    return table, {pair.id: pair for pair in table.pairs}


def strata(*, codebook: Codebook | None = None):
    """8 NSD1 with FLT3-ITD and WT1 together in 4, 8 KDM5A with each alone in 2."""
    ids = [f"n{i}" for i in range(8)] + [f"k{i}" for i in range(8)]
    itd = [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]
    wt1 = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    flt3 = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0]
    words = {1: "present", 0: "absent"}
    lesions = [fusion(p, "NSD1" if p[0] == "n" else "KDM5A") for p in ids]
    for name, column in (("FLT3-ITD", itd), ("WT1", wt1), ("FLT3", flt3)):
        lesions += [lesion(p, name, words[v]) for p, v in zip(ids, column, strict=True)]
    return make({"patient_id": ids}, lesions=lesions, codebook=codebook)


def test_the_table_of_a_pair() -> None:
    _, found = pairs(cooccurrence(strata()))
    pair = found["cooccurrence/FLT3-ITD/WT1"]
    assert (pair.both, pair.only_a, pair.only_b, pair.neither, pair.n) == (4, 2, 2, 8, 16)
    # tails of hypergeometric(16, 6, 6) at least as unlikely as 4: weights C(6,y) C(10,6-y)
    # 210 1512 3150 2400 675 60 1 over 8008; no likelier than 675: 210 675 60 1
    assert pair.p == pytest.approx((210 + 675 + 60 + 1) / 8008)


def test_the_partner_held_fixed() -> None:
    _, found = pairs(cooccurrence(strata()))
    pair = found["cooccurrence/FLT3-ITD/WT1"]
    # NSD1: 4 0 / 0 4; KDM5A: 0 2 / 2 4; the sum is 4 of 4 + 0; it convolves
    # C(4,y)^2 / 70 with C(2,y) C(6,2-y) / 28
    first = [1, 16, 36, 16, 1]
    second = [15, 12, 1]
    law = [0] * 7
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            law[i + j] += a * b
    observed = law[4]
    assert pair.stratified_p == pytest.approx(sum(w for w in law if w <= observed) / sum(law))


def test_structural_pairs_carry_no_p() -> None:
    _, found = pairs(cooccurrence(strata()))
    own = found["cooccurrence/FLT3-ITD/FLT3"]
    partners = next(p for p in found.values() if {p.a, p.b} == {"NUP98::NSD1", "NUP98::KDM5A"})
    for pair in (own, partners):
        assert pair.structural
        assert pair.p is None and pair.p_adjusted is None and pair.odds_ratio is None


def test_the_family_holds_the_reachable_only() -> None:
    table, found = pairs(cooccurrence(strata()))
    members = [p for p in found.values() if p.p_adjusted is not None]
    assert len(members) == table.family_size
    assert all(p.reachable and not p.structural for p in members)


def test_a_small_panel_has_no_burden() -> None:
    table, found = pairs(cooccurrence(strata()))
    assert all(pair.burden_p is None for pair in found.values())
    assert "panel-too-small-for-burden" in [c.code for c in table.cautions]


def test_not_tested_leaves_the_pair() -> None:
    ids = list("abcdefgh")
    lesions = [fusion(p, "NSD1") for p in ids]
    lesions += [lesion(p, "WT1", "present" if p in "abcd" else "absent") for p in ids]
    lesions += [
        lesion(p, "NRAS", "not tested" if p == "a" else "present" if p in "bcd" else "absent")
        for p in ids
    ]
    _, found = pairs(cooccurrence(make({"patient_id": ids}, lesions=lesions)))
    pair = found["cooccurrence/WT1/NRAS"]
    assert (pair.both, pair.n, pair.missing) == (3, 7, 1)
    # C(4,3)... of the 7 tested 3 carry each: 1 / C(7,3)
    assert pair.p == pytest.approx(1 / 35)


def test_an_invented_pair_is_counted_not_tested() -> None:
    codebook = Codebook(name="x", synthetic=True, invented=("lesion*lesion",))
    _, found = pairs(cooccurrence(strata(codebook=codebook)))
    pair = found["cooccurrence/FLT3-ITD/WT1"]
    assert pair.both == 4 and pair.p is None and not pair.structural
    assert [c.code for c in pair.cautions] == ["invented-variable"]
    printed = Codebook(
        name="x", synthetic=True, invented=("lesion*lesion",), printed=("WT1*FLT3-ITD",)
    )
    _, found = pairs(cooccurrence(strata(codebook=printed)))
    assert found["cooccurrence/FLT3-ITD/WT1"].p is not None


def test_fifteen_partners() -> None:
    table, found = pairs(cooccurrence(large()))
    assert table.lesions == ("NUP98::NSD1", "NUP98::HOXA9", "NUP98::PRRX2", "FLT3-ITD")
    pair = found["cooccurrence/NUP98::NSD1/FLT3-ITD"]
    assert (pair.both, pair.only_a, pair.only_b, pair.n) == (21, 4, 0, 55)


@pytest.mark.parametrize(
    ("lesions", "code"), [([], "no-carriers"), ([fusion("a", "NSD1")], "too-few-lesions")]
)
def test_refused(lesions, code) -> None:
    refusal = cooccurrence(make({"patient_id": ["a"]}, lesions=lesions, plan=Plan())).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_two_partners_mirror_each_other_and_are_tested_once() -> None:
    table, found = pairs(cooccurrence(strata()))
    tested = [p for p in found.values() if p.p is not None]
    # 8 NSD1 and 8 KDM5A divide all carriers: of equals the second by name is the mirror
    kept, mirror = (x for x in table.lesions if "::" in x)
    assert not any(mirror in (p.a, p.b) for p in tested)
    seen = found[f"cooccurrence/{mirror}/FLT3-ITD"]
    assert seen.structural and seen.n == 16
    assert [(c.code, c.get("of")) for c in seen.cautions] == [("mirror-pair", kept)]


def test_partner_by_lesion_and_lesion_by_lesion_are_families_of_their_own() -> None:
    _, found = pairs(cooccurrence(strata()))
    sizes: dict[str, set[int | None]] = {}
    for pair in found.values():
        if pair.family is not None:
            sizes.setdefault(pair.family, set()).add(pair.family_size)
            assert ("::" in pair.a) == pair.family.endswith("partner%20by%20lesion")
    assert set(sizes) == {"cooccurrence/partner%20by%20lesion", "cooccurrence/lesions"}
    for name, size in sizes.items():
        members = [p for p in found.values() if p.family == name]
        assert size == {len(members)}


def test_the_p_within_partners_has_a_family() -> None:
    _, found = pairs(cooccurrence(strata()))
    inside = [p for p in found.values() if p.stratified_p is not None]
    assert inside
    assert {p.stratified_family for p in inside} == {"cooccurrence/lesions%20within%20partners"}
    assert {p.stratified_family_size for p in inside} == {len(inside)}


def test_a_point_mutation_is_told_from_the_itd() -> None:
    table, _ = pairs(cooccurrence(strata()))
    assert "FLT3 (point mutation)" in table.lesions and "FLT3" not in table.lesions


def confounded():
    """15 NSD1, all but one with ITD and 12 with WT1; 15 KDM5A, one with ITD and two with WT1.

    Within NSD1 all with WT1 have ITD by chance alone; over all carriers they go together.
    """
    ids = [f"n{i:02d}" for i in range(15)] + [f"k{i:02d}" for i in range(15)]
    itd = [1] * 14 + [0] + [1] + [0] * 14
    wt1 = [1] * 12 + [0] * 3 + [0, 1, 1] + [0] * 12
    lesions = [fusion(p, "NSD1" if p[0] == "n" else "KDM5A") for p in ids]
    for name, column in (("FLT3-ITD", itd), ("WT1", wt1)):
        words = ["present" if on else "absent" for on in column]
        lesions += [lesion(p, name, word) for p, word in zip(ids, words, strict=True)]
    return make({"patient_id": ids}, lesions=lesions)


def test_the_sentence_names_what_the_partner_explains() -> None:
    found = cooccurrence(confounded())
    _, by_id = pairs(found)
    pair = by_id["cooccurrence/FLT3-ITD/WT1"]
    assert pair.p is not None and pair.p < 0.05
    assert pair.stratified_p is not None and pair.stratified_p > 0.05
    said = headline(found)
    assert said.startswith("The strongest association is NUP98::")
    assert "Within partners the association is no longer clear for FLT3-ITD and WT1" in said
    columns = [c.name for c in tables_of(found)[0].columns]
    assert {"family", "stratified_p"} <= set(columns)


def test_where_no_pair_stands_out_the_sentence_says_so() -> None:
    ids = [f"n{i}" for i in range(12)]
    lesions = [fusion(p, "NSD1") for p in ids]
    for name, on in (("WT1", "036"), ("NRAS", "147"), ("KRAS", "258")):
        lesions += [lesion(p, name, "present" if p[1:] in on else "absent") for p in ids]
    cohort = make({"patient_id": ids}, lesions=lesions)
    assert headline(cooccurrence(cohort)).startswith("No pair stands out among 3 pairs tested")


def test_of_many_pairs_the_smallest_p_and_those_that_pass_have_an_odds_ratio() -> None:
    table, _ = pairs(cooccurrence(many()))
    tested = sorted((p for p in table.pairs if p.reachable), key=lambda p: p.p)
    assert len(tested) > 200
    assert all(p.odds_ratio is not None for p in tested[:150])
    bare = [p for p in tested if p.odds_ratio is None]
    assert bare
    assert min(p.p for p in bare) >= tested[199].p
    assert all(p.odds_ratio is not None for p in tested if (p.p_adjusted or 1.0) < 0.05)
    assert figures_of(cooccurrence(many()))


def many():
    """24 lesions along 40 carriers, 276 pairs."""
    ids = [f"p{i:02d}" for i in range(40)]
    lesions = [fusion(p, "NSD1") for p in ids]
    for k in range(24):
        for i, p in enumerate(ids):
            state = "present" if (i * (k + 3) + k * k) % 7 < 3 else "absent"
            lesions.append(lesion(p, f"trisomy {k}", state))
    return make({"patient_id": ids}, lesions=lesions)
