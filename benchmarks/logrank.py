"""Log-rank, its permutation and Gray's test beside lifelines, scikit-survival, R and coin.

Run: PYTHONPATH=src python benchmarks/logrank.py [--peer PYTHON]
See curves.py for what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator

from _peers import data_file, main, ours

LIFELINES = """
from lifelines.statistics import logrank_test
a, b = group == 0, group == 1
def work(): logrank_test(time[a], time[b], event[a], event[b])
"""
SKSURV = """
from sksurv.compare import compare_survival
from sksurv.util import Surv
y = Surv.from_arrays(event.astype(bool), time)
def work(): compare_survival(y, group)
"""
SURVDIFF = "survdiff(Surv(d$time, d$event) ~ d$group)"
COIN = (
    "coin::logrank_test(Surv(time, event) ~ factor(group), d,"
    " distribution = coin::approximate(nresample = 100000))"
)
GRAY = "cuminc(d$time, d$cause, d$group)"


def run(peer: str | None) -> Iterator[tuple[str, float, dict[str, str], str | None]]:
    """One line per task and size."""
    from fusionscape.stats import gray, logrank

    sizes = [(n, days) for n in (1_000, 100_000, 1_000_000) for days in (True, False)]
    for n, days in sizes:
        d = data_file(n, days)
        kind = f"n={n:>9,} {'whole days' if days else 'continuous'}"
        rivals = {"lifelines": LIFELINES, "R survdiff": SURVDIFF}
        if n <= 1_000:
            rivals["scikit-survival"] = SKSURV
        mine = ours(lambda d=d: logrank(d["time"], d["event"], d["group"], exact=False))
        yield f"logrank           {kind}", mine, rivals, peer
    for n in (1_000, 100_000):
        d = data_file(n, True)
        mine = ours(lambda d=d: gray(d["time"], d["cause"], d["group"]))
        yield f"gray              n={n:>9,} whole days", mine, {"cmprsk": GRAY}, peer
    d = data_file(51, True)
    mine = ours(lambda: logrank(d["time"], d["event"], d["group"], exact="monte-carlo", seed=1))
    yield "100,000 permutations n=51", mine, {"coin": COIN}, peer


if __name__ == "__main__":
    main(run)
