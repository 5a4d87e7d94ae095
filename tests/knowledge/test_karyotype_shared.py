"""Share of real karyotypes read whole; defined only where the real file is at hand."""

import csv
import os
from pathlib import Path

from fusionscape.knowledge import parse_fusion, parse_karyotype

SHARED = os.environ.get("FUSIONSCAPE_SHARED")
PATIENTS = Path(SHARED or "nowhere") / "data" / "target_nup98_kmt2a" / "patients.csv"

if PATIENTS.is_file():

    def column(name):
        with PATIENTS.open(encoding="utf-8", newline="") as file:
            return sorted({row[name] for row in csv.DictReader(file)})

    def test_share_of_iscn_read_whole():
        printed = column("ISCN")
        unread = [text for text in printed if parse_karyotype(text).unread]
        assert len(printed) == 387
        assert 1 - len(unread) / len(printed) >= 0.99

    def test_every_primary_fusion_is_read():
        matches = [parse_fusion(text) for text in column("Primary.Fusion")]
        assert {m.kind for m in matches} == {"fusion", "driver only"}
