"""Draft a study.toml beside the tables it describes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fusionscape.results import Finding, InputError, has_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Where the draft was written, what it was unsure of, and what was found."""

    path: Path
    unsure: tuple[str, ...]
    findings: tuple[Finding, ...]


def init_study(
    tables: Sequence[Path], out: Path | None = None, *, encoding: str | None = None
) -> Drafted:
    """Look at the tables and write a commented study.toml; an existing one is never replaced."""
    from fusionscape.readers import draft

    path = (out or Path(tables[0]).parent).absolute()
    path = path / "study.toml" if path.suffix != ".toml" else path
    drafted = draft(tables, encoding=encoding, folder=path.parent)
    if has_errors(drafted.findings):
        raise InputError(drafted.findings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as handle:
            handle.write(drafted.toml)
    except FileExistsError:
        raise _refused(
            "study-toml-exists",
            f"{path.name} exists already and is not replaced.",
            "Move it away, or name another folder with --out.",
            path,
        ) from None
    except OSError as error:
        raise _refused(
            "study-toml-cannot-be-written",
            f"Cannot write {path.name}: {error.strerror}.",
            "Choose a folder you may write to with --out.",
            path,
        ) from None
    return Drafted(path=path, unsure=tuple(drafted.unsure), findings=tuple(drafted.findings))


def _refused(code: str, what: str, mend: str, path: Path) -> InputError:
    return InputError([Finding(code=code, severity="error", what=what, mend=mend, file=path.name)])
