"""A date of remission is a dated response; a refusal says what is missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fusionscape.analyses.survival import survival
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.endpoints import chosen_rules, endpoint_data
from fusionscape.readers import read
from fusionscape.results import Refusal

FIELDS = {
    "dx": "date:diagnosis", "cr": "response:best", "cr date": "date:remission",
    "relapse date": "date:relapse", "death": "date:death", "seen": "date:last_seen",
    "dead": "vital_status",
}  # fmt: skip
# CR and relapse; CR and alive; never in CR, alive; never in CR, early death; CR of unknown day
ROWS = [
    ["A", "2020-01-01", "yes", "2020-02-01", "2020-08-01", "2021-01-01", "2021-01-01", "dead"],
    ["B", "2020-01-01", "yes", "2020-03-01", "", "", "2022-01-01", "alive"],
    ["C", "2020-01-01", "no", "", "", "", "2021-01-01", "alive"],
    ["D", "2020-01-01", "no", "", "", "2020-02-15", "2020-02-15", "dead"],
    ["E", "2020-01-01", "yes", "", "", "", "2021-01-01", "alive"],
]


def days(text: str) -> float:
    return float((date.fromisoformat(text) - date(2020, 1, 1)).days)


def cohort(folder: Path, *without: str, plan: str = "") -> Cohort:
    names = [name for name in FIELDS if name not in without]
    places = [0, *(1 + list(FIELDS).index(name) for name in names)]
    lines = [",".join(["id", *names, "fusion"])]
    lines += [",".join([*(row[i] for i in places), "NUP98-NSD1"]) for row in ROWS]
    (folder / "p.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = "".join(
        f'  {{ source = "{name}", field = "{FIELDS[name]}", timing = "post-baseline" }},\n'
        for name in names
    )
    (folder / "study.toml").write_text(
        'schema = 1\nname = "s"\ntested_by = "RNA-seq"\nselected_by_fusion = true\n[[files]]\n'
        f'path = "p.csv"\nid = "id"\ncolumns = [\n{columns}'
        '  { source = "fusion", field = "fusion", timing = "baseline" },\n]\n'
        f'[plan]\nendpoints = ["os", "efs", "rfs"]\nmin_group = 1\n{plan}',
        encoding="utf-8",
    )
    return read(folder)


def test_event_free_survival_from_dated_remissions(tmp_path: Path) -> None:
    made = cohort(tmp_path)
    assert chosen_rules(made, "efs") == "eln2022"
    rows = {r["patient_id"]: r for r in endpoint_data(made, "efs").frame.to_dicts()}
    assert (rows["A"]["time"], rows["A"]["status"]) == (days("2020-08-01"), 1)
    assert (rows["B"]["time"], rows["B"]["status"]) == (days("2020-03-01"), 0)
    # No CR by day 180, and early death without one: events of the first day (ELN 2022).
    assert (rows["C"]["time"], rows["C"]["status"]) == (1, 1)
    assert (rows["D"]["time"], rows["D"]["status"]) == (1, 1)
    # In remission on an unknown day: neither a failure nor unevaluable.
    assert (rows["E"]["time"], rows["E"]["why"]) == (None, "remission undated")


def test_relapse_free_survival_starts_with_the_remission(tmp_path: Path) -> None:
    data = endpoint_data(cohort(tmp_path), "rfs")
    assert data.known["time"].to_list() == [
        days("2020-08-01") - days("2020-02-01"), days("2022-01-01") - days("2020-03-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("without", "plan", "code"),
    [
        (("relapse date",), "", "endpoint-needs-relapses"),
        (("cr date",), "", "endpoint-needs-remissions"),
        (("cr date", "relapse date"), "", "endpoint-not-in-data"),
        ((), 'endpoint_rules = "as reported"', "endpoint-only-by-rules"),
    ],
)
def test_the_reason_is_the_true_one(
    tmp_path: Path, without: tuple[str, ...], plan: str, code: str
) -> None:
    items = survival(cohort(tmp_path, *without, plan=plan)).items
    told = {i.id: i.code for i in items if isinstance(i, Refusal)}
    assert [told["survival/efs"], told["survival/rfs"]] == [code, code]
