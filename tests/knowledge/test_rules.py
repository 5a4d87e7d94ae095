"""The rule tables themselves, and every example in a docstring."""

import csv
import doctest
import importlib
import pkgutil
from importlib.resources import files

import pytest

from fusionscape import knowledge
from fusionscape.knowledge.fusion_order import known_orders
from fusionscape.knowledge.genes import resolve_gene
from fusionscape.knowledge.regimen_lexicon import drug_classes

MODULES = sorted(m.name for m in pkgutil.iter_modules(knowledge.__path__))
TABLES = sorted(
    f.name
    for f in files("fusionscape.knowledge").joinpath("rules").iterdir()
    if f.name.endswith(".csv")
)
SOURCES = ("source", "sources", "reference")
WITHOUT_SOURCE = {
    "hgnc_symbols.csv",
    "columns.csv",
    "disease_words.csv",
    "fusion_words.csv",
    "loss_words.csv",
}


def table(name):
    text = files("fusionscape.knowledge").joinpath("rules", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(f"fusionscape.knowledge.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_whole_and_sourced(name):
    rows = table(name)
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)
    if name not in WITHOUT_SOURCE:
        assert all(any(row.get(column) for column in SOURCES) for row in rows)
    else:
        assert name in {row["table"] for row in table("table_sources.csv")}


def test_known_fusions_use_approved_symbols():
    for first, second in known_orders():
        assert resolve_gene(first).symbol == first
        assert resolve_gene(second).symbol == second


def test_kmt2a_partners_use_approved_symbols():
    for row in table("kmt2a_partners.csv"):
        assert resolve_gene(row["symbol"]).symbol == row["symbol"]


def test_every_regimen_component_is_a_known_drug():
    for row in table("regimens.csv"):
        for part in filter(None, row["components"].split("|")):
            for drug in part.split(" or "):
                assert drug in drug_classes() or drug.endswith(":unspecified"), drug


def test_no_module_shares_its_name_with_a_public_name():
    assert not set(MODULES) & set(knowledge.__all__)
