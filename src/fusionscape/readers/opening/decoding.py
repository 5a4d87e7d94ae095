"""Bytes to text: UTF-8, UTF-16, or an encoding the user names; never a silent guess."""

from __future__ import annotations

import codecs

from fusionscape.readers.codes import finding
from fusionscape.results import Finding

OFFERED = ("cp1252", "gb18030")


# Python calls these text encodings, too; no table is written in them.
_NOT_FOR_TABLES = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"}
)


def unknown_encoding(encoding: str | None, file: str | None = None) -> Finding | None:
    """Why this name cannot be the encoding of a table; None where it can, or none is named."""
    if encoding is None or _is_text(encoding):
        return None
    what = f"There is no text encoding called {encoding[:40]!r}."
    return finding("encoding-not-known", what, file=file, value=encoding)


def _is_text(encoding: str) -> bool:
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    plain = codec.name.replace("_", "-")
    return codec._is_text_encoding and plain not in _NOT_FOR_TABLES


def decode(data: bytes, name: str, *, encoding: str | None) -> tuple[str, str] | Finding:
    """The text and the encoding it was read in, or why it could not be read."""
    if encoding is not None:
        return _declared(data, name, encoding)
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _strict(data[len(mark) :], name, codec)
    codec = _utf16_without_mark(data) or "utf-8"
    return _strict(data, name, codec)


def _strict(data: bytes, name: str, codec: str) -> tuple[str, str] | Finding:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as problem:
        return _unknown(data, name, codec, problem.start)
    if "\x00" in text:
        what = f"{name} holds {text.count(chr(0))} NUL characters; a text table has none."
        return finding("file-binary", what, file=name)
    return text, codec


def _unknown(data: bytes, name: str, codec: str, at: int) -> Finding:
    if b"\x00" in data[:4096]:
        return finding("file-binary", f"{name} is not a text file.", file=name)
    fits = [candidate for candidate in OFFERED if _decodes(data, candidate)]
    row = data.count(b"\n", 0, at) + 1
    offer = " or ".join(f"--encoding {candidate}" for candidate in fits)
    mend = f"Try {offer} (it can be read so); look at names with accents to see which is right."
    return finding(
        "encoding-unknown",
        f"{name} is not {codec.upper()} text (first at row {row}).",
        mend=mend if fits else None,
        file=name,
        row=row,
    )


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes, name: str, encoding: str) -> tuple[str, str] | Finding:
    unknown = unknown_encoding(encoding, name)
    if unknown is not None:
        return unknown
    codec = codecs.lookup(encoding)
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(mark) and codec.name in ("utf-8", "utf-16-le", "utf-16-be"):
            data = data[len(mark) :]
            break
    try:
        text = data.decode(encoding)
        if codec.name.startswith("utf-16") and _is_utf8(data):  # any bytes pass for UTF-16
            raise ValueError
    except (UnicodeError, ValueError):
        what = f"{name} cannot be read as {encoding}."
        return finding("encoding-wrong", what, file=name)
    if "\x00" in text:
        return finding("file-binary", f"{name} holds NUL characters.", file=name)
    return text, codec.name


def _is_utf8(data: bytes) -> bool:
    """True for text in UTF-8: text in UTF-16 has a mark, or NULs beside every plain letter."""
    return b"\x00" not in data and _decodes(data, "utf-8")


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:4096]
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return None
