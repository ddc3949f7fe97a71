"""When polls are started, and that one part's failure does not tear others apart."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreError
from bot.feeds.poll_order import due_poll
from bot.model import Feed, FeedId
from bot.scheduler import FeedTasks, Ticker
from bot.usecases.ingest.poll_places import PollPlaces, Turn
from tests.fakes.virtual_time import in_virtual_time

A, B = (due_poll(Feed(FeedId(name), f"https://{name}.example/"), None) for name in "ab")


async def test_a_feed_is_polled_once_at_a_time_and_no_more_than_the_limit_together() -> None:
    under_way: list[FeedId] = []
    most = 0
    go_on = asyncio.Event()

    async def poll(feed: Feed, turn: Turn) -> None:
        nonlocal most
        under_way.append(feed.id)
        most = max(most, len(under_way))
        await go_on.wait()
        under_way.remove(feed.id)

    tasks = FeedTasks(poll, PollPlaces(1, 1, 1))
    tasks.start([A, B])
    tasks.start([A, B])
    await asyncio.sleep(0)
    go_on.set()
    await tasks.finish(5)
    assert most == 1
    assert tasks.under_way == frozenset()


async def test_after_the_database_failed_no_server_is_asked_for_a_while() -> None:
    asked: list[FeedId] = []

    async def poll(feed: Feed, turn: Turn) -> None:
        asked.append(feed.id)
        raise StoreError("the disk is full")

    tasks = FeedTasks(poll, PollPlaces(1, 1, 1))
    tasks.start([A])
    await asyncio.sleep(0.01)
    tasks.start([A, B])
    await asyncio.sleep(0.01)
    assert asked == ["a"]


async def test_nothing_is_started_once_it_is_finished_and_what_takes_too_long_is_given_up() -> None:
    ended: list[FeedId] = []

    async def poll(feed: Feed, turn: Turn) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(feed.id)

    tasks = FeedTasks(poll, PollPlaces(2, 1, 1))
    tasks.start([A])
    await asyncio.sleep(0)
    await tasks.finish(0.01)
    tasks.start([B])
    await asyncio.sleep(0)
    assert ended == ["a"]
    assert tasks.under_way == frozenset()


@in_virtual_time
async def test_at_the_end_work_is_waited_for_and_servers_that_say_nothing_are_not() -> None:
    ended: dict[str, float] = {}

    async def poll(feed: Feed, turn: Turn) -> None:
        try:
            if feed.id == "a":
                await turn.asking(asyncio.sleep(60))
            await asyncio.sleep(3)
        finally:
            ended[feed.id] = asyncio.get_running_loop().time()

    tasks = FeedTasks(poll, PollPlaces(2, 1, 1))
    tasks.start([A, B, due_poll(Feed(FeedId("c"), "https://b.example/c"), None)])
    await asyncio.sleep(0.1)
    await tasks.finish(5)
    assert ended == {"a": pytest.approx(1.1), "b": 3}
    assert tasks.under_way == frozenset()


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
