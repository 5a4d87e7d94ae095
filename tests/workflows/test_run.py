"""The main job end to end: what comes out, whole, the same every time, and in what time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from fusionscape.cohort import Cohort
from fusionscape.readers import read
from fusionscape.results import Analysis, Estimate, Refusal
from fusionscape.results.document import loads
from fusionscape.workflows.run import compute, failures

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ("landscape-replica", "pediatric-ten")


def fusionscape(*args: str, seed: str = "0", cwd: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "fusionscape", *args],
        env={
            "PYTHONPATH": str(ROOT / "src"),
            "PATH": os.environ.get("PATH", ""),
            "PYTHONHASHSEED": seed,
            "POLARS_MAX_THREADS": "1" if seed == "0" else "2",
        },
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module", params=STUDIES)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    said = fusionscape("demo", request.param, "--out", str(folder))
    assert said.strip().splitlines()[-1] == str(folder / "report.html")
    return folder


def test_everything_is_there_and_checksummed(demo: Path) -> None:
    names = set(digests(demo))
    assert {"report.html", "results.json", "provenance.json"} <= names
    assert any(name.startswith("tables/") for name in names)
    manifest = json.loads((demo / "provenance.json").read_text(encoding="utf-8"))
    written = {k: v for k, v in digests(demo).items() if k != "provenance.json"}
    assert manifest["files"] == written


def test_the_report_is_small_and_the_results_read_back(demo: Path) -> None:
    assert (demo / "report.html").stat().st_size <= 3_000_000
    document = loads((demo / "results.json").read_text(encoding="utf-8"))
    assert all(isinstance(r, Analysis) for r in document.results)
    items = [i for r in document.results if isinstance(r, Analysis) for i in r.items]
    assert len(items) > 50
    for item in items:
        if isinstance(item, Estimate) and item.scale == "proportion" and item.count is not None:
            assert not item.n or item.estimate == pytest.approx(item.count / item.n, rel=1e-12)


@pytest.mark.parametrize("name", STUDIES)
def test_same_bytes_in_two_folders_under_two_hash_seeds(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "one" / "out", tmp_path / "two" / "elsewhere"
    fusionscape("demo", name, "--out", str(first), seed="0", cwd=tmp_path)
    fusionscape("demo", name, "--out", str(second), seed="4242", cwd=ROOT)
    assert digests(first) == digests(second)


def test_no_section_failed(demo: Path) -> None:
    rows = json.loads((demo / "results.json").read_text(encoding="utf-8"))["results"]
    assert [r["id"] for r in rows if r.get("code") in ("defect", "not-computable")] == []


def test_a_section_that_fails_is_told_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(cohort: Cohort) -> Analysis:
        raise ValueError("planted")

    monkeypatch.setattr("fusionscape.analyses.prevalence.prevalence", broken)
    with as_file(files("fusionscape.data") / "pediatric-ten") as study:
        analyses = compute(read(study))
    (told,) = failures(analyses)
    assert "prevalence" in told.what and "ValueError" in told.what
    assert sum(a.id != "prevalence" and len(a.items) > 1 for a in analyses) > 5


def test_every_n_is_a_box_of_the_flow(demo: Path) -> None:
    document = loads((demo / "results.json").read_text(encoding="utf-8"))
    analyses = [r for r in document.results if isinstance(r, Analysis)]
    flow = next(a for a in analyses if a.id == "flow").items[0]
    boxes = {node.n for node in flow.nodes}  # type: ignore[union-attr]
    for analysis in analyses:
        for item in analysis.items:
            if not isinstance(item, Refusal):
                assert int(item.n) in boxes, item.id


def test_the_parts_of_every_box_add_up(demo: Path) -> None:
    document = loads((demo / "results.json").read_text(encoding="utf-8"))
    flow = next(r for r in document.results if r.id == "flow")
    nodes = flow.items[0].nodes  # type: ignore[union-attr]
    for parent in nodes:
        parts = [node.n for node in nodes if node.parent == parent.id and node.part]
        if parts:
            assert sum(parts) == parent.n, parent.id


def test_synthetic_says_so_and_no_p_comes_from_an_invented_variable(tmp_path: Path) -> None:
    out = tmp_path / "out"
    fusionscape("demo", "landscape-replica", "--out", str(out))
    assert "SYNTHETIC" in (out / "report.html").read_text(encoding="utf-8")
    rows = json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]
    invented = ("age_years", "wbc_10e9_l", "platelets_10e9_l", "transplant")
    seen = 0
    for row in rows:
        if any(f"/{name}" in row["id"] for name in invented):
            seen += 1
            assert row.get("p") is None, row["id"]
    assert seen
    assert not any(row["id"].startswith("survival/") and row["kind"] == "estimate" for row in rows)


def test_a_second_run_into_the_same_folder_replaces_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    fusionscape("demo", "pediatric-ten", "--out", str(out))
    before = digests(out)
    fusionscape("demo", "pediatric-ten", "--out", str(out))
    assert digests(out) == before


def test_input_errors_exit_1_with_findings_and_write_nothing(tmp_path: Path) -> None:
    table = tmp_path / "rubbish.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "fusionscape", "run", str(table), "--out", str(tmp_path / "out")],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ.get("PATH", "")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "error:" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
