"""Feeds that are added at run time: found, limited a chat, written down, read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Change, Feed, FeedId, FeedState, FetchProblem, Language
from bot.store import Store, open_store
from bot.usecases.feeds.discover import FoundFeed, UnreadableError
from bot.usecases.feeds.subscribe import (
    MOST_OF_CHAT,
    OWNER,
    FullError,
    NotYoursError,
    SubscribeError,
    Subscriber,
    owner_of,
)
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.workers import InProcessWorkers

FILED = Feed(FeedId("antara"), "https://antara.example/rss")
RSS = {"content-type": "application/rss+xml"}


@dataclass
class Desk:
    store: Store
    fetcher: FakeFetcher = field(default_factory=lambda: FakeFetcher({}))
    clock: FakeClock = field(default_factory=FakeClock)
    configured: list[Feed] = field(default_factory=lambda: [FILED])

    @property
    def subscriber(self) -> Subscriber:
        return Subscriber(self.store, self.fetcher, InProcessWorkers(), self.clock, lambda: self.configured)

    def serve(self, url: str, *items: Item, title: str = "Tempo") -> None:
        self.fetcher.answers[url] = Answer(rss(*items, title=title), headers=RSS)

    def page(self, url: str, *links: str) -> None:
        made = "".join(f'<link rel="alternate" type="application/rss+xml" href="{link}">' for link in links)
        self.fetcher.answers[url] = Answer(f"<html>{made}</html>".encode(), headers={"content-type": "text/html"})

    def by(self, code: str, **values: str) -> Change:
        return Change(self.clock.now(), "7", 7, "Sari", code, values)

    async def changes(self) -> list[tuple[str, dict[str, str]]]:
        async with self.store.read() as unit:
            return [(one.code, dict(one.values)) for one in await unit.changes.latest(10)]


@pytest.fixture
async def desk(new_database: Path) -> AsyncIterator[Desk]:
    store = await open_store(f"sqlite:///{new_database}", now=FakeClock().now())
    yield Desk(store)
    await store.close()


async def test_a_feed_is_described_as_it_is(desk: Desk) -> None:
    old, new = Item("Old", published=desk.clock.now() - timedelta(days=2)), Item("New", published=desk.clock.now())
    desk.serve("https://tempo.example/rss", old, new, Item("Undated", published=None))
    (found,) = await desk.subscriber.discover("https://tempo.example/rss")
    assert found == FoundFeed("https://tempo.example/rss", "Tempo", Language("en"), 3, "New")


async def test_no_more_is_looked_for_than_wanted(desk: Desk) -> None:
    names = [f"/{number}" for number in range(10)]
    desk.page("https://situs.example/", *names)
    for name in names:
        desk.serve(f"https://situs.example{name}", Item("x"), title=name)
    found = await desk.subscriber.discover("https://situs.example/", most=3)
    assert [one.title for one in found] == ["/0", "/1", "/2"]
    assert len(desk.fetcher.requests) == 4


async def test_a_slow_site_gives_what_came_in_time(desk: Desk) -> None:
    desk.page("https://situs.example/", "/a", "/b")
    desk.serve("https://situs.example/a", Item("x"), title="a")
    desk.serve("https://situs.example/b", Item("x"), title="b")

    class Slow(FakeFetcher):
        async def fetch(self, request):  # type: ignore[no-untyped-def]  # as its parent
            if request.url.endswith("/b"):
                await asyncio.sleep(600)
            return await super().fetch(request)

    desk.fetcher = Slow(desk.fetcher.answers)
    found = await desk.subscriber.discover("https://situs.example/", seconds=2)
    assert [one.title for one in found] == ["a"]


async def test_addresses_that_people_give_are_not_trusted(desk: Desk) -> None:
    desk.fetcher.refused.add("http://10.0.0.1/rss")
    desk.page("https://situs.example/", "http://10.0.0.1/rss")
    desk.serve("http://10.0.0.1/rss", Item("x"))
    assert await desk.subscriber.discover("https://situs.example/") == ()
    with pytest.raises(UnreadableError) as caught:
        await desk.subscriber.discover("http://10.0.0.1/rss")
    assert caught.value.failure.problem is FetchProblem.REFUSED_ADDRESS
    assert not any(request.trusted for request in desk.fetcher.requests)


async def test_the_command_line_adds_without_limit_and_writes_nothing_down(desk: Desk) -> None:
    desk.serve("https://tempo.example/rss", Item("x"))
    added = await desk.subscriber.add("https://tempo.example/rss")
    assert (added.feed.owner, added.is_new) == (OWNER, True)
    assert not (await desk.subscriber.add("https://tempo.example/rss")).is_new
    many = [Feed(FeedId(""), f"https://n{number}.example/rss") for number in range(MOST_OF_CHAT + 1)]
    assert sum(one.is_new for one in await desk.subscriber.add_all(many)) == MOST_OF_CHAT + 1
    assert await desk.changes() == []
    desk.page("https://kosong.example/")
    with pytest.raises(SubscribeError):
        await desk.subscriber.add("https://kosong.example/")


async def test_a_chat_has_its_limit_which_others_do_not_share(desk: Desk) -> None:
    many = [Feed(FeedId(""), f"https://n{number}.example/rss", title="Sama") for number in range(MOST_OF_CHAT + 5)]
    plan = await desk.subscriber.plan([FILED, *many], owner_of("7"))
    assert (len(plan.new), plan.known, plan.beyond) == (MOST_OF_CHAT, 1, 5)
    added = await desk.subscriber.add_all([FILED, *many], owner_of("7"), desk.by)
    assert sum(one.is_new for one in added) == MOST_OF_CHAT
    assert len({one.feed.id for one in added}) == MOST_OF_CHAT + 1
    assert await desk.changes() == [("feeds-imported", {"what": str(MOST_OF_CHAT)})]
    more = FoundFeed("https://lagi.example/rss", "Lagi")
    with pytest.raises(FullError):
        await desk.subscriber.add_found(more, owner_of("7"), desk.by)
    known = await desk.subscriber.add_found(FoundFeed("https://n0.example/rss"), owner_of("7"), desk.by)
    assert not known.is_new
    assert (await desk.subscriber.add_found(more, owner_of("8"), desk.by)).is_new
    assert len(await desk.changes()) == 2


async def test_a_file_takes_the_place_of_a_feed_with_its_id(desk: Desk) -> None:
    await desk.subscriber.add_found(FoundFeed("https://tempo.example/rss", "Tempo"), owner_of("7"))
    desk.configured.append(Feed(FeedId("tempo"), "https://tempo.example/new"))
    assert [feed.url for feed in await desk.subscriber.all()] == [FILED.url, "https://tempo.example/new"]


async def test_only_the_owner_removes(desk: Desk) -> None:
    feed = (await desk.subscriber.add_found(FoundFeed("https://tempo.example/rss", "Tempo"), owner_of("7"))).feed
    with pytest.raises(NotYoursError):
        await desk.subscriber.remove(feed.id, owner=owner_of("8"), by=desk.by)
    with pytest.raises(NotYoursError):
        await desk.subscriber.remove("antara", by=desk.by)
    assert await desk.subscriber.remove(feed.id, owner=owner_of("7"), by=desk.by) == feed
    assert await desk.changes() == [("feed-removed", {"feed": "Tempo"})]


async def test_a_feed_is_read_soon_but_not_at_once_again(desk: Desk) -> None:
    now, name = desk.clock.now(), FeedId("antara")
    assert await desk.subscriber.read_soon(name), "one that was never read is due anyhow"
    async with desk.store.write() as unit:
        await unit.feeds.save_state(FeedState(name, now + timedelta(hours=5), polled_at=now, gone=True))
    assert not await desk.subscriber.read_soon(name)
    await desk.clock.advance(121)
    assert await desk.subscriber.read_soon(name)
    async with desk.store.read() as unit:
        state = (await unit.feeds.states())[name]
    assert (state.next_poll_at, state.gone) == (desk.clock.now(), False)
