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
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            raise InputError(
                [
                    Finding(
                        code="key-file-unreadable",
                        severity="error",
                        what=f"{path.name} is not a key file that fusionscape wrote.",
                        mend="Name the right file, or a new one to make a new key.",
                        file=path.name,
                    )
                ]
            ) from None
    key = secrets.token_bytes(KEY_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.hex() + "\n")
    return key
