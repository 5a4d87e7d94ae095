"""The bytes of a file under limits, and what kind of file they are."""

from __future__ import annotations

import stat
import zlib
from pathlib import Path

from fusionscape.readers.codes import finding
from fusionscape.readers.opening import limits
from fusionscape.results import Finding

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LFS = b"version https://git-lfs.github.com/spec/"
_BINARY = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
    b"RDX": "an R data file",
    b"BAM\x01": "a BAM file",
    b"$FL2": "an SPSS file",
}


def load(path: Path) -> bytes | Finding:
    """The bytes of the file, unpacked when it is gzip, or why they cannot be had."""
    name = path.name or path.resolve().name
    try:
        status = path.stat()
    except FileNotFoundError:
        return finding("file-missing", f"There is no file {name}.", file=name)
    except (OSError, ValueError) as problem:
        return _unreadable(name, problem)
    if stat.S_ISDIR(status.st_mode):
        return finding("file-is-folder", f"{name} is a folder, not a file.", file=name)
    if not stat.S_ISREG(status.st_mode):
        return finding("file-not-regular", f"{name} is a device or a pipe.", file=name)
    if not status.st_size:  # also the windows of the system that look like files and may wait
        return finding("file-empty", f"{name} holds nothing.", file=name)
    if status.st_size > limits.FILE_BYTES:
        return _too_large(name)
    try:
        with path.open("rb") as handle:
            data = handle.read(limits.FILE_BYTES + 1)
    except OSError as problem:
        return _unreadable(name, problem)
    return _content(data, name)


def _content(data: bytes, name: str) -> bytes | Finding:
    if data[:2] == b"\x1f\x8b":
        unpacked = _gunzip(data, name)
        if isinstance(unpacked, Finding):
            return unpacked
        data = unpacked
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return finding("file-empty", f"{name} holds nothing.", file=name)
    if data.startswith(_LFS):
        what = f"{name} is a placeholder of Git LFS; the data themselves were not downloaded."
        return finding("git-lfs-placeholder", what, file=name)
    if data.startswith(_OLE):
        what = f"{name} is an old Excel workbook (.xls) or one protected by a password."
        return finding("workbook-old-or-locked", what, file=name)
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            return finding("file-binary", f"{name} is {kind}, not a table.", file=name)
    return data


def _gunzip(data: bytes, name: str) -> bytes | Finding:
    unpacker = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest:
            part = unpacker.decompress(rest, limits.CHUNK)
            size += len(part)
            parts.append(part)
            bomb = size > limits.ZIP_RATIO_FREE_BYTES and size > limits.ZIP_RATIO * len(data)
            if size > limits.FILE_BYTES or bomb:
                return _too_large(name)
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                rest = unpacker.unused_data
                if rest[:2] != b"\x1f\x8b":
                    break
                unpacker = zlib.decompressobj(wbits=31)
    except zlib.error:
        return finding("gzip-broken", f"{name} cannot be unpacked.", file=name)
    if not unpacker.eof:
        return finding("gzip-broken", f"{name} ends in the middle.", file=name)
    return b"".join(parts)


def _too_large(name: str) -> Finding:
    megabytes = limits.FILE_BYTES // (1024 * 1024)
    return finding("file-too-large", f"{name} holds more than {megabytes} MB.", file=name)


def _unreadable(name: str, problem: Exception) -> Finding:
    reason = getattr(problem, "strerror", None) or "the name cannot be used"
    return finding("file-not-readable", f"{name[:80]} cannot be read: {reason}.", file=name[:80])
