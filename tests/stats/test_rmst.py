"""Restricted means against survRM2's numbers, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape.stats import rmst
from stats.reference import frame, reference

CASES = {
    "rmst_lung_sex_tau730": lambda: (
        frame("lung")["time"],
        frame("lung")["status"] == 2,
        frame("lung")["sex"] == 2,
        730,
    ),
    "rmst_myeloid_trt_tau1095": lambda: (
        frame("myeloid")["futime"],
        frame("myeloid")["death"],
        frame("myeloid")["trt"] == "B",
        1095,
    ),
    "rmst_aml_tau28": lambda: (
        frame("aml")["time"],
        frame("aml")["status"],
        frame("aml")["x"] == "Maintained",
        28,
    ),
}


@pytest.mark.parametrize("key", CASES)
def test_survrm2(key):
    time, event, arm, tau = CASES[key]()
    got, want = rmst(time, event, tau=tau, group=arm.astype(int)), reference(key)
    for group, name in zip(got.groups, ("arm0", "arm1"), strict=True):
        np.testing.assert_allclose(
            [group.rmst, group.se], [want[name]["rmst"], want[name]["se_survRM2"]], rtol=1e-8
        )
        assert group.rmtl == pytest.approx(tau - group.rmst, rel=1e-12)
    c = got.contrasts[0]
    np.testing.assert_allclose(
        [c.difference, c.se, c.low, c.high, c.p],
        [want["diff"], want["diff_se"], *want["diff_ci"], want["diff_p"]],
        rtol=1e-8,
    )
    r = c.rmst_ratio
    np.testing.assert_allclose(
        [r.ratio, r.low, r.high, r.p],
        [want["ratio"], *want["ratio_ci"], want["ratio_p"]],
        rtol=1e-8,
    )
