"""Waiting that ends when the bot is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from bot.ports import Clock
from bot.telegram.transport.client import UnreachableError

log = structlog.get_logger()

T = TypeVar("T")

STORE_PAUSE = 10.0
"""Seconds to wait after the database could not be used."""

_LONGEST_PAUSE = 60.0


def pause_after(failures: int) -> float:
    """Seconds until the next attempt."""
    return min(_LONGEST_PAUSE, 2.0 ** min(failures - 1, 10))


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work gives; None if told to stop first: it is cancelled then."""
    task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        stopping.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


class Patience:
    """Longer pauses the longer Telegram does not answer; said once at the beginning and once at the end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pauses = 0

    async def wait_out(self, error: UnreachableError, stop: asyncio.Event) -> None:
        self._pauses += 1
        seconds = error.retry_after.total_seconds() if error.retry_after else pause_after(self._pauses)
        if self._pauses == 1:
            log.warning("telegram-unreachable", reason=error.reason, what="trying again until it answers")
        await self.pause(seconds, stop)

    def over(self) -> None:
        """It has answered."""
        if self._pauses:
            log.info("telegram-back")
        self._pauses = 0

    async def pause(self, seconds: float, stop: asyncio.Event) -> None:
        await unless(stop, self._clock.sleep(seconds))
