"""Office files are zip archives; the same content must give the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

# The date every file carries inside and out, so that no clock shows in the bytes.
FIXED = datetime(1980, 1, 1, tzinfo=UTC)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def canonical(archive: bytes, *, without: tuple[str, ...] = ()) -> bytes:
    """The archive again with sorted members, one fixed date and plain permissions."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(set(old.namelist()) - set(without)):
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            entry.create_system = 0  # the same whichever system writes it
            entry.external_attr = 0
            stored = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
