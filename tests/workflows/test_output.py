"""The output folder is the old one or the new one, whatever happens while it is written."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.results import InputError
from fusionscape.workflows import output
from fusionscape.workflows.output import check_protection, slug, unique_slugs, write_folder

SRC = Path(__file__).resolve().parents[2] / "src"
FIRST = {"results.json": b"one", "tables/a.csv": b"1", "tables/gone.csv": b"x"}
SECOND = {"results.json": b"two", "tables/a.csv": b"2", "report.html": b"<p>"}

CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from fusionscape.workflows import output
target, step, exchange = Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "exchange"
calls = 0
def counted(real):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
for name in ("fsync", "rename", "mkdir", "unlink", "rmdir"):
    setattr(os, name, counted(getattr(os, name)))
real_exchange = output._exchange
output._exchange = counted(real_exchange) if exchange else counted(lambda a, b: False)
files = {"results.json": b"two", "tables/a.csv": b"2", "report.html": b"<p>"}
output.write_folder(target, files, {})
print(calls)
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != output.MANIFEST
    }


def code_of(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.findings[0].code


def test_written_whole_with_a_manifest_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_folder(target, FIRST, {"version": "1"})
    assert content(target) == FIRST
    manifest = json.loads((target / output.MANIFEST).read_text(encoding="utf-8"))
    assert sorted(manifest["files"]) == sorted(FIRST)
    write_folder(target, SECOND, {})
    assert content(target) == SECOND
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX matter")
@pytest.mark.parametrize("way", ["exchange", "two renames"])
@pytest.mark.parametrize("old", [True, False])
def test_killed_at_every_step_leaves_the_old_or_the_new(
    tmp_path: Path, way: str, old: bool
) -> None:
    outcomes = set()
    for step in range(1, 40):
        target = tmp_path / f"{way}-{old}-{step}" / "out"
        target.parent.mkdir()
        if old:
            write_folder(target, FIRST, {})
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(SRC), str(target), str(step), way],
            capture_output=True,
            check=False,
        )
        killed = done.returncode == -signal.SIGKILL
        assert killed or done.returncode == 0, done.stderr
        if way == "exchange" and old:
            assert content(target) in (FIRST, SECOND)
        output.recover(target)
        seen = content(target) if target.exists() else None
        assert seen in ((FIRST, SECOND) if old else (None, SECOND))
        outcomes.add(None if seen is None else seen["results.json"])
        assert [p.name for p in target.parent.iterdir()] in (["out"], [])
        if not killed:
            break
    else:
        pytest.fail("the writer never finished")
    assert outcomes == {FIRST["results.json"] if old else None, SECOND["results.json"]}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_refuses_at_any_step_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    target = tmp_path / "out"
    write_folder(target, FIRST, {})
    real = os.fsync
    for step in range(1, len(SECOND) + 3):
        calls = 0

        def failing(handle: int, step: int = step) -> None:
            nonlocal calls
            calls += 1
            if calls == step:
                raise OSError(number, os.strerror(number))
            real(handle)

        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(InputError) as error:
            write_folder(target, SECOND, {})
        monkeypatch.setattr(os, "fsync", real)
        wanted = "output-disk-full" if number == errno.ENOSPC else "output-cannot-be-written"
        assert code_of(error) == wanted
        assert content(target) == FIRST
        assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    write_folder(target, FIRST, {})  # empty is fine
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.docx").write_bytes(b"years of work")
    with pytest.raises(InputError) as error:
        write_folder(other, FIRST, {})
    assert code_of(error) == "output-not-ours"
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as error:
        write_folder(target, SECOND, {})
    assert code_of(error) == "output-has-other-files"
    assert "notes.txt" in error.value.findings[0].what
    (target / "notes.txt").unlink()
    (target / "tables" / "a.csv").write_text("edited by hand", encoding="utf-8")
    with pytest.raises(InputError) as error:
        write_folder(target, SECOND, {})
    assert code_of(error) == "output-has-other-files"


def test_a_file_or_a_link_in_the_way_is_refused(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("x", encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for target in (plain, link):
        with pytest.raises(InputError) as error:
            write_folder(target, FIRST, {})
        assert code_of(error) == "output-not-a-folder"


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a b", "CON", "x.", "a\\b", ""])
def test_unsafe_names_are_a_defect(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="safe file name"):
        write_folder(tmp_path / "out", {name: b""}, {})


def test_names_that_differ_in_case_only_are_a_defect(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="case"):
        write_folder(tmp_path / "out", {"A.csv": b"", "a.csv": b""}, {})


@given(st.lists(st.text(max_size=100), max_size=8))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_slugs_are_safe_and_unique(texts: list[str]) -> None:
    slugs = unique_slugs(texts)
    assert len({s.lower() for s in slugs}) == len(texts)
    assert all((s and s == slug(s)) or s[-1].isdigit() for s in slugs)
    assert all(set(s) <= set("._-") | set(map(chr, range(48, 123))) for s in slugs)


def test_a_swap_that_the_disk_does_not_confirm_is_not_called_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    write_folder(target, FIRST, {})
    real = output._sync_folder

    def failing(folder: Path) -> None:
        if folder == tmp_path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(folder)

    monkeypatch.setattr(output, "_sync_folder", failing)
    with pytest.raises(InputError) as error:
        write_folder(target, SECOND, {})
    (said,) = error.value.findings
    assert said.code == "output-not-confirmed"
    assert "holds the new report" in said.what
    assert "nothing was changed" not in said.what + said.mend
    assert content(target) == SECOND
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_output_that_hides_more_is_not_replaced_by_one_that_hides_less(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = "fusionscape run STUDY --out DIR --pseudonymise --mask-small-cells"
    write_folder(out, {"report.html": b"masked"}, {"command": command})
    with pytest.raises(InputError) as error:
        check_protection(out, ("--pseudonymise",))
    assert error.value.findings[0].code == "output-less-protected"
    assert "--mask-small-cells" in error.value.findings[0].what
    check_protection(out, ("--pseudonymise", "--mask-small-cells"))
    check_protection(tmp_path / "new", ())
    write_folder(tmp_path / "open", {"report.html": b"all"}, {"command": "fusionscape run"})
    check_protection(tmp_path / "open", ("--mask-small-cells",))
