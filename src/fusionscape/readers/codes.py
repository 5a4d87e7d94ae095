"""The catalogue of finding codes: one severity, one meaning and one way to mend for each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple, cast

from fusionscape.results import Finding, Severity

SHOWN_PER_COLUMN = 10
VALUE_SHOWN = 80


class Code(NamedTuple):
    """What a code means and how its findings are mended."""

    severity: Severity
    meaning: str
    mend: str


@cache
def catalogue() -> Mapping[str, Code]:
    """Every code a reader may give, by name."""
    text = files("fusionscape.readers").joinpath("codes.toml").read_text(encoding="utf-8")
    entries = {
        name: Code(cast(Severity, entry["severity"]), entry["meaning"], entry["mend"])
        for name, entry in tomllib.loads(text).items()
    }
    return MappingProxyType(entries)


def finding(
    code: str,
    what: str,
    *,
    mend: str | None = None,
    file: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    count: int = 1,
) -> Finding:
    """A finding with the severity of its code; `mend` replaces the catalogue's advice.

    Raises KeyError for a code that is not in the catalogue.
    """
    entry = catalogue()[code]
    return Finding(
        code=code,
        severity=entry.severity,
        what=what,
        mend=mend or entry.mend,
        file=file,
        row=row,
        column=column,
        value=shown(value),
        count=count,
    )


def shown(value: str | None) -> str | None:
    """A value short enough to print, with control characters made visible."""
    if value is None:
        return None
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value[:200])
    return clean if len(clean) <= VALUE_SHOWN else clean[: VALUE_SHOWN - 1] + "…"


def tally(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """At most ten findings of one code, file and column; one more counts the rest."""
    kept: list[Finding] = []
    seen: dict[tuple[str, str | None, str | None], int] = {}
    rest: dict[tuple[str, str | None, str | None], tuple[int, Finding]] = {}
    for item in findings:
        key = (item.code, item.file, item.column)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= SHOWN_PER_COLUMN:
            kept.append(item)
        else:
            rest[key] = (rest.get(key, (0, item))[0] + item.count, item)
    for (code, file, column), (count, item) in rest.items():
        what = f"{count} more findings of this kind are not listed one by one."
        kept.append(finding(code, what, mend=item.mend, file=file, column=column, count=count))
    return tuple(kept)


def catalogue_page() -> str:
    """The catalogue as the page docs/findings.md."""
    lines = [
        "# Findings",
        "",
        "What `fusionscape check` may say about the input. An **error** stops the run; a",
        "**warning** and a **note** travel with the cohort and are printed in the report.",
        "Codes are stable.",
        "",
        "| code | severity | meaning | how to mend |",
        "|---|---|---|---|",
    ]
    for name in sorted(catalogue()):
        code = catalogue()[name]
        lines.append(f"| `{name}` | {code.severity} | {code.meaning} | {code.mend} |")
    return "\n".join(lines) + "\n"
