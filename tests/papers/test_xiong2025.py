"""Xiong et al. 2025, Table 1 (NUP98 fusion, n = 10, against none, n = 101).

The paper says "chi-square tests". The column is Pearson's chi-square with Yates's correction: it
gives every printed p to three decimals but one, and neither the plain chi-square nor Fisher's test
gives them.
"""

import pytest

from fusionscape.stats.contingency import chi_square
from fusionscape.stats.fisher_exact import fisher

# row: (with the feature among 101, among 10, printed p)
TABLE_1 = {
    "male": (61, 8, 0.38),
    "under 3 y": (11, 2, 0.735),
    "3-10 y": (67, 7, 1),
    "over 10 y": (23, 1, 0.594),
    "FAB M4": (16, 3, 0.488),
    "FAB M5": (16, 3, 0.488),
    "t(6;9)": (1, 0, 1),
    "t(8;21)": (31, 0, 0.09),
    "inv(16)": (9, 0, 0.706),
    "del7q": (1, 0, 1),
    "monosomy 7": (2, 0, 1),
    "trisomy 8": (4, 0, 1),
    "abnormal chr13": (2, 1, 0.639),
    "del13q": (1, 1, 0.425),
    "WT1": (15, 2, 1),
    "CEBPA": (11, 1, 1),
    "KIT": (24, 0, 0.181),
    "CBL": (4, 0, 1),
    "GATA2": (19, 1, 0.795),
    "NRAS": (22, 1, 0.64),
    "SCT": (40, 4, 1),
    "MRD after course 1": (52, 8, 0.164),
}
BELOW = {  # printed as p < 0.05
    "FAB M2": (55, 1),
    "normal karyotype": (25, 6),
    "FLT3-ITD": (15, 8),
    "IDH1/2": (12, 5),
    "CR after course 1": (65, 2),
}


def table(without, carriers):
    return [[without, 101 - without], [carriers, 10 - carriers]]


@pytest.mark.parametrize("row", TABLE_1)
def test_printed_p_is_yates_corrected(row):
    without, carriers, printed = TABLE_1[row]
    assert round(chi_square(table(without, carriers), yates=True).p, 3) == printed


def test_other_tests_do_not_give_the_column():
    def fits(p_of):
        return sum(round(p_of(table(a, b)), 3) == p for a, b, p in TABLE_1.values())

    assert fits(lambda t: chi_square(t, yates=False).p) == 0
    # Fisher agrees only where p is 1
    assert fits(lambda t: fisher(t).p) == sum(
        p == 1 and fisher(table(a, b)).p > 0.9995 for a, b, p in TABLE_1.values()
    )


def test_the_row_that_departs():
    # M7, 6/101 against 0/10, printed 1: Yates gives 0.953, Fisher 1
    assert chi_square(table(6, 0)).p == pytest.approx(0.953, abs=5e-4)
    assert fisher(table(6, 0)).p == pytest.approx(1.0)


@pytest.mark.parametrize("row", BELOW)
def test_rows_printed_below_0_05(row):
    assert chi_square(table(*BELOW[row])).p < 0.05
    assert fisher(table(*BELOW[row])).p < 0.05


def test_mrd_against_those_assessed():
    # the tenth patient left before assessment (Table 2): 8 of 9, where Fisher falls under 0.05
    assert fisher([[52, 49], [8, 1]]).p == pytest.approx(0.0382, abs=5e-5)
