"""Studies that are sound: what the cohort holds."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest

from fusionscape.cohort import Plan
from fusionscape.cohort.schema import PATIENT_FIELDS
from fusionscape.readers import read
from fusionscape.readers.assemble import assemble
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.meaning.fields import parse_field
from fusionscape.readers.study.load import parse_study
from fusionscape.readers.study.model import (
    ColumnSpec,
    EndpointRulesSpec,
    FileSpec,
    PlanSpec,
    RuleSpec,
    StudySpec,
)
from readers.studies import COLUMNS, HEAD, ROWS, codes, table, toml, write

RULES = """
[[rules]]
kind = "include"
field = "age_years"
operator = "<"
value = 40
reason = "younger than 40"

[[rules]]
kind = "exclude"
field = "lesion:FLT3-ITD"
operator = "=="
value = true
reason = "FLT3-ITD"
"""


def study(folder: Path, rows: list[list[str]], head: list[str], **more: str) -> Path:
    """The small study with other rows and further columns."""
    extra = {name: body for name, body in more.items() if name not in ("top", "rest", "sep")}
    text = table(rows, head, sep=more.get("sep", ","))
    keys = {k: more[k] for k in ("top", "rest") if k in more}
    return write(folder, {"patients.csv": text, "study.toml": toml({**COLUMNS, **extra}, **keys)})


def with_column(name: str, values: list[str]) -> tuple[list[list[str]], list[str]]:
    return [[*row, v] for row, v in zip(ROWS, values, strict=True)], [*HEAD, name]


def test_carriers_may_be_a_rule(tmp_path: Path) -> None:
    rule = (
        '[[rules]]\nkind = "include"\nfield = "carries:NUP98"\noperator = "=="\nvalue = true\n'
        'reason = "NUP98 rearranged"\n'
    )
    cohort = read(study(tmp_path, ROWS, HEAD, rest=rule))
    assert cohort.patients["patient_id"].to_list() == ["P1", "P2", "P5"]
    assert cohort.flow[1].n == 2


def test_a_printed_case_table_needs_no_study_file(tmp_path: Path) -> None:
    text = "ID,Sex/Age (y),Partner,FLT3-ITD,CR,Outcome\n"
    text += "N1,M/3.4,NSD1,Y,N,Dead\nN2,F/11,KDM5A,N,Y,Alive\n"
    write(tmp_path, {"cases.csv": text})
    cohort = read(tmp_path / "cases.csv")
    assert cohort.partner_of().to_list() == ["NUP98::NSD1", "NUP98::KDM5A"]
    assert cohort.patients["age_years"].to_list() == [3.4, 11.0]


def test_the_small_study(tmp_path: Path) -> None:
    cohort = read(study(tmp_path, ROWS, HEAD))
    assert cohort.patients["patient_id"].to_list() == ["P1", "P2", "P3", "P4", "P5"]
    assert cohort.patients["sex"].to_list() == ["male", "female", "male", "female", "male"]
    assert cohort.patients["os_event"].to_list() == [True, False, False, True, True]
    assert cohort.partner_of().to_list() == [
        "NUP98::NSD1", "NUP98::KDM5A", None, None, "NUP98::NSD1",
    ]  # fmt: skip
    assert cohort.driver_state().to_list() == [True, True, False, False, True]
    assert cohort.lesion("FLT3-ITD").to_list() == [True, False, False, True, True]
    assert cohort.assays["scope"].to_list() == ["fusions"] * 5
    assert cohort.codebook.timing("os_days") == "post-baseline"


def test_the_flow_adds_up(tmp_path: Path) -> None:
    rows = [*[list(r) for r in ROWS], ["P6", "male", "", "none", "5", "no", "100", "0"]]
    cohort = read(study(tmp_path, rows, HEAD, rest=RULES))
    nodes = {node.id: node for node in cohort.flow}
    assert [(n.label, n.n) for n in cohort.flow] == [
        ("In the table", 6),
        ("younger than 40", 1),
        ("younger than 40: age_years not known", 1),
        ("FLT3-ITD", 2),
        ("In the cohort", 2),
    ]
    parts = [n.n for n in cohort.flow if n.parent == "flow/screened" and n.part]
    assert sum(parts) == nodes["flow/screened"].n == 6
    assert nodes["flow/included"].n == cohort.n == 2
    assert all(node.id.startswith("flow/") for node in cohort.flow)
    assert cohort.patients["patient_id"].to_list() == ["P2", "P3"]
    assert set(cohort.lesions["patient_id"]) == {"P2", "P3"}


@pytest.mark.parametrize(
    ("operator", "value", "left"),
    [
        ("==", '"male"', ["P1", "P3", "P5"]),
        ("!=", '"male"', ["P2", "P4"]),
        ("in", '["female"]', ["P2", "P4"]),
        ("not in", '["female"]', ["P1", "P3", "P5"]),
        ("known", '""', ["P1", "P2", "P3", "P4", "P5"]),
    ],
)
def test_rules_on_words(operator: str, value: str, left: list[str], tmp_path: Path) -> None:
    rule = (
        f'[[rules]]\nkind = "include"\nfield = "sex"\noperator = "{operator}"\n'
        f'value = {value}\nreason = "sex"\n'
    )
    assert read(study(tmp_path, ROWS, HEAD, rest=rule)).patients["patient_id"].to_list() == left


def test_an_unknown_value_excludes_nobody(tmp_path: Path) -> None:
    rows = [*[list(r) for r in ROWS], ["P6", "male", "", "none", "5", "no", "100", "0"]]
    rule = (
        '[[rules]]\nkind = "exclude"\nfield = "age_years"\noperator = ">="\nvalue = 18\n'
        'reason = "adults"\n'
    )
    assert read(study(tmp_path, rows, HEAD, rest=rule)).patients["patient_id"].to_list() == [
        "P1", "P2", "P5", "P6",
    ]  # fmt: skip


@pytest.mark.parametrize("sep", [",", ";", "\t"])
def test_the_delimiter_changes_nothing(sep: str, tmp_path: Path) -> None:
    plain = read(study(tmp_path / "a", ROWS, HEAD))
    other = read(study(tmp_path / "b", ROWS, HEAD, sep=sep))
    assert other.patients.equals(plain.patients) and other.lesions.equals(plain.lesions)


def test_decimal_commas_and_full_width_digits(tmp_path: Path) -> None:
    rows = [[*r[:4], v, *r[5:]] for r, v in zip(
        ROWS, ["120,5", "１２,1", "8,25", "55", "1.210,0"], strict=True)]  # fmt: skip
    cohort = read(study(tmp_path, rows, HEAD, sep=";"))
    assert cohort.patients["wbc_10e9_l"].to_list() == [120.5, 12.1, 8.25, 55.0, 1210.0]


def test_months_are_days_times_30_4375(tmp_path: Path) -> None:
    columns = {**COLUMNS, "os": 'field = "os_days"\ntiming = "post-baseline"\nunit = "months"'}
    rows = [[*r[:6], str(int(r[6]) // 10), *r[7:]] for r in ROWS]
    folder = write(tmp_path, {"patients.csv": table(rows), "study.toml": toml(columns)})
    days = read(folder).patients["os_days"].to_list()
    assert days == [pytest.approx(float(r[6]) * 365.25 / 12) for r in rows]


def test_dates_become_days_and_months_stay_intervals(tmp_path: Path) -> None:
    columns = {
        "id": 'field = "patient_id"',
        "dx": 'field = "date:diagnosis"\ntiming = "baseline"',
        "rel": 'field = "date:relapse"\ntiming = "post-baseline"',
        "sct": 'field = "date:transplant"\ntiming = "post-baseline"',
        "end": 'field = "date:death"\ntiming = "post-baseline"',
        "fu": 'field = "date:last_seen"\ntiming = "post-baseline"',
        "fusion": COLUMNS["fusion"],
    }
    rows = [
        ["P1", "2020-01-01", "2020-07", "2020-05-01", "2021-01-01", "2021-01-01", "NUP98-NSD1"],
        ["P2", "2020-03", "", "", "", "2022-03-16", "none"],
    ]
    folder = write(tmp_path, {
        "patients.csv": table(rows, list(columns)),
        "study.toml": toml({k: v for k, v in columns.items() if k != "id"}),
    })  # fmt: skip
    cohort = read(folder)
    assert cohort.patients["os_days"].to_list() == [366.0, 730.0]
    assert cohort.patients["os_event"].to_list() == [True, False]
    assert cohort.patients["transplant_days"].to_list() == [121.0, None]
    relapse = cohort.events.filter(pl.col("kind") == "relapse").row(0, named=True)
    # July 2020 is 182 to 212 days after 1 January 2020, a leap year.
    assert (relapse["day_low"], relapse["day_high"], relapse["day"]) == (182.0, 212.0, 197.0)
    last = cohort.events.filter(pl.col("kind") == "last_seen", pl.col("patient_id") == "P2")
    # 16 March 2022 is 715 days after 31 March 2020 and 745 after 1 March.
    assert last.select("day_low", "day_high").row(0) == (715.0, 745.0)
    assert "survival-from-dates" in {f.code for f in cohort.findings}


def test_minus_one_is_missing_where_the_study_says_so(tmp_path: Path) -> None:
    rows = [list(r) for r in ROWS]
    rows[2][6] = "-1"
    body = 'field = "os_days"\ntiming = "post-baseline"\nunit = "days"\nmissing = [-1]'
    columns = {**COLUMNS, "os": body}
    folder = write(tmp_path, {"patients.csv": table(rows), "study.toml": toml(columns)})
    assert read(folder).patients["os_days"].to_list() == [300.0, 900.0, None, 90.0, 150.0]


@pytest.mark.parametrize(("one", "event"), [("dead", True), ("alive", False)])
def test_a_censor_flag_goes_where_the_study_says(one: str, event: bool, tmp_path: Path) -> None:
    zero = "alive" if one == "dead" else "dead"
    body = f'field = "os_event"\ntiming = "post-baseline"\nvalues = {{ 1 = "{one}", 0 = "{zero}" }}'
    columns = {**{k: v for k, v in COLUMNS.items() if k != "dead"}, "os.censor": body}
    folder = write(tmp_path, {
        "patients.csv": table(head=[*HEAD[:-1], "os.censor"]), "study.toml": toml(columns),
    })  # fmt: skip
    assert read(folder).patients["os_event"].to_list()[0] is event


def test_responses_mrd_and_courses(tmp_path: Path) -> None:
    rows, head = with_column("cr1", ["CR", "not in CR", "death", "NA", "完全缓解"])
    rows = [[*r, v] for r, v in zip(rows, ["<1e-4", "1%", "", "0", "2.5"], strict=True)]
    rows = [[*r, v] for r, v in zip(rows, ["neg", "pos", "", "neg", "+"], strict=True)]
    rows = [[*r, v] for r, v in zip(rows, ["30", "31", "", "", "28"], strict=True)]
    head = [*head, "mrd1", "mrdpos", "day1"]
    post = 'timing = "post-baseline"'
    cohort = read(study(
        tmp_path, rows, head,
        cr1=f'field = "response:course:1"\n{post}\ndate_column = "day1"',
        mrd1=f'field = "mrd:course:1"\n{post}', mrdpos=f'field = "mrd_state:course:1"\n{post}',
    ))  # fmt: skip
    labels = cohort.responses(course=1).select("patient_id", "label", "day", "line").rows()
    assert labels == [
        ("P1", "CR", 30.0, 1), ("P2", "not in CR", 31.0, 1), ("P3", "death", None, 1),
        ("P5", "CR", 28.0, 1),
    ]  # fmt: skip
    mrd = cohort.events.filter(pl.col("kind") == "mrd").select("value", "censored", "state").rows()
    assert mrd == [
        (1e-4, "<", "negative"), (1.0, None, "positive"), (0.0, None, "negative"),
        (2.5, None, "positive"),
    ]  # fmt: skip


def test_lists_of_lesions_know_their_panel(tmp_path: Path) -> None:
    rows, head = with_column("muts", ["FLT3-ITD, WT1", "NRAS", "none", "", "WT1+, IDH1"])
    body = 'field = "lesions:WT1,NRAS"\ntiming = "baseline"'
    cohort = read(study(tmp_path, rows, head, muts=body))
    assert cohort.lesion("WT1").to_list() == [True, False, False, None, True]
    assert cohort.lesion("NRAS").to_list() == [False, True, False, None, False]
    assert cohort.lesion("IDH1").to_list() == [None, None, None, None, True]
    assert cohort.codebook.timing("lesion:NRAS") == "baseline"


def test_plus_and_minus_in_a_lesion_column(tmp_path: Path) -> None:
    rows, head = with_column("npm1", ["+", "-", "", "-", "+"])
    cohort = read(study(tmp_path, rows, head, npm1='field = "lesion:NPM1"\ntiming = "baseline"'))
    assert cohort.lesion("NPM1").to_list() == [True, False, None, False, True]
    rows, head = with_column("npm1", ["yes", "-", "", "-", "yes"])
    cohort = read(study(tmp_path, rows, head, npm1='field = "lesion:NPM1"\ntiming = "baseline"'))
    assert cohort.lesion("NPM1").to_list() == [True, None, None, None, True]


def test_partners_alone_are_fusions_of_the_driver(tmp_path: Path) -> None:
    rows = [[*r[:3], v, *r[4:]] for r, v in zip(
        ROWS, ["NSD1", "JARID1A", "none", "neg", "NSD1+"], strict=True)]  # fmt: skip
    cohort = read(study(tmp_path, rows, HEAD))
    assert cohort.partner_of().to_list() == [
        "NUP98::NSD1", "NUP98::KDM5A", None, None, "NUP98::NSD1",
    ]  # fmt: skip


def test_a_rearranged_driver_without_partner_is_a_carrier(tmp_path: Path) -> None:
    rows, head = with_column("fish", ["yes", "yes", "no", "no", "yes"])
    rows = [[*r[:3], "NUP98-R" if r[3] != "none" else "none", *r[4:]] for r in rows]
    body = 'field = "lesion:NUP98 fusion"\ntiming = "baseline"'
    cohort = read(study(tmp_path, rows, head, fish=body))
    assert cohort.driver_state().to_list() == [True, True, False, False, True]
    assert cohort.partner_of().drop_nulls().unique().to_list() == ["NUP98::?"]


@pytest.mark.parametrize(
    ("assay", "scope", "state"),
    [
        ("RNA-seq", "fusions", False),
        ("RT-PCR NUP98-NSD1", "NUP98::NSD1", None),
        ("karyotype", None, None),
        ("NUP98 break-apart FISH", "NUP98 fusion", False),
    ],
)
def test_the_assay_decides_what_negative_means(
    assay: str, scope: str | None, state: bool | None, tmp_path: Path
) -> None:
    rows = [[*r[:3], "" if r[3] == "none" else r[3], *r[4:]] for r in ROWS]
    rows = [[*r, assay] for r in rows]
    cohort = read(study(tmp_path, rows, [*HEAD, "assay"], assay='field = "tested_by"'))
    assert cohort.assays["scope"].unique().to_list() == ([] if scope is None else [scope])
    assert cohort.driver_state().to_list() == [True, True, state, state, True]


def test_covariates_keep_their_kind(tmp_path: Path) -> None:
    rows, head = with_column("cns", ["yes", "no", "no", "", "yes"])
    rows = [[*r, v] for r, v in zip(rows, ["1.5", "2", "", "4", "5"], strict=True)]
    cohort = read(study(
        tmp_path, rows, [*head, "ldh"],
        cns='field = "covariate:cns"\ntiming = "baseline"', ldh='field = "covariate:ldh"',
    ))  # fmt: skip
    assert cohort.patients["cns"].to_list() == [True, False, False, None, True]
    assert cohort.patients["ldh"].to_list() == [1.5, 2.0, None, 4.0, 5.0]
    assert cohort.codebook.timing("covariate:cns") == "baseline"
    assert cohort.codebook.timing("covariate:ldh") == "unknown"


def test_several_specimens_and_files(tmp_path: Path) -> None:
    rows = [["P1", "S1", "Relapse", "90"], ["P1", "S2", "Diagnosis", "80"],
            ["P2", "S3", "Relapse", "70"], ["P3", "S4", "Diagnosis", "60"]]  # fmt: skip
    study_toml = """
