"""Limits concurrent requests, in total and per server, and pauses between two requests to the same server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

LONGEST_REST: Final = 2.0
"""Maximum pause in seconds. Without it, a server that hangs would delay each other feed of it by half a minute.
"""


@dataclass(slots=True)
class _Queue:
    free: asyncio.Semaphore
    users: int = 0


class Slots:
    """Slots per server and in total. The server's is taken first, so that waiting for a slow one blocks no others.

    After a request the slot of the server stays taken for as long as the request took. So a slow one is polled more
    slowly, and two slots load it no more than requests one after the other would. Crawlers do the same (the "delay
    factor" of Heritrix); a fixed delay would be too long for fast ones and too short for slow ones. What a server is,
    a host with a port, is in `bot.text.urls.server_of`.
    """

    def __init__(self, total: int, per_server: int) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_server = per_server
        self._servers: dict[str, _Queue] = {}

    @asynccontextmanager
    async def taken(self, server: str) -> AsyncIterator[None]:
        """Hold one slot of the server and one of the total. A server without requests is forgotten."""
        queue = self._servers.setdefault(server, _Queue(asyncio.Semaphore(self._per_server)))
        queue.users += 1
        try:
            await queue.free.acquire()
        except BaseException:
            self._leave(server, queue)
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
            loop.call_later(pause, self._release, server, queue)

    def _release(self, server: str, queue: _Queue) -> None:
        queue.free.release()
        self._leave(server, queue)

    def _leave(self, server: str, queue: _Queue) -> None:
        queue.users -= 1
        if queue.users == 0:
            del self._servers[server]
