"""Hand-made wrecks: every one gives its finding and never a traceback."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from fusionscape.readers import check, read
from fusionscape.readers.opening import limits
from fusionscape.results import InputError
from readers.studies import COLUMNS, HEAD, ROWS, changed, codes, table, toml, write


def column(name: str, body: str) -> dict[str, str]:
    """COLUMNS with the declaration of one column replaced."""
    return {**COLUMNS, name: body}


def added(head: str, values: list[str], body: str) -> dict[str, str | bytes]:
    """The small study with one column more."""
    rows = [[*row, value] for row, value in zip(ROWS, values, strict=True)]
    columns = {**COLUMNS, head: body}
    return {"patients.csv": table(rows, [*HEAD, head]), "study.toml": toml(columns)}


def data(content: str | bytes) -> dict[str, str | bytes]:
    return {"patients.csv": content, "study.toml": toml()}


def rows(*cells: tuple[int, str, str]) -> dict[str, str | bytes]:
    made = [list(r) for r in ROWS]
    for row, name, value in cells:
        made[row][HEAD.index(name)] = value
    return data(table(made))


DATES = 'field = "date:diagnosis"\ntiming = "baseline"'
DEATH = 'field = "date:death"\ntiming = "post-baseline"'
FIVE = ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01", "2020-05-01"]


def two_dates(first: list[str], second: list[str], **more: str) -> dict[str, str | bytes]:
    made = [[*row, a, b] for row, a, b in zip(ROWS, first, second, strict=True)]
    columns = {**COLUMNS, "dx": DATES, "death": DEATH}
    study = toml(columns, **more)
    return {"patients.csv": table(made, [*HEAD, "dx", "death"]), "study.toml": study}


def followup(times: list[str], flags: list[str]) -> dict[str, str | bytes]:
    made = [[*row[:6], t, f] for row, t, f in zip(ROWS, times, flags, strict=True)]
    return data(table(made))


WRECKS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "no file": ("file-missing", {"study.toml": toml()}),
    "no file matches": (
        "file-missing", {"study.toml": toml(file='path = "calls/*.tsv"\nid = "id"\n')},
    ),
    "folder as file": ("file-is-folder", {"patients.csv/x": "", "study.toml": toml()}),
    "empty file": ("file-empty", data("")),
    "only blanks": ("file-empty", data(" \n\n  \n")),
    "only commas": ("file-empty", data(",,,\n,,,\n")),
    "header only": ("table-without-rows", data(",".join(HEAD) + "\n")),
    "picture": ("file-binary", data(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))),
    "pdf": ("file-binary", data(b"%PDF-1.7 something")),
    "nul bytes": ("file-binary", data(table().replace("P3", "P\x003"))),
    "random bytes": ("file-binary", data(bytes(range(256)) * 50)),
    "lfs placeholder": (
        "git-lfs-placeholder",
        data("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"),
    ),
    "old workbook": (
        "workbook-old-or-locked", data(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600),
    ),
    "broken workbook": ("workbook-broken", data(b"PK\x03\x04" + b"\x00" * 200)),
    "broken gzip": ("gzip-broken", data(gzip.compress(table().encode())[:-20])),
    "no gzip inside": ("gzip-broken", data(b"\x1f\x8b" + b"nonsense" * 9)),
    "latin text": ("encoding-unknown", data(table(changed(0, "id", "Müller")).encode("cp1252"))),
    "open quote": ("quote-not-closed", data(table().replace("P3,", '"P3,'))),
    "stray quote": ("quote-stray", data(table().replace("male,4.5", '"ma"le,4.5'))),
    "cell of 10 MB": ("cell-too-large", data(table(changed(1, "fusion", "N" * 10_000_000)))),
    "long value": ("cell-too-large", rows((1, "fusion", "a b " * 2000))),
    "long name": ("cell-too-large", data(table().replace("age", "age" * 500))),
    "title above": ("title-rows", data("Table 2 of the study,,,,,,,\n" + table())),
    "duplicate header": ("header-duplicate", data(table().replace("age,", "sex,", 1))),
    "repeated column": (
        "header-repeated", data(table([[*r, r[1]] for r in ROWS], [*HEAD, "sex"])),
    ),
    "nameless column": (
        "header-blank", data(table([[*r, r[0], "x"] for r in ROWS], [*HEAD, "", ""])),
    ),
    "cell too many": ("row-too-long", data(table().replace("12.1,no", "12,1,no"))),
    "cell too few": ("row-too-short", data(table().replace("P3,male,", "P3,"))),
    "short tabbed row": (
        "row-short-tabs", data(table([*ROWS[:4], ROWS[4][:-1]], sep="\t")),
    ),
    "two delimiters": (
        "delimiter-unclear", data("id;x,sex;y,age\nP1;1,2;2,3\nP2;3,4;4,5\n"),
    ),
    "toml broken": ("study-toml-broken", {**data(table()), "study.toml": "name = \n"}),
    "toml not text": (
        "study-toml-broken", {**data(table()), "study.toml": b"name = '\xff\xfe\xfa'"},
    ),
    "toml number of 5,000 digits": (
        "study-toml-broken", {**data(table()), "study.toml": "name = " + "9" * 5000},
    ),
    "id pattern": (
        "study-value-wrong",
        {**data(table()),
         "study.toml": toml(file='path = "patients.csv"\nid = "id"\nid_pattern = "("\n')},
    ),
    "covariate named as a field": (
        "field-unknown",
        {**data(table()), "study.toml": toml(column("age", 'field = "covariate:sex"'))},
    ),
    "specimen column": (
        "column-missing",
        {**data(table()), "study.toml": toml(
            file='path = "patients.csv"\nid = "id"\n'
                 'specimens = { column = "stage", prefer = ["x"] }\n')},
    ),
    "toml key unknown": (
        "study-key-unknown", {**data(table()), "study.toml": toml(top="selekted = true\n")},
    ),
    "toml key missing": ("study-key-missing", {**data(table()), "study.toml": "schema = 1\n"}),
    "toml value wrong": (
        "study-value-wrong",
        {**data(table()),
         "study.toml": toml(column("age", 'field = "age_years"\ntiming = "soon"'))},
    ),
    "column not there": (
        "column-missing", {**data(table()), "study.toml": toml(column("agee", COLUMNS["age"]))},
    ),
    "field not there": (
        "field-unknown",
        {**data(table()), "study.toml": toml(column("age", 'field = "age_yeers"'))},
    ),
    "no id declared": (
        "id-not-declared", {**data(table()), "study.toml": toml(file='path = "patients.csv"\n')},
    ),
    "id column not there": (
        "id-column-missing",
        {**data(table()), "study.toml": toml(file='path = "patients.csv"\nid = "mrn"\n')},
    ),
    "row without id": ("id-missing", rows((2, "id", ""))),
    "look-alike ids": ("id-look-alike", rows((2, "id", "p1"))),
    "duplicate id": ("duplicate-patient-id", rows((2, "id", "P1"))),
    "repeated row": ("row-repeated", data(table([*ROWS, ROWS[0]]))),
    "comma and point": ("decimal-mixed", data(table(
        [[*r[:4], v, *r[5:]] for r, v in zip(ROWS, ["1,5", "2.5", "3", "4", "5"], strict=True)],
        sep=";"))),
    "thousands or decimals": ("decimal-undecided", data(table(
        [[*r[:4], v, *r[5:]] for r, v in zip(ROWS, ["1,500", "2", "3", "4", "5"], strict=True)],
        sep=";"))),
    "word for number": ("number-not-understood", rows((0, "wbc", "high"))),
    "number with another unit": ("number-not-understood", rows((0, "age", "3 apples"))),
    "bound": ("number-is-bound", rows((0, "wbc", "<0.1"))),
    "unit unknown": (
        "unit-unknown",
        {**data(table()),
         "study.toml": toml(column("wbc", 'field = "wbc_10e9_l"\nunit = "stone"'))},
    ),
    "unit not said": (
        "unit-not-declared",
        {**data(table()), "study.toml": toml(column("age", 'field = "age_years"'))},
    ),
    "counts per microlitre": ("mixed-units", rows((0, "wbc", "120500"))),
    "all counts per microlitre": ("unit-implausible", data(table(
        [[*r[:4], v, *r[5:]] for r, v in zip(ROWS, ["12000", "30000", "8000", "900", "5000"],
                                             strict=True)]))),
    "hemoglobin mixed": ("mixed-units", added(
        "hb", ["102", "9.5", "88", "120", "75"], 'field = "hemoglobin_g_l"\nunit = "g/l"')),
    "hemoglobin in g/dl": ("unit-implausible", added(
        "hb", ["10.2", "9.5", "8.8", "12", "7.5"], 'field = "hemoglobin_g_l"\nunit = "g/l"')),
    "blasts of 130 percent": ("percent-impossible", added(
        "bm", ["80", "130", "55", "30", "90"], 'field = "blasts_marrow_percent"\nunit = "%"')),
    "blasts as fractions": ("percent-as-fraction", added(
        "bm", ["0.8", "0.3", "0.55", "0.3", "0.9"], 'field = "blasts_marrow_percent"')),
    "negative count": ("value-negative", rows((0, "wbc", "-3"))),
    "age of 430": ("age-impossible", rows((0, "age", "430"))),
    "negative age": ("age-impossible", rows((0, "age", "-1"))),
    "year of diagnosis": ("date-impossible", added(
        "year", ["2019", "20", "2018", "2017", "2016"], 'field = "year_of_diagnosis"')),
    "no date": ("date-not-understood", added("dx", [*FIVE[:4], "spring"], DATES)),
    "30 February": ("date-not-understood", added("dx", [*FIVE[:4], "2020-02-30"], DATES)),
    "short year": ("date-short-year", added("dx", [*FIVE[:4], "01/13/20"], DATES)),
    "both orders": (
        "date-order-mixed", added("dx", [*FIVE[:3], "13/04/2020", "04/13/2020"], DATES),
    ),
    "no order": ("date-order-undecided", added("dx", [*FIVE[:4], "03/04/2020"], DATES)),
    "serial": ("date-serial", added("dx", [*FIVE[:4], "43890"], DATES)),
    "month only": ("date-partial", added("dx", [*FIVE[:4], "2020-03"], DATES)),
    "year 1899": ("date-impossible", added("dx", [*FIVE[:4], "1899-01-01"], DATES)),
    "after the cut-off": ("date-after-cut-off", two_dates(
        FIVE, ["2031-01-01", "", "", "", ""],
        top='data_cut_off = 2023-12-31\ntested_by = "RNA-seq"\n')),
    "no diagnosis": (
        "diagnosis-date-missing", two_dates(["", *FIVE[1:]], ["2021-01-01", *[""] * 4]),
    ),
    "death before diagnosis": (
        "event-before-diagnosis", two_dates(FIVE, ["2019-01-01", "", "", "", ""]),
    ),
    "relapse of the dead": ("event-after-death", {
        "patients.csv": table([[*r, "2020-01-01", "2020-06-01", "2020-07-01"] for r in ROWS],
                              [*HEAD, "dx", "death", "rel"]),
        "study.toml": toml({**COLUMNS, "dx": DATES, "death": DEATH,
                            "rel": DEATH.replace("death", "relapse")})}),
    "two deaths": ("event-twice", {
        "patients.csv": table([[*r, "2020-01-01", "2020-06-01", "2020-07-01"] for r in ROWS],
                              [*HEAD, "dx", "death", "death 2"]),
        "study.toml": toml({**COLUMNS, "dx": DATES, "death": DEATH, "death 2": DEATH})}),
    "neither yes nor no": ("flag-not-understood", rows((0, "itd", "perhaps"))),
    "ratio for a flag": ("lesion-value-ambiguous", rows((0, "itd", "<0.1"))),
    "unclear dash": ("dash-unclear", rows((1, "itd", "-"))),
    "no sex": ("category-not-understood", rows((0, "sex", "2"))),
    "no response": ("response-not-understood", added(
        "cr", ["CR", "CR", "sunny", "NR", "PR"],
        'field = "response:course:1"\ntiming = "post-baseline"')),
    "lesion twice": ("lesion-conflict", added("itd2", ["no", "no", "no", "no", "yes"],
                                              'field = "lesion:FLT3-ITD"')),
    "old gene": ("lesion-renamed", added("mll", ["no"] * 5, 'field = "lesion:MLL2"')),
    "gene unknown": ("gene-not-known", added("muts", ["WT1, XYZZY1", *["none"] * 4],
                                             'field = "lesions"')),
    "old partner": ("fusion-renamed", rows((1, "fusion", "NUP98/JARID1A"))),
    "new partner": ("fusion-novel", rows((1, "fusion", "NUP98::KIF5B"))),
    "NUP98 missense": ("fusion-is-mutation", rows((1, "fusion", "NUP98 p.R123H"))),
    "no fusion": ("fusion-not-understood", rows((1, "fusion", "see letter"))),
    "misprint": ("fusion-not-understood", rows((1, "fusion", "NUP98::KMD5A"))),
    "sex twice": ("columns-disagree", added(
        "gender", ["male", "male", "male", "female", "male"], 'field = "same:sex"')),
    "field twice": ("field-given-twice", added(
        "gender", ["male", "male", "male", "female", "male"], 'field = "sex"')),
    "flag blank": ("event-flag-blank", added("osi", ["1", "0", "0", "", "1"],
                                             'field = "same:os_event"')),
    "flag inverted": ("event-flag-inverted", added("osi", ["0", "1", "1", "0", "0"],
                                                   'field = "same:os_event"')),
    "censor flag": ("event-flag-direction", {
        "patients.csv": table(head=[*HEAD[:-1], "os.censor"]),
        "study.toml": toml({**{k: v for k, v in COLUMNS.items() if k != "dead"},
                            "os.censor": COLUMNS["dead"]})}),
    "time without flag": ("event-unknown", rows((0, "dead", ""))),
    "flag without time": ("time-unknown", rows((1, "os", ""))),
    "negative time": ("time-negative", rows((0, "os", "-5"))),
    "time of 300 years": ("time-impossible", rows((0, "os", "110000"))),
    "days or months": ("time-unit-doubtful", {
        "patients.csv": table([[*r[:6], v, r[7]] for r, v in zip(
            ROWS, ["10", "30", "40", "3", "5"], strict=True)]),
        "study.toml": toml(column("os", 'field = "os_days"\ntiming = "post-baseline"'))}),
    "times of the dead": (
        "survival-only-for-dead", followup(["300", "20", "30", "", ""], ["1", "1", "1", "0", "0"]),
    ),
    "times of the dead, others silent": (
        "survival-only-for-dead", data(table(
            [*ROWS, *[[f"Q{i}", "male", "5", "none", "5", "no", "", ""] for i in range(4)]]
        ).replace("900,0", "900,1").replace("1200,0", "1200,1"))),
    "event-free longer": ("efs-after-os", added(
        "efs", ["900", "80", "90", "20", "10"],
        'field = "efs_days"\nunit = "days"\ntiming = "post-baseline"')),
    "dead without event": ("death-without-event", added(
        "efsi", ["1", "1", "0", "1", "0"], 'field = "efs_event"\ntiming = "post-baseline"')),
    "transplant without date": ("exposure-without-date", added(
        "sct", ["yes", "no", "no", "no", "no"], 'field = "transplant"\ntiming = "post-baseline"')),
    "sex against karyotype": ("sex-against-karyotype", added(
        "iscn", ["46,XX[20]", "46,XX", "46,XY", "46,XX", "46,XY"], 'field = "karyotype"')),
    "no driver": ("driver-not-found", {
        **data(table()), "study.toml": toml(rest='[plan]\ndriver = "RUNX1"\n')}),
    "no assay": ("assay-missing", {
        "patients.csv": table([r for r in ROWS if r[3] != "none"]), "study.toml": toml(top="")}),
    "assay unknown": ("assay-not-understood", {
        **data(table()), "study.toml": toml(top='tested_by = "the usual way"\n')}),
    "all carry": ("selected-by-fusion-likely", {
        "patients.csv": table([r for r in ROWS if r[3] != "none"]),
        "study.toml": toml(top='tested_by = "RNA-seq"\n')}),
    "selected": ("selected-by-fusion", {
        **data(table()), "study.toml": toml(top="selected_by_fusion = true\n")}),
    "timing": ("timing-unknown", {
        **data(table()), "study.toml": toml(column("wbc", 'field = "wbc_10e9_l"'))}),
    "plan uses outcome": ("covariate-not-baseline", {
        **data(table()), "study.toml": toml(rest='[plan]\ncovariates = ["os_days"]\n')}),
    "plan field": ("plan-field-missing", {
        **data(table()), "study.toml": toml(rest='[plan]\ncovariates = ["moon_phase"]\n')}),
    "case": ("case-missing", {
        **data(table()), "study.toml": toml(rest='[plan]\ncases = ["P77"]\n')}),
    "rule field": ("rule-field-missing", {
        **data(table()), "study.toml": toml(rest='[[rules]]\nkind = "exclude"\nfield = "moon"\n'
                                            'operator = "=="\nvalue = "full"\nreason = "x"\n')}),
    "rule kind": ("rule-not-applicable", {
        **data(table()), "study.toml": toml(rest='[[rules]]\nkind = "exclude"\nfield = "age_years"'
                                            '\noperator = "<"\nvalue = "old"\nreason = "x"\n')}),
    "rules leave nobody": ("rules-leave-nobody", {
        **data(table()), "study.toml": toml(rest='[[rules]]\nkind = "exclude"\nfield = "age_years"'
                                            '\noperator = ">"\nvalue = 0\nreason = "all"\n')}),
    "undeclared column": ("column-not-declared", data(table([[*r, "x"] for r in ROWS],
                                                            [*HEAD, "shoe size"]))),
    "sheet": ("sheet-missing", {
        "study.toml": toml(file='path = "p.xlsx"\nid = "id"\nsheet = "Two"\n'),
        "p.xlsx": b"workbook"}),
    "sheets": ("sheet-not-declared", {
        "study.toml": toml(file='path = "p.xlsx"\nid = "id"\n'), "p.xlsx": b"two sheets"}),
    "formula without value": ("formula-without-value", {
        "study.toml": toml(file='path = "p.xlsx"\nid = "id"\n'), "p.xlsx": b"no value"}),
    "formula": ("formula-cells", {
        "study.toml": toml(file='path = "p.xlsx"\nid = "id"\n'), "p.xlsx": b"formula"}),
    "formula error": ("formula-error", {
        "study.toml": toml(file='path = "p.xlsx"\nid = "id"\n'), "p.xlsx": b"error"}),
    "1904": ("dates-1904", {
        "study.toml": toml(file='path = "p.xlsx"\nid = "id"\n'), "p.xlsx": b"1904"}),
    "second file joins nothing": ("join-without-match", {
        **data(table()), "more.csv": "id,moon\nZ1,2\nZ2,3\n",
        "study.toml": toml(rest='[[files]]\npath = "more.csv"\nid = "id"\n[[files.columns]]\n'
                           'source = "moon"\nfield = "covariate:moon"\n')}),
    "second file joins some": ("join-unmatched", {
        **data(table()), "more.csv": "id,moon\nP1,2\nZ2,3\n",
        "study.toml": toml(rest='[[files]]\npath = "more.csv"\nid = "id"\n[[files.columns]]\n'
                           'source = "moon"\nfield = "covariate:moon"\n')}),
    "second file disagrees": ("files-disagree", {
        **data(table()), "more.csv": "id,gender\nP1,female\nP2,female\n",
        "study.toml": toml(rest='[[files]]\npath = "more.csv"\nid = "id"\n[[files.columns]]\n'
                           'source = "gender"\nfield = "sex"\n')}),
}  # fmt: skip


def workbook(kind: bytes) -> bytes:
    """A workbook with the small table and one thing wrong."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"date_1904": kind == b"1904", "in_memory": True}) as book:
        sheet = book.add_worksheet("One")
        for i, row in enumerate([HEAD, *ROWS]):
            for j, cell in enumerate(row):
                sheet.write_string(i, j, cell)
        if kind == b"formula":
            sheet.write_formula(1, 2, "=2+2.5", None, 4.5)
        if kind == b"error":
            sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        if kind == b"two sheets":
            book.add_worksheet("Notes").write_string(0, 0, "a")
            book.get_worksheet_by_name("Notes").write_string(1, 0, "b")
    made = buffer.getvalue()
    if kind == b"no value":
        made = rezipped(
            made,
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(
                b'<c r="C2" t="s"><v>', b'<c r="C2"><f>1+1</f></c><c r="C2" t="s"><v>'
            ),
        )
    return made


