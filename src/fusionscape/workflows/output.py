"""One output folder, whole or not at all.

Everything is written beside the target and swapped in with one rename, so that an
interruption at any moment leaves the old folder or the new one, never a mixture. Only a
folder that fusionscape wrote, and that holds nothing else, is ever replaced.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fusionscape.results import Finding, InputError

MANIFEST = "provenance.json"
_NEW, _OLD = ".fusionscape-new-", ".fusionscape-old-"


def _refuse(code: str, what: str, mend: str, path: Path) -> InputError:
    return InputError(
        [Finding(code=code, severity="error", what=what, mend=mend, file=path.name or str(path))]
    )


def _provenance(folder: Path) -> dict[str, object]:
    try:
        value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) and value.get("made_by") == "fusionscape" else {}


def _manifest(folder: Path) -> dict[str, str] | None:
    files = _provenance(folder).get("files")
    return files if isinstance(files, dict) else None


def _present(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    )


def check_target(target: Path) -> None:
    """Refuse a target that writing would harm: not a folder, not ours, or holding other files."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise _refuse(
            "output-not-a-folder",
            f"The output {target.name} exists and is not a folder.",
            "Name another folder with --out.",
            target,
        )
    if not target.exists() or not any(target.iterdir()):
        return
    ours = _manifest(target)
    if ours is None:
        raise _refuse(
            "output-not-ours",
            f"The folder {target.name} is not empty and was not written by fusionscape.",
            "Name an empty or new folder with --out.",
            target,
        )
    strays = [name for name in _present(target) if name != MANIFEST and name not in ours]
    changed = [
        name
        for name, checksum in sorted(ours.items())
        if (target / name).is_file() and _sha256(target / name) != checksum
    ]
    if strays or changed:
        kept = (strays + changed)[0]
        raise _refuse(
            "output-has-other-files",
            f"The folder {target.name} holds work that fusionscape did not write, such as {kept}.",
            "Move it elsewhere, or name another folder with --out.",
            target,
        )


def check_protection(target: Path, options: Sequence[str]) -> None:
    """Refuse to replace an output that hides patients by one that hides less.

    `options` are the protecting options of this run; those of the output that stands there
    are read from its provenance. Whoever was given the folder's name counts on them.
    """
    given = str(_provenance(target).get("command", "")).split()
    dropped = [o for o in ("--pseudonymise", "--mask-small-cells") if o in given]
    dropped = [option for option in dropped if option not in options]
    if dropped:
        raise _refuse(
            "output-less-protected",
            f"The folder {target.name} was written with {' and '.join(dropped)}; this run would"
            " replace it by an output without.",
            "Add what is missing, name another folder with --out, or delete the folder first.",
            target,
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _check_names(files: Mapping[str, bytes]) -> None:
    seen: dict[str, str] = {}
    for name in files:
        parts = name.split("/")
        if any(part in ("", ".", "..") or part != slug(part) for part in parts):
            raise ValueError(f"{name!r} is not a safe file name")
        if seen.setdefault(name.lower(), name) != name:
            raise ValueError(f"{name!r} and {seen[name.lower()]!r} differ only in case")


_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(10))}


def slug(text: str) -> str:
    """A file name that is safe everywhere: letters, digits, dot, dash and underscore.

    >>> slug("Response after course 1 (NUP98::NSD1)")
    'Response-after-course-1-NUP98-NSD1'
    """
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in text)
    while "--" in kept:
        kept = kept.replace("--", "-")
    kept = kept.strip("-. ")[:80].rstrip("-. ") or "unnamed"
    return f"{kept}-" if kept.split(".")[0].lower() in _RESERVED else kept


def unique_slugs(texts: list[str]) -> list[str]:
    """Slugs of the texts in order, made unique ignoring case by a number."""
    seen: set[str] = set()
    out: list[str] = []
    for text in texts:
        base = candidate = slug(text)
        number = 2
        while candidate.lower() in seen:
            candidate = f"{base}-{number}"
            number += 1
        seen.add(candidate.lower())
        out.append(candidate)
    return out


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name in sorted(files):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            handle.write(files[name])
            handle.flush()
            os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # no folder is synced there
            raise
    finally:
        os.close(handle)


def _exchange(a: Path, b: Path) -> bool:
    """Swap two folders in one step where the system can; False where it cannot."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        left, right = os.fsencode(a), os.fsencode(b)
        if sys.platform == "linux":
            done: int = libc.renameat2(-100, left, -100, right, 2)
        elif sys.platform == "darwin":
            done = libc.renamex_np(left, right, 2)
        else:
            return False
    except (OSError, AttributeError, TypeError):
        return False
    return done == 0


def _leftovers(target: Path) -> Iterator[Path]:
    for mark in (_NEW, _OLD):
        yield from sorted(target.parent.glob(f".{target.name}{mark}*"))


def recover(target: Path) -> None:
    """Put things right after an interruption: restore the old folder, remove half-made ones."""
    if not target.exists():
        for old in sorted(target.parent.glob(f".{target.name}{_OLD}*")):
            old.rename(target)
            break
    for left in _leftovers(target):
        shutil.rmtree(left, ignore_errors=True)


def _swap_in(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        shutil.rmtree(new, ignore_errors=True)
        return
    old = target.parent / f".{target.name}{_OLD}{os.getpid()}"
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _cannot_write(error: OSError, target: Path) -> InputError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return _refuse(
        "output-disk-full" if full else "output-cannot-be-written",
        "The disk is full." if full else f"Cannot write {target.name}: {error.strerror}.",
        "Free some room and run again; nothing was changed."
        if full
        else "Choose a folder you may write to; nothing was changed.",
        target,
    )


def write_folder(
    target: Path, files: Mapping[str, bytes], provenance: Mapping[str, object]
) -> None:
    """Write `files` (relative name -> bytes) as the folder `target`, whole or not at all.

    A manifest with the checksum of every file is added as ``provenance.json``. Raises
    InputError when the target must not be replaced or the disk does not take it; the target
    is then as it was.
    """
    _check_names(files)
    target = target.absolute()
    try:
        recover(target)
        check_target(target)
        checksums = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
        manifest = {"made_by": "fusionscape", **provenance, "files": checksums}
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.parent / f".{target.name}{_NEW}{os.getpid()}"
        new.mkdir()
        try:
            _write(new, {**files, MANIFEST: text.encode()})
            _sync_folder(new)
            _swap_in(new, target)
        except BaseException:
            with contextlib.suppress(OSError):
                shutil.rmtree(new)
            raise
    except OSError as error:
        raise _cannot_write(error, target) from error
    _confirm(target)


def _confirm(target: Path) -> None:
    """Ask the disk to keep the swap; the new folder stands even when it does not answer."""
    try:
        _sync_folder(target.parent)
    except OSError as error:
        raise _refuse(
            "output-not-confirmed",
            f"{target.name} holds the new report, but the disk did not confirm that it is kept:"
            f" {error.strerror or 'no reason given'}.",
            "Look at the report; free some room if the disk is full, and run again to be sure.",
            target,
        ) from error
