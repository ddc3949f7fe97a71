"""The time of the server, between two looks at it: all who work on its database go by that one.

A claim ends at a moment, and the rate of all messages is used up until one. Where each machine went by a clock of its
own, one that is a second ahead would send at the full rate beside the others, and one that is minutes ahead would send
what others are sending.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Final

_ALIKE: Final = 0.05
"""Seconds beyond what an answer took by which times may differ: nothing is set then, so that time does not jitter."""


class ServerClock:
    """Goes on by the monotonic clock of this machine, whose own time may be set meanwhile."""

    def __init__(self) -> None:
        self._time: datetime | None = None
        self._at = 0.0

    def set(self, time: datetime, asked_at: float, answered_at: float) -> None:
        """Take the server's time, told between two moments of the monotonic clock (seconds)."""
        middle, doubt = (asked_at + answered_at) / 2, (answered_at - asked_at) / 2
        if self._time is not None:
            apart = time - (self._time + timedelta(seconds=middle - self._at))
            if abs(apart.total_seconds()) <= doubt + _ALIKE:
                return
        self._time, self._at = time, middle

    def now(self) -> datetime | None:
        """None before it was set."""
        return None if self._time is None else self._time + timedelta(seconds=monotonic() - self._at)
