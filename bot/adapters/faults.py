"""Fault points: where the tests of durability kill the process. Without a plan they do nothing."""

from __future__ import annotations

import os
import signal


class NoFaults:
    """Every point is passed."""

    def reach(self, point: str) -> None:  # noqa: ARG002 -- the signature of the port
        return


class KillAt:
    """Ends the process, as a power cut would, when a named point is reached for the nth time."""

    def __init__(self, plan: str) -> None:
        """`plan`: `point` or `point:n`, n from 1."""
        self._point, _, times = plan.partition(":")
        self._left = int(times or "1")

    def reach(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
