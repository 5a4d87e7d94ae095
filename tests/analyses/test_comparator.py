"""Real patients against printed counts."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import answer, fusion, lesion, make
from fusionscape.analyses.comparator import comparator
from fusionscape.cohort import PrintedGroup, PrintedRow
from fusionscape.results import Count, Distribution, Estimate, Refusal, Test

CONTROLS = PrintedGroup(
    name="No NUP98 fusion",
    n=101,
    citation="example",
    rows=(
        PrintedRow(label="Male", field="sex", value="male", count=61, n=101),
        PrintedRow(label="Age <3 y", field="age_years", value="<3", count=11, n=101),
        PrintedRow(label="Age 3-10 y", field="age_years", value="3–10", count=67, n=101),
        PrintedRow(label="FLT3-ITD", field="lesion:FLT3-ITD", value="present", count=15, n=101),
        PrintedRow(label="t(8;21)", field="karyotype", value="t(8;21)", count=31, n=101),
        PrintedRow(label="Normal karyotype", field="karyotype", value="normal", count=25, n=101),
        PrintedRow(label="CR course 1", field="response:1", value="CR", count=65, n=101),
        PrintedRow(label="GATA2", field="lesion:GATA2", value="present", count=19, n=101),
        PrintedRow(label="WBC", field="wbc_10e9_l", value="", median=16.02, q1=5.84, q3=56.02),
    ),
)
CARRIERS = PrintedGroup(
    name="NUP98 fusion",
    n=10,
    citation="example",
    rows=(
        PrintedRow(label="Male", field="sex", value="male", count=8, n=10),
        PrintedRow(label="FLT3-ITD", field="lesion:FLT3-ITD", value="present", count=9, n=10),
        PrintedRow(label="GATA2", field="lesion:GATA2", value="present", count=1, n=10),
    ),
)


def ten(*printed: PrintedGroup):
    ids = [f"p{i}" for i in range(10)]
    lesions = [fusion(p, "NSD1") for p in ids]
    lesions += [lesion(p, "FLT3-ITD", "present" if i < 8 else "absent") for i, p in enumerate(ids)]
    return make(
        {
            "patient_id": ids,
            "sex": ["male"] * 8 + ["female"] * 2,
            "age_years": [1.0, 2.9, 3, 5, 5, 6, 7, 8, 10, 11],
            "wbc_10e9_l": [float(i) for i in range(10)],
            "karyotype": ["46,XY[20]"] * 6 + ["47,XY,+8[20]"] * 3 + [None],
        },
        lesions=lesions,
        events=[answer(p, "CR" if i < 2 else "not in CR") for i, p in enumerate(ids[:9])],
        printed=printed,
    )


def counts(found, label, group):
    from fusionscape.results import make_id

    item = found[make_id("comparator", "count", label, group)]
    assert isinstance(item, Count)
    return item.count, item.n


@pytest.mark.parametrize(
    ("label", "real"),
    [
        ("Male", (8, 10)),
        ("Age <3 y", (2, 10)),
        ("Age 3-10 y", (7, 10)),
        ("FLT3-ITD", (8, 10)),
        ("t(8;21)", (0, 9)),
        ("Normal karyotype", (6, 9)),
        ("CR course 1", (2, 9)),
    ],
)
def test_the_same_row_of_the_real_patients(label, real) -> None:
    found = comparator(ten(CONTROLS))
    assert counts(found, label, "NUP98-rearranged") == real


def test_fisher_and_both_chi_squares() -> None:
    found = comparator(ten(CONTROLS))
    tail = "FLT3-ITD/NUP98-rearranged/No%20NUP98%20fusion"
    ratio = found[f"comparator/odds_ratio/{tail}"]
    assert isinstance(ratio, Estimate)
    # R: fisher.test(matrix(c(8, 2, 15, 86), 2))$p.value
    assert ratio.p == pytest.approx(3.783357e-05, rel=1e-6)
    yates = found[f"comparator/yates/{tail}"]
    assert isinstance(yates, Test)
    # R: chisq.test(matrix(c(8, 2, 15, 86), 2))$p.value
    assert yates.p == pytest.approx(9.0088751e-06, rel=1e-6)
    pearson = found[f"comparator/pearson/{tail}"]
    assert isinstance(pearson, Test) and pearson.p < yates.p


def test_a_row_the_cohort_does_not_know() -> None:
    found = comparator(ten(CONTROLS))
    item = found["comparator/count/GATA2/No%20NUP98%20fusion"]
    assert [c.code for c in item.cautions] == ["not-in-cohort"]
    with pytest.raises(KeyError):
        found["comparator/count/GATA2/NUP98-rearranged"]


def test_a_printed_median_is_shown_and_not_tested() -> None:
    found = comparator(ten(CONTROLS))
    item = found["comparator/distribution/WBC/No%20NUP98%20fusion"]
    assert isinstance(item, Distribution)
    assert (item.median, item.q1, item.q3) == (16.02, 5.84, 56.02)
    own = found["comparator/distribution/WBC/NUP98-rearranged"]
    assert isinstance(own, Distribution)
    assert own.median == 4.5
    assert not [i for i in found.items if isinstance(i, (Test, Estimate)) and "WBC" in i.id]


def test_the_carriers_own_printed_column_is_checked_not_tested() -> None:
    found = comparator(ten(CONTROLS, CARRIERS))
    note = found["comparator/count/FLT3-ITD/NUP98%20fusion"].cautions
    assert [c.code for c in note] == ["differs-from-print"]
    assert (note[0].get("count"), note[0].get("printed")) == (8, 9)
    assert found["comparator/count/Male/NUP98%20fusion"].cautions == ()
    ids = [i.id for i in found.items]
    assert not any("NUP98-rearranged/NUP98%20fusion" in i for i in ids)
    # what no real row knows can still be compared between the printed columns
    both = found["comparator/odds_ratio/GATA2/NUP98%20fusion/No%20NUP98%20fusion"]
    assert isinstance(both, Estimate)
    assert both.n == 111


def test_without_print_refused() -> None:
    refusal = comparator(ten()).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-printed-comparator"


def test_a_row_known_in_few_is_shown_and_not_tested() -> None:
    controls = PrintedGroup(
        name="Controls",
        n=101,
        citation="example",
        rows=(PrintedRow(label="WT1", field="lesion:WT1", value="present", count=15, n=101),),
    )
    own = PrintedGroup(
        name="NUP98 fusion",
        n=10,
        citation="example",
        rows=(PrintedRow(label="WT1", field="lesion:WT1", value="present", count=2, n=10),),
    )
    cohort = ten(controls, own)
    known = make(
        {"patient_id": cohort.patients["patient_id"].to_list()},
        lesions=[*cohort.lesions.to_dicts(), lesion("p0", "WT1", "present")],
        printed=(controls, own),
    )
    found = comparator(known)
    assert counts(found, "WT1", "NUP98-rearranged") == (1, 1)
    real = found["comparator/count/WT1/NUP98-rearranged"]
    assert [c.code for c in real.cautions] == ["mostly-unknown"]
    print_ = found["comparator/count/WT1/NUP98%20fusion"]
    assert [c.code for c in print_.cautions] == ["known-in-fewer"]
    tested = [i.id for i in found.items if isinstance(i, Estimate)]
    assert tested == ["comparator/odds_ratio/WT1/NUP98%20fusion/Controls"]
