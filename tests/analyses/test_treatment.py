"""Arms, exposures and sequences; remission by arm with its caution."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import answer, begun, fusion, large, make
from fusionscape.analyses.treatment import treatment
from fusionscape.analyses.treatment_response import treatment_response
from fusionscape.cohort import Codebook
from fusionscape.results import Estimate, Refusal, Table

WRITTEN = ["DAH → IAH + Sor + Ven → HSCT", "DAH", "DAC → HSCT", None]


def written(**rest):
    ids = list("abcd")
    return make(
        {"patient_id": ids, "treatment": WRITTEN},
        lesions=[fusion(p, "NSD1") for p in ids],
        **rest,
    )


def test_arms_of_induction() -> None:
    found = treatment(written())
    ic = found["treatment/induction/NUP98::NSD1/IC"]
    # DAC has two meanings: that arm is open, not guessed; d has no treatment and never entered
    assert (ic.count, ic.n, ic.missing) == (2, 2, 1)


def test_exposure_in_any_line() -> None:
    found = treatment(written())
    ven = found["treatment/exposure/NUP98::NSD1/VEN"]
    assert (ven.count, ven.n, ven.missing) == (1, 2, 2)
    hsct = found["treatment/exposure/NUP98::NSD1/HSCT"]
    assert (hsct.count, hsct.n, hsct.missing) == (2, 3, 1)


def test_sequences_and_what_is_open() -> None:
    found = treatment(written())
    table = found["treatment/sequences"]
    assert isinstance(table, Table)
    assert [row.values[0] for row in table.rows] == ["a", "b", "c"]
    assert table.rows[0].values[3] == "IC → IC+VEN+FLT3i → HSCT"
    codes = {c.code: c for c in found.cautions}
    assert "DAC" in str(codes["treatment-not-resolved"].get("tokens"))
    assert codes["treatment-unknown"].get("n") == 1


def test_the_studys_glossary_settles_it() -> None:
    cohort = written(study={"glossary": {"DAC": "daunorubicin + cytarabine + cladribine"}})
    ic = treatment(cohort)["treatment/induction/NUP98::NSD1/IC"]
    assert (ic.count, ic.n, ic.missing) == (3, 3, 0)


def test_remission_by_arm() -> None:
    found = treatment_response(large())
    ic = found["treatment_response/cr_course_1/NUP98::NSD1/IC"]
    ven = found["treatment_response/cr_course_1/NUP98::NSD1/LIT+VEN"]
    assert (ic.count, ic.n) == (0, 20)
    assert (ven.count, ven.n) == (2, 4)
    ratio = found["treatment_response/cr_course_1_odds_ratio/NUP98::NSD1/LIT+VEN/IC"]
    assert isinstance(ratio, Estimate)
    # 2 of 4 against 0 of 20: C(4,2) / C(24,2) = 6/276
    assert ratio.p == pytest.approx(6 / 276)
    assert "confounding-by-indication" in [c.code for c in ratio.cautions]


def test_every_treatment_contrast_is_cautioned() -> None:
    found = treatment_response(large())
    contrasts = [
        i
        for i in found.items
        if isinstance(i, Estimate) and i.scale in ("odds ratio", "risk difference")
    ]
    assert contrasts
    assert all("confounding-by-indication" in [c.code for c in i.cautions] for i in contrasts)


def test_salvage_is_judged_by_its_own_arm() -> None:
    found = treatment_response(large())
    arm = found["treatment_response/cr_salvage_1/NUP98::NSD1/LIT+VEN+FLT3i"]
    assert (arm.count, arm.n) == (16, 16)


def test_an_invented_treatment_is_not_tested() -> None:
    ids = [f"p{i:02d}" for i in range(12)]
    cohort = make(
        {"patient_id": ids},
        lesions=[fusion(p, "NSD1") for p in ids],
        events=[
            *(begun(p, "IC" if i < 6 else "LIT + VEN") for i, p in enumerate(ids)),
            *(answer(p, "CR" if i % 2 else "not in CR") for i, p in enumerate(ids)),
        ],
        codebook=Codebook(name="x", synthetic=True, invented=("treatment",)),
    )
    items = treatment_response(cohort).items
    assert items and all(getattr(i, "scale", "") == "proportion" for i in items)


def test_refused() -> None:
    cohort = make({"patient_id": ["a"]}, lesions=[fusion("a", "NSD1")])
    for found, code in (
        (treatment(cohort), "no-treatment-recorded"),
        (treatment_response(cohort), "no-response-by-treatment"),
    ):
        refusal = found.items[0]
        assert isinstance(refusal, Refusal)
        assert refusal.code == code
