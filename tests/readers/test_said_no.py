"""Cells that say no, not tested or nothing clear never make a carrier."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check, read
from fusionscape.readers.drafting.guess import guess_columns
from fusionscape.readers.meaning.column import Column, Parts
from fusionscape.readers.meaning.fields import parse_field
from fusionscape.readers.meaning.interpret import READERS
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import ColumnSpec
from readers.studies import ROWS, table, toml, write


def read_column(field: str, *cells: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Lesions and states of a column of these cells, and the codes found."""
    form = parse_field(field)
    assert form is not None
    column = Column(
        table=RawTable(file="t.csv", columns=("c",), rows=tuple((c,) for c in cells)),
        spec=ColumnSpec(source="c", field=field),
        form=form,
        position=0,
        rows=[(i, f"P{i}") for i in range(len(cells))],
        missing=frozenset(),
        driver="NUP98",
    )
    parts = Parts()
    READERS[form.shape](column, parts)
    said = [(str(row["lesion"]), str(row["state"])) for row in parts.lesions]
    return said, {f.code for f in column.found}


@pytest.mark.parametrize("cell", ["NUP98 not detected", "NUP98 wild type", "NUP98 -", "none"])
def test_denied_fusion_is_tested_and_clear(cell: str) -> None:
    said, _ = read_column("fusion", "NUP98-NSD1", cell)
    assert said == [("NUP98::NSD1", "present"), ("NUP98 fusion", "absent")]


def test_part_not_tested_is_undecided() -> None:
    said, codes = read_column("fusion", "NUP98-NSD1", "none detected; NUP98 not tested")
    assert said[1:] == [("NUP98 fusion", "ambiguous")]
    assert "fusion-not-understood" in codes


def test_another_pair_denied_says_nothing_of_the_driver() -> None:
    said, _ = read_column("fusion", "NUP98-NSD1+KMT2A-MLLT3-", "KMT2A-MLLT3 negative")
    absent, untold = ("KMT2A::MLLT3", "absent"), ("NUP98 fusion", "not tested")
    assert said == [("NUP98::NSD1", "present"), absent, absent, untold]


NARROW_NO = (
    ("KMT2A negative", "KMT2A fusion"), ("no NUP98::NSD1", "NUP98::NSD1"),
    ("NUP98::NSD1/neg", "NUP98::NSD1"), ("NUP98-NSD1 not detected", "NUP98::NSD1"),
    ("NUP98-NSD1 -", "NUP98::NSD1"),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "lesion"), NARROW_NO)
def test_a_narrow_no_does_not_clear_the_driver(tmp_path: Path, cell: str, lesion: str) -> None:
    said, _ = read_column("fusion", "NUP98-NSD1", cell)
    assert said[1:] == [(lesion, "absent"), ("NUP98 fusion", "not tested")]
    rows = [[cell if text == "none" else text for text in row] for row in ROWS]
    folder = write(tmp_path, {"patients.csv": table(rows), "study.toml": toml()})
    assert read(folder).driver_state().to_list() == [True, True, None, None, True]
    told = [f for f in check(folder) if f.code == "fusion-not-known"]
    assert told[0].count == 2 and repr(cell) in told[0].what


def test_no_to_the_driver_beside_another_fusion_is_clear() -> None:
    said, _ = read_column("fusion", "NUP98 neg; KMT2A::MLLT3")
    assert said == [("KMT2A::MLLT3", "present"), ("NUP98 fusion", "absent")]


def test_another_partner_denied_leaves_the_carrier() -> None:
    said, _ = read_column("fusion", "NUP98-KDM5A; no NUP98-NSD1")
    assert said == [("NUP98::KDM5A", "present"), ("NUP98::NSD1", "absent")]


DOUBTED = (
    "other than NUP98", "NUP98::NSD1=0", "NUP98::NSD1 0", "NUP98::NSD1 unconfirmed",
    "NUP98::NSD1 suspected", "NUP98::NSD1 out of frame", "NUP98::NSD1 relapse only",
    "NUP98::NSD1?", "?NUP98::NSD1", "possible NUP98::NSD1", "probable NUP98::NSD1", "NUP98?",
    "NUP98::NSD1, none", "none; NUP98::NSD1", "NUP98::NSD1; NUP98 negative",
    "NUP98 - NSD1 - KDM5A", "NUP98::NSD1::?",
)  # fmt: skip


@pytest.mark.parametrize("cell", DOUBTED)
def test_a_doubt_makes_neither_carrier_nor_control(tmp_path: Path, cell: str) -> None:
    said, codes = read_column("fusion", "NUP98-NSD1", cell)
    assert said[1:] == [("NUP98 fusion", "ambiguous")] and codes == {"fusion-doubtful"}
    rows = [[cell if text == "none" else text for text in row] for row in ROWS]
    folder = write(tmp_path, {"patients.csv": table(rows), "study.toml": toml()})
    assert read(folder).driver_state().to_list() == [True, True, None, None, True]
    found = [f for f in check(folder) if f.code == "fusion-doubtful"]
    assert [(f.value, f.count, f.severity) for f in found] == [(cell, 2, "warning")]


@pytest.mark.parametrize("cell", ["NUP98::?", "NUP98-?", "NUP98-X", "NUP98 partner unknown"])
def test_a_partner_not_known_is_no_doubt(cell: str) -> None:
    said, codes = read_column("fusion", "NUP98-NSD1", cell)
    assert said[1:] == [("NUP98::?", "present")] and "fusion-doubtful" not in codes


