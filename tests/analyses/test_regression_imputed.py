"""The model with unknown covariates imputed: labelled, beside the complete cases, never first."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from analyses.dated_cohorts import dated
from fusionscape.analyses.regression import regression
from fusionscape.cohort import Cohort, Plan
from fusionscape.figures.topics import figures_of
from fusionscape.results import Analysis, Fit, Refusal, from_json, same, to_json
from fusionscape.tables.topics import tables_of
from fusionscape.words.headline import headline
from fusionscape.words.sentences import say

COVARIATES = ("partner", "lesion:FLT3-ITD", "age_years", "wbc_10e9_l")
IMPUTED = "regression/os/model/imputed"


def people(imputations: int = 5, every: int = 4) -> Cohort:
    plan = Plan(covariates=COVARIATES, imputations=imputations, endpoints=("os",))
    cohort = dated(60, plan)
    if not every:
        return cohort
    gap = pl.int_range(pl.len()) % every == 0
    blank = pl.when(gap).then(None).otherwise(pl.col("wbc_10e9_l")).alias("wbc_10e9_l")
    return replace(cohort, patients=cohort.patients.with_columns(blank))


@cache
def found() -> Analysis:
    return regression(people())


def imputed(analysis: Analysis) -> Fit:
    item = analysis[IMPUTED]
    assert isinstance(item, Fit), item
    return item


def test_everybody_with_a_known_endpoint_is_in_and_the_headline_stays_complete() -> None:
    complete = found()["regression/os/model"]
    assert isinstance(complete, Fit)
    table = imputed(found())
    assert (complete.n, table.n) == (45, 60)
    assert complete.imputations is None
    assert table.imputations == 5
    first = next(i for i in found().items if isinstance(i, Fit))
    assert first.id == "regression/os/model"
    assert "imputed" not in headline(found())
    assert not [f for f in figures_of(found()) if "imput" in f.title]


def test_the_table_is_labelled_and_says_what_was_drawn() -> None:
    table = imputed(found())
    notes = {c.code: c for c in table.cautions}
    assert notes["values-imputed"].get("values") == "White blood cells per 100 ×10⁹/L: 15 of 60"
    assert notes["values-imputed"].get("seed") == "20240514"
    assert "imputed" in table.label
    assert "Rubin" in table.method
    assert table.family == "multivariable model, overall survival, imputed"


def test_each_imputation_information_lost_and_monte_carlo_error_are_there() -> None:
    terms = {t.variable: t for t in imputed(found()).terms if not t.reference_row}
    wbc = terms["wbc_10e9_l"]
    assert len(wbc.imputed) == 5
    assert np.mean(wbc.imputed) == pytest.approx(wbc.coef)
    assert wbc.monte_carlo_error == pytest.approx(np.std(wbc.imputed, ddof=1) / np.sqrt(5))
    assert wbc.missing_information is not None
    assert terms["age_years"].missing_information is not None
    assert wbc.missing_information > terms["age_years"].missing_information >= 0
    tables = {t.id: t for t in tables_of(found())}
    each = tables[f"{IMPUTED}/each-imputation"]
    assert len(each.rows) == 5
    assert [c.label for c in tables[f"{IMPUTED}/table"].columns][-2:] == [
        "Information lost", "Monte Carlo error (log scale)",
    ]  # fmt: skip


def test_rows_count_what_was_observed() -> None:
    terms = {t.name: t for t in imputed(found()).terms}
    assert terms["White blood cells per 100 ×10⁹/L"].n == 45
    assert terms["Age per year"].n == 60


def test_nothing_unknown_is_nothing_to_impute() -> None:
    refused = regression(people(every=0))[IMPUTED]
    assert isinstance(refused, Refusal)
    assert refused.code == "nothing-to-impute"
    assert "complete cases are everybody" in say(refused)


def test_not_asked_for_is_not_done() -> None:
    assert IMPUTED not in [i.id for i in regression(people(imputations=0)).items]


def test_the_same_study_gives_the_same_draws() -> None:
    assert same(regression(people())[IMPUTED], found()[IMPUTED])
    other = people()
    other = replace(other, plan=replace(other.plan, seed=1))
    assert imputed(regression(other)).terms != imputed(found()).terms


def test_it_survives_the_codec() -> None:
    assert same(from_json(to_json(found()[IMPUTED])), found()[IMPUTED])


def test_a_covariate_mostly_unknown_is_said() -> None:
    cohort = people(every=0)
    gap = pl.int_range(pl.len()) % 5 > 1
    blank = pl.when(gap).then(None).otherwise(pl.col("wbc_10e9_l")).alias("wbc_10e9_l")
    cohort = replace(cohort, patients=cohort.patients.with_columns(blank))
    assert "mostly-imputed" in [c.code for c in imputed(regression(cohort)).cautions]
