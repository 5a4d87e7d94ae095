"""Design columns, reference rows and their counts."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape import stats

PARTNER = ["NSD1", "KDM5A", "NSD1", "other", "KDM5A", "NSD1"]
AGE = [1.0, 5.0, 3.0, 12.0, 9.0, 2.0]
EVENT = [1, 0, 1, 1, 1, 0]


def test_rows_carry_reference_levels_counts_and_events() -> None:
    design = stats.design_matrix(
        {"partner": PARTNER, "age_years": AGE}, reference={"partner": "NSD1"}
    )
    assert design.names == ("partner: KDM5A", "partner: other", "age_years")
    assert design.terms == ("partner", "partner", "age_years")
    assert design.X[:, 0].tolist() == [0, 1, 0, 0, 1, 0]
    assert [(r.level_label, r.n, r.reference_row) for r in design.rows] == [
        ("KDM5A", 2, False),
        ("NSD1", 3, True),
        ("other", 1, False),
        (None, 6, False),
    ]
    assert [r.column for r in design.rows] == [0, None, 1, 2]
    assert design.events(EVENT) == (1, 2, 1, 4)
    assert design.levels == (("partner", ("KDM5A", "NSD1", "other")),)


def test_declared_order_and_levels_without_patients() -> None:
    design = stats.design_matrix(
        {"partner": PARTNER}, levels={"partner": ["other", "HOXA9", "NSD1", "KDM5A"]}
    )
    assert design.names == ("partner: NSD1", "partner: KDM5A")
    assert design.rows[0].reference_row and design.rows[0].name == "partner: other"


def test_levels_that_share_a_prefix_stay_apart() -> None:
    """The trap of matching by label: reference A, levels A+ and AA."""
    design = stats.design_matrix({"risk": ["A", "A+", "AA", "A"]}, reference={"risk": "A"})
    assert design.names == ("risk: A+", "risk: AA")
    assert [r.n for r in design.rows if r.reference_row] == [2]


def test_boolean_is_one_column_and_the_fit_takes_the_design() -> None:
    design = stats.design_matrix({"tx": [True, False, True, False, False, True], "age": AGE})
    fit = stats.cox([5, 3, 4, 1, 2, 6], EVENT, design)
    assert fit.names == ("tx", "age") == fit.terms


@pytest.mark.parametrize(
    ("columns", "options", "code"),
    [
        ({"a": ["x", None, "y"]}, {}, "missing-values"),
        ({"a": [None, None]}, {}, "all-missing"),
        ({"a": [1.0, np.nan]}, {}, "missing-values"),
        ({"a": ["x", "x"]}, {}, "constant-covariate"),
        ({"a": ["x", "y"]}, {"reference": {"a": "z"}}, "unknown-level"),
        ({"a": ["x", "y"]}, {"levels": {"a": ["x"]}}, "unknown-level"),
        ({"a": ["x", "y"], "b": [1.0]}, {}, "shape-mismatch"),
        ({}, {}, "no-covariates"),
    ],
)
def test_what_is_refused(columns: dict, options: dict, code: str) -> None:
    with pytest.raises(stats.CoxError) as caught:
        stats.design_matrix(columns, **options)
    assert caught.value.code == code
