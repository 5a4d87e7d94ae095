"""Which files a run read, by name and checksum, without the place of their folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def input_checksums(study: Path, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, sha256) of the files that were read, sorted by name.

    `names` are as seen from the folder of `study`; a file declared by its full place is shown
    by its own name alone.
    """
    folder = study if study.is_dir() else study.parent
    shown = sorted((_shown(name), name) for name in names)
    return tuple((label, _sha256(folder / name)) for label, name in shown)


def _shown(name: str) -> str:
    path = Path(name)
    return path.name if path.is_absolute() else name


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
