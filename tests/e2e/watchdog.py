"""Watches the event loop of a Kabar that a test has started: a callback that computes for long holds up all others."""

from __future__ import annotations

import asyncio
import asyncio.events
import faulthandler
import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.speed import slowness

VARIABLE = "KABAR_TEST_WATCH_LOOP"
"""Environment: the file that gets a line for each callback that was too long."""

LONGEST = 0.1
"""Seconds of CPU of the loop's thread, on a usual machine (see `tests.speed`). The wall clock says more of the machine
than of the program.
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """A callback that was too long."""

    at: datetime
    """When it ended."""
    seconds: float
    what: str


def watch_loop(report: Path) -> None:
    """From now on, in this process."""
    run = asyncio.events.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        started = time.thread_time()
        try:
            run(handle)
        finally:
            took = time.thread_time() - started
            if took > LONGEST and (took := took / slowness()) > LONGEST:
                with report.open("a", encoding="utf-8") as file:
                    file.write(f"{time.time():.3f} {took:.3f} {_name(handle)}\n")

    asyncio.events.Handle._run = timed  # type: ignore[method-assign, assignment]


def tell_when_asked() -> None:
    """SIGUSR1: standard error gets where each task and each thread stands. A process that does not end is asked so."""

    def tell_tasks(_number: int, _frame: object) -> None:
        for task in asyncio.all_tasks(asyncio.get_running_loop()):
            task.print_stack(file=sys.stderr)

    signal.signal(signal.SIGUSR1, tell_tasks)
    faulthandler.register(signal.SIGUSR1, chain=True)


def holds_in(report: Path) -> list[Hold]:
    """What was written there."""
    found = []
    for line in report.read_text("utf-8").splitlines():
        at, seconds, what = line.split(" ", 2)
        found.append(Hold(datetime.fromtimestamp(float(at), UTC), float(seconds), what))
    return found


def _name(handle: asyncio.Handle) -> str:
    """The coroutine of a task and where it stands now, or the callback."""
    callback = getattr(handle, "_callback", None)
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return repr(callback)
    frames = task.get_stack(limit=1)
    where = f" at {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
    return f"{task.get_coro()!r}{where}"
