"""``python -m fusionscape`` is the `fusionscape` command."""

try:
    from fusionscape.cli import main

    main()
except KeyboardInterrupt:  # while the program was still being loaded
    raise SystemExit(130) from None
