"""The command line: one typed function per command, nothing heavy imported until it runs."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

from cyclopts import App, Parameter

from fusionscape.version import __version__

if TYPE_CHECKING:
    from fusionscape.results import Finding

DONE, INPUT_ERRORS, USAGE, OUR_DEFECT, INTERRUPTED = 0, 1, 2, 3, 130

LONGEST_NAME = 200  # a name beside it, while writing, is longer

app = App(
    name="fusionscape",
    help="The evidence engine for fusion-defined leukemia. For research use only.",
    version=__version__,
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # it would end without a word
)

Study = Annotated[Path, Parameter(help="A study folder, a study.toml, or a table.")]
Out = Annotated[Path, Parameter(name="--out", help="Output folder, made or replaced whole.")]
Encoding = Annotated[
    str | None, Parameter(name="--encoding", help="Encoding of text files, such as cp1252.")
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Machine-readable output.")]
Log = Annotated[Path | None, Parameter(name="--log", help="Write the log to this file.")]


def _line(finding: Finding) -> str:
    place = ", ".join(
        part
        for part in (
            finding.file,
            f"row {finding.row}" if finding.row is not None else None,
            f"column {finding.column}" if finding.column else None,
        )
        if part
    )
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    where = f"  {place}\n" if place else ""
    head = f"{finding.severity}: {finding.code}{times}\n"
    return f"{head}{where}  {finding.what}\n  -> {finding.mend}"


def _show(findings: Iterable[Finding], *, as_json: bool, stream: object = None) -> None:
    found = sorted(findings, key=lambda f: ("error", "warning", "note").index(f.severity))
    out = sys.stdout if stream is None else sys.stderr
    if as_json:
        from dataclasses import asdict

        print(json.dumps([asdict(f) for f in found], ensure_ascii=False, indent=1), file=out)
        return
    for finding in found:
        print(_line(finding), file=out)
    if found:
        counts = [(sum(f.severity == s for f in found), s) for s in ("error", "warning", "note")]
        print(", ".join(f"{n} {s}{'' if n == 1 else 's'}" for n, s in counts), file=out)


@app.command
def run(
    study: Study,
    /,
    *,
    out: Out,
    figures: Annotated[
        str, Parameter(name="--figures", help="Also write figures: svg,png,pdf.")
    ] = "",
    formats: Annotated[
        str, Parameter(name="--format", help="Also write the report as: docx,pdf,xlsx.")
    ] = "",
    pseudonymise: Annotated[
        bool, Parameter(name="--pseudonymise", negative="", help="Replace patient ids.")
    ] = False,
    key_file: Annotated[
        Path | None,
        Parameter(name="--key-file", help="Keep the pseudonym key here, outside the output."),
    ] = None,
    mask_small_cells: Annotated[
        bool, Parameter(name="--mask-small-cells", negative="", help="Hide counts below five.")
    ] = False,
    encoding: Encoding = None,
    as_json: Json = False,
    log: Log = None,
) -> int:
    """Patients in, report out: report.html, results.json and tables in one folder."""
    _check_paths(out, log=log, key_file=key_file, pseudonymise=pseudonymise)
    from fusionscape.workflows.run import Options, run_study

    options = Options(
        figures=_listed(figures, ("svg", "png", "pdf"), "--figures"),
        formats=_listed(formats, ("docx", "pdf", "xlsx"), "--format"),
        pseudonymise=pseudonymise,
        key_file=key_file,
        mask_small_cells=mask_small_cells,
        encoding=encoding,
    )
    with _logging(log) as say:
        outcome = run_study(study, out, options, progress=say)
    if as_json:
        print(json.dumps({"out": str(outcome.out), "report": str(outcome.report)}))
    else:
        _show(outcome.findings, as_json=False, stream=sys.stderr)
        print(outcome.report)
    return DONE


@app.command
def check(study: Study, /, *, encoding: Encoding = None, as_json: Json = False) -> int:
    """Look at the input and say what is wrong with it, where, and how to mend it."""
    from fusionscape.readers import check as check_study
    from fusionscape.results import has_errors

    findings = check_study(study, encoding=encoding)
    _show(findings, as_json=as_json)
    if not findings and not as_json:
        print("Nothing to report: the input can be used as it is.")
    return INPUT_ERRORS if has_errors(findings) else DONE


@app.command
def init(
    table: Annotated[Path, Parameter(help="A table: csv, tsv or xlsx.")],
    /,
    *more: Path,
    out: Annotated[
        Path | None, Parameter(name="--out", help="Where to write study.toml (default: here).")
    ] = None,
    encoding: Encoding = None,
) -> int:
    """Draft a study.toml for one or more tables, and say what was unsure."""
    from fusionscape.workflows.init import init_study

    drafted = init_study([table, *more], out, encoding=encoding)
    _show(drafted.findings, as_json=False, stream=sys.stderr)
    for line in drafted.unsure:
        print(f"unsure: {line}")
    print(drafted.path)
    return DONE


@app.command
def demo(
    name: Annotated[
        Literal["landscape-replica", "pediatric-ten"], Parameter(help="Which embedded study.")
    ] = "landscape-replica",
    /,
    *,
    out: Out = Path("fusionscape-demo"),
    log: Log = None,
) -> int:
    """Run the main job on an embedded study and print where the report is."""
    _check_paths(out, log=log)
    from fusionscape.workflows.demo import run_demo

    with _logging(log) as say:
        outcome = run_demo(name, out, progress=say)
    print(outcome.report)
    return DONE


def _listed(text: str, allowed: Sequence[str], option: str) -> tuple[str, ...]:
    chosen = [part.strip().lower() for part in text.split(",") if part.strip()]
    unknown = [part for part in chosen if part not in allowed]
    if unknown:
        raise UsageError(f"{option} does not know {unknown[0]!r}; it knows {', '.join(allowed)}.")
    return tuple(a for a in allowed if a in chosen)


def _check_paths(
    out: Path, *, log: Path | None = None, key_file: Path | None = None, pseudonymise: bool = False
) -> None:
    """Refuse, before any work, places that cannot be written."""
    if key_file is not None and not pseudonymise:
        raise UsageError("--key-file keeps the key of --pseudonymise; ask for both, or neither.")
    _is_folder(out, "--out")
    if len(str(out.name).encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        raise UsageError(f"--out is longer than {LONGEST_NAME} bytes; name a shorter folder.")
    for option, path in (("--log", log), ("--key-file", key_file)):
        if path is None or (option == "--key-file" and out.absolute() in path.absolute().parents):
            continue
        if _is_folder(path, option):
            raise UsageError(f"{option} names a folder; name a file.")
        if not _is_folder(path.absolute().parent, option):
            raise UsageError(f"{option} names a file in a folder that does not exist.")


def _is_folder(path: Path, option: str) -> bool:
    try:
        return path.stat() is not None and path.is_dir()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no path"
        raise UsageError(f"{option} cannot be used: {reason}.") from None


class UsageError(Exception):
    """The command was called in a way it does not understand."""


def _closed(handle: TextIO) -> None:
    """Close the log; a disk that is full was told when it was written to."""
    with contextlib.suppress(OSError):
        handle.close()


@contextlib.contextmanager
def _logging(log: Path | None) -> Iterator[Callable[[str], None]]:
    """Progress to stderr where it is a terminal, and to the log; never a patient's value."""
    loud = sys.stderr.isatty()
    with contextlib.ExitStack() as stack:
        try:
            handle = log.open("w", encoding="utf-8", buffering=1) if log else None
        except OSError as error:
            raise UsageError(f"--log cannot be written: {error.strerror}.") from None
        if handle is not None:
            stack.callback(_closed, handle)

        def say(text: str) -> None:
            try:
                if handle is not None:
                    handle.write(text + "\n")
            except OSError as error:
                raise UsageError(f"--log cannot be written: {error.strerror}.") from None
            if loud:
                print(text, file=sys.stderr)

        yield say


