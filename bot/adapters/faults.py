"""Fault points: named places where the durability tests kill the process. In normal operation they do nothing."""

from __future__ import annotations

import os
import signal


class NoFaults:
    """The fault points of normal operation: nothing happens at any of them."""

    def reach(self, point: str) -> None:  # noqa: ARG002 -- the signature of the port
        return


class KillAt:
    """Kills the process when a named point is reached for the nth time.

    SIGKILL cannot be caught (signal(7)), so no cleanup runs, as in a power cut.
    """

    def __init__(self, plan: str) -> None:
        """`plan` is `point` or `point:n`, with n counted from 1."""
        self._point, _, times = plan.partition(":")
        self._left = int(times or "1")

    def reach(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
