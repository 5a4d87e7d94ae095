"""Writers: the report as Word, PDF and Excel files. Each is the only user of its library."""
