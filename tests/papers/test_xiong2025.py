"""Xiong et al., World Journal of Pediatrics 2025: every number that the analyses cover.

Table 1 (NUP98 fusion, n = 10, against none, n = 101), first by the tests alone, then, with
Table 2 and the three case reports, recomputed from the embedded study `pediatric-ten`. Where the
paper contradicts itself the test says so; docs/embedded-studies.md lists these places.

The paper says "chi-square tests". The column is Pearson's chi-square with Yates's correction: it
gives every printed p to three decimals but one, and neither the plain chi-square nor Fisher's test
gives them.
"""

from __future__ import annotations

import math

import pytest

from fusionscape.cohort import Cohort
from fusionscape.results import Count, Distribution, Estimate, Refusal, Result, Test, Timeline
from fusionscape.results.ids import make_id
from fusionscape.stats.contingency import chi_square
from fusionscape.stats.fisher_exact import fisher
from fusionscape.workflows.run import compute
from papers.printed import by_id, embedded, percent, truncated

# row: (with the feature among 101, among 10, printed p)
TABLE_1 = {
    "male": (61, 8, 0.38),
    "under 3 y": (11, 2, 0.735),
    "3-10 y": (67, 7, 1),
    "over 10 y": (23, 1, 0.594),
    "FAB M4": (16, 3, 0.488),
    "FAB M5": (16, 3, 0.488),
    "t(6;9)": (1, 0, 1),
    "t(8;21)": (31, 0, 0.09),
    "inv(16)": (9, 0, 0.706),
    "del7q": (1, 0, 1),
    "monosomy 7": (2, 0, 1),
    "trisomy 8": (4, 0, 1),
    "abnormal chr13": (2, 1, 0.639),
    "del13q": (1, 1, 0.425),
    "WT1": (15, 2, 1),
    "CEBPA": (11, 1, 1),
    "KIT": (24, 0, 0.181),
    "CBL": (4, 0, 1),
    "GATA2": (19, 1, 0.795),
    "NRAS": (22, 1, 0.64),
    "SCT": (40, 4, 1),
    "MRD after course 1": (52, 8, 0.164),
}
BELOW = {  # printed as p < 0.05
    "FAB M2": (55, 1),
    "normal karyotype": (25, 6),
    "FLT3-ITD": (15, 8),
    "IDH1/2": (12, 5),
    "CR after course 1": (65, 2),
}


def table(without, carriers):
    return [[without, 101 - without], [carriers, 10 - carriers]]


@pytest.mark.parametrize("row", TABLE_1)
def test_printed_p_is_yates_corrected(row):
    without, carriers, printed = TABLE_1[row]
    assert round(chi_square(table(without, carriers), yates=True).p, 3) == printed


def test_other_tests_do_not_give_the_column():
    def fits(p_of):
        return sum(round(p_of(table(a, b)), 3) == p for a, b, p in TABLE_1.values())

    assert fits(lambda t: chi_square(t, yates=False).p) == 0
    # Fisher agrees only where p is 1
    assert fits(lambda t: fisher(t).p) == sum(
        p == 1 and fisher(table(a, b)).p > 0.9995 for a, b, p in TABLE_1.values()
    )


def test_the_row_that_departs():
    # M7, 6/101 against 0/10, printed 1: Yates gives 0.953, Fisher 1
    assert chi_square(table(6, 0)).p == pytest.approx(0.953, abs=5e-4)
    assert fisher(table(6, 0)).p == pytest.approx(1.0)


@pytest.mark.parametrize("row", BELOW)
def test_rows_printed_below_0_05(row):
    assert chi_square(table(*BELOW[row])).p < 0.05
    assert fisher(table(*BELOW[row])).p < 0.05


def test_mrd_against_those_assessed():
    # the tenth patient left before assessment (Table 2): 8 of 9, where Fisher falls under 0.05
    assert fisher([[52, 49], [8, 1]]).p == pytest.approx(0.0382, abs=5e-5)


# --- from the embedded study -----------------------------------------------------------------