def _defect(error: BaseException) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="fusionscape-", suffix=".log", delete=False, encoding="utf-8"
    ) as handle:
        frames = traceback.format_tb(error.__traceback__)
        handle.write("".join(frames) + type(error).__name__ + "\n")
    print(
        f"This is a defect of fusionscape, not of your input; its log is {handle.name}.",
        file=sys.stderr,
    )
    return OUR_DEFECT


def dispatch(tokens: Sequence[str]) -> int:
    """Run one command; every outcome is an exit code, never a traceback."""
    import cyclopts

    try:
        done = app(list(tokens), exit_on_error=False)
        return int(done) if isinstance(done, int) else DONE
    except (cyclopts.CycloptsError, UsageError) as error:
        if isinstance(error, UsageError):
            print(error, file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception as error:
        from fusionscape.results import InputError

        if isinstance(error, InputError):
            _show(error.findings, as_json="--json" in tokens, stream=sys.stderr)
            return INPUT_ERRORS
        if _while_interrupted(error):
            return _interrupted()
        return _defect(error)


def _interrupted() -> int:
    print("Interrupted.", file=sys.stderr)
    return INTERRUPTED


def _while_interrupted(error: BaseException) -> bool:
    """True when an interruption lies under the error: a module that was being loaded says so."""
    seen: set[int] = set()
    under: BaseException | None = error
    while under is not None and id(under) not in seen:
        if isinstance(under, KeyboardInterrupt):
            return True
        seen.add(id(under))
        under = under.__cause__ or under.__context__
    return False


def main(tokens: Sequence[str] | None = None) -> None:
    """Entry point of the `fusionscape` command."""
    sys.exit(dispatch(sys.argv[1:] if tokens is None else tokens))
