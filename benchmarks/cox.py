"""The same Cox fit here and in the peers, as ratios measured in one run.

    python benchmarks/cox.py [--rows 100000] [--covariates 10] [--repeats 3] [--days]

Peers are used when importable (lifelines, scikit-survival, statsmodels) and R survival when
Rscript is on the path. Every fit gets the same continuous or, with --days, tied data and Efron
ties (Breslow where the peer has nothing else). Wall time is the best of the repeats; processor
time, which a busy machine distorts less, the smallest. Coefficients are compared before any
time is believed. Peers that need minutes on many rows run with --slow only.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from fusionscape import stats
from fusionscape.stats import cox_newton

R_SCRIPT = """
suppressMessages(library(survival))
args <- commandArgs(TRUE)
n <- as.integer(args[2]); p <- as.integer(args[3]); repeats <- as.integer(args[4])
d <- matrix(readBin(args[1], "double", n * (p + 2)), n)
y <- Surv(d[, 1], d[, 2]); X <- d[, -(1:2)]
best <- NULL
for (k in seq_len(repeats)) { t <- system.time(m <- coxph(y ~ X));
  best <- rbind(best, c(t[[3]], t[[1]] + t[[2]])) }
cat(sprintf('{"wall": %.6f, "cpu": %.6f, "coef": [%s]}', min(best[, 1]), min(best[, 2]),
  paste(sprintf("%.12g", coef(m)), collapse = ",")))
"""


def cohort(rows: int, covariates: int, days: bool) -> tuple[Any, Any, Any]:
    """Exponential survival, half of the patients with an event."""
    random = np.random.default_rng(20240514)
    X = random.normal(size=(rows, covariates))
    hazard = np.exp(X @ np.linspace(-0.5, 0.5, covariates))
    event_time, limit = random.exponential(size=rows) / hazard, random.exponential(size=rows) * 2
    observed = np.minimum(event_time, limit)
    return (np.ceil(observed * 365) if days else observed), event_time <= limit, X


def timed(fit: Callable[[], Any], repeats: int) -> tuple[float, float, Any]:
    """Best wall and processor time, and what the last call returned."""
    wall, cpu, result = [], [], None
    for _ in range(repeats):
        a, b = time.perf_counter(), time.process_time()
        result = fit()
        wall.append(time.perf_counter() - a)
        cpu.append(time.process_time() - b)
    return min(wall), min(cpu), result


def ours(data: tuple[Any, Any, Any], repeats: int, compiled: bool) -> tuple[float, float, Any]:
    """This engine, with the compiled likelihood or without."""
    threshold = cox_newton.COMPILED_FROM
    cox_newton.COMPILED_FROM = 0 if compiled else 10**12
    try:
        if compiled:
            stats.cox(*(part[:500] for part in data))  # compile outside the clock
        wall, cpu, fit = timed(lambda: stats.cox(*data), repeats)
    finally:
        cox_newton.COMPILED_FROM = threshold
    return wall, cpu, fit.coef


def lifelines(data: tuple[Any, Any, Any], repeats: int) -> tuple[float, float, Any]:
    """lifelines.CoxPHFitter (Efron)."""
    import pandas as pd
    from lifelines import CoxPHFitter

    frame = pd.DataFrame(data[2], columns=[f"x{k}" for k in range(data[2].shape[1])])
    frame["time"], frame["event"] = data[0], data[1]
    wall, cpu, fit = timed(lambda: CoxPHFitter().fit(frame, "time", "event"), repeats)
    return wall, cpu, fit.params_.to_numpy()


def scikit_survival(data: tuple[Any, Any, Any], repeats: int) -> tuple[float, float, Any]:
    """sksurv CoxPHSurvivalAnalysis (Efron); gives no standard errors."""
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    outcome = Surv.from_arrays(data[1], data[0])
    fitter = CoxPHSurvivalAnalysis(ties="efron")
    wall, cpu, fit = timed(lambda: fitter.fit(data[2], outcome), repeats)
    return wall, cpu, fit.coef_


def statsmodels(data: tuple[Any, Any, Any], repeats: int) -> tuple[float, float, Any]:
    """statsmodels PHReg (Efron)."""
    from statsmodels.duration.hazard_regression import PHReg

    status = data[1].astype(int)
    wall, cpu, fit = timed(
        lambda: PHReg(data[0], data[2], status=status, ties="efron").fit(), repeats
    )
    return wall, cpu, fit.params


def r_survival(data: tuple[Any, Any, Any], repeats: int) -> tuple[float, float, Any]:
    """survival::coxph, data read before the clock starts."""
    rows, covariates = data[2].shape
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.bin"
        np.asfortranarray(np.column_stack(data)).ravel("F").astype(np.float64).tofile(path)
        command = ["Rscript", "-e", R_SCRIPT, str(path), str(rows), str(covariates), str(repeats)]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    got = json.loads(text)
    return got["wall"], got["cpu"], np.array(got["coef"])


def main() -> None:
    """Print one row per program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--covariates", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--days", action="store_true")
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    data = cohort(options.rows, options.covariates, options.days)
    few = options.slow or options.rows <= 5_000
    programs: list[tuple[str, Callable[[], tuple[float, float, Any]]]] = []
    if find_spec("numba"):
        programs.append(("fusionscape, compiled", lambda: ours(data, options.repeats, True)))
    programs.append(("fusionscape, numpy", lambda: ours(data, options.repeats, False)))
    if shutil.which("Rscript"):
        programs.append(("R survival", lambda: r_survival(data, options.repeats)))
    if find_spec("lifelines"):
        programs.append(("lifelines", lambda: lifelines(data, options.repeats)))
    if find_spec("sksurv") and few:
        programs.append(("scikit-survival", lambda: scikit_survival(data, 1)))
    if find_spec("statsmodels") and few:
        programs.append(("statsmodels", lambda: statsmodels(data, 1)))
    report(programs, options)


def report(
    programs: list[tuple[str, Callable[[], tuple[float, float, Any]]]], options: Any
) -> None:
    """Times, ratios to the first program, and the largest difference of its coefficients."""
    kind = "whole days" if options.days else "continuous times"
    print(f"{options.rows} rows, {options.covariates} covariates, {kind}")
    print(
        f"{'program':24s} {'wall s':>9s} {'ratio':>7s} {'cpu s':>9s} {'ratio':>7s}"
        f" {'difference':>11s}"
    )
    first: tuple[float, float, Any] | None = None
    for name, run in programs:
        wall, cpu, coef = run()
        first = first or (wall, cpu, coef)
        gap = float(np.abs(coef - first[2]).max())
        print(
            f"{name:24s} {wall:9.4f} {wall / first[0]:7.2f} {cpu:9.4f} {cpu / first[1]:7.2f}"
            f" {gap:11.1e}"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
