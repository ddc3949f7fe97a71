"""Forgetting what is old, and only that."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import numpy as np

from bot.model import (
    ArticleId,
    DeliveryKind,
    DeliveryState,
    Destination,
    EntryKey,
    Expectation,
    FeedId,
    ReceivedUpdate,
    Topic,
    TopicId,
    UpdateId,
)
from bot.store import Store
from tests.contract.store.samples import DAY, HOUR, NOW, SECOND, article, match, owed

OLD = NOW - DAY * 100
LIMIT = NOW - DAY * 90
FEED = FeedId("antara")


async def test_old_articles_go_with_their_matches(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("old", seen=OLD), article("edge", seen=LIMIT), article("new")])
        await unit.matches.add([match("old"), match("old", topic="other"), match("new")], NOW)
    assert await store.forget_before(LIMIT, DAY) == 3
    async with store.read() as unit:
        assert [each.id for each in await unit.articles.since(OLD, 10)] == ["new", "edge"]
        assert [each.article_id for each in await unit.matches.best(TopicId("nato"), OLD, 10)] == ["new"]
    assert await store.forget_before(LIMIT, DAY) == 0


async def test_what_was_told_goes_and_what_is_owed_stays(store: Store) -> None:
    async with store.write() as unit:
        names = ("sent", "sent lately", "dead", "pending", "held", "folded", "edit", "edit again")
        kinds = [DeliveryKind.EDIT if name.startswith("edit") else DeliveryKind.NEW for name in names]
        ids = await unit.outbox.add(
            [
                owed(
                    "1",
                    name.removesuffix(" again"),
                    kind=kind,
                    revision=at,
                    state=DeliveryState.HELD if name in {"held", "folded"} else DeliveryState.PENDING,
                )
                for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
            ],
            OLD,
        )
        await unit.outbox.mark_sent(ids[0], None, OLD)
        await unit.outbox.mark_sent(ids[1], None, LIMIT)
        await unit.outbox.mark_dead(ids[2], "no")
        await unit.outbox.fold([ids[5]])
    assert await store.forget_before(LIMIT, DAY) == 3
    async with store.read() as unit:
        left = await unit.outbox.list(tuple(DeliveryState), 10)
    assert [each.id for each in left] == [ids[1], ids[2], ids[3], ids[4], ids[7]]


async def test_handled_updates_go_but_never_the_one_the_offset_is_read_off(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([ReceivedUpdate(UpdateId(number), "{}", OLD) for number in (1, 2, 3)])
        await unit.updates.done(UpdateId(1), OLD)
        await unit.updates.done(UpdateId(3), OLD)
    assert await store.forget_before(LIMIT, DAY) == 1
    async with store.read() as unit:
        assert await unit.updates.offset() == 4
        assert [each.id for each in await unit.updates.pending(10)] == [2]


async def test_keys_of_entries_that_a_feed_still_shows_are_kept(store: Store) -> None:
    keep = DAY * 30
    async with store.write() as unit:
        await unit.articles.add([article("old", seen=OLD)])
        for name, seen in (("stale", LIMIT - keep - SECOND), ("kept", LIMIT - keep), ("shown", OLD)):
            await unit.articles.remember(FEED, ArticleId("old"), [EntryKey(name)], seen)
        await unit.articles.remember(FEED, ArticleId("old"), [EntryKey("shown")], NOW)
    await store.forget_before(LIMIT, keep)
    await store.forget_before(NOW, DAY)
    async with store.read() as unit:
        assert await unit.articles.known(FEED, [EntryKey(name) for name in ("stale", "kept", "shown")]) == {
            "shown": "old"
        }
        assert await unit.articles.get([ArticleId("old")]) == ()


async def test_keys_last_seen_within_the_time_stay_known_without_their_article(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.remember(FEED, ArticleId("old"), [EntryKey("k")], LIMIT - DAY)
    await store.forget_before(LIMIT, DAY)
    async with store.read() as unit:
        assert await unit.articles.known(FEED, [EntryKey("k")]) == {"k": "old"}


async def test_vectors_that_were_not_put_again_go(store: Store) -> None:
    vector = np.full(4, 0.5, dtype=np.float32)
    async with store.write() as unit:
        await unit.vectors.put("e5", {"old": vector, "again": vector}, OLD)
        await unit.vectors.put("e5", {"again": vector}, NOW)
    assert await store.forget_before(LIMIT, DAY) == 0
    async with store.read() as unit:
        assert list(await unit.vectors.get("e5", ["old", "again"])) == ["again"]


async def test_much_is_forgotten_in_pieces_and_others_write_in_between(store: Store) -> None:
    many = 2_600
    async with store.write() as unit:
        await unit.articles.add([article(f"{number}", seen=OLD) for number in range(many)])
        for feed in ("a", "b"):
            keys = [EntryKey(f"g:{number}") for number in range(1_300)]
            await unit.articles.remember(FeedId(feed), ArticleId("0"), keys, OLD)
            await unit.articles.remember(FeedId(feed), ArticleId("0"), [EntryKey("g:new")], NOW)
    forgetting = asyncio.create_task(store.forget_before(LIMIT, timedelta(0)))
    left_at: list[int] = []
    while not forgetting.done():
        async with store.write() as unit:
            await unit.key_values.set("x", "1")
            left_at.append(await unit.articles.count())
    assert await forgetting == many
    assert any(0 < left < many for left in left_at), "nobody could write before all was gone"
    async with store.read() as unit:
        for feed in ("a", "b"):
            assert list(await unit.articles.known(FeedId(feed), [*keys, EntryKey("g:new")])) == ["g:new"]


async def test_seeing_an_entry_again_within_the_hour_is_not_written_again(store: Store) -> None:
    """Within an hour the time is not moved on; that costs retention nothing and saves most writes of a poll."""
    async with store.write() as unit:
        await unit.articles.remember(FEED, ArticleId("a"), [EntryKey("k")], NOW)
        await unit.articles.remember(FEED, ArticleId("a"), [EntryKey("k")], NOW + HOUR - SECOND)
    await store.forget_before(NOW + SECOND, timedelta(0))
    async with store.read() as unit:
        assert await unit.articles.known(FEED, [EntryKey("k")]) == {}


async def test_questions_that_nobody_answered_go_and_watches_made_in_chats_stay(store: Store) -> None:
    made = Topic(TopicId("rice"), "Rice", query="rice", destinations=(Destination("1"),), owner="chat:1")
    async with store.write() as unit:
        await unit.topics.save(made, OLD)
        for user, until in ((1, OLD), (2, NOW)):
            await unit.conversations.expect(Expectation("1", user, "draft-name", "7", until))
    await store.forget_before(LIMIT, DAY)
    async with store.read() as unit:
        assert [topic.id for topic in await unit.topics.added()] == ["rice"]
        assert await unit.conversations.expected("1", 1, OLD) is None
        assert await unit.conversations.expected("1", 2, OLD) is not None
