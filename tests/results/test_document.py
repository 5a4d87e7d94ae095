"""Everything that leaves as results.json comes back as the same values."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fusionscape.results import (
    KINDS,
    Analysis,
    CodecError,
    Curve,
    Document,
    Estimate,
    Finding,
    InputError,
    Refusal,
    caution,
    from_json,
    make_id,
    same,
    split_id,
    to_json,
)
from fusionscape.results.codec import is_array
from fusionscape.results.document import dumps, loads
from fusionscape.results.schema import json_schema


def estimate(**changes: Any) -> Estimate:
    given: dict[str, Any] = {
        "id": "prevalence/driver",
        "label": "NUP98 rearranged",
        "scale": "proportion",
        "estimate": 55 / 1491,
        "n": 1491,
        "missing": 0,
        "method": "proportion",
        "reference": "Clopper and Pearson 1934",
    }
    return Estimate(**{**given, **changes})


def curve() -> Curve:
    values = np.array([1.0, 0.5, math.nan])
    return Curve(
        id="survival/os",
        label="OS",
        curve="survival",
        group=None,
        n=2,
        events=1,
        missing=0,
        time=np.array([1.0, 2.0, math.inf]),
        estimate=values,
        std_err=values,
        ci_low=values,
        ci_high=values,
        n_at_risk=values,
        n_event=values,
        n_censored=values,
    )


def test_not_a_number_and_infinity_are_null_with_a_reason() -> None:
    row = to_json(estimate(estimate=math.nan, ci_low=-math.inf, ci_high=math.inf))
    assert row["estimate"] is None
    assert row["why_null"] == {
        "estimate": "not a number",
        "ci_low": "minus infinite",
        "ci_high": "infinite",
    }
    json.dumps(row, allow_nan=False)
    assert same(from_json(row), estimate(estimate=math.nan, ci_low=-math.inf, ci_high=math.inf))


def test_an_absent_value_stays_absent_and_is_not_called_infinite() -> None:
    row = to_json(estimate())
    assert row["p"] is None
    assert "why_null" not in row
    assert from_json(row) == estimate()


@given(
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=20),
    st.one_of(st.none(), st.floats(allow_nan=True)),
)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_round_trip(value: float, label: str, p: float | None) -> None:
    given_value = estimate(estimate=value, label=label, p=p, cautions=(caution("x", n=3, a=None),))
    again = from_json(json.loads(json.dumps(to_json(given_value))))
    assert same(again, given_value)


def test_arrays_round_trip() -> None:
    assert same(from_json(json.loads(json.dumps(to_json(curve())))), curve())


def document(*results: Any) -> Document:
    return Document(
        study={"name": "x"},
        plan={"driver": "NUP98"},
        findings=(Finding(code="c", severity="note", what="w", mend="m", row=3),),
        results=results,
    )


def test_an_analysis_is_written_flat_and_read_back_nested() -> None:
    inner = (estimate(), curve())
    analysis = Analysis(
        id="prevalence", question="how-frequent", n=1491, missing=0, items=inner,
        method="m", reference="r",
    )  # fmt: skip
    text = dumps(document(analysis))
    rows = json.loads(text)["results"]
    assert [row["id"] for row in rows] == ["prevalence", "prevalence/driver", "survival/os"]
    assert rows[0]["items"] == ["prevalence/driver", "survival/os"]
    again = loads(text)
    assert same(again.results[0], analysis)
    assert again.findings == document().findings
    assert dumps(again) == text
    assert analysis["prevalence/driver"] == inner[0]
    assert [r.id for r in analysis.under("prevalence")] == ["prevalence/driver"]
    with pytest.raises(KeyError):
        analysis["nowhere"]


def test_two_results_cannot_share_an_id() -> None:
    with pytest.raises(ValueError, match="share the id"):
        dumps(document(estimate(), estimate()))


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_an_unknown_schema_version_is_refused(schema: object) -> None:
    value = json.loads(dumps(document()))
    value["schema"] = schema
    with pytest.raises(CodecError, match="schema"):
        loads(json.dumps(value))


def test_rubbish_is_refused() -> None:
    with pytest.raises(CodecError):
        loads("{")
    with pytest.raises(CodecError):
        loads("[]")
    with pytest.raises(CodecError, match="unknown kind"):
        from_json({"id": "a", "kind": "nonsense"})
    with pytest.raises(CodecError, match="unknown field"):
        from_json({**to_json(estimate()), "surprise": 1})
    with pytest.raises(CodecError, match="why_null"):
        from_json({**to_json(estimate()), "why_null": {"p": "because"}})


def test_every_kind_carries_its_denominator_and_method() -> None:
    for name, kind in KINDS.items():
        names = {f.name for f in fields(kind)}
        assert {"id", "n", "missing", "method", "reference", "cautions"} <= names, name
        assert kind.__dataclass_params__.frozen, name
        assert hasattr(kind, "__slots__"), name


def test_every_estimate_has_the_promised_fields() -> None:
    promised = (
        "estimate scale se ci_low ci_high level p n events missing exposure comparator endpoint "
        "adjusted_for method reference cautions"
    ).split()
    assert set(promised) <= set(to_json(estimate()))


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_ids_are_reversible(parts: list[str]) -> None:
    assert split_id(make_id(*parts)) == tuple(parts)
    assert all(c not in make_id(*parts) for c in "<>\"' \n")


def test_stable_ids() -> None:
    assert make_id("prevalence", "partner", "NUP98::NSD1") == "prevalence/partner/NUP98::NSD1"
    assert make_id("baseline", "a/b") == "baseline/a%2Fb"
    with pytest.raises(ValueError, match="non-empty"):
        make_id("a", "")


def test_a_refusal_is_a_result() -> None:
    refusal = Refusal(
        id="prevalence/driver", label="x", code="selected-by-fusion", n=501, missing=0,
        method="", reference="",
    )  # fmt: skip
    assert from_json(to_json(refusal)) == refusal


def test_input_error_names_the_first_problem_and_how_many_more() -> None:
    bad = [Finding(code=str(i), severity="error", what=f"w{i}", mend="m") for i in range(3)]
    error = InputError(bad)
    assert str(error) == "w0 (and 2 more)"
    assert error.findings == tuple(bad)


def test_the_documented_schema_is_the_one_the_types_make() -> None:
    path = Path(__file__).resolve().parents[2] / "docs" / "results.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == json_schema()


def test_a_document_obeys_the_schema_and_a_broken_one_does_not() -> None:
    validator = Draft202012Validator(json_schema())
    value = json.loads(dumps(document(estimate(estimate=math.nan), curve())))
    assert list(validator.iter_errors(value)) == []
    value["results"][0]["n"] = "many"
    assert list(validator.iter_errors(value))
    value["results"][0] = {"id": "x", "kind": "unheard"}
    assert list(validator.iter_errors(value))


def test_an_array_type_is_known_under_an_alias_too() -> None:
    class Alias:  # as numpy 2.5 writes NDArray on Python 3.12 and newer
        __value__ = np.ndarray[Any, Any]

    assert is_array(npt.NDArray[np.float64]) and is_array(Alias)
    assert not is_array(tuple[float, ...]) and not is_array(float)
