"""The report: draws what it is handed, computes nothing."""

from fusionscape.report.front import Front, front_page
from fusionscape.report.page import build_page
from fusionscape.report.section import Provenance, Section

__all__ = ["Front", "Provenance", "Section", "build_page", "front_page"]
