"""When polls are started, and that one part's failure does not tear others apart."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreError
from bot.model import Feed, FeedId
from bot.scheduler import FeedTasks, Ticker
from tests.fakes.virtual_time import in_virtual_time

A, B = (Feed(FeedId(name), f"https://{name}.example/") for name in "ab")


async def test_a_feed_is_polled_once_at_a_time_and_no_more_than_the_limit_together() -> None:
    under_way: list[FeedId] = []
    most = 0
    go_on = asyncio.Event()

    async def poll(feed: Feed) -> None:
        nonlocal most
        under_way.append(feed.id)
        most = max(most, len(under_way))
        await go_on.wait()
        under_way.remove(feed.id)

    tasks = FeedTasks(poll, limit=1)
    tasks.start([A, B])
    tasks.start([A, B])
    await asyncio.sleep(0)
    go_on.set()
    await tasks.finish(5)
    assert most == 1
    assert tasks.under_way == frozenset()


async def test_after_the_database_failed_no_server_is_asked_for_a_while() -> None:
    asked: list[FeedId] = []

    async def poll(feed: Feed) -> None:
        asked.append(feed.id)
        raise StoreError("the disk is full")

    tasks = FeedTasks(poll, limit=1)
    tasks.start([A])
    await asyncio.sleep(0.01)
    tasks.start([A, B])
    await asyncio.sleep(0.01)
    assert asked == ["a"]


async def test_nothing_is_started_once_it_is_finished_and_what_takes_too_long_is_given_up() -> None:
    ended: list[FeedId] = []

    async def poll(feed: Feed) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(feed.id)

    tasks = FeedTasks(poll, limit=2)
    tasks.start([A])
    await tasks.finish(0.01)
    tasks.start([B])
    await asyncio.sleep(0)
    assert ended == ["a"]
    assert tasks.under_way == frozenset()


async def counting(ticker: Ticker, seconds: float) -> int:
    """How often a call of 10 ms intervals comes in these seconds."""
    calls = 0

    async def tick() -> None:
        nonlocal calls
        calls += 1

    ticker.every(0.01, "count", tick)
    ticker.start()
    await asyncio.sleep(seconds)
    ticker.stop()
    return calls


@in_virtual_time
async def test_calls_come_at_intervals() -> None:
    assert await counting(Ticker(), 1.005) == 100


@in_virtual_time
async def test_what_takes_longer_than_its_interval_is_neither_doubled_nor_made_up_for() -> None:
    ticker, running, begun = Ticker(), 0, 0

    async def slow() -> None:
        nonlocal running, begun
        running, begun = running + 1, begun + 1
        assert running == 1
        await asyncio.sleep(1.0 if begun == 1 else 0.0)
        running -= 1

    ticker.every(0.1, "slow", slow)
    ticker.start()
    await asyncio.sleep(1.55)  # from 0.1 to 1.1; then at once, and 1.2, 1.3, 1.4, 1.5
    ticker.stop()
    assert begun == 6


@in_virtual_time
async def test_a_call_that_fails_is_made_again(caplog: pytest.LogCaptureFixture) -> None:
    ticker, made = Ticker(), 0

    async def failing() -> None:
        nonlocal made
        made += 1
        raise StoreError("the disk is full") if made == 1 else LookupError("a bug")

    ticker.every(0.1, "failing", failing)
    ticker.start()
    await asyncio.sleep(0.35)
    ticker.stop()
    assert made == 3


@in_virtual_time
async def test_a_hastened_call_comes_at_once_and_the_next_one_an_interval_later() -> None:
    ticker = Ticker()
    times: list[float] = []
    began = asyncio.get_running_loop().time()

    async def tick() -> None:
        times.append(round(asyncio.get_running_loop().time() - began, 3))

    ticker.every(10, "configuration", tick)
    ticker.hasten("unknown")
    ticker.start()
    await asyncio.sleep(3)
    ticker.hasten("configuration")
    await asyncio.sleep(18)
    ticker.stop()
    assert times == [3.0, 13.0]


async def test_a_tick_that_is_under_way_at_the_end_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Event()

    async def tick() -> None:
        begun.set()
        await asyncio.sleep(60)

    ticker = Ticker()
    ticker.every(0.01, "slow", tick)
    ticker.start()
    await asyncio.wait_for(begun.wait(), 60)
    ticker.stop()
    await asyncio.sleep(0.05)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
