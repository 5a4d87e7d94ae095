"""Tian et al., Blood Cancer Journal 2024;14:81: every number that the analyses cover.

Recomputed from the embedded study `landscape-replica`. Each row names the paragraph of the letter
(by its first words) or the figure it was read from. Where the letter contradicts itself the test
says so; docs/embedded-studies.md lists these places with the reading chosen.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from fusionscape.analyses.baseline import baseline
from fusionscape.analyses.prevalence import prevalence
from fusionscape.cohort import Cohort
from fusionscape.knowledge.partners import partner
from fusionscape.results import Count, Distribution, Estimate, PairTable, Refusal, Result, Test
from fusionscape.results.ids import make_id
from fusionscape.stats.fisher_exact import fisher
from fusionscape.workflows.run import compute
from papers.printed import by_id, embedded, percent

OTHER = "other NUP98 partner"
NSD1 = "NUP98::NSD1"


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return embedded("landscape-replica")


@pytest.fixture(scope="module")
def found(cohort: Cohort) -> dict[str, Result]:
    return by_id(compute(cohort))


@pytest.fixture(scope="module")
def aml(cohort: Cohort) -> Cohort:
    """The 51 carriers with AML: the letter gives age, treatment and outcome of them."""
    return cohort.where(pl.col("disease") == "AML").carrying("NUP98")


def fraction(item: Result) -> tuple[int | None, int]:
    assert isinstance(item, (Count, Estimate)), item.id
    return item.count, int(item.n)


# id parts -> count, n, printed percentage (None: only the count is printed)
RATES = {
    # par. "A total of 55 NUP98r ..."
    ("prevalence", "driver"): (55, 1491, "3.7"),
    ("prevalence", "disease", "AML"): (51, 1099, "4.6"),
    ("prevalence", "disease", "ALL"): (4, 392, "1.0"),
    ("baseline", "driver", "sex", "NUP98-rearranged", "female"): (28, 55, None),
    ("baseline", "driver", "sex", "NUP98-rearranged", "male"): (27, 55, None),
    # par. "further divided into ..."
    ("baseline", "driver", "onset", "NUP98-rearranged", "de novo"): (45, 51, None),
    ("baseline", "driver", "onset", "NUP98-rearranged", "therapy-related"): (3, 51, None),
    ("baseline", "driver", "onset", "NUP98-rearranged", "secondary"): (3, 51, None),
    ("baseline", "driver", "subtype", "NUP98-rearranged", "ETP-ALL"): (3, 4, None),
    ("baseline", "driver", "subtype", "NUP98-rearranged", "B-ALL"): (1, 4, None),
    ("prevalence", "disease_onset", "AML", "de novo"): (45, 1039, "4.3"),
    ("prevalence", "disease_onset", "AML", "therapy-related"): (3, 42, "7.1"),
    ("prevalence", "disease_onset", "AML", "secondary"): (3, 18, "16.7"),
    # par. "The median white blood cell counts ..."
    ("baseline", "driver", "wbc_over_50", "NUP98-rearranged", "yes"): (27, 55, "49.1"),
    ("baseline", "driver", "wbc_over_100", "NUP98-rearranged", "yes"): (16, 55, "29.1"),
    # par. "Cytogenetic results were available from 53 patients ..."
    ("cytogenetics", "normal", "all carriers"): (24, 53, None),
    ("cytogenetics", "abnormal", "all carriers"): (29, 53, None),
    # par. "In our patient group, a total of 15 different ...": no t(5;11) "in these patients"
    ("cytogenetics", "cryptic", NSD1): (25, 25, None),
    # same par.: t(7;11)(p15;p15) in all but the one NUP98::HOXA9 without a karyotype
    ("cytogenetics", "cryptic", "NUP98::HOXA9"): (0, 9, None),
    ("cytogenetics", "rearrangement", "t(7;11)(p15;p15)"): (9, 53, None),
    # par. "Moreover, NUP98::CCDC28A ...": t(3;11)(q12;p15) in the NUP98::LNP1 ETP-ALL, and a
    # normal karyotype in the NUP98::ASNSP4 B-ALL
    ("cytogenetics", "rearrangement", "t(3;11)(q12;p15)"): (1, 53, None),
    ("cytogenetics", "normal", "NUP98::ASNSP4"): (1, 1, None),
    ("cytogenetics", "abnormal", "NUP98::CCDC28A"): (2, 2, None),
    # par. "As for gene mutations ..." and Fig. 1A
    ("landscape", "frequency", "FLT3-ITD", NSD1): (21, 25, "84.0"),
    ("landscape", "frequency", "FLT3-ITD", "NUP98::HOXA9"): (2, 10, "20.0"),
    ("landscape", "frequency", "FLT3-ITD", "NUP98::HMGB3"): (2, 2, "100.0"),
    ("landscape", "frequency", "FLT3-ITD", "NUP98::KDM5A"): (1, 2, "50.0"),
    ("landscape", "frequency", "FLT3-ITD", "NUP98::HHEX"): (1, 1, "100.0"),
    ("landscape", "frequency", "WT1", NSD1): (10, 25, "40.0"),
    ("landscape", "frequency", "WT1", "NUP98::HOXA9"): (2, 10, "20.0"),
    ("landscape", "frequency", "WT1", "NUP98::PRRX2"): (2, 4, "50.0"),
    ("landscape", "frequency", "WT1", "NUP98::HMGB3"): (1, 2, "50.0"),
    ("landscape", "frequency", "WT1", "NUP98::KDM5A"): (1, 2, "50.0"),
    ("landscape", "frequency", "WT1", "NUP98::CCDC28A"): (1, 2, "50.0"),
    # par. "In terms of initial induction treatment in 51 AML patients ..."
    ("treatment", "induction", NSD1, "IC"): (20, 25, None),
    ("treatment", "induction", NSD1, "LIT+VEN"): (4, 25, None),
    ("treatment", "induction", NSD1, "IC+FLT3i"): (1, 25, None),
    ("treatment", "induction", OTHER, "IC"): (16, 26, None),
    ("treatment", "induction", OTHER, "LIT+VEN"): (4, 26, None),
    ("treatment", "induction", OTHER, "LIT"): (4, 26, None),
    ("treatment", "induction", OTHER, "IC+FLT3i"): (1, 26, None),
    ("treatment", "induction", OTHER, "IC+VEN"): (1, 26, None),
    # par. "(CR) rate was 37.3% ..." and Fig. 2A
    ("response", "cr_induction", NSD1): (2, 25, "8.0"),
    ("response", "cr_induction", OTHER): (17, 24, "70.8"),
    ("treatment_response", "cr_induction", NSD1, "LIT+VEN"): (2, 4, "50.0"),
    ("treatment_response", "cr_induction", NSD1, "IC"): (0, 20, "0.0"),
    ("treatment_response", "cr_induction", NSD1, "IC+FLT3i"): (0, 1, None),
    ("response", "word_induction", NSD1, "PR"): (1, 25, None),
    ("treatment_response", "cr_induction", OTHER, "LIT+VEN"): (4, 4, "100.0"),
    ("treatment_response", "cr_induction", OTHER, "IC"): (9, 14, "64.3"),
    ("treatment_response", "cr_induction", OTHER, "IC+VEN"): (1, 1, None),
    ("treatment_response", "cr_induction", OTHER, "IC+FLT3i"): (1, 1, None),
    ("treatment_response", "cr_induction", OTHER, "LIT"): (2, 4, "50.0"),
    # par. "In 51 AML patients, after the median 30 months ...": 16 of NSD1 with salvage, all CR
    ("response", "cr_salvage_1", NSD1): (16, 16, None),
    ("treatment", "salvage_1", NSD1, "LIT+VEN"): (1, 16, None),
    ("treatment", "salvage_1", NSD1, "LIT+FLT3i"): (5, 16, None),
    ("treatment", "salvage_1", NSD1, "LIT+VEN+FLT3i"): (5, 16, None),  # AZA + VEN + FLT3i
    ("treatment", "salvage_1", NSD1, "LIT"): (1, 16, None),
    ("treatment", "salvage_1", NSD1, "IC+FLT3i"): (3, 16, None),
    ("treatment", "salvage_1", NSD1, "IC"): (1, 16, None),  # cladribine regimen
    # ... "and bridging to HSCT"
    ("treatment", "exposure", NSD1, "HSCT"): (16, 16, None),
    # same par.: alive, of those with survival data
    ("baseline", "partner", "vital_status", NSD1, "alive"): (15, 23, "65.2"),
    ("baseline", "partner", "vital_status", OTHER, "alive"): (16, 24, "66.7"),
}


@pytest.mark.parametrize("parts", RATES, ids=lambda parts: "/".join(parts))
def test_counts_and_percentages(found: dict[str, Result], parts: tuple[str, ...]) -> None:
    count, n, printed = RATES[parts]
    assert fraction(found[make_id(*parts)]) == (count, n)
    if printed is not None:
        assert percent(count, n) == printed


# par. "In our patient group, a total of 15 different NUP98 fusions ..."
PARTNERS = {
    "NSD1": 25, "HOXA9": 10, "PRRX2": 4, "HMGB3": 2, "TOP1": 2, "KDM5A": 2, "CCDC28A": 2,
    "TNRC18": 1, "HOXA11": 1, "HHEX": 1, "DDX10": 1, "PSIP1": 1, "KMT2A": 1, "LNP1": 1,
    "ASNSP4": 1,
}  # fmt: skip


def test_partner_spectrum(found: dict[str, Result]) -> None:
    shares = [i for i in found if i.startswith("prevalence/partner_share/")]
    assert len(shares) == len(PARTNERS) == 15
    for name, count in PARTNERS.items():
        assert fraction(found[f"prevalence/partner_share/NUP98::{name}"]) == (count, 55)


def test_partners_by_onset(found: dict[str, Result]) -> None:
    # par. "mentioned that the partner gene of NUP98 in de novo AML was ..."
    base = "prevalence/partner_by_onset"
    printed = {
        ("de%20novo", 45): {"NSD1": 24, "HOXA9": 9, "PRRX2": 3, "HMGB3": 2},
        ("therapy-related", 3): {"NSD1": 1, "HOXA9": 1, "TOP1": 1},
        ("secondary", 3): {"PRRX2": 1, "KDM5A": 1, "DDX10": 1},
    }
    for (onset, n), partners in printed.items():
        for name, count in partners.items():
            assert fraction(found[f"{base}/{onset}/NUP98::{name}"]) == (count, n)
    named = printed["de%20novo", 45]
    rest = [
        item.count
        for i, item in found.items()
        if i.startswith(f"{base}/de%20novo/") and i.split("::")[1] not in named
        if isinstance(item, Count)
    ]
    assert sum(rest) == 7  # "others (7)"


def test_partners_of_all(found: dict[str, Result]) -> None:
    # par. "associated with ETP-ALL including 2 NUP98::CCDC28A and 1 NUP98::LNP1, and 1 ..."
    for name, count in {"CCDC28A": 2, "LNP1": 1, "ASNSP4": 1}.items():
        item = found[f"prevalence/partner_by_disease/ALL/NUP98::{name}"]
        assert fraction(item) == (count, 4)


def test_the_partner_unreported_then_is_known_from_this_letter_alone() -> None:
    # par. "NUP98::ASNSP4 as an unreported new fusion": no longer novel, for the letter reports it
    known = partner("ASNSP4")
    assert known is not None and known.evidence == "B"
    assert [s for s in known.sources if "HGNC" not in s] == [
        "Tian 2024 Blood Cancer J doi:10.1038/s41408-024-01066-y"
    ]


def _by_age(aml: Cohort, cut: float) -> dict[str, Result]:
    plan = replace(aml.plan, age_cuts_years=(cut,))
    at_cut = replace(aml, plan=plan)
    return by_id([prevalence(at_cut), baseline(at_cut, by="driver")])


def test_partners_by_age_of_the_51_with_aml(aml: Cohort) -> None:
    # par. "In our study, 3 NUP98r AML patients (3/51, 5.9%) were <18 years ..."
    base = "prevalence/partner_by_age_band"
    children = _by_age(aml, 18.0)
    assert fraction(children[f"{base}/%3C18%20years/{NSD1}"]) == (3, 3)
    assert fraction(children[f"{base}/%E2%89%A518%20years/{NSD1}"]) == (22, 48)
    assert fraction(children[f"{base}/%E2%89%A518%20years/NUP98::HOXA9"]) == (10, 48)
    assert (percent(3, 51), percent(48, 51)) == ("5.9", "94.1")
    assert (percent(22, 48), percent(10, 48)) == ("45.8", "20.8")
    older = _by_age(aml, 60.0)
    assert fraction(older[f"{base}/%E2%89%A560%20years/{NSD1}"]) == (5, 10)
    assert fraction(older[f"{base}/%3C60%20years/{NSD1}"]) == (20, 41)
    assert fraction(older[f"{base}/%3C60%20years/NUP98::HOXA9"]) == (9, 41)
    assert (percent(10, 51), percent(5, 10, 0)) == ("19.6", "50")
    assert (percent(41, 51), percent(20, 41), percent(9, 41)) == ("80.4", "48.8", "22.0")


def test_age_groups_are_of_the_51_with_aml(found: dict[str, Result]) -> None:
    base = "baseline/partner/age_group"
    for group, rows in {
        NSD1: {"%3C18": 3, "18-60": 17, "%3E60": 5},
        "other%20NUP98%20partner": {"%3C18": 0, "18-60": 21, "%3E60": 5},
        "all%20patients": {"%3C18": 3, "18-60": 38, "%3E60": 10},
    }.items():
        n = sum(rows.values())
        for label, count in rows.items():
            assert fraction(found[f"{base}/{group}/{label}"]) == (count, n)


def test_white_cells_by_partner(found: dict[str, Result]) -> None:
    # par. "The median white blood cell counts ...": 17/27 above 50 and 12/16 above 100 are NSD1
    groups = {
        NSD1: (12, 5, 8),
        "other%20NUP98%20partner": (4, 6, 20),
        "all%20patients": (16, 11, 28),
    }
    for group, counts in groups.items():
        for label, count in zip(("%3E100", "50-100", "%3C%3D50"), counts, strict=True):
            item = found[f"baseline/partner/wbc_group/{group}/{label}"]
            assert fraction(item) == (count, sum(counts))
    assert (percent(12 + 5, 16 + 11), percent(12, 16)) == ("63.0", "75.0")


def test_white_cells_by_flt3(cohort: Cohort) -> None:
    # same par.: 23/27 above 50 and 13/16 above 100 "with FLT3 mutations", read as FLT3-ITD
    table = by_id([baseline(cohort.carrying("NUP98"), by="lesion:FLT3-ITD")])
    base = "baseline/lesion:FLT3-ITD/wbc_group"
    with_itd, of_all = f"{base}/FLT3-ITD%20present", f"{base}/all%20patients"
    counts = [
        fraction(table[f"{g}/{x}"])[0] for g in (with_itd, of_all) for x in ("%3E100", "50-100")
    ]
    assert counts == [13, 10, 16, 11]
    assert (percent(13 + 10, 16 + 11), percent(13, 16)) == ("85.2", "81.3")


def test_medians_and_ranges(found: dict[str, Result], aml: Cohort) -> None:
    def of(item: Result) -> tuple[float, float, float, int]:
        assert isinstance(item, Distribution)
        return item.median, item.minimum, item.maximum, item.n

    # par. "A total of 55 ...": 40 years (4-79)
    assert of(found["baseline/driver/age_years/NUP98-rearranged"]) == (40, 4, 79, 55)
    # par. "The median white blood cell counts ...": platelets 61 (5-267)
    assert of(found["baseline/driver/platelets_10e9_l/NUP98-rearranged"]) == (61, 5, 267, 55)
    # WBC 61.1 (1.5-369): the letter contradicts itself. With 27 of 55 above 50 the 28th, the
    # median, is not above 50. Read as the median of the 51 with AML; the range holds for all 55.
    everybody = of(found["baseline/driver/wbc_10e9_l/NUP98-rearranged"])
    assert everybody[0] <= 50 and everybody[1:] == (1.5, 369, 55)
    of_aml = by_id([baseline(aml, by="driver")])["baseline/driver/wbc_10e9_l/NUP98-rearranged"]
    assert of(of_aml) == (61.1, 1.5, 369, 51)


def test_cr_nsd1_against_others(found: dict[str, Result]) -> None:
    # par. "(CR) rate was ...": 2/25 against 17/24, p < 0.001
    item = found[make_id("response", "cr_induction_odds_ratio", NSD1, OTHER)]
    assert isinstance(item, Estimate)
    assert item.p == pytest.approx(fisher([[2, 23], [17, 7]]).p)
    assert item.p is not None and item.p < 0.001
    assert item.ci_high is not None and item.ci_high < 1
    assert (item.n, item.missing) == (49, 2)
    difference = found[make_id("response", "cr_induction_risk_difference", NSD1, OTHER)]
    assert isinstance(difference, Estimate)
    assert difference.ci_high is not None and difference.ci_high < -0.3


def test_cr_of_all_counts_two_who_were_not_evaluable(found: dict[str, Result]) -> None:
    # The letter contradicts itself: 19/51 (37.3 %) beside 2/25 and 17/24, which make 19/49.
    # 19/51 is the intention-to-treat rate; the headline is of the 49 evaluable.
    base = "response/cr_induction/NUP98-rearranged"
    assert fraction(found[f"{base}/intention-to-treat"]) == (19, 51)
    assert percent(19, 51) == "37.3"
    assert fraction(found[base]) == (19, 49)
    assert percent(19, 49) == "38.8"
    # the two: "16 patients received IC", rates of 14
    ic = found[make_id("treatment_response", "cr_induction", OTHER, "IC")]
    assert (ic.n, ic.missing) == (14, 2)


def test_cr_other_partners_by_regimen(found: dict[str, Result]) -> None:
    # 4/4 against 9/14, p = 0.278: Fisher
    item = found[make_id("treatment_response", "cr_induction_odds_ratio", OTHER, "LIT+VEN", "IC")]
    assert isinstance(item, Estimate) and item.p is not None
    assert round(item.p, 3) == 0.278


def test_cr_nsd1_by_regimen_fits_a_neighbouring_count(found: dict[str, Result]) -> None:
    # The letter contradicts itself: 2/4 against 0/20 with p = 0.024. Fisher of 0/20 is
    # 6/276 = 0.022; of 0/19 it is 6/253 = 0.024.
    item = found[make_id("treatment_response", "cr_induction_odds_ratio", NSD1, "LIT+VEN", "IC")]
    assert isinstance(item, Estimate) and item.p is not None
    assert item.p == pytest.approx(6 / 276)
    assert round(item.p, 3) == 0.022
    assert fisher([[2, 2], [0, 19]]).p == pytest.approx(6 / 253)
    assert round(6 / 253, 3) == 0.024


def test_four_year_survival_is_a_crude_share(found: dict[str, Result]) -> None:
    # The letter calls 15/23 and 16/24 "4-year OS", but its longest follow-up is 47.1 months and
    # that of the other partners 39.0. They are patients alive over patients with data, without
    # time; the printed log-rank p (0.950) cannot be recomputed and no survival is estimated.
    base = "baseline/partner/vital_status"
    assert fraction(found[f"{base}/all%20patients/alive"]) == (31, 47)  # "data of 47 patients"
    assert not [i for i in found if i.startswith("survival/") and isinstance(found[i], Estimate)]
    test = found[f"{base}/test"]
    assert isinstance(test, Test)
    assert test.p == pytest.approx(fisher([[15, 8], [16, 8]]).p)
    assert "post-baseline" in [c.code for c in test.cautions]


def test_flt3_itd_goes_with_nsd1(found: dict[str, Result]) -> None:
    # Fig. 1B: "the mostly concurrent gene abnormalities"; 21/25 against 6/30
    table = found["cooccurrence/pairs"]
    assert isinstance(table, PairTable)
    tested = [pair for pair in table.pairs if pair.p is not None]
    first = min(tested, key=lambda pair: float(pair.p or 0.0))
    assert {first.a, first.b} == {NSD1, "FLT3-ITD"}
    assert (first.both, first.n) == (21, 55)
    assert first.p == pytest.approx(fisher([[21, 4], [6, 24]]).p)
    # which patients carry both mutations is not printed: counted, not tested
    both = next(p for p in table.pairs if {p.a, p.b} == {"FLT3-ITD", "WT1"})
    assert both.p is None


def test_no_frequency_of_the_fusion_where_only_carriers_are_described(
    found: dict[str, Result],
) -> None:
    for name in ("age_band", "sex"):
        item = found[f"prevalence/{name}"]
        assert isinstance(item, Refusal) and item.code == "unknown-in-controls"
    yields = [found[i] for i in found if i.startswith("diagnostic_yield/")]
    assert yields and all(isinstance(item, Refusal) for item in yields)


def test_no_p_rests_on_what_was_invented(found: dict[str, Result]) -> None:
    marked = [
        item
        for item in found.values()
        if any(c.code == "invented-variable" for c in getattr(item, "cautions", ()))
    ]
    assert len(marked) > 100
    assert [item.id for item in marked if getattr(item, "p", None) is not None] == []
    # what a partner smaller than NUP98::NSD1 answered or was given is not printed
    for head in ("response/word_induction", "treatment/induction", "treatment/exposure"):
        own = [i for i in found if i.startswith(f"{head}/NUP98::HOXA9/")]
        assert own
        for stable_id in own:
            codes = [c.code for c in found[stable_id].cautions]
            assert "invented-variable" in codes, stable_id


def test_comparisons_hold_nsd1_against_all_other_partners(found: dict[str, Result]) -> None:
    held = {
        (item.exposure, item.comparator)
        for i, item in found.items()
        if i.startswith(("baseline/partner/", "response/")) and isinstance(item, Estimate)
        if item.exposure is not None
    }
    assert held == {(NSD1, OTHER)}
