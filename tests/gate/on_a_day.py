"""``cuijie`` in a process of its own, as on the day these tests were written for, whatever this computer's calendar says.

The product has no switch for it: run as a script, this file sets the program's one clock and then calls the program.
The clock goes on from there, and alike in all processes of one run.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from cuijie.clock import SHANGHAI, SystemClock

__all__ = ["TODAY", "cuijie_command"]

TODAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
"""What the clock shows as a run of the tests begins: a day on which the rulebook has just been checked."""
_AHEAD = TODAY - datetime.now(tz=UTC)


def cuijie_command(*arguments: str) -> list[str]:
    """The command line of ``cuijie`` with these arguments, its clock begun at ``TODAY``."""
    return [sys.executable, "-P", __file__, str(_AHEAD.total_seconds()), *arguments]


def _run_as_on_that_day() -> None:
    from cuijie.cli.main import main

    ahead = timedelta(seconds=float(sys.argv.pop(1)))
    SystemClock.now = lambda _: datetime.now(tz=UTC) + ahead  # type: ignore[method-assign]
    main()


if __name__ == "__main__":
    _run_as_on_that_day()
