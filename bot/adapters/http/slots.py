"""How many requests run at once: in all, and a host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _HostQueue:
    free: asyncio.Semaphore
    users: int = 0


class Slots:
    """A slot is waited for at the host first, so that a slow host's queue takes nothing from the others."""

    def __init__(self, total: int, per_host: int) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_host = per_host
        self._hosts: dict[str, _HostQueue] = {}

    @asynccontextmanager
    async def taken(self, host: str) -> AsyncIterator[None]:
        """Hold one slot of the host and one of all; hosts that nobody uses are forgotten."""
        queue = self._hosts.setdefault(host, _HostQueue(asyncio.Semaphore(self._per_host)))
        queue.users += 1
        try:
            async with queue.free, self._total:
                yield
        finally:
            queue.users -= 1
            if queue.users == 0:
                del self._hosts[host]
