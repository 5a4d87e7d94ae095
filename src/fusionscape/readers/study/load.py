"""study.toml to a StudySpec, every mistake a finding with its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fusionscape.readers.codes import finding
from fusionscape.readers.opening.content import load
from fusionscape.readers.study.model import StudySpec
from fusionscape.results import Finding

STUDY_BYTES = 16 * 1024 * 1024
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def load_study(path: Path) -> tuple[StudySpec | None, tuple[Finding, ...]]:
    """The study a study.toml describes, or None and what is wrong with it."""
    data = load(path)
    if isinstance(data, Finding):
        return None, (data,)
    if len(data) > STUDY_BYTES:
        what = f"{path.name} is far too large for a study.toml."
        return None, (finding("study-toml-broken", what, file=path.name),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        what = f"{path.name} is not UTF-8."
        return None, (finding("study-toml-broken", what, file=path.name),)
    return parse_study(text, name=path.name)


def parse_study(text: str, *, name: str) -> tuple[StudySpec | None, tuple[Finding, ...]]:
    """The study written in `text`; `name` is the file that findings speak of."""
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # also a number of 5,000 digits
        message = str(problem)[:200]
        match = _LINE.search(message)
        row = int(match.group(1)) if match else None
        what = f"{name} is not TOML: {_LINE.sub('', message).strip()}."
        return None, (finding("study-toml-broken", what, file=name, row=row),)
    try:
        return StudySpec.model_validate(tree), ()
    except ValidationError as problem:
        return None, tuple(_mistake(error, text, name) for error in problem.errors())


def _mistake(error: Any, text: str, name: str) -> Finding:
    path = [str(part) for part in error["loc"]]
    where = _key(error["loc"])
    row = _line_of(text, error["loc"])
    if error["type"] == "extra_forbidden":
        what = f"study.toml has no key {where}."
        return finding("study-key-unknown", what, file=name, row=row, column=path[-1])
    if error["type"] == "missing":
        what = f"study.toml lacks the key {where}."
        return finding("study-key-missing", what, file=name, row=row, column=path[-1])
    given = error.get("input")
    value = given if isinstance(given, str) else repr(given)
    what = f"{where} in study.toml: {error['msg'].rstrip('.')}."
    return finding("study-value-wrong", what, file=name, row=row, column=path[-1], value=value)


def _key(location: tuple[int | str, ...]) -> str:
    parts: list[str] = []
    for part in location:
        if isinstance(part, int) and parts:
            parts[-1] += f"[{part + 1}]"
        else:
            parts.append(str(part))
    return ".".join(parts)


def _line_of(text: str, location: tuple[int | str, ...]) -> int | None:
    """The line of a key, found by walking the table headers; None when it cannot be told."""
    lines = text.splitlines()
    start, end = 0, len(lines)
    prefix: list[str] = []
    key: str | None = None
    for part in location:
        if isinstance(part, int):
            header = f"[[{'.'.join(prefix)}]]"
            spots = [i for i in range(start, end) if _header(lines[i]) == header]
            if part >= len(spots):
                break
            start = spots[part]
            end = spots[part + 1] if part + 1 < len(spots) else end
            key = None
        else:
            prefix.append(part)
            key = part
    for i in range(start, end):
        if key is not None and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[i]):
            return i + 1
        if key is not None and _header(lines[i]) == f"[{'.'.join(prefix)}]":
            return i + 1
    return start + 1 if start else None


def _header(line: str) -> str:
    return line.split("#")[0].strip().replace(" ", "")
