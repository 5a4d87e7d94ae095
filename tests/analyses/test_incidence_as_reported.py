"""Relapse and death in remission as a study reports them: the values of R, from the table on."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fusionscape as fs
from fusionscape.analyses.cumulative_incidence import cumulative_incidence
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.endpoints import endpoint_data
from fusionscape.results import Analysis, Curve, Fit, Refusal, Test
from stats.curve_oracles import oracle
from stats.reference import frame, reference

HEAD = """schema = 1
name = "reported"
selected_by_fusion = true
tested_by = "RNA-seq"
[plan]
covariates = ["covariate:B", "covariate:male"]
[[files]]
path = "t.csv"
id = "id"
"""
COLUMNS = {
    "id": ("patient_id", ""), "fusion": ("fusion", 'timing = "baseline"'),
    "B": ("covariate:B", 'timing = "baseline"\nkind = "category"'),
    "male": ("covariate:male", 'timing = "baseline"\nkind = "category"'),
}  # fmt: skip


def study(folder: Path, rows: list[dict[str, Any]], fields: dict[str, str]) -> Cohort:
    """A table and its study file; `fields` says what the outcome columns hold."""
    folder.mkdir(exist_ok=True)
    with (folder / "t.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lines = [HEAD]
    for source, (field, more) in COLUMNS.items():
        if source != "id" and source in rows[0]:
            lines.append(f'[[files.columns]]\nsource = "{source}"\nfield = "{field}"\n{more}')
    for source, field in fields.items():
        unit = 'unit = "days"' if field.endswith("_days") else ""
        lines.append(
            f'[[files.columns]]\nsource = "{source}"\nfield = "{field}"\n'
            f'timing = "post-baseline"\n{unit}'
        )
    (folder / "study.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return fs.read(folder)


def myeloid_rows() -> list[dict[str, Any]]:
    d = frame("cr_myeloid_cr_vs_death")
    return [
        {"id": f"m{i:04d}", "fusion": "NUP98::NSD1" if b else "NUP98::KDM5A",
         "B": "b" if b else "a", "male": "m" if male else "f", "t": int(t), "ev": int(ev)}
        for i, (b, male, t, ev) in enumerate(
            zip(d["B"], d["male"], d["t"], d["ev"], strict=True)
        )
    ]  # fmt: skip


@cache
def found(folder: Path) -> Analysis:
    return cumulative_incidence(
        study(folder, myeloid_rows(), {"t": "cir_days", "ev": "cir_status"})
    )


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return found(tmp_path_factory.mktemp("reported") / "study")


def test_the_curves_are_those_of_r(analysis: Analysis) -> None:
    at = reference("aj_myeloid_cr_all")["at"]
    for cause, key in (("relapse", "cif1"), ("death in remission", "cif2")):
        curve = next(c for c in analysis.under("cumulative_incidence/cir/all")
                     if isinstance(c, Curve) and c.cause == cause)  # fmt: skip
        assert (curve.n, curve.missing) == (646, 0)
        places = np.searchsorted(curve.time, at["time"], side="right") - 1
        assert curve.estimate[places] == pytest.approx(np.asarray(at[key]), rel=1e-8)


def test_grays_test_is_that_of_r(analysis: Analysis) -> None:
    gray = reference("cuminc_gray_myeloid_cr")["gray"]
    for place, cause in enumerate(("relapse", "death in remission")):
        test = next(t for t in analysis.items if isinstance(t, Test)
                    and "/partner/" in t.id and f", {cause} by" in t.label)  # fmt: skip
        assert test.statistic == pytest.approx(gray["stat"][place], rel=1e-8)
        assert test.p == pytest.approx(gray["p"][place], rel=1e-8)


@pytest.mark.parametrize(("cause", "place"), [("relapse", 1), ("death in remission", 2)])
def test_fine_gray_and_cause_specific_are_those_of_r(
    analysis: Analysis, cause: str, place: int
) -> None:
    pages = {f.id.split("/")[2]: f for f in analysis.items if isinstance(f, Fit)
             and f.label.startswith("Cumulative incidence from remission, " + cause)}  # fmt: skip
    polished = oracle()["crr_myeloid"][place - 1]  # crr by itself stops at a score of 4e-6
    cox = reference(f"cause_specific_myeloid_cr_cause{place}")
    for kind, want in (("fine-gray", polished), ("cause-specific", cox)):
        terms = [t for t in pages[kind].terms if not t.reference_row]
        # the reference level is the commonest, which turns the sign only
        for term, coef, se in zip(terms, want["coef"], want["se"], strict=True):
            assert abs(term.coef or 0.0) == pytest.approx(abs(coef), rel=1e-8)
            assert term.se == pytest.approx(se, rel=1e-8)


def test_words_and_numbers_of_the_status_are_the_same(tmp_path: Path) -> None:
    rows = myeloid_rows()[:60]
    words = {0: "censored", 1: "Relapse", 2: "death without relapse"}
    named = [{**r, "ev": words[r["ev"]]} for r in rows]
    fields = {"t": "cir_days", "ev": "cir_status"}
    a = endpoint_data(study(tmp_path / "a", rows, fields), "cir")
    b = endpoint_data(study(tmp_path / "b", named, fields), "cir")
    assert a.status.tolist() == b.status.tolist()
    assert endpoint_data(study(tmp_path / "a", rows, fields), "nrm").status.tolist() == [
        {0: 0.0, 1: 2.0, 2: 1.0}[r["ev"]] for r in rows
    ]


def rfs_rows() -> list[dict[str, Any]]:
    return [
        {**{k: v for k, v in r.items() if k != "ev"}, "happened": int(r["ev"] > 0),
         "back": "yes" if r["ev"] == 1 else "no"}
        for r in myeloid_rows()[:80]
    ]  # fmt: skip


RFS = {"t": "rfs_days", "happened": "rfs_event", "back": "relapsed"}


def test_relapse_beside_relapse_free_survival_tells_the_same(tmp_path: Path) -> None:
    direct = {"t": "cir_days", "ev": "cir_status"}
    a = endpoint_data(study(tmp_path / "a", myeloid_rows()[:80], direct), "cir")
    b = endpoint_data(study(tmp_path / "b", rfs_rows(), RFS), "cir")
    assert a.time.tolist() == b.time.tolist()
    assert a.status.tolist() == b.status.tolist()


def test_a_relapse_that_is_no_event_is_left_out_and_said(tmp_path: Path) -> None:
    rows = rfs_rows()
    first = next(r for r in rows if r["back"] == "no" and not r["happened"])
    first["back"] = "yes"
    data = endpoint_data(study(tmp_path / "a", rows, RFS), "cir")
    assert data.missing == 1
    assert [c.get("n") for c in data.cautions if c.code == "relapse-without-event"] == [1]


def test_relapses_without_deaths_are_refused(tmp_path: Path) -> None:
    rows = [{k: v for k, v in r.items() if k != "happened"} for r in rfs_rows()]
    people = study(tmp_path / "a", rows, {"t": "cir_days", "back": "relapsed"})
    refused = cumulative_incidence(people)["cumulative_incidence/cir"]
    assert isinstance(refused, Refusal)
    assert refused.code == "deaths-not-told"


def test_a_status_that_is_no_word_known_is_a_finding(tmp_path: Path) -> None:
    rows = myeloid_rows()[:20]
    rows[0]["ev"] = 7
    with pytest.raises(fs.InputError) as told:
        study(tmp_path / "a", rows, {"t": "cir_days", "ev": "cir_status"})
    assert "category-not-understood" in [f.code for f in told.value.findings]


def test_the_table_as_it_comes_is_drafted(tmp_path: Path) -> None:
    from fusionscape.readers.drafting import draft

    rows = [{"Patient ID": r["id"], "Fusion": r["fusion"], "CIR time (days)": r["t"],
             "CIR status": r["ev"]} for r in myeloid_rows()[:20]]  # fmt: skip
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    written = str(draft([path]))
    assert "cir_days" in written
    assert "cir_status" in written
