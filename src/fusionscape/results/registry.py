"""One registry of kinds: the name each result type bears in results.json."""

from __future__ import annotations

from fusionscape.results.analysis import Analysis
from fusionscape.results.comparison import Distribution, Test
from fusionscape.results.curve import Curve
from fusionscape.results.estimate import Count, Estimate, Refusal
from fusionscape.results.fit import Fit
from fusionscape.results.flow import Flow
from fusionscape.results.matrix import LesionMatrix, MarkerMatrix, PairTable
from fusionscape.results.pool import CountPool, Pool, Synthesis
from fusionscape.results.pool_regression import ClusteredPool, MetaRegression, SubgroupPools
from fusionscape.results.pool_sensitivity import AllSubsets, PoolInfluence, PoolSteps
from fusionscape.results.residuals import Residuals
from fusionscape.results.small_study import (
    AsymmetryTest,
    Funnel,
    PetPeese,
    SelectionModel,
    TrimFill,
)
from fusionscape.results.table import Table
from fusionscape.results.timeline import Timeline

Result = (
    AllSubsets
    | Analysis
    | AsymmetryTest
    | ClusteredPool
    | Count
    | CountPool
    | Curve
    | Distribution
    | Estimate
    | Fit
    | Flow
    | Funnel
    | LesionMatrix
    | MarkerMatrix
    | MetaRegression
    | PairTable
    | PetPeese
    | Pool
    | PoolInfluence
    | PoolSteps
    | Refusal
    | Residuals
    | SelectionModel
    | SubgroupPools
    | Synthesis
    | Table
    | Test
    | Timeline
    | TrimFill
)

KINDS: dict[str, type[Result]] = {
    "all_subsets": AllSubsets,
    "analysis": Analysis,
    "asymmetry_test": AsymmetryTest,
    "clustered_pool": ClusteredPool,
    "count": Count,
    "count_pool": CountPool,
    "curve": Curve,
    "distribution": Distribution,
    "estimate": Estimate,
    "fit": Fit,
    "flow": Flow,
    "funnel": Funnel,
    "lesion_matrix": LesionMatrix,
    "marker_matrix": MarkerMatrix,
    "meta_regression": MetaRegression,
    "pair_table": PairTable,
    "pet_peese": PetPeese,
    "pool": Pool,
    "pool_influence": PoolInfluence,
    "pool_steps": PoolSteps,
    "refusal": Refusal,
    "residuals": Residuals,
    "selection_model": SelectionModel,
    "subgroup_pools": SubgroupPools,
    "synthesis": Synthesis,
    "table": Table,
    "test": Test,
    "timeline": Timeline,
    "trim_fill": TrimFill,
}
NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
