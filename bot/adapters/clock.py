"""The system's clock, and a server's. Tests use a clock of their own, so nothing else calls `datetime.now`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime


class SystemClock:
    """Implements `bot.ports.Clock`."""

    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SharedClock(SystemClock):
    """The clock of all who share a database server, as far as there is one; else the system's."""

    def __init__(self, shared: Callable[[], datetime | None]) -> None:
        """`shared`: the time of all; None where it is not known, or where there is one process only."""
        self._shared = shared

    def now(self) -> datetime:
        return self._shared() or super().now()