def rezipped(data: bytes, member: str, change) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.infolist():
            content = old.read(item.filename)
            new.writestr(item.filename, change(content) if item.filename == member else content)
    return buffer.getvalue()


@pytest.mark.parametrize("name", sorted(WRECKS))
def test_wreck_gives_its_finding(name: str, tmp_path: Path) -> None:
    code, files = WRECKS[name]
    files = {
        n: workbook(c) if n == "p.xlsx" and isinstance(c, bytes) else c for n, c in files.items()
    }
    found = codes(write(tmp_path / "study", files))
    assert code in found, sorted(found)
    assert found[code].what.endswith((".", "?"))
    assert found[code].mend


def test_there_are_enough_wrecks() -> None:
    assert len(WRECKS) >= 40


def test_the_small_study_is_sound(tmp_path: Path) -> None:
    found = codes(write(tmp_path / "s", {"patients.csv": table(), "study.toml": toml()}))
    assert not found


def test_bombs_and_unsafe_workbooks(tmp_path: Path) -> None:
    good = workbook(b"plain")
    bomb = rezipped(good, "xl/worksheets/sheet1.xml", lambda xml: xml)
    buffer = io.BytesIO(bomb)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/zeros.bin", b"\0" * (limits.ZIP_RATIO_FREE_BYTES + 1))
    many = io.BytesIO(good)
    with zipfile.ZipFile(many, "a") as book:
        for i in range(limits.ZIP_MEMBERS + 1):
            book.writestr(f"xl/x{i}", b"")
    entity = rezipped(
        good,
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1),
    )
    far = rezipped(
        good,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</row></sheetData>",
            b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
    )
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as book:
        book.writestr("patients.csv", table())
    for content, code in (
        (buffer.getvalue(), "workbook-bomb"),
        (many.getvalue(), "workbook-bomb"),
        (entity, "workbook-unsafe-xml"),
        (far, "table-too-large"),
        (plain_zip.getvalue(), "workbook-not-xlsx"),
    ):
        (tmp_path / "p.xlsx").write_bytes(content)
        assert [f.code for f in check(tmp_path / "p.xlsx")] == [code]


