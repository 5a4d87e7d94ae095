"""Columns renamed to X1 ... Xn with their timings kept: the same answers, the same refusals."""

from __future__ import annotations

import csv
from pathlib import Path

from fusionscape.analyses import analysis
from fusionscape.readers import read
from fusionscape.results import Analysis, Estimate, Fit, Refusal, Test

# column, field, timing, date column
COLUMNS = (
    ("id", "patient_id", "baseline", None),
    ("fusion", "fusion", "baseline", None),
    ("age", "age_years", "baseline", None),
    ("ITD", "lesion:FLT3-ITD", "baseline", None),
    ("days", "os_days", "post-baseline", None),
    ("dead", "os_event", "post-baseline", None),
    ("sct", "covariate:{sct}", "post-baseline", None),
    ("dli", "covariate:{dli}", "post-baseline", "dli_day"),
    ("note", "covariate:{note}", "unknown", None),
    ("dli_day", None, None, None),
    ("cr", "day:remission", "post-baseline", None),
    ("rel", "day:relapse", "post-baseline", None),
    ("mrd", "mrd_state:course:1", "post-baseline", "mrd_day"),
    ("mrd_day", None, None, None),
    ("rescue", "course:line:2", "post-baseline", "rescue_day"),
    ("rescue_day", None, None, None),
)


def write(folder: Path, names: dict[str, str]) -> Path:
    """A study of 30 patients under these column names."""
    folder.mkdir()
    rows = []
    for i in range(30):
        values = {
            "id": f"p{i:02d}", "fusion": "NUP98-NSD1" if i % 3 else "NUP98-KDM5A",
            "age": "" if i % 10 == 9 else str(1 + i % 14), "ITD": "yes" if i % 2 else "no",
            "days": str(60 + 31 * i),
            "dead": "1" if i % 4 else "0", "sct": "yes" if i % 5 == 0 else "no",
            "dli": "yes" if i % 6 == 4 else "no", "note": "high" if i % 2 else "low",
            "dli_day": str(50 + i) if i % 6 == 4 else "",
            "cr": str(30 + i) if i % 5 else "", "rel": str(45 + 17 * i) if i % 4 == 3 else "",
            "mrd": "negative" if i % 2 else "positive", "mrd_day": str(40 + i),
            "rescue": ("FLAG-IDA" if i % 8 == 3 else "AZA + VEN") if i % 4 == 3 else "",
            "rescue_day": str(50 + 17 * i) if i % 4 == 3 else "",
        }  # fmt: skip
        rows.append({names[k]: v for k, v in values.items()})
    with (folder / "patients.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lines = ['name = "renamed"', "selected_by_fusion = true", 'tested_by = "RNA-seq"']
    lines += ["[plan]", f'groups = ["partner", "covariate:{names["sct"]}"]']
    lines += [f'covariates = ["partner", "age_years", "covariate:{names["note"]}"]']
    lines.append("imputations = 2")
    lines += ["[[files]]", 'path = "patients.csv"', f'id = "{names["id"]}"']
    for column, field, timing, date in COLUMNS:
        if field is None:
            continue
        lines += ["[[files.columns]]", f'source = "{names[column]}"']
        lines += [f'field = "{field.format(**names)}"', f'timing = "{timing}"']
        if field.startswith("covariate"):
            lines.append(f'kind = "{"category" if column == "note" else "flag"}"')
        if date is not None:
            lines.append(f'date_column = "{names[date]}"')
    (folder / "study.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def results(folder: Path) -> list[Analysis]:
    cohort = read(folder)
    names = ("survival", "regression", "exposures", "treatment_lines", "cumulative_incidence")
    return [analysis(name)(cohort) for name in names]


def test_renaming_every_column_changes_no_guard(tmp_path: Path) -> None:
    plain = {column: column for column, *_ in COLUMNS}
    coded = {column: f"X{i + 1}" for i, (column, *_) in enumerate(COLUMNS)}
    before = results(write(tmp_path / "plain", plain))
    after = results(write(tmp_path / "coded", coded))
    for a, b in zip(before, after, strict=True):
        assert len(a.items) == len(b.items)
        for x, y in zip(a.items, b.items, strict=True):
            assert type(x) is type(y)
            if isinstance(x, Refusal) and isinstance(y, Refusal):
                assert x.code == y.code
            if isinstance(x, Test) and isinstance(y, Test):
                assert x.p == y.p
            if isinstance(x, Estimate) and isinstance(y, Estimate):
                assert repr((x.estimate, x.p)) == repr((y.estimate, y.p))
            if isinstance(x, Fit) and isinstance(y, Fit):
                assert [t.coef for t in x.terms] == [t.coef for t in y.terms]
    codes = [i.code for found in after for i in found.items if isinstance(i, Refusal)]
    assert codes.count("immortal-time") == 2  # asked for as a group, and undated as an exposure
    assert codes.count("timing-unknown") == 2  # the model, and the exposures adjusted by it
    adjusted = [i for i in after[2].items if isinstance(i, Fit)]
    assert adjusted
    assert {t.variable for f in adjusted for t in f.terms} >= {"partner", "age_years"}
    assert "line-from-diagnosis" in codes
    drawn = next(i for i in after[1].items if i.id == "regression/os/model/imputed")
    assert isinstance(
        drawn, Fit
    )  # the refused covariate is no predictor of the drawn values either
    assert {t.variable for t in drawn.terms} == {"partner", "age_years"}
    mrd = "exposures/first%20MRD-negative/os/adjusted"
    assert mrd in [i.id for i in after[2].items]
    dated = [i.id for i in after[2].items if i.id.startswith("exposures/X8/os")]
    assert "exposures/X8/os/time-dependent" in dated
