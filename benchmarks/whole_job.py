"""The main job as a user runs it: cold process, wall time and peak memory.

There is no peer that does the whole job; the ratio printed is to starting Python and
importing what the job needs, measured in the same run.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("FUSIONSCAPE_SHARED", ROOT.parent / "shared"))
IMPORTS = "import numpy, polars, pydantic, jinja2, scipy.special, scipy.optimize"


def timed(command: list[str], runs: int = 3) -> tuple[float, float]:
    """Median wall seconds and the largest peak memory (MB) of a command."""
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        walls.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return statistics.median(walls), peak


def main() -> None:
    """Print one line a job."""
    base, _ = timed([sys.executable, "-c", IMPORTS])
    print(f"imports alone: {base:.2f} s")
    jobs = {
        "landscape-replica (1,491 patients), target <= 6 s": ["demo", "landscape-replica"],
        "pediatric-ten": ["demo", "pediatric-ten"],
    }
    target = SHARED / "data" / "target_nup98_kmt2a" / "patients.csv"
    if target.exists():
        jobs["TARGET file (501 patients), target <= 8 s, 600 MB"] = ["run", str(target)]
    with tempfile.TemporaryDirectory() as folder:
        for name, job in jobs.items():
            command = [sys.executable, "-m", "fusionscape", *job, "--out", f"{folder}/out"]
            wall, peak = timed(command)
            print(f"{name}: {wall:.2f} s ({wall / base:.1f} x imports), peak {peak:.0f} MB so far")


if __name__ == "__main__":
    main()
