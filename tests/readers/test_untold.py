"""Fusion cells that do not say: neither a carrier nor clear, whatever the study's assay."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.analyses.prevalence import prevalence
from fusionscape.readers import check, draft, read
from fusionscape.readers.untold import opened, undenied, untold_words
from fusionscape.results import Estimate
from readers.studies import write

HEAD = 'schema = 1\nname = "Five"\nselected_by_fusion = false\n'
ASSAY = 'tested_by = "RNA-seq"\ntested_scope = "fusions"\n'
FUSIONS = ("NUP98::NSD1", "none", "not tested", "unknown", "")


def five(
    folder: Path,
    cells: tuple[str, ...] = FUSIONS,
    *,
    field: str = "fusion",
    top: str = ASSAY,
    body: str = "",
    extra: tuple[str, tuple[str, ...]] | None = None,
    rest: str = "",
) -> Path:
    """Five patients A to E with one fusion column, and perhaps one more column."""
    name, more = extra if extra is not None else ("note", ("",) * len(cells))
    lines = [f"id,sex,f,{name.partition('=')[0]}"]
    lines += [f"{who},F,{cell},{m}" for who, cell, m in zip("ABCDE", cells, more, strict=False)]
    extra_field = name.partition("=")[2] or "ignore"
    columns = "".join(
        f'[[files.columns]]\nsource = "{s}"\nfield = "{f}"\ntiming = "baseline"\n{b}'
        for s, f, b in (
            ("id", "patient_id", ""),
            ("sex", "sex", ""),
            ("f", field, body),
            (name.partition("=")[0], extra_field, ""),
        )
    )
    text = f'{HEAD}{top}\n[[files]]\npath = "p.csv"\nkind = "table"\nid = "id"\n{columns}{rest}'
    return write(folder, {"p.csv": "\n".join(lines) + "\n", "study.toml": text})


def states(path: Path) -> list[bool | None]:
    return list(read(path).driver_state())


def test_one_of_two_not_one_of_five(tmp_path: Path) -> None:
    path = five(tmp_path / "study")
    assert states(path) == [True, False, None, None, None]
    found = [f for f in check(path) if f.code == "fusion-not-known"]
    assert found[0].count == 3 and "1 blank; 2 such as 'not tested', 'unknown'" in found[0].what
    assert found[0].severity == "warning" and 'blank = "absent"' in (found[0].mend or "")


def test_the_printed_prevalence_has_the_right_denominator(tmp_path: Path) -> None:
    made = prevalence(read(five(tmp_path))).items
    found = next(r for r in made if r.id == "prevalence/driver")
    assert isinstance(found, Estimate)
    assert (found.estimate, found.n, found.missing) == (0.5, 2, 3)


def test_a_blank_may_be_declared_a_no(tmp_path: Path) -> None:
    path = five(tmp_path, body='blank = "absent"\n')
    assert states(path) == [True, False, None, None, False]


def test_without_a_declared_assay_nothing_changes(tmp_path: Path) -> None:
    path = five(tmp_path, top="")
    assert states(path) == [True, False, None, None, None]
    assert "fusion-not-known" not in [f.code for f in check(path)]


@pytest.mark.parametrize("name", ["NUP98 fusion", "NUP98::NSD1"])
def test_yes_no_columns_of_a_fusion_are_alike(name: str, tmp_path: Path) -> None:
    path = five(tmp_path, ("yes", "no", "not tested", "unknown", ""), field=f"lesion:{name}")
    assert states(path) == [True, False, None, None, None]


def test_an_ambiguous_cell_about_one_fusion_leaves_the_driver_open(tmp_path: Path) -> None:
    path = five(
        tmp_path, ("yes", "no", "weak", "no", "no"), field="lesion:NUP98::NSD1",
        body='ambiguous = ["weak"]\n',
    )  # fmt: skip
    assert states(path) == [True, False, None, False, False]


def test_a_list_of_lesions_that_is_blank(tmp_path: Path) -> None:
    cells = ("NUP98::NSD1", "WT1", "none", "", "NUP98::NSD1 not tested")
    path = five(tmp_path, cells, field="lesions:NUP98::NSD1,WT1")
    assert states(path) == [True, False, False, None, None]


def test_another_column_that_knows_wins(tmp_path: Path) -> None:
    fish = ("fish=lesion:NUP98 fusion", ("", "", "no", "yes", ""))
    assert states(five(tmp_path, extra=fish)) == [True, False, False, True, None]


def test_a_patients_own_test_makes_a_blank_clear_but_not_a_word(tmp_path: Path) -> None:
    looked = ("rna=tested:fusions", ("yes", "yes", "yes", "no", "yes"))
    assert states(five(tmp_path / "a", extra=looked, top="")) == [True, False, None, None, False]
    assay = ("assay=tested_by", ("RNA-seq", "RNA-seq", "RNA-seq", "", "RNA-seq"))
    assert states(five(tmp_path / "b", extra=assay, top="")) == [True, False, None, None, False]
    said = [f.what for f in check(tmp_path / "b") if f.code == "fusion-not-known"]
    assert said and "1 such as 'not tested'" in said[0]


def test_rules_take_it_for_not_known_too(tmp_path: Path) -> None:
    rest = (
        '[[rules]]\nkind = "include"\nfield = "carries:NUP98"\noperator = "=="\nvalue = false\n'
        'reason = "no fusion"\n'
    )
    cohort = read(five(tmp_path, rest=rest))
    assert cohort.patients["patient_id"].to_list() == ["B"]
    unknown = [node.n for node in cohort.flow if node.label.endswith("not known")]
    assert unknown == [3]


def test_a_printed_case_table_with_unclear_partners(tmp_path: Path) -> None:
    text = "ID,Sex/Age (y),Partner,FLT3-ITD,CR,Outcome\n"
    text += "N1,M/3,NSD1,Y,N,Dead\nN2,F/1,none,N,Y,Alive\nN3,F/2,,N,Y,Alive\n"
    text += "N4,F/4,see report,N,Y,Alive\n"
    write(tmp_path, {"cases.csv": text})
    assert states(tmp_path / "cases.csv") == [True, False, None, None]


def test_the_draft_asks_what_blank_means(tmp_path: Path) -> None:
    text = "Patient ID,Fusion\nA,NUP98::NSD1\nB,none\nC,\n"
    write(tmp_path, {"p.csv": text})
    why = [u for u in draft([tmp_path / "p.csv"]).unsure if "as fusion" in u]
    assert why and "1 cell is blank" in why[0] and 'blank = "absent"' in why[0]


def test_rows_and_assays() -> None:
    row = {"patient_id": "a", "lesion": "NUP98::NSD1", "lesion_type": "fusion", "gene": "NUP98"}
    blank = {**row, "state": "not tested", "reported": ""}
    word = {**blank, "reported": "pending"}
    assays = [{"patient_id": "a", "assay": "x", "scope": s} for s in ("fusions", "KMT2A fusion")]
    assert untold_words([word, blank], "NUP98") == {"a": "pending"}
    assert undenied(assays, [blank], "NUP98") == assays
    assert undenied(assays, [word], "NUP98") == assays[1:]
    assert opened([{**row, "state": "ambiguous"}], "NUP98")[0]["lesion"] == "NUP98 fusion"
    assert opened([{**row, "state": "ambiguous"}], "KMT2A") == []


@pytest.mark.parametrize(
    ("assay", "scope", "clear"),
    [
        ("RT-PCR NUP98-NSD1", None, None), ("karyotype", None, None),
        ("FISH", "KMT2A fusion", None), ("FISH", "NUP98 fusion", False), ("RNA-seq", None, False),
        ("panel X", None, False),
    ],
)  # fmt: skip
def test_none_means_what_the_assay_could_see(
    assay: str, scope: str | None, clear: bool | None, tmp_path: Path
) -> None:
    top = f'tested_by = "{assay}"\n' + (f'tested_scope = "{scope}"\n' if scope else "")
    path = five(tmp_path, ("NUP98::NSD1", "none", "none", "KMT2A::MLLT3", "none"), top=top)
    assert states(path)[:3] == [True, clear, clear]
    found = [f.count for f in check(path) if f.code == "negative-not-seen"]
    assert bool(found) == (clear is None)


def test_a_column_about_the_driver_speaks_for_itself(tmp_path: Path) -> None:
    fish = ("fish=lesion:NUP98 fusion", ("yes", "no", "no", "", ""))
    path = five(tmp_path, ("NUP98::NSD1", "none", "none", "none", "none"),
                top='tested_by = "karyotype"\n', extra=fish)  # fmt: skip
    assert states(path) == [True, False, False, None, None]


def test_none_of_somebody_who_was_not_tested_is_not_known(tmp_path: Path) -> None:
    looked = ("rna=tested:fusions", ("yes", "yes", "no", "no", ""))
    cells = ("NUP98::NSD1", "none", "none", "NUP98::NSD1", "none")
    assert states(five(tmp_path, cells, extra=looked)) == [True, False, None, True, False]


def test_an_assay_that_was_not_done_clears_nobody(tmp_path: Path) -> None:
    assay = ("assay=tested_by", ("RNA-seq", "RNA-seq", "not done", "not tested", "RNA-seq"))
    cells = ("NUP98::NSD1", "none", "none", "NUP98::NSD1", "none")
    assert states(five(tmp_path, cells, extra=assay, top="")) == [True, False, None, True, False]
