"""The main job on an embedded study."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from fusionscape.workflows.run import Options, Outcome, Progress, quiet, run_study

STUDIES = ("landscape-replica", "pediatric-ten")


def run_demo(name: str, out: Path, *, progress: Progress = quiet) -> Outcome:
    """Run the embedded study `name` (see STUDIES) into `out`."""
    if name not in STUDIES:
        raise KeyError(name)
    with as_file(files("fusionscape.data") / name) as study:
        return run_study(study, out, Options(), progress=progress)
