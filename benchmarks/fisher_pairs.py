"""Two-sided Fisher p of all pairs of lesions: fisher_pairs against scipy and R, in one run.

The peers are timed on a subset of pairs and the rest extrapolated. Run with
``python benchmarks/fisher_pairs.py``; prints a table of ratios.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable

import numpy as np

from fusionscape.stats import fisher_pairs_numpy
from fusionscape.stats.conditional import log_factorials
from fusionscape.stats.lesion_pairs import Kernel, PairsFit, fisher_pairs
from fusionscape.stats.pair_counts import lesion_states, pair_counts

PATIENTS, LESIONS, SUBSET, REPEATS = 1500, 200, 400, 7


def cohort() -> np.ndarray:
    """Frequencies 1 to 50 %, a tenth not tested."""
    random = np.random.default_rng(3)
    frequency = np.exp(random.uniform(np.log(0.01), np.log(0.5), LESIONS))
    matrix = (random.random((PATIENTS, LESIONS)) < frequency).astype(np.float64)
    matrix[random.random(matrix.shape) < 0.1] = np.nan
    return matrix


def best(work: Callable[[], object]) -> float:
    """Shortest of several runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def tables(fit: PairsFit) -> np.ndarray:
    """A fixed random subset of the 2x2 tables, one row a, b, c, d, p each."""
    chosen = np.random.default_rng(5).choice(len(fit.p), SUBSET, replace=False)
    cells = np.column_stack([fit.both, fit.only_a, fit.only_b, fit.neither, fit.p])
    return cells[chosen]


def with_scipy(cells: np.ndarray) -> tuple[float, float]:
    """Seconds per pair, and the largest relative difference from our p."""
    from scipy.stats import fisher_exact

    began = time.perf_counter()
    theirs = [fisher_exact([[a, b], [c, d]])[1] for a, b, c, d in cells[:, :4].astype(int)]
    seconds = (time.perf_counter() - began) / len(cells)
    return seconds, float(np.abs(cells[:, 4] / np.array(theirs) - 1).max())


R_SCRIPT = """
x <- as.matrix(read.table(file("stdin")))
took <- system.time(p <- apply(x, 1, function(v)
  fisher.test(matrix(v, 2, byrow = TRUE))$p.value))[["elapsed"]]
cat(format(c(took, p), digits = 15), sep = "\\n")
"""


def with_r(cells: np.ndarray) -> tuple[float, float] | None:
    """As `with_scipy`, by R's fisher.test; None where R is not installed."""
    if shutil.which("Rscript") is None:
        return None
    text = "\n".join(" ".join(str(int(v)) for v in row) for row in cells[:, :4])
    run = subprocess.run(
        ["Rscript", "-e", R_SCRIPT], input=text, capture_output=True, text=True, check=True
    )
    took, *theirs = (float(line) for line in run.stdout.split())
    return took / len(cells), float(np.abs(cells[:, 4] / np.array(theirs) - 1).max())


def alone(kernel: Kernel, matrix: np.ndarray) -> float:
    """Seconds for the p of all pairs once they are counted."""
    counts = pair_counts(lesion_states(matrix))
    table = log_factorials(len(matrix))
    return best(lambda: kernel(counts.both, counts.in_a, counts.in_b, counts.n, table))


def main() -> None:
    """Print the table."""
    matrix = cohort()
    fit = fisher_pairs(matrix, engine="numpy")
    pairs, cells = len(fit.p), tables(fit)
    rows = [("fusionscape, numpy", best(lambda: fisher_pairs(matrix, engine="numpy")), 0.0, "")]
    rows.append(("  its p alone", alone(fisher_pairs_numpy.pair_p_values, matrix), 0.0, ""))
    try:
        from fusionscape.stats import fisher_pairs_numba

        compiled = fisher_pairs(matrix, engine="numba")
        gap = float(np.abs(compiled.p / fit.p - 1).max())
        seconds = best(lambda: fisher_pairs(matrix, engine="numba"))
        rows.append(("fusionscape, numba (after compiling)", seconds, gap, ""))
        rows.append(("  its p alone", alone(fisher_pairs_numba.pair_p_values, matrix), gap, ""))
    except ImportError:
        print("numba is not installed")
    note = f"extrapolated from {SUBSET} pairs"
    per_pair, gap = with_scipy(cells)
    rows.append(("scipy.stats.fisher_exact", per_pair * pairs, gap, note))
    found = with_r(cells)
    if found is not None:
        rows.append(("R fisher.test", found[0] * pairs, found[1], note))
    print(f"{pairs} pairs, {PATIENTS} patients, {LESIONS} lesions")
    for name, seconds, gap, said in rows:
        ratio = seconds / rows[0][1]
        print(f"{name:38} {seconds * 1000:12.1f} ms  {ratio:9.2f} x  gap {gap:.1e}  {said}")


if __name__ == "__main__":
    main()
