"""What changes while the job goes on: topics, feeds, settings, addresses, examples that could not be read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import (
    Access,
    DeliverySettings,
    PendingExample,
    PublicSettings,
    Settings,
    SummarySettings,
    TelegramSettings,
    WebSettings,
    needing_restart,
)
from bot.errors import FilePosition
from bot.model import Feed, FeedId, FetchOutcome, FetchRequest, Language, TopicId
from bot.usecases import runtime
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, filler
from tests.fakes.fetcher import FakeFetcher
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, feed

TROOPS = Item("Korea sends troops", "Thousands of soldiers left Korea by train.", "g1", "https://a.example/1")
RICE = Item("Rice is dearer", "Markets in Java saw rice prices rise.", "g2", "https://a.example/2")
RICE_TOPIC = replace(KOREA, id=TopicId("rice"), name="Rice", query="rice")


async def test_a_topic_that_comes_while_a_poll_is_under_way_misses_nothing(room: Newsroom) -> None:
    class Switching(FakeFetcher):
        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            outcome = await super().fetch(request)
            if request.purpose == "page":  # of the article on Korea: both have been judged by then
                room.topics = (KOREA, RICE_TOPIC)
                await room.attendant.reread()
            return outcome

    room.publish("antara", replace(TROOPS, short=True), RICE)
    room.fetcher = Switching(room.fetcher.answers)
    await room.again()
    await room.poll()
    await room.deliver()
    assert set(room.titles()) == {"Korea sends troops", "Rice is dearer"}
    assert not any(alert.earlier for alert in room.messenger.alerts(CHAT.chat))


async def test_a_feed_that_a_command_adds_beside_the_job_is_polled_and_one_removed_is_not(room: Newsroom) -> None:
    added = Feed(FeedId("tempo"), "https://tempo.example/feed", owner="command")
    async with room.store.write() as unit:
        await unit.feeds.add(added, room.clock.now())
    assert {one.feed.id for one in await room.attendant.due()} == {"antara", "tempo"}
    room.publish("tempo", TROOPS)
    await room.poll("tempo")
    async with room.store.write() as unit:
        await unit.feeds.remove(FeedId("tempo"))
    assert {one.feed.id for one in await room.attendant.due(every=True)} == {"antara"}


async def test_a_changed_budget_counts_without_a_restart(room: Newsroom) -> None:
    room.publish("antara", RICE)
    await room.poll()
    room.settings = Settings(delivery=DeliverySettings(alerts_per_hour=1))
    await room.attendant.reread()
    words = ["apples", "bridges", "candles"]
    items = [Item(f"Korea {w}", f"Korea and {w}. {w} " * 15, w, f"https://a.example/{w}", short=True) for w in words]
    room.publish("antara", *items, RICE)
    await room.poll()
    await room.deliver()
    assert len(room.titles()) == 1


def test_settings_that_count_after_a_restart_are_named() -> None:
    old = Settings()
    new = replace(old, polling=replace(old.polling, concurrency=2, every=timedelta(minutes=30)))
    assert needing_restart(old, new) == ["polling.concurrency"]
    new = replace(
        old,
        language=Language("en"),
        telegram=TelegramSettings(
            (42,), Access.OPEN, api_url="http://127.0.0.1:8081", webhook="https://kabar.example/telegram"
        ),
        web=WebSettings(metrics=True),
        delivery=DeliverySettings(alerts_per_hour=1),
        public=PublicSettings(chats=1),
        summaries=SummarySettings("http://gpu.lan/v1", "qwen3:8b"),
    )
    changed = ["language", "KABAR_TELEGRAM_API_URL", "telegram.webhook", "web", "summaries"]
    assert needing_restart(old, new) == changed
    assert needing_restart(new, new) == []


async def test_a_feed_with_a_corrected_address_is_asked_there_at_once(open_room: OpenRoom) -> None:
    room = await open_room()
    room.fetcher.answers["https://antara.example/feed"] = Answer(status=301, headers={"location": "https://x.example/"})
    room.fetcher.answers["https://x.example/"] = Answer(status=410)
    await room.poll()
    room.fetcher.answers["https://antara.example/feed"] = Answer(status=410)
    await room.poll()
    assert await room.attendant.due() == ()
    room.feeds = (replace(feed("antara"), url="https://new.example/feed"),)
    room.publish("new", TROOPS)
    await room.attendant.reread()
    (due,) = await room.attendant.due()
    assert due.feed.url == "https://new.example/feed"
    await room.poll_feed(due.feed)
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]


async def test_an_address_that_is_corrected_while_the_old_one_is_asked_is_asked_at_once(room: Newsroom) -> None:
    class Correcting(FakeFetcher):
        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            outcome = await super().fetch(request)
            if request.url == "https://antara.example/feed":
                room.feeds = (replace(feed("antara"), url="https://new.example/feed"),)
                await room.attendant.reread()
            return outcome

    room.publish("antara", RICE)
    await room.poll()
    room.fetcher = Correcting({"https://antara.example/feed": Answer(status=410)})
    await room.again()
    await room.poll()
    (due,) = await room.attendant.due()  # what the old address said is not held against the new one
    assert due.feed.url == "https://new.example/feed"


async def test_an_example_that_could_not_be_read_at_start_is_read_later(open_room: OpenRoom) -> None:
    room = await open_room(topics=(replace(RICE_TOPIC, query="", examples=()),))
    url = "https://b.example/rice"
    room.fetcher.answers[url] = None
    room.pending_examples = (PendingExample(TopicId("rice"), url, FilePosition("rice.toml")),)
    await room.attendant.reread()
    assert room.attendant.watch.topics[TopicId("rice")].examples == ()
    page = f"<html><body><article><h1>Rice is dearer</h1><p>{filler('rice', 200)}</p></article></body></html>"
    room.fetcher.answers[url] = Answer(page.encode(), headers={"content-type": "text/html"})
    await room.attendant.reread()
    assert room.attendant.watch.topics[TopicId("rice")].examples == ()
    room.clock.set(room.clock.now() + timedelta(minutes=6))
    await room.attendant.reread()
    assert len(room.attendant.watch.topics[TopicId("rice")].examples) == 1


async def test_the_start_does_not_wait_for_an_example_that_does_not_come(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(FakeFetcher):
        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            await asyncio.sleep(600)
            return await super().fetch(request)

    monkeypatch.setattr(runtime, "EXAMPLES_AT_START", 0.05)
    room.fetcher = Hanging({})
    room.pending_examples = (PendingExample(KOREA.id, "https://b.example/", FilePosition("korea.toml")),)
    async with asyncio.timeout(60):
        await room.again()
    assert room.attendant.watch.topics[KOREA.id].name == KOREA.name


async def test_an_example_outlives_its_page_and_is_not_fetched_again(open_room: OpenRoom) -> None:
    room = await open_room(topics=(replace(RICE_TOPIC, query="", examples=()),))
    rice, url = TopicId("rice"), "https://b.example/rice"
    page = f"<html><body><article><h1>Rice is dearer</h1><p>{filler('rice', 200)}</p></article></body></html>"
    room.fetcher.answers[url] = Answer(page.encode(), headers={"content-type": "text/html"})
    named = (PendingExample(rice, url, FilePosition("rice.toml")),)
    room.pending_examples = named
    await room.attendant.reread()
    (read,) = room.attendant.watch.topics[rice].examples
    room.fetcher.answers[url] = None
    await room.again()
    assert room.attendant.watch.topics[rice].examples == (read,)
    assert [request.url for request in room.fetcher.requests].count(url) == 1

    room.pending_examples = ()
    await room.attendant.reread()
    room.pending_examples = named
    await room.attendant.reread()
    assert room.attendant.watch.topics[rice].examples == ()  # it was taken out: kept no longer


async def test_many_new_topics_keep_to_the_budget_of_the_chat(room: Newsroom) -> None:
    words = ["apples", "bridges", "candles", "dragons"]
    items = [Item(f"All of {w}", f"{w} and {w}. " * 15, w, f"https://a.example/{w}", short=True) for w in words]
    room.publish("antara", *items)
    await room.poll()
    topics = [replace(KOREA, id=TopicId(w), name=w, query=w) for w in words]
    await room.again(topics=topics, alerts_per_hour=2)
    await room.deliver()
    assert len(room.titles()) == 2
    room.clock.set(room.clock.now() + timedelta(minutes=2))
    await room.attendant.digest()
    await room.deliver()
    (digest,) = room.digests()
    assert len(digest.items) == 2