CARRIERS, NONE, REAL = "NUP98 fusion", "No NUP98 fusion", "NUP98-rearranged"
NSD1, OTHER = "NUP98::NSD1", "other NUP98 partner"

# label in the study: (name above, printed percentage among 101, among 10)
ROWS = {
    "Male": ("male", "60", "80"),
    "Age <3 y": ("under 3 y", "10.9", "20"),
    "Age 3-10 y": ("3-10 y", "66.3", "70"),
    "Age >10 y": ("over 10 y", "22.8", "10"),
    "FAB M2": ("FAB M2", "54.4", "10"),
    "FAB M4": ("FAB M4", "15.8", "30"),
    "FAB M5": ("FAB M5", "15.8", "30"),
    "FAB M7": (None, "5.9", "0"),
    "Normal karyotype": ("normal karyotype", "24.8", "60"),
    "t(6;9)": ("t(6;9)", "1", "0"),
    "t(8;21)": ("t(8;21)", "30.7", "0"),
    "inv(16)": ("inv(16)", "8.9", "0"),
    "Monosomy 5/del5q": (None, "0", "0"),
    "Del7q": ("del7q", "1", "0"),
    "Monosomy 7": ("monosomy 7", "2", "0"),
    "Trisomy 8": ("trisomy 8", "4", "0"),
    "Abnormal chr13": ("abnormal chr13", "2", "10"),
    "chr13 deletion (del13q)": ("del13q", "1", "10"),
    "FLT3-ITD": ("FLT3-ITD", "14.8", "80"),
    "WT1": ("WT1", "14.8", "20"),
    "CEBPA": ("CEBPA", "10.9", "10"),  # printed "CEPBA"
    "KIT": ("KIT", "23.8", "0"),
    "CBL": ("CBL", "4", "0"),
    "GATA2": ("GATA2", "18.8", "10"),
    "NRAS": ("NRAS", "21.8", "10"),
    "IDH1/2": ("IDH1/2", "11.8", "50"),
    "Stem cell transplantation": ("SCT", "40", "40"),
    "CR at end of course 1": ("CR after course 1", "64.3", "20"),
    "MRD positive at end of course 1": ("MRD after course 1", "51.4", "80"),
}
# The paper contradicts itself: it rounds (67/101 = 66.34 is 66.3, 23/101 = 22.77 is 22.8,
# 25/101 = 24.75 is 24.8), yet here it cuts the further digits off.
CUT_OFF = {
    "FAB M2": (55, "54.4", "54.5"),
    "FLT3-ITD": (15, "14.8", "14.9"),
    "WT1": (15, "14.8", "14.9"),
    "IDH1/2": (12, "11.8", "11.9"),
    "CR at end of course 1": (65, "64.3", "64.4"),
    "MRD positive at end of course 1": (52, "51.4", "51.5"),
}


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return embedded("pediatric-ten")


@pytest.fixture(scope="module")
def found(cohort: Cohort) -> dict[str, Result]:
    return by_id(compute(cohort))


def fraction(item: Result) -> tuple[int | None, int]:
    assert isinstance(item, (Count, Estimate)), item.id
    return item.count, int(item.n)


def row(found: dict[str, Result], kind: str, label: str, *groups: str) -> Result:
    return found[make_id("comparator", kind, label, *groups)]


@pytest.mark.parametrize("label", ROWS)
def test_table_1_counts_and_percentages(found: dict[str, Result], label: str) -> None:
    name, of_none, of_carriers = ROWS[label]
    without, n = fraction(row(found, "count", label, NONE))
    carriers, ten = fraction(row(found, "count", label, CARRIERS))
    assert (n, ten) == (101, 10)
    if name is not None:
        assert (without, carriers) == (TABLE_1.get(name) or BELOW[name])[:2]
    assert without is not None and carriers is not None
    digits = len(of_none.partition(".")[2])
    shown = truncated if label in CUT_OFF else percent
    assert shown(without, 101, digits) == of_none
    assert percent(carriers, 10, 0) == of_carriers


