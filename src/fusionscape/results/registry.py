"""One registry of kinds: the name each result type bears in results.json."""

from __future__ import annotations

from fusionscape.results.analysis import Analysis
from fusionscape.results.comparison import Distribution, Test
from fusionscape.results.curve import Curve
from fusionscape.results.estimate import Count, Estimate, Refusal
from fusionscape.results.fit import Fit
from fusionscape.results.flow import Flow
from fusionscape.results.matrix import LesionMatrix, MarkerMatrix, PairTable
from fusionscape.results.residuals import Residuals
from fusionscape.results.table import Table
from fusionscape.results.timeline import Timeline

Result = (
    Analysis
    | Count
    | Curve
    | Distribution
    | Estimate
    | Fit
    | Flow
    | LesionMatrix
    | MarkerMatrix
    | PairTable
    | Refusal
    | Residuals
    | Table
    | Test
    | Timeline
)

KINDS: dict[str, type[Result]] = {
    "analysis": Analysis,
    "count": Count,
    "curve": Curve,
    "distribution": Distribution,
    "estimate": Estimate,
    "fit": Fit,
    "flow": Flow,
    "lesion_matrix": LesionMatrix,
    "marker_matrix": MarkerMatrix,
    "pair_table": PairTable,
    "refusal": Refusal,
    "residuals": Residuals,
    "table": Table,
    "test": Test,
    "timeline": Timeline,
}
NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
