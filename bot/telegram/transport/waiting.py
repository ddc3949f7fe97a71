"""Pauses and waits that end as soon as the bot is stopped."""

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
"""Seconds to wait after a database error."""

_LONGEST_PAUSE = 60.0


def pause_after(failures: int) -> float:
    """Seconds until the next attempt: exponential backoff, up to a minute."""
    return min(_LONGEST_PAUSE, 2.0 ** min(failures - 1, 10))


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of `work`, or None if `stop` is set first; then the work is cancelled."""
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
    """Backoff while Telegram is unreachable. One line is logged at the beginning and one at the end."""

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
        """Telegram has responded again."""
        if self._pauses:
            log.info("telegram-back")
        self._pauses = 0

    async def pause(self, seconds: float, stop: asyncio.Event) -> None:
        await unless(stop, self._clock.sleep(seconds))
