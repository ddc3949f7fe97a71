"""Which feeds a look finds due, the first and those after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import Feed, FeedId, FeedState
from bot.store import Store
from bot.usecases.ingest.due_feeds import AT_ONCE, LOOK_AT_ALL, DueFeeds
from bot.usecases.shared_work import SharedWork
from tests.fakes.clock import FakeClock
from tests.unit.usecases.conftest import OpenRoom

MINUTE = timedelta(minutes=1)


def a_feed(name: str) -> Feed:
    return Feed(FeedId(name), f"https://{name}.example/rss")


def a_state(name: str, at: datetime, *, failures: int = 0, gone: bool = False) -> FeedState:
    return FeedState(FeedId(name), next_poll_at=at, succeeded_at=at - MINUTE, failures=failures, gone=gone)


class Looks:
    """Looks for what is due, with a store and a clock of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        self.due = DueFeeds(store, self.clock, SharedWork(store))
        self.feeds = tuple(a_feed(name) for name in ("one", "two", "three"))

    async def save(self, *states: FeedState) -> None:
        async with self.store.write() as unit:
            await unit.feeds.save_states(states)

    async def names(self, **options: bool) -> list[str]:
        return [one.feed.id for one in (await self.due.look(self.feeds, **options)).polls]


@pytest.fixture
async def looks(open_room: OpenRoom) -> Looks:
    return Looks((await open_room()).store)


async def test_a_feed_that_was_never_polled_is_due_until_it_has_a_state(looks: Looks) -> None:
    later = looks.clock.now() + MINUTE
    assert await looks.names() == ["one", "two", "three"]
    await looks.save(a_state("one", later), a_state("two", later))
    assert await looks.names() == ["three"]
    await looks.save(a_state("three", later))
    assert await looks.names() == []


async def test_what_comes_due_is_found_the_longest_waiting_first_well_or_failing(looks: Looks) -> None:
    now = looks.clock.now()
    await looks.save(
        a_state("one", now + MINUTE * 3), a_state("two", now + MINUTE * 2, failures=7), a_state("three", now + MINUTE)
    )
    assert await looks.names() == []
    looks.clock.set(now + MINUTE * 3)
    assert await looks.names() == ["three", "two", "one"]
    await looks.save(a_state("three", now, gone=True))
    assert await looks.names() == ["two", "one"]


async def test_those_that_came_due_at_one_moment_are_all_found_however_many_they_are(looks: Looks) -> None:
    """Addresses that were changed in a file all at once are due at the same moment, to the microsecond."""
    now = looks.clock.now()
    many = [a_feed(f"moved-{number}") for number in range(2 * AT_ONCE + 10)]
    looks.feeds = tuple(many)
    await looks.save(*(a_state(one.id, now) for one in many))
    found = [await looks.names() for _ in range(3)]
    assert [len(names) for names in found] == [AT_ONCE, AT_ONCE, 10]
    assert {name for names in found for name in names} == {one.id for one in many}


async def test_a_thousand_that_wait_for_a_slow_server_hide_nobody_behind_them(looks: Looks) -> None:
    now = looks.clock.now()
    slow = [a_feed(f"slow-{number}") for number in range(AT_ONCE)]
    looks.feeds = (*slow, *looks.feeds)
    await looks.save(*(a_state(one.id, now - 30 * MINUTE) for one in slow))
    await looks.save(*(a_state(name, now - 10 * MINUTE) for name in ("one", "two", "three")))
    first = await looks.names()
    assert set(first) == {one.id for one in slow}
    assert await looks.names() == ["one", "two", "three"]
    assert await looks.names() == first, "from the beginning: nobody has polled them"


async def test_a_feed_that_is_no_longer_on_the_list_hides_none_that_is(looks: Looks) -> None:
    now = looks.clock.now()
    await looks.save(*(a_state(name, now) for name in ("gone", "one", "two", "three")))
    assert set(await looks.names()) == {"one", "two", "three"}
    looks.feeds = looks.feeds[:1]
    assert await looks.names() == ["one"]
    async with looks.store.read() as unit:
        assert set(await unit.feeds.due(now, 99, is_failing=False)) == {"one"}
    looks.feeds = (*looks.feeds, a_feed("two"))
    assert set(await looks.names()) == {"one", "two"}


async def test_feeds_that_were_added_and_removed_meanwhile_are_noticed(looks: Looks) -> None:
    assert len(await looks.names()) == 3
    async with looks.store.write() as unit:
        await unit.feeds.add(a_feed("four"), looks.clock.now())
    assert len(await looks.names()) == 4
    async with looks.store.write() as unit:
        await unit.feeds.remove(FeedId("four"))
    assert len(await looks.names()) == 3


async def test_what_a_wrong_clock_put_far_ahead_is_found_within_minutes(looks: Looks) -> None:
    now = looks.clock.now()
    await looks.save(*(a_state(name, now + timedelta(days=900)) for name in ("one", "two", "three")))
    looks.due = DueFeeds(looks.store, looks.clock, SharedWork(looks.store))
    assert len(await looks.names()) == 3
    assert await looks.names() == []
    looks.clock.set(now + LOOK_AT_ALL)
    assert len(await looks.names()) == 3
    looks.clock.set(now + LOOK_AT_ALL - MINUTE)
    assert len(await looks.names()) == 3


async def test_a_moved_feed_is_merged_as_long_as_the_other_works(looks: Looks) -> None:
    now = looks.clock.now()
    kept = a_state("two", now)
    moved = replace(a_state("one", now), moved_to="https://two.example/rss")
    await looks.save(kept, a_state("three", now + MINUTE))
    assert set(await looks.names()) == {"one", "two"}
    await looks.save(moved)
    assert await looks.names() == ["two"]
    assert await looks.names(every=True) == ["two", "three"]
    await looks.save(replace(kept, failures=99))
    assert set(await looks.names()) == {"one", "two"}
