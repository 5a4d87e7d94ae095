"""Kaplan-Meier and Aalen-Johansen beside lifelines, scikit-survival, R survival and cmprsk.

Run: PYTHONPATH=src python benchmarks/curves.py [--peer PYTHON]
`--peer` is a Python that has lifelines and scikit-survival; without it, or without Rscript, that
column is left out. Ratios are peer time over ours, from the same run on the same data.
"""

from __future__ import annotations

from collections.abc import Iterator

from _peers import data_file, main, ours

LIFELINES_KM = """
from lifelines import KaplanMeierFitter
def work(): KaplanMeierFitter().fit(time, event)
"""
SKSURV_KM = """
from sksurv.nonparametric import kaplan_meier_estimator
flag = event.astype(bool)
def work(): kaplan_meier_estimator(flag, time, conf_type="log-log")
"""
SKSURV_AJ = """
from sksurv.nonparametric import cumulative_incidence_competing_risks
def work(): cumulative_incidence_competing_risks(cause, time, conf_type="log-log")
"""
R_KM = "survfit(Surv(d$time, d$event) ~ 1, conf.type = 'log-log')"
R_AJ = "survfit(Surv(d$time, factor(d$cause, 0:2)) ~ 1)"
CMPRSK = "cuminc(d$time, d$cause)"


def run(peer: str | None) -> Iterator[tuple[str, float, dict[str, str], str | None]]:
    """One line per task and size."""
    from fusionscape.stats import aalen_johansen, km

    for n in (1_000, 100_000, 1_000_000):
        for days in (True, False):
            d = data_file(n, days)
            kind = f"n={n:>9,} {'whole days' if days else 'continuous'}"
            mine = ours(lambda d=d: km(d["time"], d["event"]))
            rivals = {"lifelines": LIFELINES_KM, "scikit-survival": SKSURV_KM, "R survfit": R_KM}
            yield f"km                {kind}", mine, rivals, peer
            mine = ours(lambda d=d: aalen_johansen(d["time"], d["cause"]))
            rivals = {"scikit-survival": SKSURV_AJ, "cmprsk": CMPRSK}
            if n <= 1_000:  # survfit needs minutes beyond
                rivals["R survfit"] = R_AJ
            yield f"aalen_johansen    {kind}", mine, rivals, peer


if __name__ == "__main__":
    main(run)
