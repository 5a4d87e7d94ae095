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
from fusionscape.results.registry import KINDS, Result
from fusionscape.results.residuals import Residuals
from fusionscape.results.table import Column, Row, Table
from fusionscape.results.timeline import Timeline, TimelineEvent

__all__ = [
    "KINDS",
    "Analysis",
    "Caution",
    "CodecError",
    "Column",
    "Count",
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
    "InputError",
    "Interval",
    "LesionMatrix",
    "LesionRow",
    "Marker",
    "MarkerConsensus",
    "MarkerMatrix",
    "Pair",
    "PairTable",
    "Refusal",
    "Residuals",
    "Result",
    "Row",
    "Scale",
    "Severity",
    "Table",
    "Term",
    "Test",
    "Timeline",
    "TimelineEvent",
    "Track",
    "caution",
    "from_json",
    "has_errors",
    "make_id",
    "same",
    "split_id",
    "to_json",
]