@pytest.mark.parametrize("label", CUT_OFF)
def test_percentages_that_are_cut_off_instead_of_rounded(label: str) -> None:
    count, printed, rounded = CUT_OFF[label]
    assert (truncated(count, 101), percent(count, 101)) == (printed, rounded)


def test_sex_and_transplant_are_printed_without_a_decimal() -> None:
    # Table 1 prints 60 (61/101 = 60.4), 40 (40/101 = 39.6, twice) where other rows have a decimal
    assert (percent(61, 101), percent(40, 101)) == ("60.4", "39.6")


@pytest.mark.parametrize("label", [x for x, (name, *_) in ROWS.items() if name is not None])
def test_table_1_p_from_the_study(found: dict[str, Result], label: str) -> None:
    name = ROWS[label][0]
    assert name is not None
    yates = row(found, "yates", label, CARRIERS, NONE)
    exact = row(found, "odds_ratio", label, CARRIERS, NONE)
    assert isinstance(yates, Test) and isinstance(exact, Estimate)
    assert yates.p is not None and exact.p is not None
    if name in TABLE_1:
        without, carriers, printed = TABLE_1[name]
        assert round(yates.p, 3) == printed
    else:
        without, carriers = BELOW[name]
        assert yates.p < 0.05 and exact.p < 0.05
    assert exact.p == pytest.approx(fisher(table(without, carriers)).p)


def test_table_1_p_that_depart(found: dict[str, Result]) -> None:
    # M7: printed 1, Fisher's p; the rest of the column is Yates's, which gives 0.953
    yates = row(found, "yates", "FAB M7", CARRIERS, NONE)
    exact = row(found, "odds_ratio", "FAB M7", CARRIERS, NONE)
    assert isinstance(yates, Test) and isinstance(exact, Estimate)
    assert yates.p == pytest.approx(0.953, abs=5e-4)
    assert exact.p == pytest.approx(1.0)
    # monosomy 5/del5q: nobody in either group, printed 1; chi-square has no value there
    empty = row(found, "yates", "Monosomy 5/del5q", CARRIERS, NONE)
    assert isinstance(empty, Test) and math.isnan(empty.p)
    assert fraction(row(found, "count", "Monosomy 5/del5q", NONE)) == (0, 101)


def test_fab_classes_do_not_reach_the_groups(found: dict[str, Result]) -> None:
    # The paper gives M2, M4, M5 and M7 only: 93 of 101 and 7 of 10. Patient 2 (N6) is called M1
    # in the case report, a class that Table 1 does not have.
    classes = ("FAB M2", "FAB M4", "FAB M5", "FAB M7")
    for group, total in ((NONE, 93), (CARRIERS, 7)):
        assert sum(fraction(row(found, "count", c, group))[0] or 0 for c in classes) == total
    assert fraction(found[make_id("baseline", "partner", "fab", NSD1, "M1")]) == (1, 2)


def test_medians_of_table_1(found: dict[str, Result]) -> None:
    # "(range)" in Table 1 is the interquartile range of the Methods ("medians with interquartile
    # ranges"): ages of 11 and 2 lie outside (3.14, 8)
    printed = {
        "Median age": ((7.0, 5.0, 10.0), (5.2, 3.14, 8.0)),
        "WBC": ((16.02, 5.84, 56.02), (134.09, 72.64, 267.54)),
        "Marrow blasts": ((57.5, 40.0, 80.0), (78.25, 70.75, 89.0)),
    }
    for label, pair in printed.items():
        for group, values in zip((NONE, CARRIERS), pair, strict=True):
            item = row(found, "distribution", label, group)
            assert isinstance(item, Distribution)
            assert (item.median, item.q1, item.q3) == values
    ages = row(found, "distribution", "Median age", REAL)
    assert isinstance(ages, Distribution)
    # Table 2 gives the ages: the median comes out; 3.14 does not (Table 2 rounds the ages)
    assert (ages.median, ages.minimum, ages.maximum, ages.n) == (5.2, 2, 11, 10)
    assert ages.q1 != 3.14


