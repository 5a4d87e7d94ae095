"""Ctrl-C at any moment: one line, exit code 130, no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fusionscape import __main__ as entry
from fusionscape.cli import INTERRUPTED, dispatch

SRC = Path(__file__).resolve().parents[2] / "src"
# The module that is being loaded sends the signal, as a finger would in the middle of it.
CHILD = """
import builtins, os, signal, sys
real = builtins.__import__
def slow(name, *rest, **more):
    if name == NAME:
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest, **more)
builtins.__import__ = slow
from fusionscape.__main__ import main
sys.argv = ["fusionscape", "check", "nothing-here.csv"]
main()
"""


@pytest.mark.parametrize("name", ["cyclopts", "polars", "fusionscape.readers"])
def test_while_modules_are_loaded(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD.replace("NAME", repr(name))],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Interrupted.\n"


def test_while_a_command_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fusionscape.readers.check", interrupted)
    assert dispatch(["check", "x"]) == INTERRUPTED
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_module_that_turns_the_interruption_into_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as problem:
            raise ImportError("half loaded") from problem

    monkeypatch.setattr("fusionscape.readers.check", broken)
    assert dispatch(["check", "x"]) == INTERRUPTED
    assert capsys.readouterr().err == "Interrupted.\n"


def test_the_signal_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(
        "fusionscape.cli.main", lambda: seen.append(signal.getsignal(signal.SIGINT))
    )
    before = signal.getsignal(signal.SIGINT)
    entry.main()
    assert seen == [before] and signal.getsignal(signal.SIGINT) == before
