"""A cBioPortal study folder: its files opened, its fragments, its declarations."""

from __future__ import annotations

from pathlib import Path

from fusionscape.readers.codes import finding
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.opening import open_tables
from fusionscape.readers.opening.content import load
from fusionscape.readers.opening.decoding import decode
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import FileSpec, StudySpec
from fusionscape.results import Finding

_META_BYTES = 8 * 1024 * 1024
_MOST_FILES = 500
# Matrices of expression, methylation and the like are large and say nothing we read.
_READ = ("clinical", "mutation", "sv", "fusion", "timeline", "matrix", "structural")


def is_cbioportal(folder: Path) -> bool:
    """True for a folder with a meta_study.txt or cBioPortal's clinical files."""
    names = ("meta_study.txt", "data_clinical_patient.txt", "data_clinical_sample.txt")
    return any((folder / name).is_file() for name in names)


def read_cbioportal(folder: Path, *, encoding: str | None) -> tuple[StudySpec, list[Fragment]]:
    """The study's name and citation, and one fragment a table."""
    from fusionscape.readers.formats.cbioportal import read_cbioportal as understand
    from fusionscape.readers.formats.cbioportal_meta import parse_meta

    found: list[Finding] = []
    meta: dict[str, dict[str, str]] = {}
    tables: dict[str, RawTable] = {}
    read: list[Path] = []
    for path in _files(folder):
        relative = path.relative_to(folder).as_posix()
        if not path.name.startswith("data_"):
            text = _small_text(path, encoding, found)
            if text is not None:
                meta[relative] = parse_meta(text)
                read.append(path)
        elif any(word in path.name for word in _READ):
            opened, problems = open_tables(path, encoding=encoding)
            found.extend(f for f in problems if f.code != "title-rows")
            if opened:
                tables[relative] = opened[0]
                read.append(path)
    about = meta.get("meta_study.txt", {})
    study = StudySpec(
        name=about.get("name") or about.get("cancer_study_identifier") or folder.name,
        citation=about.get("citation", ""),
        files=(FileSpec(path=folder.name),),
    )
    what = f"{folder.name} was read as a cBioPortal study."
    found.append(finding("codebook-used", what, file=folder.name))
    fragments = list(understand(tables, meta))
    fragments.sort(key=lambda fragment: not fragment.patients)
    about_files = Fragment(file=folder.name, findings=tuple(found), opened=tuple(read))
    return study, [*fragments, about_files]


def _files(folder: Path) -> list[Path]:
    paths = [*folder.glob("*.txt"), *folder.glob("case_lists/*.txt"), *folder.glob("*panel*/*.txt")]
    return sorted(p for p in paths if p.is_file())[:_MOST_FILES]


def _small_text(path: Path, encoding: str | None, found: list[Finding]) -> str | None:
    try:
        if path.stat().st_size > _META_BYTES:
            return None
    except OSError:
        return None
    data = load(path)
    decoded = data if isinstance(data, Finding) else decode(data, path.name, encoding=encoding)
    if isinstance(decoded, Finding):
        found.append(decoded)
        return None
    return decoded[0]
