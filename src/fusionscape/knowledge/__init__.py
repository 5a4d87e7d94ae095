"""What the field knows: rules as data, each row with its source, and functions of scalars.

Nothing here knows a cohort: strings and numbers go in, frozen values come out.
"""

from fusionscape.knowledge.classification import Classification, classify
from fusionscape.knowledge.columns import ColumnMatch, column_fields, match_column
from fusionscape.knowledge.disease import (
    disease_lineage,
    normalise_disease,
    normalise_fab,
    normalise_onset,
    normalise_sex,
)
from fusionscape.knowledge.fusions import FusionMatch, parse_fusion, parse_fusions
from fusionscape.knowledge.genes import GeneMatch, gene_band, leukemia_genes, resolve_gene
from fusionscape.knowledge.immunophenotype import (
    Immunophenotype,
    MarkerReading,
    cross_lineage,
    parse_immunophenotype,
)
from fusionscape.knowledge.karyotype import Abnormality, Clone, Karyotype, parse_karyotype
from fusionscape.knowledge.menin import MeninMatch, qualifies
from fusionscape.knowledge.partners import (
    COLOUR_GROUPS,
    Partner,
    described_partners,
    display_order,
    partner,
    partner_colour_group,
    partners_compatible_with,
)
from fusionscape.knowledge.regimens import (
    Course,
    Item,
    Treatment,
    parse_treatment,
    same_course,
    treatment_class,
)
from fusionscape.knowledge.response import (
    RESPONSE_RULES,
    ResponseClass,
    classify_response,
    counts_as_cr,
    cr_categories,
    normalise_reported,
)

__all__ = [
    "COLOUR_GROUPS",
    "RESPONSE_RULES",
    "Abnormality",
    "Classification",
    "Clone",
    "ColumnMatch",
    "Course",
    "FusionMatch",
    "GeneMatch",
    "Immunophenotype",
    "Item",
    "Karyotype",
    "MarkerReading",
    "MeninMatch",
    "Partner",
    "ResponseClass",
    "Treatment",
    "classify",
    "classify_response",
    "column_fields",
    "counts_as_cr",
    "cr_categories",
    "cross_lineage",
    "described_partners",
    "disease_lineage",
    "display_order",
    "gene_band",
    "leukemia_genes",
    "match_column",
    "normalise_disease",
    "normalise_fab",
    "normalise_onset",
    "normalise_reported",
    "normalise_sex",
    "parse_fusion",
    "parse_fusions",
    "parse_immunophenotype",
    "parse_karyotype",
    "parse_treatment",
    "partner",
    "partner_colour_group",
    "partners_compatible_with",
    "qualifies",
    "resolve_gene",
    "same_course",
    "treatment_class",
]