def test_rows_of_table_1_that_table_2_gives_again(found: dict[str, Result]) -> None:
    printed = {
        "Male": 8, "Age <3 y": 2, "Age 3-10 y": 7, "Age >10 y": 1, "FLT3-ITD": 8,
        "Stem cell transplantation": 4,
    }  # fmt: skip
    for label, count in printed.items():
        assert fraction(row(found, "count", label, REAL)) == (count, 10)
        codes = [c.code for c in row(found, "count", label, CARRIERS).cautions]
        assert "differs-from-print" not in codes
        yates = row(found, "yates", label, REAL, NONE)
        same = row(found, "yates", label, CARRIERS, NONE)
        assert isinstance(yates, Test) and isinstance(same, Test)
        assert yates.p == same.p


def test_partners(found: dict[str, Result]) -> None:
    # Clinical characteristics: "NUP98-NSD1 ... 8 of 10 cases (80%)", KDM5A and PRRX2; Table 2
    for name, count in {"NSD1": 8, "KDM5A": 1, "PRRX2": 1}.items():
        assert fraction(found[f"prevalence/partner_share/NUP98::{name}"]) == (count, 10)


def test_best_response_of_the_ten(found: dict[str, Result]) -> None:
    # Table 2, column CR: five Y, four N, one NA (N3, who gave up)
    words = {"CR": 0, "not in CR": 0, "not recorded": 0}
    for stable_id, item in found.items():
        if stable_id.startswith("response/word_best/") and isinstance(item, Count):
            words[item.label.partition(": ")[2].partition(",")[0]] += item.count
    assert words == {"CR": 5, "not in CR": 4, "not recorded": 1}
    evaluable = [fraction(found[make_id("response", "cr_best", g)]) for g in (NSD1, OTHER)]
    assert evaluable == [(4, 7), (1, 2)]


def test_treatment_of_the_ten(found: dict[str, Result]) -> None:
    # Table 2, column Treatment: first course DAH or DAE in eight, with Sor in N3, Sor + Ven in N2
    base = "treatment/induction/all%20carriers"
    assert fraction(found[f"{base}/IC"]) == (8, 10)
    assert fraction(found[f"{base}/IC+FLT3i"]) == (1, 10)
    assert fraction(found[f"{base}/IC+VEN+FLT3i"]) == (1, 10)
    # ever: Ven in N1, N2, N5, N6; Sor or Gil in N2, N3, N6; Pal in N6; HSCT in N1, N2, N6, N10
    ever = {"VEN": 4, "FLT3i": 3, "CDK4%2F6i": 1, "HSCT": 4}
    for name, count in ever.items():
        assert fraction(found[f"treatment/exposure/all%20carriers/{name}"]) == (count, 10)
    assert fraction(found["baseline/partner/transplant/all%20patients/yes"]) == (4, 10)


def test_outcomes_of_the_ten(cohort: Cohort) -> None:
    # Table 2, column Outcomes: three survive, four died, three gave up
    ends = {
        kind: sorted(set(cohort.events.filter(cohort.events["kind"] == kind)["patient_id"]))
        for kind in ("last_seen", "death", "lost")
    }
    assert ends == {
        "last_seen": ["N1", "N10", "N6"],
        "death": ["N2", "N4", "N7", "N9"],
        "lost": ["N3", "N5", "N8"],
    }


def test_cr_after_course_1_cannot_be_recomputed(found: dict[str, Result]) -> None:
    # "two (20%) achieved CR after the first course" (Clinical outcomes; Table 1). Table 2 says
    # whether CR was ever reached, not when; the case reports date it for N2 (yes), N6 and N9 (no).
    assert fraction(row(found, "count", "CR at end of course 1", CARRIERS)) == (2, 10)
    assert fraction(row(found, "count", "CR at end of course 1", REAL)) == (1, 3)
    # MRD: 8 of 10 positive in Table 1, though one left before assessment
    assert fraction(row(found, "count", "MRD positive at end of course 1", CARRIERS)) == (8, 10)
    assert fraction(row(found, "count", "MRD positive at end of course 1", REAL)) == (3, 3)