def test_gzip_bomb_and_large_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.csv").write_bytes(gzip.compress(b"\0" * (limits.ZIP_RATIO_FREE_BYTES * 2)))
    assert [f.code for f in check(tmp_path / "p.csv")] == ["file-too-large"]
    monkeypatch.setattr(limits, "FILE_BYTES", 1000)
    (tmp_path / "p.csv").write_bytes(b"a,b\n" * 500)
    assert [f.code for f in check(tmp_path / "p.csv")] == ["file-too-large"]
    monkeypatch.setattr(limits, "FILE_BYTES", 10_000)
    monkeypatch.setattr(limits, "TABLE_CELLS", 100)
    assert [f.code for f in check(tmp_path / "p.csv")] == ["table-too-large"]


def test_unreadable_and_odd_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.csv"
    path.write_text(table())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        assert [f.code for f in check(path)] == ["file-not-readable"]
    assert [f.code for f in check(Path("/dev/null"))] == ["file-not-regular"]
    assert [f.code for f in check(tmp_path / "nothing.csv")] == ["file-missing"]
    assert [f.code for f in check("x" * 5000 + ".csv")] == ["file-not-readable"]
    assert [f.code for f in check("a\0b.csv")] == ["file-not-readable"]
    assert [f.code for f in check(path)] == ["table-not-recognised"]
    assert [f.code for f in check(tmp_path / "nowhere" / "study.toml")] == ["file-missing"]
    (tmp_path / "odd").mkdir()
    assert [f.code for f in check(tmp_path / "odd")] == ["study-not-recognised"]


