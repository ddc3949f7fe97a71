"""Hubs: asked, confirmed, renewed, left; and what they post goes the same way as what a poll brings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.model import FeedId, FetchFailed, FetchProblem, Subscription, SubscriptionState
from bot.usecases.ingest.websub import OF_A_FEED, Hearing, HubKeeper, begin_at
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.fakes.hubs import FakeHubs, signature
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import Newsroom
from tests.unit.usecases.newsroom import feed as a_feed

HUB, FEED = "https://hub.example/", "https://antara.example/feed"
OLD = Item("Old news of Korea", "korea", "1", "https://antara.example/1")
NEW = Item("New news of Korea", "korea", "2", "https://antara.example/2")
ADDRESS = "https://me.example/websub"


def publish(room: Newsroom, *items: Item, hub: str | None = HUB) -> None:
    headers = {"content-type": "application/rss+xml"} | ({"link": f'<{hub}>; rel="hub"'} if hub else {})
    room.fetcher.answers[FEED] = Answer(rss(*items, title="Antara"), headers=headers, etag=f'"{len(items)}{hub}"')


class Hub:
    """A keeper and the hub that it asks."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.hubs = FakeHubs()
        self.watched = [FeedId("antara")]
        self.keeper = HubKeeper(
            room.store, self.hubs, room.clock, ADDRESS, room.attendant.take, lambda: tuple(self.watched)
        )

    async def subscriptions(self) -> tuple[Subscription, ...]:
        async with self.room.store.read() as unit:
            return await unit.subscriptions.all()

    async def subscribed(self, lease_seconds: str = "864000") -> Subscription:
        await begin_at(self.room.store, self.room.clock, ADDRESS)
        await self.keeper.look()
        (subscription,) = await self.subscriptions()
        assert await self.keeper.confirm(subscription.token, "subscribe", FEED, lease_seconds)
        (subscription,) = await self.subscriptions()
        return subscription

    async def post(self, body: bytes, *, token: str = "", signed: str | None = None) -> Hearing:
        subscription = (await self.subscriptions())[0]
        shown = signature(subscription.secret, body) if signed is None else signed
        headers = {"content-type": "application/rss+xml"}
        heard = await self.keeper.hear(token or subscription.token, shown, body, headers)
        reading = asyncio.create_task(self.keeper.read_posts())
        await self.keeper.all_read()
        reading.cancel()
        await self.room.deliver()
        return heard

    async def next_poll(self) -> timedelta:
        async with self.room.store.read() as unit:
            return (await unit.feeds.states())[FeedId("antara")].next_poll_at - self.room.clock.now()


@pytest.fixture
async def hub(room: Newsroom) -> Hub:
    publish(room, OLD)
    await room.poll()
    await room.deliver()
    return Hub(room)


async def test_what_a_hub_posts_is_told_once_and_the_poll_after_it_adds_nothing(room: Newsroom, hub: Hub) -> None:
    await hub.subscribed()
    body = rss(NEW, title="Antara")
    assert await hub.post(body) is Hearing.TAKEN
    assert await hub.post(body) is Hearing.TAKEN  # a replay
    publish(room, NEW, OLD)
    report = await room.poll()
    await room.deliver()
    assert (report.error, report.new) == (None, 0)
    assert sorted(room.titles()) == ["New news of Korea", "Old news of Korea"]
    assert room.counts.pushes == 2


async def test_a_hub_elsewhere_is_not_told_the_key_of_a_feed(open_room: OpenRoom) -> None:
    address = "https://antara.example/feed?token=9f86d081884c7d659a2f"
    for hub, subscriptions in ((HUB, 0), ("https://antara.example/hub", 1)):
        room = await open_room(feeds=[replace(a_feed("antara"), url=address)])
        headers = {"content-type": "application/rss+xml", "link": f'<{hub}>; rel="hub"'}
        room.fetcher.answers[address] = Answer(rss(OLD), headers=headers)
        await room.poll()
        async with room.store.read() as unit:
            assert len(await unit.subscriptions.all()) == subscriptions


async def test_a_push_keeps_the_validators_of_the_feed_itself(room: Newsroom, hub: Hub) -> None:
    await hub.subscribed()
    await hub.post(rss(NEW, title="Antara"))
    assert (await room.poll()).unchanged  # else the old document would be read again
    assert room.fetcher.requests[-1].etag is not None


