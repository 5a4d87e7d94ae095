"""Times the same work here and in its peers, in one run, on the same data."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

REPEATS = 7
_FOLDER = Path(tempfile.mkdtemp(prefix="benchmark"))
_current: list[Path] = []

PYTHON = """
import sys, time as clock, warnings
import numpy as np
warnings.simplefilter("ignore")
d = np.load(sys.argv[1])
time, event, cause, group = (d[k] for k in ("time", "event", "cause", "group"))
{code}
work()
times = []
for _ in range({repeats}):
    begin = clock.perf_counter()
    work()
    times.append(clock.perf_counter() - begin)
print(min(times))
"""
R = """
suppressMessages({{library(survival); library(cmprsk)}})
d <- read.csv("{csv}")
invisible({code})
cat(min(sapply(1:{repeats}, function(i) system.time({code})[["elapsed"]])))
"""


def data_file(n: int, days: bool) -> dict[str, np.ndarray]:
    """A sample of n patients, also written for the peers."""
    random = np.random.default_rng([20240514, n])
    time = random.exponential(1000, n)
    event = (random.random(n) < 0.6).astype(np.int64)
    d = {
        "time": np.ceil(time) if days else time,
        "event": event,
        "cause": event * random.integers(1, 3, n),
        "group": random.integers(0, 2, n),
    }
    stem = _FOLDER / f"sample_{n}_{days}"
    if not stem.with_suffix(".npz").exists():
        np.savez(stem.with_suffix(".npz"), **d)
        table = np.column_stack(list(d.values()))
        header = ",".join(d)
        np.savetxt(stem.with_suffix(".csv"), table, "%.17g", ",", header=header, comments="")
    _current[:] = [stem]
    return d


def ours(work: Callable[[], object]) -> float:
    """Best of a few warm runs, in seconds."""
    work()
    times = []
    for _ in range(REPEATS):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return min(times)


def _theirs(code: str, peer: str | None) -> float | None:
    stem = _current[0]
    if "def work" in code:
        command = [peer, "-c", PYTHON.format(code=code, repeats=REPEATS), f"{stem}.npz"]
    else:
        command = ["Rscript", "-e", R.format(csv=f"{stem}.csv", code=code, repeats=REPEATS)]
    if command[0] is None or shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def main(
    run: Callable[[str | None], Iterator[tuple[str, float, dict[str, str], str | None]]],
) -> None:
    """Print seconds here, and for each peer its seconds and how many times ours that is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", help="a Python that has lifelines and scikit-survival")
    peer = parser.parse_args().peer
    for label, mine, rivals, python in run(peer):
        parts = []
        for name, code in rivals.items():
            seconds = _theirs(code, python)
            if seconds is not None:
                parts.append(f"{name} {seconds:.4f} s ({seconds / mine:.1f}x)")
        print(f"{label:40s} {mine:.4f} s   {'   '.join(parts)}", flush=True)
    shutil.rmtree(_FOLDER)


if __name__ == "__main__":
    raise SystemExit("run curves.py or logrank.py")