def test_encoding_is_offered_and_used(tmp_path: Path) -> None:
    text = table(changed(0, "id", "Müller"))
    folder = write(tmp_path / "s", {"patients.csv": text.encode("cp1252"), "study.toml": toml()})
    offered = codes(folder)["encoding-unknown"]
    assert "--encoding cp1252" in offered.mend
    assert offered.row == 2
    assert read(folder, encoding="cp1252").patients["patient_id"].to_list()[0] == "Müller"
    assert "encoding-not-known" in codes(folder, encoding="klingon")
    assert "encoding-not-known" in codes(folder, encoding="base64")
    assert "encoding-wrong" in codes(folder, encoding="ascii")
    chinese = table(changed(0, "sex", "男"))
    folder = write(
        tmp_path / "g", {"patients.csv": chinese.encode("gb18030"), "study.toml": toml()}
    )
    assert "gb18030" in codes(folder)["encoding-unknown"].mend
    assert read(folder, encoding="gb18030").patients["sex"].to_list()[0] == "male"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_needs_no_declaration(encoding: str, tmp_path: Path) -> None:
    files = {"patients.csv": table(changed(0, "sex", "男")).encode(encoding), "study.toml": toml()}
    assert not codes(write(tmp_path / "s", files))


def test_error_carries_every_finding(tmp_path: Path) -> None:
    made = changed(0, "age", "430")
    made[1][HEAD.index("wbc")] = "-3"
    folder = write(tmp_path / "s", {"patients.csv": table(made), "study.toml": toml()})
    with pytest.raises(InputError) as caught:
        read(folder)
    assert {f.code for f in caught.value.findings} == {"age-impossible", "value-negative"}
