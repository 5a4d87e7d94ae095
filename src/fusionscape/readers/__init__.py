"""Files to a Cohort, or to a list of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fusionscape.readers.drafting import Draft, draft
    from fusionscape.readers.reading import check, read

__all__ = ["Draft", "check", "draft", "read"]

_HOMES = {
    "Draft": "fusionscape.readers.drafting",
    "draft": "fusionscape.readers.drafting",
    "check": "fusionscape.readers.reading",
    "read": "fusionscape.readers.reading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
