"""The main job: read, compute, disclose, put into words, draw, write one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fusionscape.results import Analysis, Finding, InputError, Refusal, make_id
from fusionscape.version import __version__
from fusionscape.workflows.output import check_protection, check_target, write_folder

if TYPE_CHECKING:
    from fusionscape.cohort import Cohort
    from fusionscape.report import Section

Progress = Callable[[str], None]


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
    def protection(self) -> tuple[str, ...]:
        """The options that keep patients from being seen."""
        asked = {"--pseudonymise": self.pseudonymise, "--mask-small-cells": self.mask_small_cells}
        return tuple(name for name, on in asked.items() if on)

    @property
    def command(self) -> str:
        """The command with folders left out, the same wherever it was run."""
        parts = ["fusionscape run STUDY --out DIR"]
        if self.figures:
            parts.append(f"--figures {','.join(self.figures)}")
        if self.formats:
            parts.append(f"--format {','.join(self.formats)}")
        parts += self.protection
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
    check_protection(Path(out).absolute(), options.protection)
    _check_extras(options)
    progress("reading")
    cohort = read(study, encoding=options.encoding)
    inputs = input_checksums(Path(study), cohort.study.get("inputs", ()))
    return publish(cohort, out, options, inputs=inputs, progress=progress)


def publish(
    cohort: Cohort,
    out: Path,
    options: Options,
    *,
    inputs: Sequence[tuple[str, str]],
    progress: Progress = quiet,
) -> Outcome:
    """Everything after reading: compute, disclose, draw and write."""
    from fusionscape.workflows.folder import folder_files

    out = Path(out).absolute()
    check_protection(out, options.protection)
    if options.pseudonymise:
        from fusionscape.workflows.identities import pseudonymised

        cohort, inputs = pseudonymised(cohort, options.key_file, out), ()
    analyses = compute(cohort, progress)
    findings = (*cohort.findings, *failures(analyses))
    if options.pseudonymise:
        from fusionscape.workflows.shown_patients import round_shown_ages

        analyses = round_shown_ages(analyses)
    if options.mask_small_cells:
        from fusionscape.workflows.mask import mask_analyses
        from fusionscape.workflows.pseudonymise import scrub_findings

        analyses = mask_analyses(analyses)
        findings = scrub_findings(findings)
    progress("drawing")
    sections = draw(analyses)
    files = folder_files(cohort, findings, analyses, sections, options, inputs)
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
    from fusionscape.workflows.sections import SECTIONS

    done: list[Analysis] = []
    for section in SECTIONS:
        progress(section.partition(":")[2].replace("_", " "))
        done.append(_answer(section, cohort))
    flows = [
        replace(a, items=tuple(account(i, done) if isinstance(i, Flow) else i for i in a.items))
        if a.id == "flow"
        else a
        for a in done
    ]
    return tuple(flows)


def _answer(section: str, cohort: Cohort) -> Analysis:
    """One analysis; when it fails, a refusal that says so, and the other sections stand."""
    from fusionscape.workflows.sections import load

    topic = section.partition(":")[2]
    try:
        return load(section)(cohort)
    except InputError as error:
        code, method = "not-computable", error.findings[0].what
    except (ValueError, ArithmeticError, LookupError) as error:
        code, method = "defect", type(error).__name__
    refusal = Refusal(
        id=make_id(topic, code), label=topic.replace("_", " ").capitalize(), code=code,
        n=cohort.n, missing=0, method=method, reference="",
    )  # fmt: skip
    return Analysis(
        id=topic, question=topic, n=cohort.n, missing=0, items=(refusal,), method=method,
        reference="", synthetic=cohort.synthetic,
    )  # fmt: skip


def failures(analyses: Sequence[Analysis]) -> tuple[Finding, ...]:
    """A warning for every section that a defect of ours kept from being computed."""
    return tuple(
        Finding(
            code="analysis-failed",
            severity="warning",
            what=f"The section {a.id.replace('_', ' ')} failed ({a.method}): a defect of ours.",
            mend="The other sections stand; please report it with the study's layout.",
        )
        for a in analyses
        if any(isinstance(i, Refusal) and i.code == "defect" for i in a.items)
    )


_WORTH_SAYING = ("no-carriers", "no-tested-negatives")


def says_nothing(analysis: Analysis) -> bool:
    """The study records nothing for this question; results.json still says so, with the code."""
    return all(
        isinstance(i, Refusal) and i.code.startswith("no-") and i.code not in _WORTH_SAYING
        for i in analysis.items
    )


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
        if not says_nothing(analysis)
    )


def _check_extras(options: Options) -> None:
    """Fail before the work, not after it, when an extra is missing."""
    if options.figures:
        from fusionscape.figures.save import require

        require()
    if options.formats:
        from fusionscape.writers.extras import require as require_formats

        require_formats(options.formats)
