"""Clinical attributes of cBioPortal studies that fill a standard field, and their words."""

from __future__ import annotations

import re

from fusionscape.readers.formats.cells import number

FIELDS = {
    "sex": "sex",
    "gender": "sex",
    "age": "age_years",
    "ageatdiagnosis": "age_years",
    "agediagnosis": "age_years",
    "agedx": "age_years",
    "oncotreecode": "disease",
    "cancertypedetailed": "disease",
    "fab": "fab",
    "fabclassification": "fab",
    "wbc": "wbc_10e9_l",
    "wbccount": "wbc_10e9_l",
    "platelets": "platelets_10e9_l",
    "plateletcount": "platelets_10e9_l",
    "bmblastpercentage": "blasts_marrow_percent",
    "bonemarrowblastpercentage": "blasts_marrow_percent",
    "percentbonemarrowblast": "blasts_marrow_percent",
    "pbblastpercentage": "blasts_blood_percent",
    "peripheralbloodblastpercentage": "blasts_blood_percent",
    "karyotype": "karyotype",
    "cytogenetics": "karyotype",
    "immunophenotype": "immunophenotype",
}
# Columns whose unit or meaning the name alone does not settle.
UNSURE = frozenset({"wbc", "wbccount", "platelets", "plateletcount", "age", "cytogenetics"})

_SEX = {"m": "male", "male": "male", "f": "female", "female": "female"}
_DISEASES: tuple[tuple[str, str], ...] = (
    (r"^(etp|etpll|etp-all)$|early t.?cell precursor", "ETP-ALL"),
    (r"^mpal$|mixed phenotype|ambiguous lineage", "MPAL"),
    (r"^(bll|b-all|bcp-all)|b.?(cell|lymphoblastic).*(acute|leuk)|b-lymphoblastic", "B-ALL"),
    (r"^(tll|t-all)|t.?(cell|lymphoblastic).*(acute|leuk)|t-lymphoblastic", "T-ALL"),
    (r"mds/?mpn|myelodysplastic/myeloproliferative", "MDS/MPN"),
    (r"^aml|acute myeloid|acute promyelocytic|^apl|acute mega?karyo", "AML"),
    (r"^mds|myelodysplastic", "MDS"),
    (r"^cml|chronic myel(oid|ogenous) leuk", "CML"),
    (r"^all$|acute lymphoblastic", "ALL"),
)


def read_value(field: str, text: str) -> str | float | None:
    """The value of a standard field, in the cohort's words; None where it is not understood.

    >>> read_value("sex", "Female"), read_value("disease", "Acute Myeloid Leukemia")
    ('female', 'AML')
    """
    if field == "sex":
        return _SEX.get(text.casefold())
    if field == "disease":
        return _disease(text)
    if field == "fab":
        match = re.search(r"\bM([0-7])", text.upper())
        return f"M{match.group(1)}" if match else None
    if field in {"karyotype", "immunophenotype"}:
        return text
    value = number(text)
    if value is None or value < 0:
        return None
    if field == "age_years":
        return value if value <= 120 else None
    return value if not field.endswith("_percent") or value <= 100 else None


def _disease(text: str) -> str:
    words = text.strip().casefold()[:200]
    for pattern, disease in _DISEASES:
        if re.search(pattern, words):
            return disease
    return "other"
