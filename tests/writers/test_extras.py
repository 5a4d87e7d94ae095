"""A format whose library is missing is refused with the command that installs it."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from fusionscape.results import InputError
from fusionscape.workflows.run import Options, run_study
from fusionscape.writers import extras

EXTRA = {"docx": "export", "pdf": "pdf", "xlsx": "export"}


def nothing_installed(name: str) -> ModuleSpec | None:
    del name
    return None


@pytest.mark.parametrize("kind", extras.FORMATS)
def test_the_finding_names_the_install_command(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", nothing_installed)
    with pytest.raises(InputError) as caught:
        extras.require((kind,))
    (found,) = caught.value.findings
    assert found.code == "extra-missing" and found.severity == "error"
    assert f'pip install "fusionscape[{EXTRA[kind]}]"' in found.mend and kind in found.what


def test_each_missing_extra_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", nothing_installed)
    with pytest.raises(InputError) as caught:
        extras.require(("docx", "pdf", "xlsx"))
    assert [f.what.split(" needs")[0] for f in caught.value.findings] == [
        "Writing docx and xlsx",
        "Writing pdf",
    ]


def test_a_run_stops_before_it_reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extras, "find_spec", nothing_installed)
    with pytest.raises(InputError) as caught:  # the study does not even exist
        run_study(tmp_path / "nowhere", tmp_path / "out", Options(formats=("docx",)))
    assert [f.code for f in caught.value.findings] == ["extra-missing"]
    assert not (tmp_path / "out").exists()
