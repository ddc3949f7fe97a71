"""How many requests run at once, in all and a host; and how long a host is left alone between two of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

LONGEST_REST: Final = 2.0
"""Seconds. A server that is stuck would keep the other feeds of its host waiting for half a minute each."""


@dataclass(slots=True)
class _HostQueue:
    free: asyncio.Semaphore
    users: int = 0


class Slots:
    """A slot is waited for at the host first, so that a slow host's queue takes nothing from the others.

    After a request, a host's slot rests for as long as the request has taken: a slow host is asked more slowly, and
    two slots never keep it busier than one request after another would. Crawlers do it like this (Heritrix calls it
    the delay factor); a fixed delay would be too long for fast hosts and too short for slow ones.
    """

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
            await queue.free.acquire()
        except BaseException:
            self._leave(host, queue)
            raise
        loop = asyncio.get_running_loop()
        rest = 0.0
        try:
            async with self._total:
                began = loop.time()
                try:
                    yield
                finally:
                    rest = min(loop.time() - began, LONGEST_REST)
        finally:
            loop.call_later(rest, self._rested, host, queue)

    def _rested(self, host: str, queue: _HostQueue) -> None:
        queue.free.release()
        self._leave(host, queue)

    def _leave(self, host: str, queue: _HostQueue) -> None:
        queue.users -= 1
        if queue.users == 0:
            del self._hosts[host]
