"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

_TURNS = 20
"""Turns of the event loop that tasks get to act on a moment before the clock moves on."""


class FakeClock:
    """Implements `bot.ports.Clock`. Whoever sleeps wakes in order when `advance` passes the end of the sleep."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        sleeper = (self._now + timedelta(seconds=seconds), woken)
        self._sleepers.append(sleeper)
        try:
            await woken
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    @property
    def sleepers(self) -> int:
        """How many tasks wait for a later moment."""
        return len(self._sleepers)

    @property
    def next_wake(self) -> datetime | None:
        """The first moment that somebody waits for."""
        return min((moment for moment, _ in self._sleepers), default=None)

    async def advance(self, seconds: float) -> None:
        """Let so much time pass, stopping at each moment that somebody waits for."""
        end = self._now + timedelta(seconds=seconds)
        await _let_others_run()
        while due := [sleeper for sleeper in self._sleepers if sleeper[0] <= end]:
            first = min(due, key=lambda sleeper: sleeper[0])
            self._sleepers.remove(first)
            self._now = max(self._now, first[0])
            if not first[1].done():
                first[1].set_result(None)
            await _let_others_run()
        self._now = end

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment without waking anybody, as a wrong system clock does."""
        self._now = moment


async def _let_others_run() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
