"""REDCap exports: one row a patient, long tables beside it, unticked is not no."""

from __future__ import annotations

from fusionscape.readers.formats.event_table import EventMapping, read_event_table
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.formats.redcap import instrument, reshape_redcap
from fusionscape.readers.raw import RawTable

COLUMNS = (
    "record_id",
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "sex",
    "blasts",
    "lesions___1",
    "lesions___2",
    "mrd_day",
    "mrd",
    "baseline_complete",
)
BASE, LATER = "baseline_arm_1", "month_3_arm_1"


def export(*rows: tuple[str | None, ...], columns: tuple[str, ...] = COLUMNS) -> RawTable:
    return RawTable(file="redcap.csv", columns=columns, rows=rows)


ROWS = (
    ("R1", BASE, None, None, "M", "80", "1", "0", None, None, "2"),
    ("R1", LATER, None, None, None, "3", "0", "0", None, None, "0"),
    ("R1", BASE, "mrd_form", "2", None, None, None, None, "56", "<1e-4", None),
    ("R1", BASE, "mrd_form", "1", None, None, None, None, "28", "0.01", None),
    ("R2", BASE, None, None, "F", "60", "0", "0", None, None, "2"),
)


def test_wide_and_long() -> None:
    assert recognise(export(*ROWS)) == "redcap"
    made = reshape_redcap(export(*ROWS))
    assert made.patients.columns == (
        "record_id",
        "sex",
        f"blasts@{BASE}",
        f"blasts@{LATER}",
        "lesions___1",
        "lesions___2",
    )
    # R2 has nothing ticked: not known, not "no".
    assert made.patients.rows == (
        ("R1", "M", "80", "3", "1", "0"),
        ("R2", "F", "60", None, None, None),
    )
    (long,) = made.repeated
    assert long.sheet == "mrd_form"
    assert long.columns[-2:] == ("mrd_day", "mrd")
    assert [row[0] for row in long.rows] == ["R1", "R1"]
    assert (
        sorted(f.code for f in made.findings)
        == [
            "redcap-field-in-several-events",
            "redcap-form-incomplete",
            "redcap-nothing-ticked",
            "redcap-nothing-ticked",
        ][: len(made.findings)]
    )


def test_long_table_becomes_events() -> None:
    long = instrument(reshape_redcap(export(*ROWS)), "MRD form")
    assert long is not None
    mapping = EventMapping(
        patient="record_id",
        kind="mrd",
        columns={"day": "mrd_day", "value": "mrd"},
        fixed={"target": "flow"},
    )
    fragment = read_event_table(long, mapping)
    assert [(e["order"], e["day"], e["value"], e.get("censored")) for e in fragment.events] == [
        (1, 28.0, 0.01, None),
        (2, 56.0, 1e-4, "<"),
    ]
    assert {e["target"] for e in fragment.events} == {"flow"}
    assert fragment.findings == ()


def test_label_export() -> None:
    columns = (
        "Record ID",
        "Event Name",
        "Repeat Instrument",
        "Repeat Instance",
        "Lesions (choice=FLT3-ITD)",
        "Lesions (choice=WT1)",
    )
    table = export(("R1", "Baseline", None, None, "Checked", "Unchecked"), columns=columns)
    assert recognise(table) == "redcap"
    assert reshape_redcap(table).patients.rows == (("R1", "1", "0"),)


def test_rows_that_cannot_be_right() -> None:
    made = reshape_redcap(
        export(
            ("R1", BASE, None, None, "M", "80", "1", "0", None, None, "2"),
            ("R1", BASE, None, None, "F", "70", "1", "0", None, None, "2"),
            (None, BASE, None, None, "F", "70", "1", "0", None, None, "2"),
            ("R3", BASE, None),
        )
    )
    assert [(f.code, f.row) for f in made.findings] == [
        ("missing-id", 4),
        ("ragged-row", 5),
        ("redcap-duplicate-row", 3),
    ]
    assert made.patients.rows[0][1] == "M"


def test_repeating_events_become_a_long_table() -> None:
    made = reshape_redcap(export(("R1", LATER, None, "1", None, "9", None, None, None, None, None)))
    assert [t.sheet for t in made.repeated] == [LATER]
    # A record known by a repeated row only still is a patient.
    assert made.patients.rows == (("R1",),)


def test_event_table_findings() -> None:
    long = RawTable(
        file="mrd.csv",
        columns=("id", "day", "course"),
        rows=(("R1", "soon", "1.5"), (None, "3", "1"), ("R2", None, "1")),
    )
    mapping = EventMapping(patient="id", kind="course", columns={"day": "day", "course": "course"})
    fragment = read_event_table(long, mapping)
    assert [(e["patient_id"], e["order"]) for e in fragment.events] == [("R1", 1), ("R2", 1)]
    assert [(f.code, f.column) for f in fragment.findings] == [
        ("value-not-understood", "day"),
        ("value-not-understood", "course"),
        ("missing-id", None),
    ]
    wrong = EventMapping(patient="who", kind="mrd", columns={"days": "day"})
    assert [f.code for f in read_event_table(long, wrong).findings] == [
        "missing-required-column",
        "unknown-event-field",
    ]