schema = 1
name = "Specimens"
selected_by_fusion = false
tested_by = "RNA-seq"
[[files]]
path = "samples.csv"
id = "patient"
[files.specimens]
column = "stage"
prefer = ["Diagnosis"]
[[files.columns]]
source = "sample"
field = "sample_id"
[[files.columns]]
source = "blasts"
field = "blasts_marrow_percent"
timing = "baseline"
of_preferred = true
[[files]]
path = "fusions.csv"
id = "case"
[[files.columns]]
source = "fusion"
field = "fusion"
timing = "baseline"
[[files]]
path = "S1.arriba.tsv"
sample = "S2"
"""
    arriba = "#gene1\tgene2\tbreakpoint1\tbreakpoint2\ttype\tsplit_reads1\tsplit_reads2\t"
    arriba += "discordant_mates\tconfidence\treading_frame\n"
    arriba += "NUP98\tNSD1\t11:3744509\t5:177235821\ttranslocation\t9\t8\t7\thigh\tin-frame\n"
    folder = write(tmp_path, {
        "study.toml": study_toml,
        "samples.csv": table(rows, ["patient", "sample", "stage", "blasts"]),
        "fusions.csv": table([["P2", "NUP98-KDM5A"], ["P3", "none"]], ["case", "fusion"]),
        "S1.arriba.tsv": arriba,
    })  # fmt: skip
    cohort = read(folder)
    assert cohort.patients["blasts_marrow_percent"].to_list() == [80.0, None, 60.0]
    assert cohort.partner_of().to_list() == ["NUP98::NSD1", "NUP98::KDM5A", None]
    found = {f.code: f.count for f in cohort.findings}
    assert found["several-specimens"] == 1
    assert found["specimen-not-baseline"] == 1


def test_a_sample_of_two_patients(tmp_path: Path) -> None:
    second = '[[files]]\npath = "b.csv"\nid = "id"\n[[files.columns]]\nsource = "s"\n' \
             'field = "sample_id"\n'  # fmt: skip
    rows, head = with_column("s", ["S1", "S2", "S3", "S4", "S5"])
    folder = study(tmp_path, rows, head, s='field = "sample_id"', rest=second)
    write(folder, {"b.csv": "id,s\nP1,S1\nP2,S1\n"})
    assert "sample-of-two-patients" in codes(folder)


def test_long_tables_of_events(tmp_path: Path) -> None:
    rest = (
        '[[files]]\npath = "mrd.csv"\nid = "id"\n[files.events]\nkind = "mrd"\n'
        'columns = { day = "day", value = "mrd" }\nfixed = { unit = "%" }\n'
    )
    folder = study(tmp_path, ROWS, HEAD, rest=rest)
    write(folder, {"mrd.csv": "id,day,mrd\nP1,30,<0.01\nP1,60,1.5\n"})
    events = read(folder).events
    assert events.select("day", "value", "censored").rows() == [
        (30.0, 0.01, "<"), (60.0, 1.5, None),
    ]  # fmt: skip


def test_printed_comparators_plan_and_glossary(tmp_path: Path) -> None:
    rest = """