def test_no_survival_and_no_prevalence(found: dict[str, Result]) -> None:
    # 3-year OS (42.9 %, 67.5 %), EFS (30 %, 55.3 %) and p = 0.055 need times that are not printed
    for stable_id in ("survival/os", "regression/os", "multistate/os"):
        assert isinstance(found[stable_id], Refusal)
    assert not any(i.startswith("survival/") for i in found if i != "survival/os")
    assert isinstance(found["prevalence/driver"], Refusal)


def test_the_girl_with_a_male_karyotype(cohort: Cohort) -> None:
    # Patient 3 (N9), "a 5-year-old girl", "normal karyotype (46, XY)"; F in Table 2. Sex is taken
    # from Table 2, the karyotype is kept as printed, and the reader says so.
    said = [f for f in cohort.findings if f.code == "sex-against-karyotype"]
    assert len(said) == 1 and "N9" in said[0].what
    patient = cohort.patients.filter(cohort.patients["patient_id"] == "N9")
    assert patient["sex"].item() == "female"
    assert "XY" in patient["karyotype"].item()


def _timeline(found: dict[str, Result], patient: str) -> Timeline:
    item = found[f"cases/timeline/{patient}"]
    assert isinstance(item, Timeline)
    return item


def test_case_reports_in_numbers(found: dict[str, Result]) -> None:
    # Detailed case analysis, patients 1 to 3: WBC, Hb, platelets, marrow blasts at diagnosis
    printed = {
        "wbc_10e9_l": (76.87, 401.6, 482.79),
        "hemoglobin_g_l": (57, 73, 107),
        "platelets_10e9_l": (52, 58, 203),
        "blasts_marrow_percent": (75, 90.5, 93),
    }
    for field, values in printed.items():
        item = found[f"baseline/partner/{field}/all%20patients"]
        assert isinstance(item, Distribution)
        assert item.values == values


@pytest.mark.parametrize(
    ("patient", "mrd", "blasts", "responses", "last"),
    [
        # CR on day 28 with MRD of 1 %, then below 10^-4; died one month after HSCT
        ("N2", [("", 1.0), ("<", 0.01)], [], ["CR"], "death"),
        # 8.5 % blasts, MRD 6.5 %; day 46 28 % and 28 %; then below 10^-4, after HSCT again
        (
            "N6",
            [("", 6.5), ("", 28.0), ("<", 0.01), ("<", 0.01)],
            [8.5, 28.0],
            ["not in CR", "CR"],
            "last_seen",
        ),
        # 35 % blasts, MRD 25 %; then 15 % and 3.5 %; died in the third course
        ("N9", [("", 25.0)], [35.0, 15.0, 3.5], ["not in CR"], "death"),
    ],
)
def test_case_timelines(
    found: dict[str, Result],
    patient: str,
    mrd: list[tuple[str, float]],
    blasts: list[float],
    responses: list[str],
    last: str,
) -> None:
    events = _timeline(found, patient).events
    assert [(e.censored, e.value) for e in events if e.kind == "mrd"] == mrd
    assert [e.value for e in events if e.kind == "blasts"] == blasts
    assert [e.label for e in events if e.kind == "response"] == responses
    assert events[-1].kind == last
    assert sum(e.kind == last for e in events) == 1
    assert [e.order for e in events] == sorted({e.order for e in events})


def test_case_lesions_cleared(found: dict[str, Result]) -> None:
    # patient 1: fusion still detectable after course 2, FLT3-ITD and IDH1 gone; patient 2: fusion
    # reduced, then not detectable after HSCT
    def states(patient: str, lesion: str) -> list[str]:
        events = _timeline(found, patient).events
        return [e.state for e in events if e.kind == "lesion" and e.label == lesion]

    assert states("N2", NSD1) == ["present", "present"]
    assert states("N2", "FLT3-ITD") == ["absent", "absent"]
    assert states("N2", "IDH1") == ["present", "absent"]
    assert states("N6", NSD1) == ["present", "reduced", "absent"]
    assert states("N6", "FLT3-ITD") == ["absent", "absent", "absent"]
    assert states("N6", "IDH1") == ["present", "absent", "absent"]
    assert states("N9", "WT1") == ["present"]
