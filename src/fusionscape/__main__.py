"""``python -m fusionscape`` is the `fusionscape` command."""

from fusionscape.cli import main

main()
