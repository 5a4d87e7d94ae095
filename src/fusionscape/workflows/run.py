"""The main job: read, compute, disclose, put into words, draw, write one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fusionscape.results import Analysis, Document, Finding, InputError, Refusal
from fusionscape.version import __version__
from fusionscape.workflows.output import check_target, unique_slugs, write_folder

if TYPE_CHECKING:
    from fusionscape.cohort import Cohort
    from fusionscape.report import Section

Progress = Callable[[str], None]
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run was asked for beyond the study itself."""

    figures: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    pseudonymise: bool = False
    key_file: Path | None = None
    mask_small_cells: bool = False
    encoding: str | None = None

    @property
    def command(self) -> str:
        """The command with folders left out, the same wherever it was run."""
        parts = ["fusionscape run STUDY --out DIR"]
        if self.figures:
            parts.append(f"--figures {','.join(self.figures)}")
        if self.formats:
            parts.append(f"--format {','.join(self.formats)}")
        if self.pseudonymise:
            parts.append("--pseudonymise")
        if self.mask_small_cells:
            parts.append("--mask-small-cells")
        if self.encoding:
            parts.append(f"--encoding {self.encoding}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where the output is, and the findings of the input check."""

    out: Path
    report: Path
    findings: tuple[Finding, ...]


def quiet(text: str) -> None:
    """Progress for nobody."""
    del text


def run_study(
    study: Path, out: Path, options: Options | None = None, *, progress: Progress = quiet
) -> Outcome:
    """Read the study, answer every question it can, and write the folder `out`.

    Raises InputError when the input has errors or the output must not be replaced; nothing
    is written then.
    """
    from fusionscape.readers import read
    from fusionscape.workflows.inputs import input_checksums

    options = options or Options()
    check_target(Path(out).absolute())
    _check_extras(options)
    progress("reading")
    cohort = read(study, encoding=options.encoding)
    return publish(cohort, out, options, inputs=input_checksums(Path(study)), progress=progress)


def publish(
    cohort: Cohort,
    out: Path,
    options: Options,
    *,
    inputs: Sequence[tuple[str, str]],
    progress: Progress = quiet,
) -> Outcome:
    """Everything after reading: compute, disclose, draw and write."""
    out = Path(out).absolute()
    if options.pseudonymise:
        cohort, inputs = _pseudonymised(cohort, options.key_file, out), ()
    analyses = compute(cohort, progress)
    findings = cohort.findings
    if options.mask_small_cells:
        from fusionscape.workflows.mask import mask_analysis
        from fusionscape.workflows.pseudonymise import scrub_findings

        analyses = tuple(mask_analysis(a) for a in analyses)
        findings = scrub_findings(findings)
    progress("drawing")
    sections = draw(analyses)
    files = _files(cohort, findings, sections, options, inputs)
    progress("writing")
    provenance = {
        "version": __version__,
        "command": options.command,
        "inputs": dict(inputs),
    }
    write_folder(out, files, provenance)
    return Outcome(out=out, report=out / "report.html", findings=findings)


def compute(cohort: Cohort, progress: Progress = quiet) -> tuple[Analysis, ...]:
    """Every analysis of the list, in order; the flow accounts for all of them."""
    from fusionscape.analyses.flow import account
    from fusionscape.results import Flow
    from fusionscape.workflows.sections import SECTIONS, load

    done: list[Analysis] = []
    for section in SECTIONS:
        progress(section.partition(":")[2].replace("_", " "))
        done.append(load(section)(cohort))
    flows = [
        replace(a, items=tuple(account(i, done) if isinstance(i, Flow) else i for i in a.items))
        if a.id == "flow"
        else a
        for a in done
    ]
    return tuple(flows)


def _empty(analysis: Analysis) -> bool:
    """Nothing to say: the study holds no data for this question, and no refusal worth reading."""
    return all(isinstance(i, Refusal) and i.code == "no-data" for i in analysis.items)


def draw(analyses: Sequence[Analysis]) -> tuple[Section, ...]:
    """Figures and tables of every analysis that says something."""
    from fusionscape.figures.topics import figures_of
    from fusionscape.report import Section
    from fusionscape.tables.topics import tables_of

    return tuple(
        Section(
            id=analysis.id,
            question=analysis.question,
            analysis=analysis,
            figures=figures_of(analysis),
            tables=tables_of(analysis),
        )
        for analysis in analyses
        if not _empty(analysis)
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


def _study(cohort: Cohort) -> dict[str, Any]:
    book = cohort.codebook
    return {
        "name": cohort.name,
        "patients": cohort.n,
        "synthetic": cohort.synthetic,
        "citation": book.citation,
        "licence": book.licence,
        "selected_by_fusion": book.selected_by_fusion,
        "controls_tested": book.controls_tested,
        "tested_by": book.tested_by,
    }


def _columns(cohort: Cohort) -> list[dict[str, Any]]:
    return [
        {"source": c.source, "field": c.field, "timing": c.timing, "unit": c.unit, "file": c.file}
        for c in cohort.codebook.columns
    ]


def _files(
    cohort: Cohort,
    findings: tuple[Finding, ...],
    sections: Sequence[Section],
    options: Options,
    inputs: Sequence[tuple[str, str]],
) -> dict[str, bytes]:
    from fusionscape.results.document import dumps
    from fusionscape.tables import to_csv
    from fusionscape.workflows.page import page

    plan = _plain(asdict(cohort.plan))
    study = {**_study(cohort), "columns": _columns(cohort)}
    document = Document(
        study=study, plan=plan, findings=findings, results=tuple(s.analysis for s in sections)
    )
    files = {
        "results.json": dumps(document).encode(),
        "report.html": page(
            cohort.name, _study(cohort), plan, findings, sections, options.command, inputs
        ).encode(),
    }
    if options.formats:
        from fusionscape.workflows.export import exports

        files |= exports(
            options.formats,
            title=cohort.name,
            study=_study(cohort),
            plan=plan,
            findings=findings,
            sections=sections,
            command=options.command,
            inputs=inputs,
        )
    tables = [t for s in sections for t in (*s.tables, *(f.data for f in s.figures))]
    for name, table in zip(unique_slugs([t.id for t in tables]), tables, strict=True):
        files[f"tables/{name}.csv"] = to_csv(table).encode()
    if options.figures:
        from fusionscape.figures.save import save

        drawn = [f for s in sections for f in s.figures]
        for name, figure in zip(unique_slugs([f.id for f in drawn]), drawn, strict=True):
            for kind in options.figures:
                files[f"figures/{name}.{kind}"] = save(figure, kind)
    return files


def _check_extras(options: Options) -> None:
    """Fail before the work, not after it, when an extra is missing."""
    if options.figures:
        from fusionscape.figures.save import require

        require()
    if options.formats:
        from fusionscape.writers.extras import require as require_formats

        require_formats(options.formats)


def _pseudonymised(cohort: Cohort, key_file: Path | None, out: Path) -> Cohort:
    import secrets

    from fusionscape.workflows.pseudonymise import pseudonymise

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
    import os
    import secrets

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
