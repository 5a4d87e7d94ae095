"""``python -m fusionscape`` and the installed `fusionscape` command.

Nothing but the standard library is imported before an interruption can be answered: loading
the rest takes long enough to be interrupted.
"""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130
_SAID = "Interrupted.\n"


def main() -> None:
    """Run the command; Ctrl-C at any moment gives one line and the exit code 130."""
    before = _answer_at_once()
    try:
        from fusionscape.cli import main as command

        if before is not None:
            signal.signal(signal.SIGINT, before)
        command()
    except KeyboardInterrupt:
        os.write(2, _SAID.encode())
        raise SystemExit(INTERRUPTED) from None


def _answer_at_once() -> signal.Handlers | None:
    """End the process on Ctrl-C while modules are loaded: nothing is half done yet.

    A module half loaded may turn the interruption into an error of its own. None where the
    signal is somebody else's to answer (another thread, a caller's own handler).
    """

    def end(_number: int, _frame: object) -> None:
        os.write(2, _SAID.encode())
        os._exit(INTERRUPTED)

    try:
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return None
        signal.signal(signal.SIGINT, end)
    except ValueError:  # not the main thread
        return None
    return signal.default_int_handler  # type: ignore[return-value]


if __name__ == "__main__":
    main()
