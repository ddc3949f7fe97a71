"""A Kabar whose clock a test sets while it runs, by libfaketime (Debian's package `libfaketime`)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.e2e.kabar_process import Home

LIBRARIES: Final = tuple(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
MISSING: Final = "libfaketime is not installed: apt-get install libfaketime"

_SLEEPING = """\
import select, time
time.sleep = lambda seconds: select.select([], [], [], seconds) and None
"""
"""libfaketime lets Python's own time.sleep fail: it computes with what clock_nanosleep(2) is given as absolute."""


class SetClock:
    """The clock of all processes that are started in a home, as far as people set clocks: the monotonic one goes on."""

    def __init__(self, home: Home) -> None:
        self._file = home.write("clock/shift", "+0")
        folder = home.write("clock/sitecustomize.py", _SLEEPING).parent
        home.environment |= {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": f"{folder}:{home.environment['PYTHONPATH']}",
        }

    def set(self, days: float) -> None:
        """To so many days from the true time, at once in every process."""
        part = self._file.with_suffix(".new")
        part.write_text(f"{days * 86_400:+.0f}")
        part.replace(self._file)  # whoever reads half of it would have another time