async def test_polling_slows_down_and_stays(room: Newsroom, hub: Hub) -> None:
    at_most = room.settings.polling.at_most
    assert await hub.next_poll() < at_most
    await hub.subscribed(lease_seconds="7200")
    await room.poll()
    assert at_most <= await hub.next_poll() <= at_most * 1.1
    room.clock.set(room.clock.now() + timedelta(minutes=30))
    before = await hub.next_poll()
    await hub.post(rss(NEW, title="Antara"))
    assert await hub.next_poll() == before  # what the hub left out or lost must come by then
    room.clock.set(room.clock.now() + timedelta(hours=3))  # the lease is over, nobody renewed it
    lately = [replace(NEW, guid=str(number), published=room.clock.now()) for number in range(9)]
    publish(room, *lately)
    await room.poll()
    assert await hub.next_poll() < at_most


async def test_a_post_of_nothing_but_news_is_no_sign_that_any_were_missed(room: Newsroom, hub: Hub) -> None:
    await hub.subscribed()
    with capture_logs() as logs:
        await hub.post(rss(NEW, title="Antara"))
    assert "feed-overrun" not in {line["event"] for line in logs}


async def test_the_end_does_not_wait_for_a_hub_that_gives_no_answer(room: Newsroom, hub: Hub) -> None:
    hub.hubs.hangs = True
    stop = asyncio.Event()
    running = asyncio.create_task(hub.keeper.run(stop))
    async with asyncio.timeout(60):
        await hub.hubs.reached.wait()
        stop.set()
        await running
    assert running.done()


@pytest.mark.parametrize("signed", ["", "sha256=" + "0" * 64, "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"])
async def test_a_forged_post_is_taken_and_ignored(room: Newsroom, hub: Hub, signed: str) -> None:
    await hub.subscribed()
    assert await hub.post(rss(NEW, title="Antara"), signed=signed) is Hearing.TAKEN
    assert room.titles() == ["Old news of Korea"]
    assert room.counts.pushes == 0


async def test_posts_to_unknown_or_unconfirmed_addresses_bring_nothing(room: Newsroom, hub: Hub) -> None:
    body = rss(NEW, title="Antara")
    assert await hub.post(body) is Hearing.TAKEN  # never confirmed, though rightly signed
    assert await hub.post(body, token="guessed") is Hearing.UNKNOWN
    assert not await hub.keeper.expects("guessed")
    assert room.titles() == ["Old news of Korea"]


async def test_rubbish_with_a_right_signature_is_no_fault_of_the_feed(room: Newsroom, hub: Hub) -> None:
    await hub.subscribed()
    assert await hub.post(b"<html>not a feed") is Hearing.TAKEN
    async with room.store.read() as unit:
        state = (await unit.feeds.states())[FeedId("antara")]
    assert (state.failures, state.error) == (0, None)


async def test_only_verifications_of_what_was_asked_are_confirmed(room: Newsroom, hub: Hub) -> None:
    (subscription,) = await hub.subscriptions()
    token = subscription.token
    assert not await hub.keeper.confirm(token, "subscribe", FEED, "1000")  # nobody has asked yet
    await hub.keeper.look()
    assert not await hub.keeper.confirm("guessed", "subscribe", FEED, "1000")
    assert not await hub.keeper.confirm(token, "subscribe", "https://other.example/", "1000")
    assert not await hub.keeper.confirm(token, "unsubscribe", FEED, "")
    assert [one.state for one in await hub.subscriptions()] == [SubscriptionState.WANTED]
    assert await hub.keeper.confirm(token, "subscribe", FEED, "1000")
    assert not await hub.keeper.confirm(token, "unsubscribe", FEED, "")  # somebody else's wish
    assert [one.state for one in await hub.subscriptions()] == [SubscriptionState.ACTIVE]


async def test_a_hub_may_refuse_what_it_has_confirmed_at_any_time(room: Newsroom, hub: Hub) -> None:
    subscription = await hub.subscribed()
    room.clock.set(room.clock.now() + timedelta(days=5))
    assert await hub.keeper.confirm(subscription.token, "denied", FEED, "")
    (subscription,) = await hub.subscriptions()
    assert not subscription.is_active(room.clock.now())


