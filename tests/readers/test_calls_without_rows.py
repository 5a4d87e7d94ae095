"""A caller's table with a header and no rows: the sample was tested and carries no fusion."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from fusionscape.readers import check, read
from fusionscape.results import InputError

ROOT = Path(__file__).resolve().parents[2]
CALLERS = ROOT / "examples" / "formats" / "callers"
HEADERS = {
    "arriba": None,
    "star-fusion": "#FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene\tLeftBreakpoint"
    "\tRightGene\tRightBreakpoint\n",
    "cicero with a sample column": "sample\tgeneA\tchrA\tposA\tortA\tfeatureA\tgeneB\tchrB\tposB"
    "\tortB\tfeatureB\treadsA\treadsB\n",
}


def study(folder: Path, header: str | None) -> Path:
    """The example with the first line of A3's table, or with `header` in its place."""
    shutil.copytree(CALLERS, folder / "study")
    calls = folder / "study" / "calls" / "A3.tsv"
    first = calls.read_text(encoding="utf-8").split("\n")[0] + "\n"
    calls.write_text(header or first, encoding="utf-8")
    return folder / "study"


@pytest.mark.parametrize("header", HEADERS.values(), ids=list(HEADERS))
def test_a_sample_without_calls_is_tested_and_clear(tmp_path: Path, header: str | None) -> None:
    cohort = read(study(tmp_path, header))
    states = dict(zip(cohort.patients["patient_id"], cohort.driver_state(), strict=True))
    before = read(CALLERS)
    assert states == dict(zip(before.patients["patient_id"], before.driver_state(), strict=True))
    assert list(states.values()).count(False) == 1
    said = [f for f in cohort.findings if f.code == "sample-without-calls"]
    assert [(f.file, f.value, f.severity) for f in said] == [("A3.tsv", "A3", "note")]


def test_compressed_and_without_a_last_line_end(tmp_path: Path) -> None:
    folder = study(tmp_path, None)
    plain = folder / "calls" / "A3.tsv"
    text = plain.read_text(encoding="utf-8").rstrip("\n")
    (folder / "calls" / "A3.tsv.gz").write_bytes(gzip.compress(text.encode()))
    plain.unlink()
    said = (folder / "study.toml").read_text(encoding="utf-8").replace("*.tsv", "*.tsv*")
    (folder / "study.toml").write_text(said, encoding="utf-8")
    assert list(read(folder).driver_state()).count(False) == 1


def test_a_patient_table_without_rows_stays_an_error(tmp_path: Path) -> None:
    folder = study(tmp_path, None)
    patients = folder / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8").split("\n")[0] + "\n")
    assert "table-without-rows" in [f.code for f in check(folder) if f.severity == "error"]


def test_a_header_of_no_caller_stays_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(study(tmp_path, "a\tb\tc\n"))
    assert "unknown-fusion-table" in [f.code for f in caught.value.findings]
