"""Times from remission as reported: relapses are never missed, late entry is on their clock."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from fusionscape.cohort import Cohort, build_cohort
from fusionscape.cohort.derive.endpoints import AS_REPORTED, chosen_rules, endpoint_data

KINDS = ("relapse", "death", "censored", "relapse")


def cohort(**columns: list[Any]) -> Cohort:
    """Four patients in remission on day 30 by a dated response; the second and last died."""
    who = ["a", "b", "c", "d"]
    events: list[dict[str, object]] = []
    for patient, died in zip(who, (None, 200.0, None, 400.0), strict=True):
        rows = [("response", "CR", 30.0), ("death", None, died)]
        events += [
            {"patient_id": patient, "order": i, "kind": kind, "label": label, "day": day}
            for i, (kind, label, day) in enumerate(rows)
            if day is not None
        ]
    people = pl.DataFrame({"patient_id": who, "os_days": [500.0, 200.0, 600.0, 400.0],
                           "os_event": [False, True, False, True], **columns})  # fmt: skip
    return build_cohort(name="x", patients=people, events=events)


def table(made: Cohort, name: str) -> list[tuple[Any, ...]]:
    frame = endpoint_data(made, name).frame
    return list(frame.select("entry", "time", "status").iter_rows())


def test_relapse_free_survival_takes_relapses_told_by_their_kind() -> None:
    made = cohort(cir_days=[50.0, 170.0, 570.0, 100.0], cir_status=list(KINDS))
    assert chosen_rules(made, "rfs") == AS_REPORTED
    assert table(made, "rfs") == [(0, 50, 1), (0, 170, 1), (0, 570, 0), (0, 100, 1)]
    assert table(made, "cir") == [(0, 50, 1), (0, 170, 2), (0, 570, 0), (0, 100, 1)]


@pytest.mark.parametrize("column", ["cir_status", "relapsed"])
def test_relapses_without_a_day_are_not_passed_over(column: str) -> None:
    told: list[Any] = list(KINDS) if column == "cir_status" else [True, False, False, True]
    made = cohort(**{column: told})
    for name in ("efs", "rfs"):
        assert chosen_rules(made, name) == AS_REPORTED
        assert endpoint_data(made, name).known.height == 0
    assert chosen_rules(made, "os") == "eln2022"


def test_a_study_that_never_speaks_of_relapse_is_told_so() -> None:
    codes = [c.code for c in endpoint_data(cohort(), "rfs").cautions]
    assert "no-relapse-recorded" in codes
    assert "no-relapse-recorded" not in [c.code for c in endpoint_data(cohort(), "os").cautions]


def test_late_entry_is_moved_to_the_day_of_remission() -> None:
    given = {"cir_days": [50.0, 170.0, 570.0, 100.0], "cir_status": list(KINDS)}
    made = cohort(entry_days=[60.0, 20.0, None, 200.0], **given)
    # Remission on day 30: entry on day 60 is day 30 of remission, on day 20 it is its start.
    assert table(made, "cir") == [(30, 50, 1), (0, 170, 2), (0, 570, 0), (170, None, None)]
    assert table(made, "rfs")[0] == (30, 50, 1)
    assert table(made, "os")[0] == (60, 500, 0)


def test_late_entry_without_a_day_of_remission_is_left_out_and_said() -> None:
    people = pl.DataFrame({"patient_id": ["a", "b"], "entry_days": [60.0, None],
                           "rfs_days": [100.0, 90.0], "rfs_event": [True, True]})  # fmt: skip
    data = endpoint_data(build_cohort(name="x", patients=people), "rfs")
    assert data.frame["time"].to_list() == [None, 90.0]
    assert [c.code for c in data.cautions] == ["entry-origin-unknown"]
