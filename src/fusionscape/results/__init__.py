"""Frozen values that every room speaks. Standard library and numpy only."""

from fusionscape.results.analysis import Analysis
from fusionscape.results.caution import Caution, Fact, caution
from fusionscape.results.codec import CodecError, from_json, same, to_json
from fusionscape.results.comparison import Distribution, Test
from fusionscape.results.curve import Curve, FloatArray
from fusionscape.results.document import Document
from fusionscape.results.estimate import Count, Estimate, Interval, Refusal, Scale
from fusionscape.results.finding import Finding, InputError, Severity, has_errors
from fusionscape.results.fit import Fit, FitTest, Term
from fusionscape.results.flow import Flow, FlowNode
from fusionscape.results.ids import make_id, split_id
from fusionscape.results.matrix import (
    LesionMatrix,
    LesionRow,
    Marker,
    MarkerConsensus,
    MarkerMatrix,
    Pair,
    PairTable,
    Track,
)
from fusionscape.results.pool import (
    CountPool,
    Heterogeneity,
    Pool,
    PooledStudy,
    PooledValue,
    PoolingGate,
    PredictionInterval,
    Synthesis,
)
from fusionscape.results.pool_regression import (
    ClusteredPool,
    MetaRegression,
    OmnibusTest,
    RegressionTerm,
    SubgroupPools,
)
from fusionscape.results.pool_sensitivity import (
    AllSubsets,
    PoolInfluence,
    PoolStep,
    PoolSteps,
    StudyInfluence,
)
from fusionscape.results.registry import KINDS, Result
from fusionscape.results.residuals import Residuals
from fusionscape.results.small_study import (
    AsymmetryTest,
    Funnel,
    FunnelContour,
    FunnelPoint,
    PetPeese,
    SelectionModel,
    TrimFill,
)
from fusionscape.results.table import Column, Row, Table
from fusionscape.results.timeline import Timeline, TimelineEvent

__all__ = [
    "KINDS",
    "AllSubsets",
    "Analysis",
    "AsymmetryTest",
    "Caution",
    "ClusteredPool",
    "CodecError",
    "Column",
    "Count",
    "CountPool",
    "Curve",
    "Distribution",
    "Document",
    "Estimate",
    "Fact",
    "Finding",
    "Fit",
    "FitTest",
    "FloatArray",
    "Flow",
    "FlowNode",
    "Funnel",
    "FunnelContour",
    "FunnelPoint",
    "Heterogeneity",
    "InputError",
    "Interval",
    "LesionMatrix",
    "LesionRow",
    "Marker",
    "MarkerConsensus",
    "MarkerMatrix",
    "MetaRegression",
    "OmnibusTest",
    "Pair",
    "PairTable",
    "PetPeese",
    "Pool",
    "PoolInfluence",
    "PoolStep",
    "PoolSteps",
    "PooledStudy",
    "PooledValue",
    "PoolingGate",
    "PredictionInterval",
    "Refusal",
    "RegressionTerm",
    "Residuals",
    "Result",
    "Row",
    "Scale",
    "SelectionModel",
    "Severity",
    "StudyInfluence",
    "SubgroupPools",
    "Synthesis",
    "Table",
    "Term",
    "Test",
    "Timeline",
    "TimelineEvent",
    "Track",
    "TrimFill",
    "caution",
    "from_json",
    "has_errors",
    "make_id",
    "same",
    "split_id",
    "to_json",
]
