"""Places the command cannot write to are said before any work, never as a defect."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from fusionscape.cli import USAGE, dispatch
from fusionscape.cohort import build_cohort
from fusionscape.results import InputError
from fusionscape.workflows.identities import pseudonymised


def _run(folder: Path, *more: str, out: str | None = None) -> int:
    return dispatch(["run", str(folder), "--out", out or str(folder / "out"), *more])


def test_a_log_that_is_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, "--log", str(tmp_path)) == USAGE
    assert "--log names a folder" in capsys.readouterr().err


def test_a_log_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert _run(tmp_path, "--log", str(tmp_path / "no" / "run.log")) == USAGE


def test_a_log_that_cannot_be_opened(tmp_path: Path) -> None:
    assert _run(tmp_path, "--log", "/dev/full/run.log") == USAGE


def test_a_key_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    key = str(tmp_path / "no" / "key.csv")
    assert _run(tmp_path, "--pseudonymise", "--key-file", key) == USAGE


def test_a_key_file_without_pseudonyms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, "--key-file", str(tmp_path / "key.csv")) == USAGE
    assert "--pseudonymise" in capsys.readouterr().err


@pytest.mark.parametrize("length", [201, 300, 5000])
def test_an_output_name_too_long_to_write(tmp_path: Path, length: int) -> None:
    assert _run(tmp_path, out=str(tmp_path / ("x" * length))) == USAGE


@pytest.mark.parametrize("place", [os.devnull, "/proc/no-such-place"])
def test_a_key_is_kept_in_a_regular_file_only(place: str, tmp_path: Path) -> None:
    cohort = build_cohort(name="x", patients=pl.DataFrame({"patient_id": ["a"]}))
    with pytest.raises(InputError) as told:
        pseudonymised(cohort, Path(place), tmp_path / "out")
    code = told.value.findings[0].code
    assert code == ("key-file-unreadable" if place == os.devnull else "key-file-not-written")
