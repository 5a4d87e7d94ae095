"""Which optional libraries a file format needs, said before any work is done."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from fusionscape.results import Finding, InputError

FORMATS = ("docx", "pdf", "xlsx")
# format -> the extra to install, and the modules it brings that the format needs
_NEEDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "docx": ("export", ("docx", "vl_convert")),
    "pdf": ("pdf", ("typst", "vl_convert")),
    "xlsx": ("export", ("xlsxwriter",)),
}


def require(formats: Iterable[str]) -> None:
    """Raise InputError, one finding a missing extra, unless every format can be written."""
    missing: dict[str, list[str]] = {}
    for kind in formats:
        extra, modules = _NEEDS[kind]
        if any(find_spec(module) is None for module in modules):
            missing.setdefault(extra, []).append(kind)
    if missing:
        raise InputError([_finding(extra, kinds) for extra, kinds in missing.items()])


def _finding(extra: str, kinds: list[str]) -> Finding:
    return Finding(
        code="extra-missing",
        severity="error",
        what=f"Writing {' and '.join(kinds)} needs the extra {extra!r}, which is not installed.",
        mend=f'Install it with: pip install "fusionscape[{extra}]"',
    )
