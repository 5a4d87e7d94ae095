"""What must not change an answer does not: row order, column order, names; and JSON keeps it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.example_cohorts import DESCRIPTIVE, large, lesion, make, twenty
from fusionscape.analyses import analysis
from fusionscape.cohort import Cohort, Plan, build_cohort
from fusionscape.results import from_json, same, to_json

# one covariate: the laws are about order and names, not about the fit
EXAMPLE = twenty(plan=Plan(covariates=("lesion:FLT3-ITD",)))
ANSWERS = {name: analysis(name)(EXAMPLE) for name in DESCRIPTIVE}


def rebuilt(
    cohort: Cohort,
    *,
    order: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
    columns: Callable[[list[str]], list[str]] = list,
) -> Cohort:
    return build_cohort(
        name=cohort.name,
        patients=order(cohort.patients).select(columns(cohort.patients.columns)),
        lesions=order(cohort.lesions),
        events=order(cohort.events),
        assays=order(cohort.assays),
        codebook=cohort.codebook,
        plan=cohort.plan,
    )


@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_row_order_and_column_order_change_nothing(seed: int) -> None:
    shuffled = rebuilt(
        EXAMPLE,
        order=lambda frame: frame.sample(fraction=1.0, shuffle=True, seed=seed),
        columns=lambda names: sorted(names, key=lambda name: hash((seed, len(name), name[::-1]))),
    )
    for name in DESCRIPTIVE:
        assert same(analysis(name)(shuffled), ANSWERS[name]), name


@pytest.mark.parametrize("name", DESCRIPTIVE)
def test_new_names_for_the_patients_change_no_number(name: str) -> None:
    ids = EXAMPLE.patients["patient_id"].to_list()
    new = {old: f"z{len(ids) - i:03d}" for i, old in enumerate(ids)}

    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("patient_id").replace_strict(new))

    found = analysis(name)(rebuilt(EXAMPLE, order=renamed))
    patient_free = [i for i in ANSWERS[name].items if type(i).__name__ in NUMBERS]
    again = [i for i in found.items if type(i).__name__ in NUMBERS]
    assert len(patient_free) == len(again)
    assert all(same(a, b) for a, b in zip(patient_free, again, strict=True))


NUMBERS = ("Count", "Distribution", "Estimate", "Test", "Fit", "Flow", "PairTable", "Refusal")


@pytest.mark.parametrize("cohort", [EXAMPLE, large()], ids=["twenty", "large"])
@pytest.mark.parametrize("name", DESCRIPTIVE)
def test_ids_are_unique_stable_and_survive_json(name: str, cohort: Cohort) -> None:
    found = analysis(name)(cohort)
    ids = [item.id for item in found.items]
    assert len(ids) == len(set(ids))
    assert all(i == name or i.startswith(f"{name}/") for i in ids)
    assert found.id == name
    assert all(same(from_json(to_json(item)), item) for item in found.items)


@pytest.mark.parametrize("name", DESCRIPTIVE)
def test_a_synthetic_cohort_says_so_on_every_result(name: str) -> None:
    found = analysis(name)(large())
    assert found.synthetic
    assert all(getattr(item, "synthetic", True) for item in found.items)


@pytest.mark.parametrize("name", DESCRIPTIVE)
def test_nobody_one_and_nothing_known(name: str) -> None:
    run = analysis(name)
    nobody = run(make({"patient_id": ["a"]}).only([]))
    assert nobody.n == 0
    one = EXAMPLE.only(["n1"])
    assert run(one).items
    blank = make(
        {"patient_id": ["a", "b"], "sex": [None, None], "age_years": [None, None]},
    )
    assert run(blank).items


@pytest.mark.parametrize("name", [n for n in DESCRIPTIVE if n != "response_model"])
def test_duplicated_patients_double_the_counts(name: str) -> None:
    """Twice the patients, twice every count: proportions stay."""
    twin = {i: f"{i}'" for i in EXAMPLE.patients["patient_id"].to_list()}

    def doubled(frame: pl.DataFrame) -> pl.DataFrame:
        other = frame.with_columns(pl.col("patient_id").replace_strict(twin))
        return pl.concat([frame, other])

    found = analysis(name)(rebuilt(EXAMPLE, order=doubled))
    before = {i.id: i for i in ANSWERS[name].items if type(i).__name__ == "Count"}
    after = {i.id: i for i in found.items if type(i).__name__ == "Count"}
    for stable_id in before.keys() & after.keys():
        assert after[stable_id].count == 2 * before[stable_id].count
        assert after[stable_id].n == 2 * before[stable_id].n


@pytest.mark.parametrize("name", DESCRIPTIVE)
def test_a_point_mutation_of_the_driver_makes_no_carrier(name: str) -> None:
    ids = EXAMPLE.patients["patient_id"].to_list()
    cohort = build_cohort(
        name="x",
        patients=EXAMPLE.patients,
        lesions=[*EXAMPLE.lesions.to_dicts(), lesion(ids[0], "NUP98", "present")],
        events=EXAMPLE.events,
        assays=EXAMPLE.assays,
        codebook=EXAMPLE.codebook,
        plan=EXAMPLE.plan,
    )
    assert cohort.driver_state().sum() == 10
    assert analysis(name)(cohort).n == ANSWERS[name].n
