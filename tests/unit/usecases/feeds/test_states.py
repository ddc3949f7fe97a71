"""States of feeds that many polls read and save at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.model import FeedId, FeedState, Subscription, SubscriptionState
from bot.store import Store, UnitOfWork, open_store
from bot.usecases.feeds.states import FeedStates

NOW = datetime(2026, 3, 4, tzinfo=UTC)
STATES = [FeedState(FeedId(f"f{number}"), NOW, failures=number) for number in range(40)]


class Counting(Store):
    """A store that counts its units, and can be made to fail."""

    def __init__(self, store: Store) -> None:
        vars(self).update(vars(store))
        self.reads = 0
        self.writes = 0
        self.fails = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        self.reads += 1
        async with super().read() as unit:
            yield unit

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        self.writes += 1
        async with super().write() as unit:
            yield unit
            if self.fails:
                raise StoreError("The disk is full.")


@pytest.fixture
async def store(new_database: Path) -> AsyncIterator[Counting]:
    opened = await open_store(f"sqlite:///{new_database}", now=NOW)
    yield Counting(opened)
    await opened.close()
    shutil.rmtree(new_database.parent, ignore_errors=True)


async def test_what_was_saved_is_read_and_few_transactions_were_needed(store: Counting) -> None:
    states = FeedStates(store)
    await asyncio.gather(*map(states.save, STATES))
    assert [one.state for one in await asyncio.gather(*(states.get(state.feed_id) for state in STATES))] == STATES
    assert (await states.get(FeedId("never"))).state is None
    assert store.writes <= 2


async def test_hubs_of_many_feeds_are_read_at_once(store: Counting) -> None:
    ends = SubscriptionState.ENDING
    known = [
        Subscription(f"t{number}", FeedId(f"f{number % 30}"), "https://hub.example/", "x", "s", ends, NOW)
        for number in range(40)
    ]
    async with store.write() as unit:
        for one in known:
            await unit.subscriptions.save(one)
    states = FeedStates(store)
    standings = await asyncio.gather(*(states.get(state.feed_id) for state in STATES))
    found = [standing.subscriptions for standing in standings]
    assert [{one.token for one in each} for each in found[:2]] == [{"t0", "t30"}, {"t1", "t31"}]
    assert found[35] == ()
    assert store.reads <= 2


async def test_who_has_saved_may_rely_on_it(store: Counting) -> None:
    """It is on the disk then, not only on its way there."""
    states = FeedStates(store)

    async def save_and_look(state: FeedState) -> bool:
        await states.save(state)
        async with store.read() as unit:
            found: Mapping[FeedId, FeedState] = await unit.feeds.states([state.feed_id])
            return found == {state.feed_id: state}

    assert all(await asyncio.gather(*map(save_and_look, STATES)))


async def test_the_last_of_two_counts(store: Counting) -> None:
    states = FeedStates(store)
    later = replace(STATES[1], failures=9)
    await asyncio.gather(states.save(STATES[1]), states.save(later))
    assert (await states.get(later.feed_id)).state == later


async def test_a_failure_is_raised_for_each_and_the_next_go_on(store: Counting) -> None:
    states = FeedStates(store)
    store.fails = True
    raised = await asyncio.gather(*map(states.save, STATES[:3]), return_exceptions=True)
    assert [type(error) for error in raised] == [StoreError] * 3
    store.fails = False
    await states.save(STATES[0])
    assert (await states.get(STATES[0].feed_id)).state == STATES[0]
    assert (await states.get(STATES[1].feed_id)).state is None


async def test_a_poll_that_is_given_up_leaves_nothing_under_way(store: Counting) -> None:
    states = FeedStates(store)
    task = asyncio.create_task(states.save(STATES[0]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.close()  # nobody uses it any more
