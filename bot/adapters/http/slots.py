"""Limits concurrent requests, in total and per host, and pauses between two requests to the same host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

LONGEST_REST: Final = 2.0
"""Maximum pause in seconds. Without it, a server that hangs would delay each other feed of its host by half a minute.
"""


@dataclass(slots=True)
class _HostQueue:
    free: asyncio.Semaphore
    users: int = 0


class Slots:
    """Slots per host and in total. The host's slot is taken first, so that waiting for a slow host blocks no others.

    After a request the slot of the host stays taken for as long as the request took. So a slow host is polled more
    slowly, and two slots load it no more than requests one after the other would. Crawlers do the same (the "delay
    factor" of Heritrix); a fixed delay would be too long for fast hosts and too short for slow ones.
    """

    def __init__(self, total: int, per_host: int) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_host = per_host
        self._hosts: dict[str, _HostQueue] = {}

    @asynccontextmanager
    async def taken(self, host: str) -> AsyncIterator[None]:
        """Hold one slot of the host and one of the total. A host without requests is forgotten."""
        queue = self._hosts.setdefault(host, _HostQueue(asyncio.Semaphore(self._per_host)))
        queue.users += 1
        try:
            await queue.free.acquire()
        except BaseException:
            self._leave(host, queue)
            raise
        loop = asyncio.get_running_loop()
        pause = 0.0
        try:
            async with self._total:
                began = loop.time()
                try:
                    yield
                finally:
                    pause = min(loop.time() - began, LONGEST_REST)
        finally:
            loop.call_later(pause, self._release, host, queue)

    def _release(self, host: str, queue: _HostQueue) -> None:
        queue.free.release()
        self._leave(host, queue)

    def _leave(self, host: str, queue: _HostQueue) -> None:
        queue.users -= 1
        if queue.users == 0:
            del self._hosts[host]