async def test_a_clock_that_was_years_ahead_does_not_silence_a_hub(room: Newsroom, hub: Hub) -> None:
    now = room.clock.now()
    room.clock.set(now + timedelta(days=700))
    subscription = await hub.subscribed()
    room.clock.set(now)
    assert not subscription.is_active(now)
    asked = len(hub.hubs.asked)
    await hub.keeper.look()
    await hub.keeper.look()
    assert len(hub.hubs.asked) == asked + 1


async def test_the_hub_is_asked_once_and_again_before_the_lease_ends(room: Newsroom, hub: Hub) -> None:
    subscription = await hub.subscribed("100000")
    await hub.keeper.look()
    assert [form["hub.mode"] for _, form in hub.hubs.asked] == ["subscribe"]
    assert hub.hubs.asked[0][0] == HUB
    assert hub.hubs.asked[0][1]["hub.callback"] == f"{ADDRESS}/{subscription.token}"
    room.clock.set(room.clock.now() + timedelta(seconds=75_001))
    await hub.keeper.look()
    assert len(hub.hubs.asked) == 2
    assert (await hub.subscriptions())[0].is_active(room.clock.now())
    assert await hub.keeper.confirm(subscription.token, "subscribe", FEED, "100000")
    assert (await hub.subscriptions())[0].lease_until == room.clock.now() + timedelta(seconds=100_000)


async def test_a_hub_that_cannot_be_reached_is_asked_again_later(room: Newsroom, hub: Hub) -> None:
    hub.hubs.failure = FetchFailed(HUB, FetchProblem.REFUSED_ADDRESS, "it is private")
    await hub.keeper.look()
    await hub.keeper.look()
    assert len(hub.hubs.asked) == 1
    room.clock.set(room.clock.now() + timedelta(minutes=11))
    await hub.keeper.look()
    assert len(hub.hubs.asked) == 2


async def test_a_feed_that_goes_is_unsubscribed(room: Newsroom, hub: Hub) -> None:
    subscription = await hub.subscribed()
    hub.watched.clear()
    await hub.keeper.look()
    assert hub.hubs.asked[-1][1]["hub.mode"] == "unsubscribe"
    assert not await hub.keeper.confirm(subscription.token, "subscribe", FEED, "1000")
    assert await hub.post(rss(NEW, title="Antara")) is Hearing.TAKEN
    assert room.titles() == ["Old news of Korea"]
    assert await hub.keeper.confirm(subscription.token, "unsubscribe", FEED, "")
    assert await hub.subscriptions() == ()


async def test_a_feed_with_another_hub_leaves_the_first(room: Newsroom, hub: Hub) -> None:
    await hub.subscribed()
    publish(room, NEW, OLD, hub="https://other.example/hub")
    await room.poll()
    await hub.keeper.look()
    assert {(to, form["hub.mode"]) for to, form in hub.hubs.asked[1:]} == {
        (HUB, "unsubscribe"),
        ("https://other.example/hub", "subscribe"),
    }


async def test_another_address_of_ours_is_told_to_every_hub(room: Newsroom, hub: Hub) -> None:
    subscription = await hub.subscribed()
    await begin_at(room.store, room.clock, ADDRESS)
    assert await hub.subscriptions() == (subscription,)
    await begin_at(room.store, room.clock, "")  # nobody can reach us: polling must not be slow
    assert not (await hub.subscriptions())[0].is_active(room.clock.now())
    assert [replace(one, next_at=subscription.next_at) for one in await hub.subscriptions()] == [
        replace(subscription, state=SubscriptionState.WANTED, asked_at=None, lease_until=None)
    ]


async def test_posts_beyond_what_can_wait_are_told_to_come_back(room: Newsroom, hub: Hub) -> None:
    subscription = await hub.subscribed()
    body = rss(NEW, title="Antara")
    shown = signature(subscription.secret, body)
    heard = [await hub.keeper.hear(subscription.token, shown, body, {}) for _ in range(OF_A_FEED + 1)]
    assert heard == [Hearing.TAKEN] * OF_A_FEED + [Hearing.BUSY]


async def test_a_push_and_a_poll_at_once_tell_it_once(room: Newsroom, hub: Hub) -> None:
    await hub.subscribed()
    publish(room, NEW, OLD)
    body = rss(NEW, title="Antara")
    await asyncio.gather(room.poll(), room.attendant.take(FeedId("antara"), body, {}))
    await room.deliver()
    assert sorted(room.titles()) == ["New news of Korea", "Old news of Korea"]