def test_a_doubt_beside_a_fusion_named_is_told() -> None:
    said, codes = read_column("fusion", "NUP98-KDM5A; NUP98-NSD1?")
    assert said == [("NUP98::KDM5A", "present")] and codes == {"fusion-doubtful"}
    said, _ = read_column("fusion", "NUP98-NSD1 (diagnosis and relapse); KMT2A negative")
    assert ("NUP98 fusion", "ambiguous") not in said


@pytest.mark.parametrize("cell", ["NUP98::<script>", "NUP98::=x", "NUP98::", "NUP98::NUP98"])
def test_partner_not_read_is_found(cell: str) -> None:
    said, codes = read_column("fusion", "NUP98-NSD1", cell)
    assert said[1] == ("NUP98::?", "present")
    assert "fusion-partner-not-named" in codes


@pytest.mark.parametrize("cell", ["-", "0"])
def test_dash_in_a_fusion_column_is_unclear(cell: str) -> None:
    said, codes = read_column("fusion", "NUP98-NSD1", cell)
    assert said[1] == ("NUP98 fusion", "ambiguous")
    assert "dash-unclear" in codes


def test_dash_beside_plus_is_no() -> None:
    said, codes = read_column("fusion", "+", "-")
    assert said[1] == ("NUP98 fusion", "absent")
    assert "dash-unclear" not in codes


@pytest.mark.parametrize("cell", ["FLT3-ITD", "KMT2A-PTD"])
def test_duplication_in_a_fusion_column_is_not_clear(cell: str) -> None:
    said, codes = read_column("fusion", "NUP98-NSD1", cell)
    assert said[1:] == [("NUP98 fusion", "ambiguous")]
    assert "fusion-is-mutation" in codes


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("p.K313fs", "present"), ("c.937_939dup", "present"), ("R882H", "present"),
        ("45%", "present"), ("CEBPA(K313dup)", "present"), ("biallelic", "present"),
        ("c.35G>A", "present"), ("mutated", "present"), ("p.Lys313dup", "present"),
        ("none found", "absent"), ("no mutation detected", "absent"), ("unmutated", "absent"),
        ("no pathogenic variant", "absent"), ("excluded", "absent"), ("0%", "absent"),
        ("failed", "not tested"),
        ("germline", "ambiguous"), ("p.A1=", "ambiguous"), ("VUS", "ambiguous"),
        ("synonymous", "ambiguous"), ("benign polymorphism", "ambiguous"),
        ("see letter", "ambiguous"), ("p.K313fs not detected", "ambiguous"),
    ],
)  # fmt: skip
def test_variant_text(cell: str, state: str) -> None:
    said, codes = read_column("variant:CEBPA", cell)
    assert said == [("CEBPA", state)]
    assert ("lesion-value-ambiguous" in codes) is (state == "ambiguous")


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("CEBPA", "present"), ("CEBPA+", "present"), ("CEBPA-", "absent"),
        ("CEBPA negative", "absent"), ("CEBPA wild type", "absent"), ("no CEBPA", "absent"),
        ("CEBPA not tested", "not tested"), ("CEBPA?", "ambiguous"),
    ],
)  # fmt: skip
def test_listed_lesion(cell: str, state: str) -> None:
    said, _ = read_column("lesions", f"WT1, {cell}")
    assert said == [("WT1", "present"), ("CEBPA", state)]


@pytest.mark.parametrize(("cell", "state"), [("none detected", "absent"), ("failed", "not tested")])
def test_panel_of_which_nothing_is_named(cell: str, state: str) -> None:
    said, _ = read_column("lesions:WT1,CEBPA", cell)
    assert said == [("WT1", state), ("CEBPA", state)]


def died(source: str, field: str, *cells: str) -> tuple[list[object], set[str]]:
    """What a column of this heading says of death, and the codes found."""
    form = parse_field(field)
    assert form is not None
    column = Column(
        table=RawTable(file="t.csv", columns=(source,), rows=tuple((c,) for c in cells)),
        spec=ColumnSpec(source=source, field=field),
        form=form,
        position=0,
        rows=[(i, f"P{i}") for i in range(len(cells))],
        missing=frozenset(),
        driver="NUP98",
    )
    parts = Parts()
    READERS[form.shape](column, parts)
    return [v["os_event"] for v in parts.patients.values()], {f.code for f in column.found}


@pytest.mark.parametrize("source", ["alive", "Survival", "Überleben", "存活"])
def test_yes_in_a_column_of_the_living_is_alive(source: str) -> None:
    assert died(source, "vital_status", "yes", "no", "dead") == ([False, True, True], set())
    assert died(source, "os_event", "yes", "no") == ([], {"event-flag-direction"})


def test_bare_survival_of_0_and_1_is_asked() -> None:
    assert died("Survival", "vital_status", "1", "0") == ([], {"event-flag-direction"})
    assert died("dead", "os_event", "1", "0") == ([True, False], set())


@pytest.mark.parametrize("source", ["alive", "Survival", "Überleben", "存活"])
def test_the_draft_asks_about_the_living(source: str) -> None:
    rows = (("P1", "yes"), ("P2", "no"))
    table = RawTable(file="t.csv", columns=("id", source), rows=rows)
    guess = next(g for g in guess_columns(table) if g.source == source)
    assert (guess.field, guess.sure) == ("vital_status", False)
    assert "alive" in guess.why


@pytest.mark.parametrize("cell", ["-", "0", "FLT3-ITD"])
def test_unclear_cell_is_no_control_though_all_were_tested(tmp_path: Path, cell: str) -> None:
    rows = [[cell if text == "none" else text for text in row] for row in ROWS]
    cohort = read(write(tmp_path, {"patients.csv": table(rows), "study.toml": toml()}))
    assert cohort.driver_state().to_list() == [True, True, None, None, True]
