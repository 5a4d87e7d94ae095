"""From a path to a cohort, or to the list of what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fusionscape.cohort import Cohort
from fusionscape.readers.assemble import assemble, plan_of
from fusionscape.readers.codebooks import codebook, recognise
from fusionscape.readers.codes import finding, tally
from fusionscape.readers.files import fragments_of, fragments_of_table
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.meaning.interpret import Context, interpret
from fusionscape.readers.opening import open_tables
from fusionscape.readers.opening.decoding import unknown_encoding
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.load import load_study
from fusionscape.readers.study.model import CodebookSpec, FileSpec, StudySpec
from fusionscape.results import Finding, InputError, has_errors

# The clinical table of a known cohort is small; matrices beside it are not looked into.
_PEEKED_BYTES = 16 * 1024 * 1024

Outcome = tuple[Cohort | None, tuple[Finding, ...]]


def read(path: Path | str, *, encoding: str | None = None) -> Cohort:
    """The cohort of a study: a folder with study.toml, the study.toml, a cBioPortal folder, or
    a table whose layout is known.

    Raises InputError with every finding when one of them is an error; the others travel with
    the cohort in `Cohort.findings`. ``Cohort.study["inputs"]`` names the files that were read, as
    seen from the folder of the study.
    """
    cohort, findings = outcome(Path(path), encoding)
    if cohort is None:
        raise InputError(findings)
    return cohort


def check(path: Path | str, *, encoding: str | None = None) -> tuple[Finding, ...]:
    """Everything that was found in a study, worst first; nothing is raised."""
    _, findings = outcome(Path(path), encoding)
    rank = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(findings, key=lambda f: rank[f.severity]))


def outcome(path: Path, encoding: str | None) -> Outcome:
    """The cohort, or None, and every finding."""
    unknown = unknown_encoding(encoding)
    if unknown is not None:  # also where no file of text is read: it was asked for in vain
        return None, (unknown,)
    if not path.name:  # "." and ".." have no name of their own
        path = path.resolve()
    try:
        return _outcome(path, encoding)
    except OSError as problem:
        what = f"{path.name[:80]} cannot be read: {problem.strerror}."
        return None, (finding("file-not-readable", what, file=path.name[:80]),)


def _outcome(path: Path, encoding: str | None) -> Outcome:
    if _is_folder(path):
        return _folder(path, encoding)
    if path.suffix.casefold() == ".toml":
        return _study(path, encoding)
    return _known_table(path, encoding)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _folder(folder: Path, encoding: str | None) -> Outcome:
    if (folder / "study.toml").exists():
        return _study(folder / "study.toml", encoding)
    from fusionscape.readers.cbioportal import is_cbioportal, read_cbioportal

    if is_cbioportal(folder):
        study, fragments = read_cbioportal(folder, encoding=encoding)
        return _recorded(assemble(fragments, study), fragments, folder)
    known = _known_in_folder(folder, encoding)
    if known is not None:
        return known
    what = f"{folder.name} holds no study.toml and no layout known here."
    return None, (finding("study-not-recognised", what, file=folder.name),)


def _known_in_folder(folder: Path, encoding: str | None) -> Outcome | None:
    """A folder as downloaded: the one table in it whose layout is known."""
    suffixes = {".csv", ".tsv", ".txt", ".xlsx"}
    names = sorted(p.name for p in folder.iterdir() if p.suffix.casefold() in suffixes)
    for name in names[:50]:
        path = folder / name
        if path.stat().st_size > _PEEKED_BYTES and path.suffix.casefold() != ".xlsx":
            continue
        tables, _ = open_tables(path, encoding=encoding)
        if any(recognise(table.columns) for table in tables):
            return _known_table(path, encoding)
    books = [name for name in names if name.casefold().endswith(".xlsx")] or names
    return _known_table(folder / books[0], encoding) if len(books) == 1 else None


def _study(path: Path, encoding: str | None) -> Outcome:
    study, findings = load_study(path)
    if study is None:
        return None, findings
    unknown = _unknown_encodings(study, path.name)
    if unknown:
        return None, unknown
    context = Context(driver=plan_of(study).driver, missing=study.missing)
    fragments: list[Fragment] = []
    said: dict[str, set[Finding]] = {}
    for spec in study.files:
        made = fragments_of(path.parent, spec, context, encoding=encoding or study.encoding)
        fragments.extend(_said_once(made, said.setdefault(spec.path, set())))
    return _recorded(assemble(fragments, study), fragments, path.parent, path)


def _unknown_encodings(study: StudySpec, name: str) -> tuple[Finding, ...]:
    """The encodings of study.toml, each once, that no table can be written in."""
    named = dict.fromkeys((study.encoding, *(spec.encoding for spec in study.files)))
    found = [unknown_encoding(encoding, name) for encoding in named]
    return tuple(f for f in found if f is not None)


def _said_once(fragments: Sequence[Fragment], said: set[Finding]) -> list[Fragment]:
    """Fragments of a file without what an earlier declaration of the same file has said of it."""
    new = [
        replace(f, findings=tuple(finding for finding in f.findings if finding not in said))
        for f in fragments
    ]
    said.update(finding for fragment in new for finding in fragment.findings)
    return new


def _recorded(made: Outcome, fragments: Sequence[Fragment], folder: Path, *also: Path) -> Outcome:
    """The outcome whose cohort names the files it was read from, as seen from the folder."""
    cohort, findings = made
    if cohort is None:
        return made
    paths = [*also, *(path for fragment in fragments for path in fragment.opened)]
    inputs = tuple(sorted({_seen_from(folder, path) for path in paths}))
    return replace(cohort, study={**cohort.study, "inputs": inputs}), findings


def _seen_from(folder: Path, path: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:  # declared by its full place
        return path.as_posix()


def _known_table(path: Path, encoding: str | None) -> Outcome:
    tables, findings = open_tables(path, encoding=encoding)
    if not tables:
        return None, findings
    for table in tables:
        name = recognise(table.columns)
        if name is not None:
            about = {path.name, table.name}
            kept = tuple(f for f in findings if f.file in about)
            return _by_codebook(path, table, codebook(name), kept, encoding)
    for table in tables:
        if _is_case_table(table):
            spec = FileSpec(path=path.name, kind="case-table")
            study = StudySpec(name=path.stem, files=(spec,))
            context = Context(driver=plan_of(study).driver)
            opened = Fragment(file=table.name, findings=findings, opened=(path,))
            fragments = [*fragments_of_table(table, spec, context), opened]
            return _recorded(assemble(fragments, study), fragments, path.parent)
    if has_errors(findings):  # a file that cannot be read is not one of an unknown layout
        return None, tally(findings)
    what = f"The layout of {path.name} is not known here."
    return None, tally((*findings, finding("table-not-recognised", what, file=path.name)))


def _is_case_table(table: RawTable) -> bool:
    from fusionscape.readers.formats.recognise import recognise as recognise_format

    return recognise_format(table) == "case-table"


def _by_codebook(
    path: Path,
    table: RawTable,
    book: CodebookSpec,
    findings: tuple[Finding, ...],
    encoding: str | None,
) -> Outcome:
    if has_errors(findings):
        return None, tally(findings)
    context = Context(driver=plan_of(book).driver, missing=book.missing, codebook=True)
    what = f"{table.name} was recognised as {book.title}; its packaged codebook was used."
    said = finding("codebook-used", what, file=table.name)
    opened = Fragment(file=table.name, findings=(said, *findings), opened=(path,))
    fragments = [interpret(table, book.files[0], context), opened]
    for spec in book.files[1:]:
        if (path.parent / spec.path).exists():
            fragments.extend(fragments_of(path.parent, spec, context, encoding=encoding))
        else:
            what = f"{spec.path} does not stand beside {path.name}; it was not read."
            missing = finding("companion-missing", what, file=spec.path)
            fragments.append(Fragment(file=spec.path, findings=(missing,)))
    study: StudySpec = book
    made = assemble(fragments, study, when_all_carry=book.selected_when_all_carry)
    return _recorded(made, fragments, path.parent)
