"""Two hundred seeded wrecks per format: findings, never an exception, always readable rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl
import pytest

from fusionscape.cohort.schema import (
    ASSAY_SCHEMA,
    EVENT_SCHEMA,
    LESION_SCHEMA,
    LESION_STATES,
    PATIENT_FIELDS,
)
from fusionscape.readers.formats.callers import read_fusion_caller
from fusionscape.readers.formats.case_table import read_case_table
from fusionscape.readers.formats.cbioportal import read_cbioportal
from fusionscape.readers.formats.cbioportal_clinical import read_clinical
from fusionscape.readers.formats.cbioportal_sv import read_fusions, read_sv
from fusionscape.readers.formats.cbioportal_timeline import read_timeline
from fusionscape.readers.formats.event_table import EventMapping, read_event_table
from fusionscape.readers.formats.maf import read_maf
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.formats.redcap import reshape_redcap
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

WRECKS = (
    None,
    "",
    " ",
    "NA",
    "-1",
    "nan",
    "inf",
    "1e999",
    "9" * 400,
    "=cmd()",
    "<script>alert(1)</script>",
    "NUP98::NSD1::X",
    "--",
    "::",
    "^",
    "A(1),B(2)",
    "(((",
    "p.Z999999999999999999999_insA",
    "2024-13-45",
    "１２",
    "²",
    "ß\u0000\u202e",
    "\t",
    "a" * 20_000,
    "0:",
    "1:0:1",
    "M/",
    "/3",
    "+",
    "%",
)
CALLERS = (
    ("#gene1 gene2 breakpoint1 breakpoint2 type split_reads1 split_reads2 discordant_mates "
     "confidence reading_frame transcript_id1", "NUP98 NSD1 11:1 5:2 translocation 1 2 3 high "
     "in-frame ENST1"),
    ("#FusionName JunctionReadCount SpanningFragCount LeftGene LeftBreakpoint RightGene "
     "RightBreakpoint annots", "NUP98--NSD1 3 4 NUP98^ENSG1 chr11:1:- NSD1^ENSG2 chr5:2:+ []"),
    ("Gene_1_symbol(5end) Gene_2_symbol(3end) Fusion_description Spanning_pairs "
     "Spanning_unique_reads Fusion_point_for_gene_1(5end) Predicted_effect",
     "NUP98 NSD1 known 3 4 11:1:- in-frame"),
    ("#FusionGene Score LeftBreakpoint RightBreakpoint Filter NumSplitReads NumPairedReads",
     "NUP98--NSD1 0.9 11:1:- 5:2:+ PASS 3 4"),
    ("sample fusion_genes chrom1 base1 chrom2 base2 spanning_pairs spanning_reads inframe "
     "classification", "S1 NUP98:NSD1 11 1 5 2 3 4 TRUE HighConfidence"),
    ("sample geneA chrA posA ortA geneB chrB posB ortB readsA readsB type rating frame",
     "S1 NUP98 11 1 - NSD1 5 2 + 3 4 CTX HQ 1"),
)  # fmt: skip
TABLES: dict[str, tuple[str, str]] = {
    "maf": (
        "Hugo_Symbol Variant_Classification Tumor_Sample_Barcode HGVSp_Short t_vaf NCBI_Build "
        "t_alt_count t_ref_count Mutation_Status",
        "FLT3 In_Frame_Ins S1 p.Y599_D600insGG 0.3 GRCh38 3 4 SOMATIC",
    ),
    "clinical": (
        "PATIENT_ID SAMPLE_ID SEX AGE OS_STATUS OS_MONTHS DFS_STATUS DFS_MONTHS ONCOTREE_CODE WBC",
        "P1 S1 Male 4 0:LIVING 10 1:Relapse 5 AML 30",
    ),
    "sv": (
        "Sample_Id SV_Status Site1_Hugo_Symbol Site2_Hugo_Symbol Connection_Type Class "
        "Tumor_Split_Read_Count NCBI_Build Site2_Effect_On_Frame Event_Info",
        "S1 SOMATIC NUP98 NSD1 5to3 TRANSLOCATION 12 38 in-frame fusion",
    ),
    "fusions": (
        "Hugo_Symbol Tumor_Sample_Barcode Fusion Frame Fusion_Status",
        "NUP98 S1 NUP98-NSD1 in-frame SOMATIC",
    ),
    "timeline": (
        "PATIENT_ID START_DATE STOP_DATE EVENT_TYPE SAMPLE_ID AGENT STATUS TEST RESULT",
        "P1 3 9 LAB_TEST S1 DAH CR MRD <1e-4",
    ),
    "redcap": (
        "record_id redcap_event_name redcap_repeat_instrument redcap_repeat_instance sex "
        "lesions___1 lesions___2 form_complete",
        "R1 base mrd 1 M 1 0 2",
    ),
    "events": ("id day value", "R1 3 <1e-4"),
    "case": (
        "ID Sex/Age Partner_gene FLT3-ITD Treatment CR Outcomes WT1",
        "A1 M/3.4 NSD1 N DAH Y Survival Y",
    ),
}


def _redcap(table: RawTable) -> Fragment:
    export = reshape_redcap(table)
    for made in (export.patients, *export.repeated):
        assert all(len(row) == len(made.columns) for row in made.rows)
    return Fragment(file=table.file, findings=export.findings)


def _events(table: RawTable) -> Fragment:
    columns = {"day": "day", "value": "value"}
    return read_event_table(table, EventMapping(patient="id", kind="mrd", columns=columns))


READERS: dict[str, Callable[[RawTable], Fragment]] = {
    "maf": lambda t: read_maf(t, sequenced=["S1", "S2"], panel=["FLT3", "WT1"]),
    "clinical": read_clinical,
    "sv": lambda t: read_sv(t, tested=["S1"]),
    "fusions": read_fusions,
    "timeline": read_timeline,
    "redcap": _redcap,
    "events": _events,
    "case": read_case_table,
}
CASES = [
    *((f"caller-{i}", spec, read_fusion_caller) for i, spec in enumerate(CALLERS)),
    *((name, TABLES[name], READERS[name]) for name in sorted(TABLES)),
]


def mutate(spec: tuple[str, str], chance: random.Random) -> RawTable:
    columns = spec[0].split()
    rows: list[list[str | None]] = [list(spec[1].split()) for _ in range(4)]
    for _ in range(chance.randint(1, 8)):
        row = chance.choice(rows)
        match chance.randrange(7):
            case 0 | 1 | 2:
                if row:
                    row[chance.randrange(len(row))] = chance.choice(WRECKS)
            case 3:
                del row[chance.randrange(len(row) + 1) :]
            case 4:
                row.extend([chance.choice(WRECKS)] * 3)
            case 5:
                columns[chance.randrange(len(columns))] = str(chance.choice(WRECKS))
            case _:
                chance.shuffle(columns)
    return RawTable(
        file=chance.choice(("S1.tsv", "", "a/b/S1.preliminary", "fusions.tsv")),
        columns=tuple(columns),
        rows=tuple(tuple(row) for row in rows),
        comments=chance.choice(((), ("#a\tb",), ("#FusionGene,x,y",), ("#x",) * 5)),
    )


def typed(rows: Iterable[Mapping[str, Any]], schema: dict[str, type[pl.DataType]]) -> None:
    found = list(rows)
    assert all(set(row) <= {*schema, "sample_id", "by_assay"} for row in found)
    assert all(row.get("patient_id") or row.get("sample_id") for row in found)
    pl.DataFrame([{n: row.get(n) for n in schema} for row in found], schema=schema, strict=True)


def check(fragment: Fragment) -> None:
    typed(fragment.lesions, LESION_SCHEMA)
    typed(fragment.events, EVENT_SCHEMA)
    typed(fragment.assays, ASSAY_SCHEMA)
    assert all(row["state"] in LESION_STATES and row["lesion"] for row in fragment.lesions)
    for values in fragment.patients.values():
        known = {n: v for n, v in values.items() if n in PATIENT_FIELDS}
        schema = {n: PATIENT_FIELDS[n] for n in known}
        pl.DataFrame([known] if known else [], schema=schema, strict=True)
        assert all(n in PATIENT_FIELDS or n.startswith("covariate:") for n in values)
    for finding in fragment.findings:
        assert finding.code == finding.code.casefold().replace("_", "-")
        assert finding.what.endswith(".")
        assert finding.mend.endswith((".", ")."))
        assert finding.value is None or len(finding.value) <= 200


@pytest.mark.parametrize(("name", "spec", "read"), CASES, ids=[case[0] for case in CASES])
def test_wrecks_give_findings(
    name: str, spec: tuple[str, str], read: Callable[[RawTable], Fragment]
) -> None:
    chance = random.Random(f"{name}-20240514")
    told = 0
    for _ in range(200):
        table = mutate(spec, chance)
        recognise(table)
        fragment = read(table)
        check(fragment)
        told += bool(fragment.findings)
    assert told > 100


@pytest.mark.parametrize(("name", "spec", "read"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("unit", ["NUP98-", "b cell ", "1", "A(1),"])
def test_huge_cells_do_not_hang(
    unit: str, name: str, spec: tuple[str, str], read: Callable[[RawTable], Fragment]
) -> None:
    columns, cells = spec[0].split(), spec[1].split()
    huge = unit * 50_000
    rows = [[huge if i == j else cell for j, cell in enumerate(cells)] for i in range(len(cells))]
    table = RawTable(file="S1.tsv", columns=tuple(columns), rows=tuple(tuple(row) for row in rows))
    check(read(table))


def test_wrecked_studies() -> None:
    chance = random.Random(20240514)
    for _ in range(200):
        tables = {name: mutate(spec, chance) for name, spec in TABLES.items()}
        meta = {"cases.txt": {"stable_id": "x_sv", "case_list_ids": chance.choice(("", "S1 S2"))}}
        for fragment in read_cbioportal(tables, meta):
            check(fragment)
