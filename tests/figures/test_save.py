"""Figures as files: the same bytes twice, the font by name, a missing extra as a finding."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import pytest

import examples
from fusionscape.figures import save
from fusionscape.figures.prevalence import spectrum
from fusionscape.results import InputError


@pytest.fixture(autouse=True)
def fresh() -> None:
    save._converter.cache_clear()


def test_svg_png_and_pdf_twice_the_same() -> None:
    figure = spectrum(examples.prevalence())
    assert figure is not None
    first = save.save(figure, "svg")
    assert first == save.save(figure, "svg")
    assert "Fusionscape Sans" in first.decode()
    assert "SYNTHETIC data" in first.decode()
    ElementTree.fromstring(first)
    assert save.png(figure, scale=1.0).startswith(b"\x89PNG")
    assert save.save(figure, "pdf").startswith(b"%PDF")


def test_an_unknown_format_is_a_finding() -> None:
    figure = spectrum(examples.prevalence())
    assert figure is not None
    with pytest.raises(InputError) as caught:
        save.save(figure, "gif")
    assert caught.value.findings[0].code == "unknown-figure-format"


def test_a_missing_extra_names_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(InputError) as caught:
        save.require()
    (finding,) = caught.value.findings
    assert finding.code == "extra-missing"
    assert 'pip install "fusionscape[export]"' in finding.mend
