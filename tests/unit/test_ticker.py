"""Calls at regular intervals, whatever happens to the computer's clock meanwhile."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest
from apscheduler.schedulers import base

from bot import scheduler
from bot.scheduler import Ticker


class Computer:
    """The computer's clock, which can be set."""

    def __init__(self) -> None:
        self.offset = 0.0

    def set(self, **by: float) -> None:
        self.offset += timedelta(**by).total_seconds()

    def time(self) -> float:
        return time.monotonic() + 1_800_000_000 + self.offset


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Computer:
    found = Computer()

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Now:
            return cls.fromtimestamp(found.time(), tz or UTC)

    for module in (base, scheduler):
        monkeypatch.setattr(module, "datetime", Now)
    monkeypatch.setattr("bot.scheduler.time", SimpleNamespace(time=found.time))
    monkeypatch.setattr(scheduler, "CLOCK_LOOK", 0.05)
    return found


class Calls:
    """Counts the calls of a ticker."""

    def __init__(self) -> None:
        self.count = 0

    async def call(self) -> None:
        self.count += 1

    async def more(self, than: int) -> None:
        async with asyncio.timeout(20):
            while self.count <= than:  # noqa: ASYNC110 -- it waits for time to pass
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("days", [-3, -0.01, 0.01, 400])
async def test_calls_go_on_after_the_clock_was_set(computer: Computer, days: float) -> None:
    ticker, calls = Ticker(), Calls()
    ticker.every(0.1, "count", calls.call)
    ticker.start()
    await calls.more(than=1)
    computer.set(days=days)
    before = calls.count
    await calls.more(than=before + 2)
    ticker.stop()
    assert calls.count > before + 2


async def test_what_was_missed_while_the_clock_jumped_is_not_made_up_for(computer: Computer) -> None:
    ticker, calls = Ticker(), Calls()
    ticker.every(0.2, "count", calls.call)
    ticker.start()
    await calls.more(than=0)
    computer.set(days=1)
    began = time.monotonic()
    before = calls.count
    await calls.more(than=before)
    ticker.stop()
    assert calls.count - before <= 2 + (time.monotonic() - began) / 0.2


async def test_a_hastened_call_comes_at_once(computer: Computer) -> None:
    ticker, calls = Ticker(), Calls()
    ticker.every(1000, "count", calls.call)
    ticker.start()
    ticker.hasten("unknown")
    ticker.hasten("count")
    await calls.more(than=0)
    ticker.stop()
    assert calls.count == 1
