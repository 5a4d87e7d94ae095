"""One declared file of a study to Fragments, by its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fusionscape.readers.codes import finding
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.meaning.column import locate
from fusionscape.readers.meaning.interpret import Context, interpret
from fusionscape.readers.opening import open_tables
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import FileSpec
from fusionscape.results import Finding

_CALLERS = frozenset(
    {"arriba", "star-fusion", "fusioninspector", "fusioncatcher", "dragen", "jaffa", "cicero"}
)
_MOST_FILES = 20_000


def fragments_of(
    folder: Path, spec: FileSpec, context: Context, *, encoding: str | None
) -> list[Fragment]:
    """What the files of one declaration say."""
    fragments: list[Fragment] = []
    for path in _paths(folder, spec.path):
        tables, findings = _opened(path, spec, encoding)
        table, problems = _sheet(tables, spec, path.name)
        about = {path.name} | ({table.name} if table is not None else {f.file for f in findings})
        kept = tuple(f for f in findings if f.file in about)
        said = (*_outside(folder, path), *kept, *problems)
        fragments.append(Fragment(file=path.name, findings=said, opened=(path,)))
        if table is not None:
            fragments.extend(fragments_of_table(table, spec, context))
    if not fragments:
        what = f"No file matches {spec.path!r}."
        fragments.append(
            Fragment(file=spec.path, findings=(finding("file-missing", what, file=spec.path),))
        )
    return fragments


def _opened(
    path: Path, spec: FileSpec, encoding: str | None
) -> tuple[tuple[RawTable, ...], tuple[Finding, ...]]:
    """The tables of a file; a fusion caller's header without rows is one of them.

    A caller writes that for a sample in which it found no fusion; elsewhere it is an error.
    """
    tables, findings = open_tables(path, encoding=spec.encoding or encoding, headers=True)
    kept = tuple(t for t in tables if t.rows or _kind(t, spec) == "fusion-calls")
    if len(kept) == len(tables) and any(not t.rows for t in tables):
        return kept, tuple(f for f in findings if f.code != "table-without-rows")
    return kept, findings


def _paths(folder: Path, pattern: str) -> list[Path]:
    if "*" not in pattern and "?" not in pattern:
        return [folder / pattern]
    try:
        found = sorted(p for p in folder.glob(pattern) if p.is_file())
    except (ValueError, NotImplementedError, OSError):
        return []
    return found[:_MOST_FILES]


def _outside(folder: Path, path: Path) -> tuple[Finding, ...]:
    """A note where the file lies outside the study's folder, links followed."""
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # no place at all; opening says so
        return ()
    if inside:
        return ()
    what = f"{path.name[:80]} lies outside the folder of study.toml, and was looked for there."
    return (finding("file-outside-study", what, file=path.name[:80]),)


def _sheet(
    tables: tuple[RawTable, ...], spec: FileSpec, name: str
) -> tuple[RawTable | None, tuple[Finding, ...]]:
    """The declared sheet, or the only table."""
    if spec.sheet is not None:
        for table in tables:
            if table.sheet == spec.sheet:
                return table, ()
        if tables:
            titles = ", ".join(repr(t.sheet) for t in tables[:8])
            what = f"{name} has no sheet {spec.sheet!r}; it has {titles}."
            return None, (finding("sheet-missing", what, file=name),)
        return None, ()
    if len(tables) > 1:
        titles = ", ".join(repr(t.sheet) for t in tables[:8])
        what = f"{name} has {len(tables)} sheets ({titles}) and none is named; the first was read."
        return tables[0], (finding("sheet-not-declared", what, file=name),)
    return (tables[0] if tables else None), ()


def fragments_of_table(table: RawTable, spec: FileSpec, context: Context) -> list[Fragment]:
    """What one table says, read as the kind it is declared or recognised to be."""
    problem = _empty_id(table, spec)
    if problem is not None:
        return [Fragment(file=table.name, findings=(problem,))]
    kind = _kind(table, spec)
    reader = _BY_KIND.get(kind)
    if reader is None:
        return [interpret(table, spec, context)]
    return reader(table, spec, context)


def _empty_id(table: RawTable, spec: FileSpec) -> Finding | None:
    """The first patient id of which the id pattern takes nothing."""
    position = None if spec.id is None else locate(table.columns, spec.id)
    if spec.id_pattern is None or position is None:
        return None
    pattern = re.compile(spec.id_pattern)
    for index, row in enumerate(table.rows):
        match = pattern.search(row[position] or "")
        if match and match.groups() and not match.group(1):
            at = table.row_number(index)
            what = f"Row {at}: the first group of id_pattern is empty."
            return finding("id-pattern-empty", what, file=table.name, row=at, column=spec.id)
    return None


def _kind(table: RawTable, spec: FileSpec) -> str:
    if spec.kind != "auto":
        return spec.kind
    if spec.events is not None:
        return "events"
    from fusionscape.readers.formats.recognise import recognise

    known = recognise(table)
    if known == "redcap":
        return known
    if spec.columns:
        return "table"
    if known in _CALLERS:
        return "fusion-calls"
    return known or "table"


def _maf(table: RawTable, spec: FileSpec, context: Context) -> list[Fragment]:
    from fusionscape.readers.formats.maf import read_maf

    return [read_maf(table, driver=context.driver, sequenced=spec.sequenced, panel=spec.panel)]


def _calls(table: RawTable, spec: FileSpec, context: Context) -> list[Fragment]:
    from fusionscape.readers.formats.callers import read_fusion_caller
    from fusionscape.readers.formats.fusion_events import DRIVERS

    drivers = (context.driver, *(d for d in DRIVERS if d != context.driver))
    return [read_fusion_caller(table, drivers=drivers, sample=spec.sample)]


def _case_table(table: RawTable, _spec: FileSpec, context: Context) -> list[Fragment]:
    from fusionscape.readers.formats.case_table import read_case_table

    return [read_case_table(table, driver=context.driver)]


def _redcap(table: RawTable, spec: FileSpec, context: Context) -> list[Fragment]:
    from fusionscape.readers.formats.redcap import instrument, reshape_redcap

    export = reshape_redcap(table)
    head = Fragment(file=table.name, findings=export.findings)
    if spec.instrument is None:
        return [head, interpret(export.patients, spec, context)]
    long = instrument(export, spec.instrument)
    if long is None:
        what = f"{table.name} has no repeated instrument {spec.instrument!r}."
        missing = finding("sheet-missing", what, file=table.name)
        return [head, Fragment(file=table.name, findings=(missing,))]
    rest = [replace(head)]
    if spec.events is not None:
        return [*rest, *_events(long, spec, context)]
    return [*rest, interpret(long, spec, context)]


def _events(table: RawTable, spec: FileSpec, context: Context) -> list[Fragment]:
    from fusionscape.readers.formats.event_table import EventMapping, read_event_table

    if spec.events is None or (spec.id is None and not table.columns):
        return [interpret(table, spec, context)]
    mapping = EventMapping(
        patient=spec.id or table.columns[0],
        kind=spec.events.kind,
        columns=spec.events.columns,
        fixed=spec.events.fixed,
    )
    return [read_event_table(table, mapping)]


_BY_KIND: dict[str, Callable[[RawTable, FileSpec, Context], list[Fragment]]] = {
    "maf": _maf,
    "fusion-calls": _calls,
    "case-table": _case_table,
    "redcap": _redcap,
    "events": _events,
}
