"""Known file formats: tables of text in, fragments of a cohort and findings out. No files."""

from fusionscape.readers.formats.callers import read_fusion_caller
from fusionscape.readers.formats.case_table import read_case_table
from fusionscape.readers.formats.cbioportal import read_cbioportal
from fusionscape.readers.formats.cbioportal_meta import parse_meta
from fusionscape.readers.formats.event_table import EventMapping, read_event_table
from fusionscape.readers.formats.fusion_call import FusionCall
from fusionscape.readers.formats.maf import read_maf
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.formats.redcap import RedcapExport, reshape_redcap
from fusionscape.readers.formats.sample_name import sample_of

__all__ = [
    "EventMapping",
    "FusionCall",
    "RedcapExport",
    "parse_meta",
    "read_case_table",
    "read_cbioportal",
    "read_event_table",
    "read_fusion_caller",
    "read_maf",
    "recognise",
    "reshape_redcap",
    "sample_of",
]
