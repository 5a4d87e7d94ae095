"""Which files a run read, by name and checksum, without folders."""

from __future__ import annotations

import hashlib
from pathlib import Path


def input_checksums(study: Path) -> tuple[tuple[str, str], ...]:
    """(file name, sha256) of every file of the study, sorted by name."""
    folder = study.parent if study.name == "study.toml" else study
    files = [study] if study.is_file() and study.name != "study.toml" else _files(folder)
    return tuple((path.name, _sha256(path)) for path in sorted(files, key=lambda p: p.name))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")]


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
