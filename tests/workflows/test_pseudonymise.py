"""No trace of the old identities, and nothing else changed."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.cohort import Codebook, Cohort, ColumnMeaning, Plan, build_cohort
from fusionscape.results import Finding, FlowNode
from fusionscape.workflows.pseudonymise import new_ids, pseudonymise

IDS = ["Ming-07", "Zoë <b>", "0012"]


def cohort() -> Cohort:
    return build_cohort(
        name="x",
        patients=pl.DataFrame(
            {
                "patient_id": IDS,
                "age_years": [3.49, None, 70.9],
                "year_of_diagnosis": [2011.0, 2012.0, 2013.0],
                "note": ["called his aunt Ming-07", None, ""],
                "ldh": [100.0, 200.0, 300.0],
            }
        ),
        lesions=[
            {"patient_id": i, "lesion": "WT1", "lesion_type": "mutation", "state": "present",
             "reported": f"{i}: WT1"} for i in IDS
        ],
        events=[{"patient_id": IDS[0], "order": 1, "kind": "course", "label": "DA", "day": 0.0}],
        codebook=Codebook(
            name="x", columns=(ColumnMeaning(source="LDH", field="covariate:ldh"),)
        ),
        plan=Plan(cases=(IDS[0],)),
        findings=(
            Finding(code="c", severity="note", what=f"{IDS[0]} twice", mend="m", value=IDS[0],
                    row=4),
        ),
    )  # fmt: skip


def test_no_old_id_remains_anywhere() -> None:
    made, ids = pseudonymise(cohort(), b"key")
    assert sorted(ids.values()) == ["P001", "P002", "P003"]
    text = repr(made) + "".join(
        t.write_csv() for t in (made.patients, made.lesions, made.events, made.assays)
    )
    assert not any(old in text for old in IDS)
    assert "aunt" not in text and "2011" not in text
    assert made.plan.cases == (ids[IDS[0]],)
    by_id = {r["patient_id"]: r for r in made.patients.to_dicts()}
    assert by_id[ids["Ming-07"]]["age_years"] == 3.49  # rounded where it is shown
    assert by_id[ids["0012"]]["ldh"] == 300.0
    assert made.events["patient_id"].to_list() == [ids["Ming-07"]]
    assert made.n == 3 and made.lesions.height == 3


@given(st.permutations(IDS), st.binary(min_size=1, max_size=8))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_numbers_depend_on_the_key_not_on_the_order(order: list[str], key: bytes) -> None:
    assert new_ids(order, key) == new_ids(IDS, key)


def test_another_key_gives_another_order() -> None:
    many = [f"H{i:03d}" for i in range(60)]
    first, second = new_ids(many, b"a"), new_ids(many, b"b")
    assert first != second
    assert list(first.values()) == sorted(first.values())
    assert [first[m] for m in many] != sorted(first.values())


def test_free_text_that_names_a_patient_goes() -> None:
    made, _ = pseudonymise(
        build_cohort(
            name="Wang-list",
            patients=pl.DataFrame(
                {"patient_id": ["a", "b"], "treatment": ["IC for MRN2221732 -> HSCT", "DAH"]}
            ),
            events=[
                {"patient_id": "a", "order": 1, "kind": "course", "label": "IC for MRN2221732"},
                {"patient_id": "a", "order": 2, "kind": "response", "label": "CR"},
                {"patient_id": "a", "order": 3, "kind": "death", "label": "died at Ming's house"},
            ],
            codebook=Codebook(
                name="x",
                columns=(
                    ColumnMeaning(source="t", field="treatment", file="Wang-list.csv"),
                ),
            ),
            flow=(
                FlowNode(id="flow/screened", label="In the table", n=3, parent=None),
                FlowNode(
                    id="flow/excluded/1/Ming", label="Ming", n=1, parent="flow/screened",
                    reason="Ming refused",
                ),
            ),
        ),
        b"k",
    )  # fmt: skip
    said = repr(made) + made.patients.write_csv() + made.events.write_csv()
    assert not any(word in said for word in ("MRN", "2221732", "Ming", "Wang"))
    assert "HSCT" in made.patients.write_csv() and "DAH" in made.patients.write_csv()
    assert made.events["label"].to_list()[1:] == ["CR", "death"]
