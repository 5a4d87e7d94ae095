"""Which format is this table? Decided by the names of its columns."""

from __future__ import annotations

from collections.abc import Callable

from fusionscape.readers.formats.caller_layouts import which_caller
from fusionscape.readers.formats.case_table import is_case_table
from fusionscape.readers.formats.cells import keys, with_header
from fusionscape.readers.formats.maf import is_maf
from fusionscape.readers.formats.redcap import is_redcap
from fusionscape.readers.raw import RawTable

Names = frozenset[str]


def _timeline(names: Names) -> bool:
    return {"patientid", "startdate", "eventtype"} <= names


def _sv(names: Names) -> bool:
    return "sampleid" in names and bool({"site1hugosymbol", "site2hugosymbol"} & names)


def _fusions(names: Names) -> bool:
    return {"hugosymbol", "tumorsamplebarcode", "fusion"} <= names and (
        "variantclassification" not in names
    )


_FORMATS: tuple[tuple[str, Callable[[Names], bool]], ...] = (
    ("cbioportal-timeline", _timeline),
    ("cbioportal-sv", _sv),
    ("cbioportal-fusions", _fusions),
    ("maf", is_maf),
)


def recognise(table: RawTable) -> str | None:
    """The name of the table's format, or None where it is an ordinary table.

    Names: the callers (``arriba``, ``star-fusion``, ``fusioninspector``, ``fusioncatcher``,
    ``dragen``, ``jaffa``, ``cicero``), ``maf``, ``cbioportal-patient``, ``cbioportal-sample``,
    ``cbioportal-sv``, ``cbioportal-fusions``, ``cbioportal-timeline``, ``cbioportal-panels``,
    ``redcap`` and ``case-table``.
    """
    table = with_header(table)
    names = keys(table)
    for name, fits in _FORMATS:
        if fits(names):
            return name
    known = which_caller(names) or _clinical(table)
    if known is None and is_redcap(table):
        return "redcap"
    return "case-table" if known is None and is_case_table(table) else known


def _clinical(table: RawTable) -> str | None:
    # The upper-case names are part of the format; an ordinary table says "Patient ID".
    columns = set(table.columns)
    if {"SAMPLE_ID", "mutations"} <= columns:
        return "cbioportal-panels"
    described = sum(line.startswith("#") for line in table.comments) >= 4
    paired = any(c.endswith("_STATUS") and f"{c[:-7]}_MONTHS" in columns for c in columns)
    if "PATIENT_ID" not in columns or not (described or paired):
        return None
    return "cbioportal-sample" if "SAMPLE_ID" in columns else "cbioportal-patient"
