"""Who reaches remission: both denominators, lines, contrasts, all from hand-worked counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses.example_cohorts import answer, assayed, begun, fusion, large, make, twenty
from fusionscape.analyses.response import response
from fusionscape.cohort import Codebook, Plan
from fusionscape.results import Count, Estimate, Refusal


def rate(analysis, stable_id):
    item = analysis[stable_id]
    assert isinstance(item, Estimate)
    return item.count, item.n, item.missing


def test_evaluable_and_intention_to_treat() -> None:
    found = response(twenty())
    assert rate(found, "response/cr_course_1/NUP98::NSD1") == (1, 5, 1)
    assert rate(found, "response/cr_course_1/NUP98::NSD1/intention-to-treat") == (1, 6, 0)
    assert rate(found, "response/cr_course_1/NUP98::KDM5A") == (3, 4, 0)
    assert rate(found, "response/cr_course_1/NUP98-rearranged") == (4, 9, 1)


def test_the_headline_is_the_plans() -> None:
    found = response(twenty(plan=Plan(headline_response="intention-to-treat")))
    assert rate(found, "response/cr_course_1/NUP98::NSD1") == (1, 6, 0)
    assert rate(found, "response/cr_course_1/NUP98::NSD1/evaluable") == (1, 5, 1)


def test_contrast_of_two_partners() -> None:
    found = response(twenty())
    ratio = found["response/cr_course_1_odds_ratio/NUP98::NSD1/NUP98::KDM5A"]
    assert isinstance(ratio, Estimate)
    # CR in 1 of 5 and 3 of 4: given the margins y CR among NSD1 weighs C(5,y) C(4,4-y) of 126,
    # 1, 20, 60, 40, 5; no likelier than the 20 observed are 1, 20 and 5
    assert ratio.p == pytest.approx(26 / 126)
    difference = found["response/cr_course_1_risk_difference/NUP98::NSD1/NUP98::KDM5A"]
    assert isinstance(difference, Estimate)
    assert difference.estimate == pytest.approx(1 / 5 - 3 / 4)
    assert difference.p is None


def test_a_p_is_counted_once_in_its_family() -> None:
    found = response(twenty())
    families: dict[str, list[Estimate]] = {}
    for item in found.items:
        if isinstance(item, Estimate) and item.p is not None:
            assert item.family is not None
            families.setdefault(item.family, []).append(item)
    for members in families.values():
        assert {m.family_size for m in members} == {len(members)}
        alone = len(members) == 1
        assert all((m.p_adjusted is None) if alone else (m.p_adjusted >= m.p) for m in members)
        assert all((m.adjustment is None) == alone for m in members)


def test_words_add_up_to_those_who_entered() -> None:
    found = response(twenty())
    words = list(found.under("response/word_course_1/NUP98::NSD1"))
    assert all(isinstance(w, Count) and w.n == 6 for w in words)
    assert sum(w.count for w in words if isinstance(w, Count)) == 6


def test_the_large_cohort() -> None:
    found = response(large())
    assert rate(found, "response/cr_course_1/NUP98::NSD1") == (2, 25, 0)
    assert rate(found, "response/cr_course_1/not%20NUP98::NSD1") == (17, 24, 2)
    assert rate(found, "response/cr_course_1/NUP98-rearranged/intention-to-treat") == (19, 51, 0)
    ratio = found["response/cr_course_1_odds_ratio/NUP98::NSD1/not%20NUP98::NSD1"]
    assert isinstance(ratio, Estimate)
    # R: fisher.test(matrix(c(2, 17, 23, 7), 2))$p.value
    assert ratio.p == pytest.approx(6.3099137e-06, rel=1e-6)
    # salvage: its denominator is the 16 who entered it
    assert rate(found, "response/cr_salvage_1/NUP98::NSD1") == (16, 16, 0)


def test_nobody_untreated_is_counted_when_treatments_are_recorded() -> None:
    cohort = make(
        {"patient_id": ["a", "b", "c"]},
        lesions=[fusion(p, "NSD1") for p in "abc"],
        events=[begun("a", "IC"), answer("a", "CR"), begun("b", "IC")],
        assays=assayed("abc"),
    )
    found = response(cohort)
    # c was never treated; b was and has no response
    assert rate(found, "response/cr_course_1/NUP98::NSD1") == (1, 1, 1)
    assert rate(found, "response/cr_course_1/NUP98::NSD1/intention-to-treat") == (1, 2, 0)
    assert "entering-assumed" not in [c.code for c in found.cautions]


def test_composite_remission_only_where_given() -> None:
    words = ["CR", "CRi", "CRh", "PR", "death"]
    ids = list("abcde")
    cohort = make(
        {"patient_id": ids},
        lesions=[fusion(p, "NSD1") for p in ids],
        events=[answer(p, w) for p, w in zip(ids, words, strict=True)],
    )
    found = response(cohort)
    assert rate(found, "response/cr_course_1/NUP98::NSD1") == (1, 5, 0)
    assert rate(found, "response/composite_course_1/NUP98::NSD1") == (3, 5, 0)
    with pytest.raises(KeyError):
        response(twenty())["response/composite_course_1/NUP98::NSD1"]


def test_best_response_keeps_the_best() -> None:
    cohort = make(
        {"patient_id": ["a"]},
        lesions=[fusion("a", "NSD1")],
        events=[
            answer("a", "not in CR"),
            answer("a", "CR", course=2),
            answer("a", "death", course=3),
        ],
    )
    found = response(cohort)
    assert rate(found, "response/cr_course_1/NUP98::NSD1") == (0, 1, 0)
    assert rate(found, "response/cr_course_3/NUP98::NSD1") == (0, 1, 0)
    assert rate(found, "response/cr_best/NUP98::NSD1") == (1, 1, 0)


def test_no_response_is_refused() -> None:
    found = response(make({"patient_id": ["a"]}, lesions=[fusion("a", "NSD1")]))
    refusal = found.items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-response-recorded"


def test_only_what_is_printed_of_a_synthetic_cohort_is_tested() -> None:
    codebook = Codebook(
        name="x",
        synthetic=True,
        invented=("response:1*partner",),
        printed=("response:1*NUP98::NSD1",),
    )
    plan = Plan(partner_levels=("NUP98::NSD1",), groups=("partner",))
    found = response(replace(large(), codebook=codebook, plan=plan))
    ratio = found["response/cr_course_1_odds_ratio/NUP98::NSD1/other%20NUP98%20partner"]
    assert isinstance(ratio, Estimate)
    assert ratio.p == pytest.approx(6.3099137e-06, rel=1e-6)
    codes = {
        name: [c.code for c in found[f"response/cr_course_1/{name}"].cautions]
        for name in ("NUP98::NSD1", "other%20NUP98%20partner", "NUP98::HOXA9")
    }
    assert "invented-variable" not in codes["NUP98::NSD1"]
    assert "invented-variable" not in codes["other%20NUP98%20partner"]
    assert "invented-variable" in codes["NUP98::HOXA9"]
    # keeping every partner apart asks for joints that were made up
    apart = response(replace(large(), codebook=codebook, plan=Plan(groups=("partner",))))
    names = [item.id for item in apart.items]
    assert "response/cr_course_1/NUP98::HOXA9" in names
    assert not any("_odds_ratio/NUP98::HOXA9" in x or "difference/NUP98::HOXA9" in x for x in names)


def test_a_rate_that_most_patients_are_missing_from_says_so() -> None:
    ids = list("abcde")
    cohort = make(
        {"patient_id": ids},
        lesions=[fusion(p, "NSD1") for p in ids],
        events=[begun(p, "IC") for p in ids] + [answer("a", "CR"), answer("b", "not in CR")],
    )
    found = response(cohort)
    for tail in ("", "/intention-to-treat"):
        item = found[f"response/cr_course_1/NUP98::NSD1{tail}"]
        note = next(c for c in item.cautions if c.code == "mostly-unknown")
        assert (note.get("n"), note.get("of")) == (2, 5)


def test_a_group_nobody_of_whom_was_assessed_has_no_rate() -> None:
    cohort = make(
        {"patient_id": list("ab")},
        lesions=[fusion("a", "NSD1"), fusion("b", "HOXA9")],
        events=[begun("a", "IC"), begun("b", "IC"), answer("a", "CR")],
    )
    found = response(cohort)
    with pytest.raises(KeyError):
        found["response/cr_course_1/NUP98::HOXA9"]
    assert rate(found, "response/cr_course_1/NUP98::HOXA9/intention-to-treat") == (0, 1, 0)
    word = found["response/word_course_1/NUP98::HOXA9/not%20recorded"]
    assert isinstance(word, Count) and word.count == 1
