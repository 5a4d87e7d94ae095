"""The wheel carries its data and licences, and its core alone runs the demo elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = ("vl_convert", "docx", "xlsxwriter", "typst", "numba", "pysam", "mappy", "starlette")
BLOCK = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def test_the_source_archive_carries_what_its_tests_read() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    include = told["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {"src", "tests", "docs", "examples"} <= set(include)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    (folder / "site" / "sitecustomize.py").write_text(
        BLOCK.format(names=set(EXTRAS)), encoding="utf-8"
    )
    return folder / "site"


def run(site: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fusionscape", *args],
        cwd=site.parent,
        env={"PYTHONPATH": str(site), "PATH": os.environ.get("PATH", "")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.xdist_group("wheel")
def test_data_fonts_and_licences_are_inside(unpacked: Path) -> None:
    names = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert any(n.endswith("data/landscape-replica/patients.csv") for n in names)
    assert any(n.endswith("data/pediatric-ten/study.toml") for n in names)
    assert any("assets/LICENSES/" in n and "OFL" in n for n in names)
    assert any("assets/LICENSES/" in n and "vega" in n for n in names)
    assert any(n.endswith("dist-info/licenses/LICENSE") for n in names)
    assert "fusionscape/py.typed" in names


@pytest.mark.xdist_group("wheel")
def test_core_alone_passes_demo(unpacked: Path) -> None:
    done = run(unpacked, "demo", "pediatric-ten", "--out", "demo-out")
    assert done.returncode == 0, done.stderr
    assert (unpacked.parent / "demo-out" / "report.html").stat().st_size > 100_000


@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize("ask", [("--figures", "svg"), ("--figures", "png,pdf")])
def test_a_missing_extra_is_a_finding_with_the_install_command(
    unpacked: Path, ask: tuple[str, str]
) -> None:
    study = unpacked / "fusionscape" / "data" / "pediatric-ten"
    done = run(unpacked, "run", str(study), "--out", "refused", *ask)
    assert done.returncode == 1
    assert 'pip install "fusionscape[export]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (unpacked.parent / "refused").exists()
