"""What every Clock promises."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.clock import SystemClock
from bot.ports import Clock
from tests.fakes.clock import FakeClock


@pytest.fixture(params=[SystemClock, FakeClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


async def pass_time(clock: Clock, seconds: float) -> None:
    if isinstance(clock, FakeClock):
        await clock.advance(seconds)
    else:
        await asyncio.sleep(seconds)


async def test_times_are_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


async def test_a_sleeper_wakes_after_its_time_and_not_before(clock: Clock) -> None:
    started = clock.now()
    sleeper = asyncio.create_task(clock.sleep(0.05))
    await pass_time(clock, 0.01)
    assert not sleeper.done() or clock.now() - started >= timedelta(seconds=0.05)  # this test too was held up
    await pass_time(clock, 0.1)
    async with asyncio.timeout(60):
        await sleeper
    assert clock.now() - started >= timedelta(seconds=0.1)


@pytest.mark.parametrize("seconds", [0, -1])
async def test_no_time_to_sleep_is_a_turn_for_the_others(seconds: float, clock: Clock) -> None:
    seen: list[str] = []

    async def other() -> None:
        seen.append("other")

    task = asyncio.create_task(other())
    await clock.sleep(seconds)
    assert seen == ["other"]
    await task


async def test_a_fake_clock_wakes_sleepers_in_order_each_at_its_moment() -> None:
    clock = FakeClock()
    start = clock.now()
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, (clock.now() - start).total_seconds()))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleep("slow", 25))
        tasks.create_task(sleep("quick", 10, 10, 10))
        await clock.advance(3600)
    assert woken == [("quick", 10), ("quick", 20), ("slow", 25), ("quick", 30)]
    assert clock.now() - start == timedelta(hours=1)


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = FakeClock()
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    assert clock.sleepers == 1
    sleeper.cancel()
    await asyncio.gather(sleeper, return_exceptions=True)
    assert clock.sleepers == 0
