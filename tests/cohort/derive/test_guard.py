"""The guard judges by declared timing: whatever a column is called, the verdict is the same."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.dated_cohorts import BASELINE, codebook, dated, reported
from fusionscape.analyses import analysis
from fusionscape.cohort import Cohort, Plan
from fusionscape.cohort.derive.guard import judge, later_columns
from fusionscape.results import Refusal

TIMES = [float(50 + 37 * i) for i in range(24)]
EVENTS = [i % 2 == 0 for i in range(24)]
PARTNERS = ["NSD1" if i % 2 else "KDM5A" for i in range(24)]
FLAGS = [i % 3 == 0 for i in range(24)]


def cohort(name: str, timing: str, plan: Plan | None = None) -> Cohort:
    """24 carriers with one yes-or-no column of this name and timing."""
    kinds: dict[str, tuple[str, ...]] = {"baseline": (), "later": (), "unknown": ()}
    kinds[timing] = (f"covariate:{name}",)
    book = codebook(
        baseline=(*BASELINE, *kinds["baseline"]), later=kinds["later"], unknown=kinds["unknown"]
    )
    return reported(TIMES, EVENTS, PARTNERS, book=book, plan=plan, columns={name: FLAGS})


@pytest.mark.parametrize("name", ["transplanted", "X1", "age_at_diagnosis", "WT1"])
@pytest.mark.parametrize(
    ("timing", "code"),
    [("baseline", None), ("later", "immortal-time"), ("unknown", "timing-unknown")],
)
def test_the_verdict_follows_the_timing_and_not_the_name(
    name: str, timing: str, code: str | None
) -> None:
    assert judge(cohort(name, timing), f"covariate:{name}").code == code


@given(name=st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,12}", fullmatch=True))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_name_lets_a_later_value_in(name: str) -> None:
    if name in ("os_days", "os_event", "patient_id"):
        return
    assert judge(cohort(name, "later"), f"covariate:{name}").code == "immortal-time"


@pytest.mark.parametrize("field", ["transplant", "transplant_cr1", "response:course:1", "os_days"])
def test_fields_of_the_follow_up_are_later_whatever_the_codebook_says(field: str) -> None:
    book = codebook(baseline=(*BASELINE, field))
    found = judge(reported(TIMES, EVENTS, PARTNERS, book=book), field)
    assert found.code == "immortal-time"


def test_partner_is_judged_by_the_fusion_column() -> None:
    declared = codebook(baseline=("age_years",), unknown=("fusion",))
    refused = judge(reported(TIMES, EVENTS, PARTNERS, book=declared), "partner")
    assert refused.code == "timing-unknown"
    silent = judge(reported(TIMES, EVENTS, PARTNERS, book=codebook(baseline=())), "partner")
    assert silent.allowed
    assert [c.code for c in silent.cautions] == ["timing-assumed"]


def test_an_undeclared_field_is_unknown() -> None:
    assert judge(cohort("X1", "baseline"), "X2").code == "timing-unknown"


def test_a_dated_transplant_belongs_to_the_dated_exposures() -> None:
    assert judge(dated(12), "transplant").date_column is not None
    assert judge(cohort("X1", "later"), "covariate:X1").date_column is None


def codes(found: object) -> list[str]:
    items = getattr(found, "items", ())
    return [i.code for i in items if isinstance(i, Refusal)]


@pytest.mark.parametrize("name", ["sct", "X7"])
def test_every_analysis_refuses_a_later_value(name: str) -> None:
    field = f"covariate:{name}"
    plan = Plan(groups=("partner", field), covariates=("partner", field))
    asked = cohort(name, "later", plan)
    assert "immortal-time" in codes(analysis("survival")(asked))
    assert "immortal-time" in codes(analysis("regression")(asked))
    assert codes(analysis("exposures")(asked)) == ["immortal-time"]
    fit = analysis("regression")(asked)["regression/os/model"]
    assert [t.variable for t in fit.terms] == ["partner", "partner"]  # type: ignore[union-attr]
    assert not list(analysis("survival")(asked).under(f"survival/os/{field}"))


def test_a_column_of_unknown_timing_enters_no_model_and_is_named() -> None:
    found = analysis("regression")(cohort("X7", "unknown"))
    refusal = found["regression/refused/covariate:X7"]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "timing-unknown"
    screen = found["regression/os/screen"]
    assert "X7" not in {t.variable for t in screen.terms}  # type: ignore[union-attr]


def test_a_baseline_column_of_the_study_enters_the_screen_only_where_declared() -> None:
    undeclared = cohort("X7", "baseline")
    screen = analysis("regression")(undeclared)["regression/os/screen"]
    assert "X7" not in {t.variable for t in screen.terms}  # type: ignore[union-attr]
    plan = replace(undeclared.plan, covariates=("covariate:X7",))
    screen = analysis("regression")(replace(undeclared, plan=plan))["regression/os/screen"]
    assert "X7" in {t.variable for t in screen.terms}  # type: ignore[union-attr]


def test_later_columns_are_listed_once_each() -> None:
    assert [j.field for j in later_columns(cohort("X1", "later"))] == ["covariate:X1"]
    assert later_columns(cohort("X1", "baseline")) == ()


def test_a_refusal_counts_the_patients_in_whom_the_column_is_filled() -> None:
    later = cohort("X1", "later")
    blank = pl.when(pl.col("patient_id") == "p000").then(None).otherwise(pl.col("X1"))
    later = replace(later, patients=later.patients.with_columns(blank.alias("X1")))
    found = analysis("exposures")(later)["exposures/refused/covariate:X1"]
    assert isinstance(found, Refusal)
    assert (found.n, found.missing) == (23, 1)


@pytest.mark.parametrize("name", ["covariate:treatment_arm", "covariate:gemtuzumab_ozogamicin"])
def test_an_arm_assigned_at_the_start_is_known_at_baseline(name: str) -> None:
    text = files("fusionscape.readers") / "codebooks" / "target_cog.toml"
    book = tomllib.loads(text.read_text(encoding="utf-8"))
    column = next(c for f in book["files"] for c in f["columns"] if c["field"] == name)
    assert column["timing"] == "baseline"
    assert "assigned at the start" in column["label"]


def test_every_label_of_a_packaged_codebook_names_one_column() -> None:
    for path in (files("fusionscape.readers") / "codebooks").iterdir():
        if path.name.endswith(".toml"):
            book = tomllib.loads(path.read_text(encoding="utf-8"))
            columns = [c for f in book.get("files", []) for c in f.get("columns", [])]
            labels = [c["label"] for c in columns if c["field"].startswith("covariate:")
                      and "assigned at the start" in c.get("label", "")]  # fmt: skip
            assert len(labels) == len(set(labels)), path.name
