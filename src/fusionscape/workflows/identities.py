"""The key of the pseudonyms: made on request, kept outside the output, never in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from fusionscape.results import Finding, InputError
from fusionscape.workflows.pseudonymise import pseudonymise

if TYPE_CHECKING:
    from fusionscape.cohort import Cohort

KEY_BYTES = 32


def pseudonymised(cohort: Cohort, key_file: Path | None, out: Path) -> Cohort:
    """The cohort under new ids; the key is kept in `key_file` or thrown away."""
    if key_file is None:
        return pseudonymise(cohort, secrets.token_bytes(KEY_BYTES))[0]
    path = key_file.absolute()
    if path == out or out in path.parents:
        raise InputError(
            [
                Finding(
                    code="key-file-inside-output",
                    severity="error",
                    what="The key file would lie in the output folder, beside what it unlocks.",
                    mend="Name a file outside the output with --key-file.",
                    file=path.name,
                )
            ]
        )
    return pseudonymise(cohort, _key(path))[0]


def _key(path: Path) -> bytes:
    """The key in the file, made on first use so that later runs give the same ids."""
    if path.exists():
        try:
            if not path.is_file():  # a device may be read without end
                raise ValueError
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            what = f"{path.name} is not a key file that fusionscape wrote."
            mend = "Name the right file, or a new one to make a new key."
            raise InputError([_refused("key-file-unreadable", what, mend, path)]) from None
    key = secrets.token_bytes(KEY_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(key.hex() + "\n")
    except OSError as error:
        what = f"The key file {path.name} cannot be written: {error.strerror}."
        mend = "Name a file in a folder that can be written to."
        raise InputError([_refused("key-file-not-written", what, mend, path)]) from None
    return key


def _refused(code: str, what: str, mend: str, path: Path) -> Finding:
    return Finding(code=code, severity="error", what=what, mend=mend, file=path.name)
