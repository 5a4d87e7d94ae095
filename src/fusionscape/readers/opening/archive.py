"""A workbook's zip, looked through before anything parses it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from fusionscape.readers.codes import finding
from fusionscape.readers.opening import limits
from fusionscape.results import Finding

_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*>")
_REFERENCE = re.compile(
    rb"<(?:\w+:)?(?:c\s[^>]*?\br|dimension\s[^>]*?\bref)\s*=\s*[\"']([^\"']*)[\"']"
)
_CORNER = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d{1,20})[\"']")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_EMPTY_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3}\d{1,7})[\"'][^>]*>"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</)"
)
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\bt=[\"']e[\"'][^>]*>(?:<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))?"
    rb"<(?:\w+:)?v>([^<]*)<"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetForm:
    """What the XML of one worksheet holds besides its values."""

    cells: int
    first_row: int
    rows: int
    columns: int
    formulas: int
    empty_formulas: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A workbook that passed the limits."""

    sheets: dict[str, SheetForm]
    dates_1904: bool


def inspect(data: bytes, name: str) -> Archive | Finding:
    """The worksheets of a workbook by zip member, or why it is refused.

    Every member is unpacked as a stream under limits on bytes, ratio and number; XML with a
    document type or entities is refused, as is XML that is not UTF-8.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        return finding("workbook-broken", f"{name} is a damaged workbook.", file=name)
    except RuntimeError:
        what = f"{name} is protected by a password."
        return finding("workbook-old-or-locked", what, file=name)


def _members(archive: zipfile.ZipFile, name: str) -> Archive | Finding:
    members = archive.infolist()
    if len(members) > limits.ZIP_MEMBERS:
        what = f"{name} packs {len(members):,} parts; a workbook has some dozens."
        return finding("workbook-bomb", what, file=name)
    names = [member.filename for member in members]
    if "xl/workbook.xml" not in names or len(set(names)) != len(names):
        what = f"{name} is a zip archive, not an .xlsx workbook."
        return finding("workbook-not-xlsx", what, file=name)
    sheets: dict[str, SheetForm] = {}
    dates_1904 = False
    total = 0
    for member in members:
        content = _stream(archive, member, total)
        if content is None:
            what = f"{name} unpacks to far more than it holds ({member.filename[:60]})."
            return finding("workbook-bomb", what, file=name)
        total += len(content)
        if member.filename.endswith((".xml", ".rels")) and _unsafe(content):
            what = f"{name} holds XML with a document type or entities ({member.filename[:60]})."
            return finding("workbook-unsafe-xml", what, file=name)
        if member.filename == "xl/workbook.xml":
            dates_1904 = re.search(rb"date1904=[\"'](?:1|true)[\"']", content) is not None
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
            if _off_the_grid(content):
                what = f"{name} names cells no sheet has ({member.filename[:60]})."
                return finding("workbook-broken", what, file=name)
            sheets[member.filename] = _form(content)
    return Archive(sheets=sheets, dates_1904=dates_1904)


def _stream(archive: zipfile.ZipFile, member: zipfile.ZipInfo, before: int) -> bytes | None:
    allowed = max(limits.ZIP_RATIO_FREE_BYTES, limits.ZIP_RATIO * member.compress_size)
    parts: list[bytes] = []
    size = 0
    with archive.open(member) as stream:
        while chunk := stream.read(limits.CHUNK):
            size += len(chunk)
            if size > allowed or before + size > limits.FILE_BYTES:
                return None
            parts.append(chunk)
    return b"".join(parts)


def _unsafe(content: bytes) -> bool:
    return (
        b"<!DOCTYPE" in content
        or b"<!ENTITY" in content
        or content[:2] in (b"\xff\xfe", b"\xfe\xff")
        or b"\x00" in content[:400]
    )


def _off_the_grid(content: bytes) -> bool:
    """True when a cell, row or range lies past XFD1048576; the parser would allot it all."""
    if any(int(row) > _LAST_ROW for row in _ROW.findall(content)):
        return True
    for value in _REFERENCE.findall(content):
        for corner in value.replace(b"$", b"").split(b":"):
            match = _CORNER.fullmatch(corner.strip())
            if match is None:
                return True
            column = _column_number(match.group(1).upper())
            if column > _LAST_COLUMN or not 1 <= int(match.group(2)) <= _LAST_ROW:
                return True
    return False


def _form(content: bytes) -> SheetForm:
    cells = rows = columns = first_row = 0
    for match in _CELL.finditer(content):
        cells += 1
        row = int(match.group(2))
        first_row = min(first_row or row, row)
        rows = max(rows, row)
        columns = max(columns, _column_number(match.group(1)))
    formulas = len(_FORMULA.findall(content))
    empty = tuple(c.decode() for c in _EMPTY_FORMULA.findall(content)) if formulas else ()
    errors = tuple(e.decode("utf-8", "replace") for e in _ERROR.findall(content))
    return SheetForm(
        cells=cells,
        first_row=first_row or 1,
        rows=rows,
        columns=columns,
        formulas=formulas,
        empty_formulas=empty,
        errors=errors,
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
