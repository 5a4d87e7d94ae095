"""Pseudonyms change nothing but single patients' ages where they are shown."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

import attack
from fusionscape.cohort import build_cohort
from fusionscape.readers import read
from fusionscape.results import Distribution, LesionMatrix
from fusionscape.workflows.pseudonymise import pseudonymise
from fusionscape.workflows.run import compute
from fusionscape.workflows.shown_patients import round_shown_ages

# What tells of single patients, and is renamed, reordered or rounded.
_OF_PATIENTS = {"landscape/matrix", "eligibility/patients"}


def _agree(one: Any, other: Any) -> bool:
    """Equal, but for the last digits that the order of summing decides."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-8, abs_tol=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    return bool(one == other)


def _unordered(row: dict[str, Any]) -> dict[str, Any]:
    """Residuals of patients with the same day stand in the order of their ids."""
    return {**row, "value": sorted(row["value"])} if "/residuals/" in row["id"] else row


@pytest.mark.parametrize("example", ["own_table", "dated_events"])
def test_no_answer_changes_under_pseudonyms(example: str) -> None:
    cohort = read(attack.ROOT / "examples" / example)
    plain = attack.document(compute(cohort))["results"]
    hidden, _ = pseudonymise(cohort, b"some key")
    renamed = attack.document(round_shown_ages(compute(hidden)))["results"]
    known = {row["id"]: row for row in renamed}
    gone = {row["id"] for row in plain} - known.keys()
    assert all("/residuals/Age" in i for i in gone)
    differing = {
        row["id"]
        for row in plain
        if row["kind"] != "analysis" and row["id"] in known
        if not _agree(_unordered(row), _unordered(known[row["id"]]))
    }
    ages = {i for i in differing if "/age_years/" in i}
    assert differing - ages <= _OF_PATIENTS
    assert not any("/test" in i or "difference" in i for i in ages)


def test_what_single_patients_have_is_in_whole_years() -> None:
    cohort, _ = pseudonymise(read(attack.ROOT / "examples" / "own_table"), b"some key")
    items = [i for a in round_shown_ages(compute(cohort)) for i in a.items]
    ages = [i for i in items if isinstance(i, Distribution) and "/age_years/" in i.id]
    assert ages
    for item in ages:
        own = (*item.values, item.minimum, item.q1, item.median, item.q3, item.maximum)
        assert all(v == int(v) for v in own)
        assert item.n >= 10 or (item.mean == int(item.mean) and item.sd is None)
    (matrix,) = [i for i in items if isinstance(i, LesionMatrix)]
    (track,) = [t for t in matrix.tracks if t.name == "age_years"]
    assert all(v == int(v) for v in track.values if isinstance(v, float))


def test_rare_texts_stay_out_of_the_results() -> None:
    """A karyotype and an immunophenotype are read; what was written is nowhere."""
    ids = [f"p{i}" for i in range(6)]
    cohort = build_cohort(
        name="x",
        patients=pl.DataFrame(
            {
                "patient_id": ids,
                "disease": ["AML"] * 6,
                "karyotype": ["46,XX,t(7;11)(p15;p15),add(19)(q13.42)[17]/46,XX[3]"] * 6,
                "immunophenotype": ["CD34+ CD117dim CD7+ ZQX-secret"] * 6,
                "protocol": ["AML-17"] * 5 + ["Dr Ming's own"],
            }
        ),
        lesions=[
            {"patient_id": i, "lesion": "NUP98::HOXA9", "lesion_type": "fusion", "gene": "NUP98",
             "partner": "HOXA9", "state": "present"} for i in ids
        ],
    )  # fmt: skip
    made, _ = pseudonymise(cohort, b"k")
    assert sorted(made.patients["protocol"]) == ["AML-17"] * 5 + ["other protocol"]
    text = repr(attack.document(round_shown_ages(compute(made))))
    assert "cytogenetics/complex" in text and "'CD117'" in text
    assert not any(word in text for word in ("add(19)", "q13.42", "ZQX", "Ming"))
