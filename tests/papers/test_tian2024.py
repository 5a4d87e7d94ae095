"""Complete remission in NUP98-rearranged leukemia: Blood Cancer Journal 2024;14:81, main text."""

import pytest

from fusionscape.stats.fisher_exact import fisher
from fusionscape.stats.proportions import proportion
from fusionscape.stats.risks import risk_difference


def test_cr_nsd1_against_others():
    # 2/25 against 17/24, printed p < 0.001
    fit = fisher([[2, 23], [17, 7]])
    assert fit.p < 0.001
    assert fit.ci_high < 1
    assert round(100 * proportion(2, 25).estimate, 1) == 8.0
    assert round(100 * proportion(17, 24).estimate, 1) == 70.8
    assert risk_difference(2, 25, 17, 24).ci_high < -0.3


def test_cr_other_partners_by_regimen():
    # 4/4 against 9/14, printed p = 0.278: Fisher
    assert round(fisher([[4, 0], [9, 5]]).p, 3) == 0.278


def test_cr_nsd1_by_regimen_fits_a_neighbouring_count():
    # 2/4 against 0/20, printed p = 0.024. Fisher gives 6/276 = 0.022; 0/19 gives 6/253 = 0.024
    assert fisher([[2, 2], [0, 20]]).p == pytest.approx(6 / 276)
    assert round(fisher([[2, 2], [0, 20]]).p, 3) == 0.022
    assert fisher([[2, 2], [0, 19]]).p == pytest.approx(6 / 253)
    assert round(fisher([[2, 2], [0, 19]]).p, 3) == 0.024
