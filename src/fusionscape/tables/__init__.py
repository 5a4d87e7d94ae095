"""Tables: a result in, a table value out, and the writers that print it."""

from fusionscape.tables.csv import to_csv
from fusionscape.tables.html import to_html
from fusionscape.tables.topics import tables_of

__all__ = ["tables_of", "to_csv", "to_html"]