[plan]
driver = "NUP98"
headline_response = "intention-to-treat"
covariates = ["age_years", "lesion:FLT3-ITD"]

[[printed]]
name = "Reference"
n = 101
citation = "Xiong 2025"
[[printed.rows]]
label = "FLT3-ITD"
field = "lesion:FLT3-ITD"
count = 15
n = 101
source = "Table 1"

[glossary]
DAH = "daunorubicin + cytarabine + homoharringtonine"
"""
    cohort = read(study(
        tmp_path, ROWS, HEAD, rest=rest,
        top='data_cut_off = 2023-12-31\ntested_by = "RNA-seq"\nselected_by_fusion = false\n',
    ))  # fmt: skip
    assert cohort.plan.headline_response == "intention-to-treat"
    assert cohort.plan.data_cut_off is not None
    assert cohort.printed[0].rows[0].count == 15
    assert cohort.study["glossary"]["DAH"].startswith("daunorubicin")


def test_mangled_names_are_found(tmp_path: Path) -> None:
    head = ["id", "sex", "Age..years.", "fusion", "wbc", "itd", "os", "dead"]
    columns = {"Age (years)" if k == "age" else k: v for k, v in COLUMNS.items()}
    folder = write(tmp_path, {"patients.csv": table(head=head), "study.toml": toml(columns)})
    assert read(folder).patients["age_years"].to_list()[0] == 4.5


def test_order_of_rows_and_columns_changes_nothing(tmp_path: Path) -> None:
    plain = read(study(tmp_path / "a", ROWS, HEAD))
    turned = read(study(tmp_path / "b", [r[::-1] for r in ROWS[::-1]], HEAD[::-1]))
    assert turned.patients.equals(plain.patients)
    assert turned.lesions.equals(plain.lesions)
    assert turned.assays.equals(plain.assays)


def test_study_errors_name_their_line(tmp_path: Path) -> None:
    text = toml().replace('unit = "years"', 'unitt = "years"')
    folder = write(tmp_path, {"patients.csv": table(), "study.toml": text})
    found = codes(folder)["study-key-unknown"]
    assert text.splitlines()[found.row - 1].startswith("unitt")
    broken = toml().replace('field = "sex"', 'field = "sex')
    write(tmp_path, {"study.toml": broken})
    found = codes(folder)["study-toml-broken"]
    assert broken.splitlines()[found.row - 1].startswith('field = "sex')


def test_the_documented_study_is_sound() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
    example = "\n".join(part.split("```")[0] for part in page.split("```toml\n")[1:])
    parsed, found = parse_study(example, name="docs/study.md")
    assert found == ()
    assert parsed is not None
    columns = [c.field for f in parsed.files for c in f.columns]
    assert all(parse_field(field) is not None for field in columns)
    for field in PATIENT_FIELDS:
        assert f"`{field}`" in page or field == "patient_id"


def test_the_plan_takes_every_key_of_the_contract() -> None:
    assert set(PlanSpec.model_fields) == {f.name for f in fields(Plan)} - {"data_cut_off"}


def test_days_to_the_cut_off(tmp_path: Path) -> None:
    rows, head = with_column("dx", ["2020-01-01"] * 5)
    top = 'data_cut_off = 2020-12-31\ntested_by = "RNA-seq"\nselected_by_fusion = false\n'
    body = 'field = "date:diagnosis"\ntiming = "baseline"'
    cohort = read(study(tmp_path, rows, head, dx=body, top=top))
    assert cohort.patients["cut_off_days"].to_list() == [365.0] * 5


def test_a_reader_that_gives_the_wrong_type_is_told() -> None:
    fragment = Fragment(file="x", patients={"P1": {"age_years": "old", "transplant": "perhaps"}})
    spec = StudySpec(name="x", files=(FileSpec(path="x"),))
    cohort, found = assemble([fragment], spec)
    assert cohort is None
    assert {"number-not-understood", "flag-not-understood"} <= {f.code for f in found}


def test_the_page_of_the_study_file_names_every_key() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
    models = (StudySpec, FileSpec, ColumnSpec, RuleSpec, PlanSpec, EndpointRulesSpec)
    keys = {f.alias or name for model in models for name, f in model.model_fields.items()}
    forms = ("`{}`", "{} =", "[[{}]]", "[{}]", "[{}.")
    named = {key for key in keys for form in forms if form.format(key) in page}
    assert sorted(keys - named) == []


def test_the_plan_says_when_survival_is_printed(tmp_path: Path) -> None:
    path = study(tmp_path, ROWS, HEAD, rest="[plan]\nsurvival_years = [2, 1.5]\n")
    assert read(path).plan.survival_years == (1.5, 2.0)
