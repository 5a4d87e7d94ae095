"""Cautions of one kind told in one sentence, the first in the open, all of them folded."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files

import pytest

from fusionscape.results import Caution, caution
from fusionscape.words import catalogue
from fusionscape.words.cautions import OPEN, together, told

BOOK = tomllib.loads(
    files("fusionscape.words").joinpath("phrasebook/together.toml").read_text(encoding="utf-8")
)


def few(group: str, n: int, day: float) -> Caution:
    return caution("few-at-risk", group=group, n=n, day=day, least=5)


def test_those_at_risk_are_told_year_by_year() -> None:
    first = [few("KDM5A", 3, 365.25), few("KDM5A", 2, 60.5), few("NSD1", 4, 365.25)]
    third = [few("KDM5A", n, 3 * 365.25) for n in (1, 2)]
    said = together([*first, *third])
    assert said == (
        "Few patients at risk, so the curves are unreliable from there: at 1 year KDM5A (3), NSD1 "
        "(4); at 3 years KDM5A (1 to 2)."
    )


def test_a_single_day_stays_where_no_year_is_told() -> None:
    assert together([few("A", 3, 60.0), few("B", 2, 90.0)]).endswith(
        "on day 60 A (3); on day 90 B (2)."
    )


def test_one_caution_is_its_own_sentence() -> None:
    one = few("KDM5A", 3, 365.25)
    assert together([one, one]) == catalogue.caution_text(one)
    assert "at 1 year (KDM5A: 3, fewer than 5)" in together([one])


def test_many_subjects_are_cut_and_counted() -> None:
    said = together([caution("small-group", group=f"G{i}", n=i) for i in range(1, 13)])
    assert said.endswith("G1 (1), G2 (2), G3 (3), G4 (4), G5 (5), and 7 more.")


def test_a_kind_without_a_phrase_of_its_own_says_that_more_follow() -> None:
    said = together([caution("few-clusters", n=n) for n in (2, 3, 4)])
    assert said.startswith("Only 2 clusters") and said.endswith("(2 more of this kind below.)")


def test_at_most_six_lines_stand_open_and_small_numbers_come_last() -> None:
    groups = [caution("small-group", group="A", n=3), caution("small-group", group="B", n=2)]
    codes = [caution(f"code-{i}", n=i) for i in range(OPEN)]
    said = told([*groups, *codes])
    assert len(said.shown) == OPEN
    assert not any("Small groups" in line for line in said.shown)
    assert {catalogue.caution_text(c) for c in (*groups, *codes)} == set(said.folded)


def test_nothing_is_folded_where_everything_stands_open() -> None:
    assert told([few("A", 1, 365.25)]).folded == ()


@pytest.mark.parametrize("code", sorted(BOOK["together"]))
def test_every_phrase_belongs_to_a_caution_and_names_facts_it_has(code: str) -> None:
    single = catalogue.entries("caution")[code]
    facts = {name for _, name, _, _ in string.Formatter().parse(single) if name}
    told_of = {"each", "times", "when", "day", "exposed"}
    for template in BOOK["together"][code].values():
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert names <= facts | told_of, code


def test_small_numbers_are_known_codes() -> None:
    assert set(BOOK["order"]["last"]) <= set(catalogue.entries("caution"))


@pytest.mark.parametrize(
    ("n", "events", "said"),
    [
        (0, 0, "No patient could be counted, with no event."),
        (1, 1, "1 patient could be counted, with 1 event."),
        (7, 2, "7 patients could be counted, with 2 events."),
    ],
)
def test_nobody_one_and_many(n: int, events: int, said: str) -> None:
    assert catalogue.caution_text(caution("patients-and-events", n=n, events=events)) == said


def test_numbers_agree_with_their_words() -> None:
    few_events = caution("few-events-per-variable", events=6, variables=1)
    assert catalogue.caution_text(few_events).startswith("6 events for 1 parameter of the model")
    one = caution("few-events-per-variable", events=1, variables=1)
    assert catalogue.caution_text(one).startswith("1 event for 1 parameter of the model:")


def test_counts_of_different_patients_make_no_range() -> None:
    known = [caution("mostly-unknown", variable="CR", n=n, of=of) for n, of in ((3, 8), (0, 1))]
    assert together(known).endswith("CR (3 of 8), CR (0 of 1).")


def test_days_are_whole_and_names_keep_their_letters() -> None:
    ends = caution("beyond-follow-up", group="eln2022", last=1826.25, time=3 * 365.25)
    assert catalogue.caution_text(ends) == (
        "Follow-up ends on day 1826 (ELN 2022); nothing is known at 3 years."
    )
    assert catalogue.caution_text(caution("not-in-cohort", variable="t(6;9)")).startswith("t(6;9)")
