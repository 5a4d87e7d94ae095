"""The console blocks of the documents: their commands, and what they say is printed."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fusionscape.cli import DONE, INPUT_ERRORS, dispatch

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```([a-z]+(?: [a-z]+)?)\n(.*?)^```$", re.S | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line after a dollar sign, and the lines shown below it."""

    line: str
    shown: str


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of a kind, such as ``console`` or ``python run``."""
    return [body for found, body in BLOCK.findall(text) if found == kind]


def commands(block: str) -> list[Command]:
    """Commands of a console block with their output."""
    parts = re.split(r"^\$ ", block, flags=re.M)
    assert parts[0] == ""
    pairs = [part.partition("\n") for part in parts[1:]]
    return [Command(line=line, shown=shown) for line, _, shown in pairs]


def expected_exit(command: Command) -> int:
    return INPUT_ERRORS if "\nerror: " in f"\n{command.shown}" else DONE


def call(command: Command, here: Path, printed: Callable[[], str]) -> None:
    """Run one command in the folder `here`; its output must be what the document shows."""
    name, *arguments = shlex.split(command.line)
    if name == "mkdir":
        (here / arguments[0]).mkdir()
        return
    if name == "cp":
        shutil.copy(here / arguments[0], here / arguments[1])
        return
    assert name == "fusionscape", command.line
    assert dispatch(arguments) == expected_exit(command), command.line
    found = printed().replace(f"{here}/", "")
    if command.shown:
        assert found == command.shown, command.line
