"""What the study says about itself: timing, assay, selection, plan."""

from __future__ import annotations

from collections.abc import Iterable

from fusionscape.cohort.schema import PATIENT_FIELDS
from fusionscape.readers.checks.view import Check, View
from fusionscape.readers.codes import finding
from fusionscape.results import Finding

_NEEDS_NO_TIMING = frozenset({"patient_id", "sample_id", "ignore", "tested_by", "protocol"})


def unknown_timing(view: View) -> Iterable[Finding]:
    """Fields that hold values of which nobody said when they were known."""
    fields = sorted(
        {
            column.field
            for column in view.codebook.columns
            if column.timing == "unknown"
            and column.field not in _NEEDS_NO_TIMING
            and not column.field.startswith(("same:", "date:", "day:", "tested:"))
        }
    )
    if fields:
        shown = ", ".join(fields[:8]) + (f" and {len(fields) - 8} more" if fields[8:] else "")
        what = f"It is not declared when these were known: {shown}."
        yield finding("timing-unknown", what, file=view.file, count=len(fields))


def driver_present(view: View) -> Iterable[Finding]:
    """A plan about a driver that nobody carries."""
    driver = view.plan.driver
    rows = [r for r in view.lesions if r.get("lesion_type") == "fusion"]
    carriers = [
        r for r in rows if r["state"] == "present" and driver in (r.get("gene"), r.get("partner"))
    ]
    if not carriers:
        what = f"No patient carries a fusion of {driver}."
        yield finding("driver-not-found", what, file=view.file)


def assay_named(view: View) -> Iterable[Finding]:
    """Nothing says what a negative means."""
    driver = view.plan.driver
    negative = [r for r in view.lesions if r["lesion"] == f"{driver} fusion"]
    if not view.assays and not negative:
        what = f"No assay is declared: it is not known who was tested for {driver} fusions."
        yield finding("assay-missing", what, file=view.file)


def selected(view: View) -> Iterable[Finding]:
    """A cohort in which everybody carries a fusion was selected by it."""
    carrying = {
        r["patient_id"]
        for r in view.lesions
        if r.get("lesion_type") == "fusion" and r["state"] == "present"
    }
    everybody = len(view.patients) > 1 and len(carrying) == len(view.patients)
    if view.codebook.selected_by_fusion is None and everybody:
        what = f"All {len(view.patients)} patients carry a fusion."
        yield finding("selected-by-fusion-likely", what, file=view.file)
    if view.codebook.selected_by_fusion:
        what = "The patients were selected by fusion; a prevalence cannot be read from them."
        yield finding("selected-by-fusion", what, file=view.file)


def plan_fields(view: View) -> Iterable[Finding]:
    """Covariates and strata of the plan that are not there, or not known at baseline."""
    held = {name for values in view.patients.values() for name in values}
    lesions = {str(row["lesion"]) for row in view.lesions}
    for name in dict.fromkeys((*view.plan.covariates, *view.plan.strata)):
        bare = name.removeprefix("covariate:").removeprefix("lesion:")
        if bare not in held | lesions | set(PATIENT_FIELDS) | {"driver", "partner"}:
            what = f"The plan asks for {name!r}, which no column holds."
            yield finding("plan-field-missing", what, file=view.file, column=name)
            continue
        for field in (name, f"covariate:{bare}", f"lesion:{bare}"):
            if view.codebook.meaning(field) and view.codebook.timing(field) != "baseline":
                yield _not_baseline(view, name, view.codebook.timing(field))
                break


def _not_baseline(view: View, name: str, timing: str) -> Finding:
    """What stands against a covariate: an open timing, or one that is declared and later."""
    code = "covariate-not-baseline"
    if timing == "unknown":
        what = f"The plan uses {name!r}, and it is not declared when it was known."
        return finding(code, what, file=view.file, column=name)
    what = f"The plan uses {name!r}, which is declared to be known only after diagnosis."
    mend = "Leave it out of the plan; it enters no model of baseline values."
    if _dated(view, name):
        mend = f"{mend} It has a date and is analysed as a dated exposure."
    return finding(code, what, mend=mend, file=view.file, column=name)


def _dated(view: View, name: str) -> bool:
    bare = name.removeprefix("covariate:")
    return any(
        event.get("day") is not None and bare in (event.get("kind"), event.get("label"))
        for event in view.events
    )


def cases(view: View) -> Iterable[Finding]:
    """Cases of the plan that are not in the cohort."""
    for who in view.plan.cases:
        if who not in view.patients:
            what = f"The plan shows case {who[:40]!r}, who is not in the cohort."
            yield finding("case-missing", what, file=view.file, value=who)


CHECKS: tuple[Check, ...] = (
    unknown_timing, driver_present, assay_named, selected, plan_fields, cases,
)  # fmt: skip
