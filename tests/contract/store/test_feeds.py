"""What is remembered of feeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import Feed, FeedId, FeedState, FirstPoll
from bot.store import Store
from tests.contract.store.samples import DAY, HOUR, NOW

FULL = FeedState(
    feed_id=FeedId("antara"),
    next_poll_at=NOW + HOUR,
    etag='W/"é"',
    last_modified="Wed, 04 Mar 2026 05:06:07 GMT",
    polled_at=NOW,
    succeeded_at=NOW - DAY,
    failures=3,
    error="tidak ada jawaban",
    interval=timedelta(minutes=7, microseconds=1),
    moved_to="https://example.org/new",
    gone=True,
    failing_since=NOW - HOUR,
    overrun_at=NOW - 2 * HOUR,
    entries=20,
    empty_since=NOW - 3 * HOUR,
    newest_at=NOW - 4 * HOUR,
    lull=timedelta(hours=5, microseconds=1),
    lulls=6,
)
PLAIN = FeedState(FeedId("bbc"), NOW)
FEED = Feed(
    FeedId("warta"),
    "https://example.org/feed?a=b&c=д",
    title="Warta 新聞",
    tags=("id", "dünya"),
    first_poll=FirstPoll.NONE,
    owner="chat:-100",
    every=timedelta(minutes=5),
)


async def test_states_come_back_as_they_were(store: Store) -> None:
    async with store.write() as unit:
        await unit.feeds.save_state(FULL)
        await unit.feeds.save_state(PLAIN)
    async with store.read() as unit:
        assert await unit.feeds.states() == {FULL.feed_id: FULL, PLAIN.feed_id: PLAIN}
        assert await unit.feeds.states([PLAIN.feed_id, FeedId("never")]) == {PLAIN.feed_id: PLAIN}


async def test_several_states_are_saved_at_once(store: Store) -> None:
    later = replace(PLAIN, failures=2)
    async with store.write() as unit:
        await unit.feeds.save_states([PLAIN, FULL, later])
        await unit.feeds.save_states([])
        assert await unit.feeds.states() == {FULL.feed_id: FULL, PLAIN.feed_id: later}


async def test_a_state_takes_the_place_of_the_one_before(store: Store) -> None:
    recovered = replace(PLAIN, feed_id=FULL.feed_id)
    async with store.write() as unit:
        await unit.feeds.save_state(FULL)
        await unit.feeds.save_state(recovered)
        assert await unit.feeds.states() == {FULL.feed_id: recovered}


async def test_added_feeds_come_back_in_the_order_they_were_added(store: Store) -> None:
    plain = Feed(FeedId("a-later"), "https://example.org/later")
    async with store.write() as unit:
        assert await unit.feeds.add(FEED, NOW)
        assert await unit.feeds.add(plain, NOW + HOUR)
        assert await unit.feeds.added() == (FEED, plain)


async def test_a_feed_is_added_once_by_id_and_by_address(store: Store) -> None:
    async with store.write() as unit:
        await unit.feeds.add(FEED, NOW)
        assert not await unit.feeds.add(replace(FEED, url="https://example.org/other"), NOW)
        assert not await unit.feeds.add(replace(FEED, id=FeedId("other")), NOW)
        assert await unit.feeds.added() == (FEED,)


async def test_a_removed_feed_starts_afresh_when_added_again(store: Store) -> None:
    async with store.write() as unit:
        await unit.feeds.add(FEED, NOW)
        await unit.feeds.save_state(replace(FULL, feed_id=FEED.id))
        assert await unit.feeds.remove(FEED.id)
        assert not await unit.feeds.remove(FEED.id)
        assert await unit.feeds.states() == {}
        assert await unit.feeds.add(FEED, NOW)


async def test_added_feeds_go_with_a_chat_that_has_another_id(store: Store) -> None:
    other = replace(FEED, id=FeedId("other"), url="https://example.org/other", owner="chat:-1001")
    async with store.write() as unit:
        await unit.feeds.add(FEED, NOW)
        await unit.feeds.add(other, NOW + HOUR)
        await unit.chats.alias("-100", "-100200")
        assert [feed.owning_chat for feed in await unit.feeds.added()] == ["-100200", "-1001"]
