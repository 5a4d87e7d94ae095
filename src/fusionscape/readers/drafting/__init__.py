"""Tables to the draft of a study.toml: recognised columns, proposed joins, open questions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from fusionscape.readers.cbioportal import is_cbioportal
from fusionscape.readers.codebooks import codebook, recognise
from fusionscape.readers.codes import finding, tally
from fusionscape.readers.drafting.ends import ends_of_follow_up
from fusionscape.readers.drafting.guess import guess_columns
from fusionscape.readers.drafting.joins import find_joins, id_columns
from fusionscape.readers.drafting.parts import Draft, DraftFile, Guess, Join, Unsure
from fusionscape.readers.drafting.questions import questions, unsure_of
from fusionscape.readers.drafting.redcap import draft_redcap
from fusionscape.readers.drafting.text import write_draft
from fusionscape.readers.meaning.column import in_place_of_missing, locate_any
from fusionscape.readers.opening import open_tables
from fusionscape.readers.opening.decoding import unknown_encoding
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import CodebookSpec
from fusionscape.results import Finding, has_errors

__all__ = ["Draft", "Join", "Unsure", "draft"]


def draft(
    paths: Iterable[Path | str], *, encoding: str | None = None, folder: Path | str | None = None
) -> Draft:
    """What do these tables hold? A commented study.toml, and everything it is not sure of.

    Columns are recognised by name (English, Chinese, German, French) and content; every column
    whose name is not a listed one, whose values do not fit, or whose unit is not said stands in
    `unsure`. Paths are written as seen from `folder`, where study.toml will stand (the folder
    of the first table unless said). Nothing is raised: what is wrong with a file is in
    `findings`.
    """
    places = [Path(p) for p in paths]
    home = Path(folder) if folder is not None else (places[0].parent if places else Path())
    unknown = unknown_encoding(encoding)
    found: list[Finding] = [] if unknown is None else [unknown]
    files: list[DraftFile] = []
    tables: list[RawTable] = []
    for path in places if unknown is None else ():
        opened, problems = open_tables(path, encoding=encoding)
        found.extend(problems)
        if has_errors(problems):
            continue
        for table in opened:
            drafted, file = _drafted(table, path, home, found)
            tables.append(drafted)
            files.append(file)
    if not files and not has_errors(found):
        found.append(finding("no-patients", "No table was given."))
    ids = id_columns(tables, files)
    joins = find_joins(tables, ids)
    files = [_with_id(file, ids.get(i)) for i, file in enumerate(files)]
    files = ends_of_follow_up(tables, files)
    unsure = [u for file in files for u in file.unsure]
    unsure.extend(questions(tables, files, joins))
    return Draft(
        toml=write_draft(files, joins, tuple(unsure), encoding=encoding),
        findings=tally(found),
        unsure=tuple(str(question) for question in unsure),
        questions=tuple(unsure),
        joins=joins,
    )


def _seen_from(home: Path, path: Path) -> str:
    """The path as study.toml will name it, with forward slashes."""
    try:
        return PurePath(os.path.relpath(path, home)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _drafted(
    table: RawTable, place: Path, home: Path, found: list[Finding]
) -> tuple[RawTable, DraftFile]:
    """The table as it will be read, and its part of the draft."""
    path = _seen_from(home, place)
    known = recognise(table.columns)
    if known is not None:
        return table, _by_codebook(table, path, known)
    from fusionscape.readers.formats.recognise import recognise as recognise_format

    kind = recognise_format(table)
    if kind == "redcap":
        return draft_redcap(table, path)
    if kind is not None and kind.startswith("cbioportal-"):
        if place.name.startswith("data_") or is_cbioportal(place.parent):
            return table, _of_cbioportal(table, path, kind, found)
        kind = None  # a table of one's own under cBioPortal's names
    return table, _file(table, path, kind)


def _of_cbioportal(table: RawTable, path: str, kind: str, found: list[Finding]) -> DraftFile:
    """A cBioPortal study is read whole, by its folder; a study.toml would stand in the way."""
    what = f"{table.name} ({kind}) belongs to a cBioPortal study, which needs no study.toml."
    found.append(finding("cbioportal-table", what, file=table.name))
    why = (
        "it belongs to a cBioPortal study, which is read whole: give its folder, without study.toml"
    )
    unsure = Unsure(file=table.name, column="", field=kind, why=why)
    return DraftFile(
        path=path, sheet=None, kind="auto", guesses=(), unsure=(unsure,), about=why, read=False
    )


def _file(table: RawTable, path: str, kind: str | None) -> DraftFile:
    if kind is not None and kind != "case-table":
        kinds = {"maf": "maf"}
        return DraftFile(
            path=path,
            sheet=table.sheet,
            kind=kinds.get(kind, "fusion-calls"),
            guesses=(),
            unsure=(),
            about=f"recognised as {kind}",
        )
    guesses = guess_columns(table)
    return DraftFile(
        path=path,
        sheet=table.sheet,
        kind="table",
        guesses=guesses,
        unsure=unsure_of(table, guesses),
        about="",
    )


def _by_codebook(table: RawTable, path: str, name: str) -> DraftFile:
    book = codebook(name)
    guesses: list[Guess] = []
    for spec in in_place_of_missing(table.columns, book.files[0].columns):
        position = locate_any(table.columns, spec)
        if position is not None:
            real = spec.model_copy(update={"source": table.columns[position], "also": ()})
            guesses.append(Guess(source=real.source, field=spec.field, sure=True, spec=real))
    others = _beyond(table, guesses, book)
    guesses.extend(others)
    return DraftFile(
        path=path,
        sheet=table.sheet,
        kind="table",
        guesses=tuple(guesses),
        unsure=unsure_of(table, others),
        about=f"recognised as {book.title}",
        missing=book.missing,
        specimens=book.files[0].specimens,
    )


def _beyond(table: RawTable, known: Sequence[Guess], book: CodebookSpec) -> list[Guess]:
    """Columns that the codebook does not speak of and that hold a field it leaves open."""
    sources, fields = {g.source for g in known}, {g.field for g in known} | {"patient_id"}
    why = f"the codebook of {book.title} does not speak of it"
    return [
        replace(g, sure=False, why=f"{why}; {g.why}" if g.why else why)
        for g in guess_columns(table)
        if g.source not in sources and g.field != "ignore" and g.field not in fields
    ]


def _with_id(file: DraftFile, column: str | None) -> DraftFile:
    return file if column is None else replace(file, id=column)
