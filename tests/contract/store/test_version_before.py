"""A database and a configuration that an earlier version wrote are read by this one, whole."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from bot.alerts.alarms import ReportedAlarms
from bot.alerts.trend_alerts import Rising, TopicTrend
from bot.config import load_configuration
from bot.feeds.feed_health import Health
from bot.feeds.incidents import Incident, ReportedIncidents
from bot.model import (
    ArticleId,
    Delivering,
    DeliveryId,
    DeliveryState,
    Destination,
    Feed,
    FeedId,
    FirstPoll,
    Language,
    MessageId,
    Scope,
    SensitivityName,
    TopicId,
    Wanted,
)
from bot.store import Store, UnitOfWork, open_store
from bot.store.codec import decode
from bot.usecases.feeds.discover import FoundFeed
from bot.usecases.feeds.subscribe import kept_found, kept_list
from bot.usecases.search import SearchResult, kept_search
from bot.usecases.topics.page_examples import kept_pages
from tests.contract.store.version_before import values as stored

WRITTEN: Final = Path(stored.__file__).parent
GROUP: Final = stored.GROUP.chat


async def open_before(path: Path) -> Store:
    """Opens a copy of the database as the version before left it."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript((WRITTEN / "kabar.sql").read_text("utf-8"))
    return await open_store(f"sqlite:///{path}", now=stored.NOW)


@pytest.fixture
async def unit(path: Path) -> AsyncIterator[UnitOfWork]:
    """Reads from a copy of the database as the version before left it."""
    opened = await open_before(path)
    async with opened.read() as reading:
        yield reading
    await opened.close()


async def test_chats_and_who_may_do_what(unit: UnitOfWork) -> None:
    assert await unit.chats.all() == stored.CHATS
    assert await unit.chats.get(stored.OLD_GROUP) == stored.CHATS[0]
    assert await unit.chats.admins() == stored.ADMINS
    assert await unit.chats.editors(GROUP) == stored.EDITORS
    assert await unit.chats.access_requests() == stored.REQUESTS
    assert await unit.changes.latest(9) == (stored.CHANGE,)


async def test_topics_and_dialogues(unit: UnitOfWork) -> None:
    assert await unit.topics.added() == stored.TOPICS
    assert await unit.topics.introduced() == stored.INTRODUCED
    draft = await unit.conversations.draft(stored.DRAFT.id)
    assert draft == replace(stored.DRAFT, topic=stored.TOPICS[0])
    assert await unit.conversations.expected("1001", 1001, stored.NOW) == stored.EXPECTATION


async def test_feeds(unit: UnitOfWork) -> None:
    assert await unit.feeds.added() == stored.FEEDS
    assert await unit.feeds.states() == stored.STATES
    assert await unit.subscriptions.all() == (stored.SUBSCRIPTION,)


async def test_the_archive(unit: UnitOfWork) -> None:
    first, second = stored.ARTICLES
    assert await unit.articles.since(stored.NOW - stored.DAY * 9, 9) == (second, first)
    assert await unit.articles.known(FeedId("antara"), set(stored.KEYS)) == stored.KEYS
    number = (await unit.articles.find((), Scope(stored.NOW - stored.DAY)))[-1]
    assert await unit.articles.numbered([number]) == {number: first}
    (vector,) = (await unit.vectors.of(stored.MODEL, [number])).values()
    assert np.allclose(vector, stored.VECTOR, atol=0.01)
    for match in stored.MATCHES:
        assert await unit.matches.of(match.article_id, match.topic_id) == match


async def test_votes_and_mutes(unit: UnitOfWork) -> None:
    assert await unit.votes.all() == stored.VOTES
    assert await unit.mutes.since(stored.NOW) == (stored.MUTE,)


async def test_the_archive_is_searched_again_once_its_words_are_indexed_again(path: Path) -> None:
    opened = await open_before(path)
    wanted = [Wanted(words=frozenset({"tentara"})), Wanted(beginnings=frozenset({"kurs"}))]
    async with opened.write() as unit:
        assert await unit.articles.unindexed() == await unit.articles.index_more(9) == len(stored.ARTICLES)
        (number,) = await unit.articles.find(wanted, Scope(stored.NOW - stored.DAY))
        assert await unit.articles.numbered([number]) == {number: stored.ARTICLES[0]}
        assert await unit.articles.unindexed() == 0
        await unit.articles.update_text(replace(stored.ARTICLES[0], title="Rice", text=""))
        assert await unit.articles.find(wanted, Scope(stored.NOW - stored.DAY)) == ()
    await opened.close()


async def test_the_outbox(unit: UnitOfWork) -> None:
    found = await unit.outbox.list(tuple(DeliveryState), 99)
    assert [(each.destination, each.kind, each.content, each.revision, each.state) for each in found] == [
        (new.destination, new.kind, new.content, new.revision, state) for new, state in stored.DELIVERIES
    ]
    assert [each.created_at for each in found] == [stored.NOW + stored.HOUR * n for n in range(len(found))]
    sent, dead, late, leased = found[0], found[3], found[6], found[stored.LEASED - 1]
    assert (sent.message_id, sent.sent_at) == (MessageId(901), stored.NOW)
    assert (dead.error, dead.attempts) == ("Bad Request", 1)
    assert (late.error, late.next_attempt_at) == ("network", stored.NOW + stored.HOUR)
    assert (leased.lease_until, leased.attempts) == (None, 1)  # nobody is sending when the tables are changed
    ready = await unit.outbox.heads(found[-1].created_at, console=False)
    assert sorted(each.id for each in ready) == [DeliveryId(7), DeliveryId(9)]


async def test_updates(unit: UnitOfWork) -> None:
    assert await unit.updates.pending(9) == stored.UPDATES[1:]
    assert await unit.updates.offset() == 502


async def test_key_values(unit: UnitOfWork) -> None:
    settings = unit.key_values
    for name, value in stored.KEY_VALUES.items():
        assert await settings.get(name) == value
    assert decode(await settings.get("trends") or "", dict[TopicId, TopicTrend]) == {
        TopicId("korut"): TopicTrend("9f", stored.NOW, Rising(stored.NOW, 1.5, (stored.GROUP, stored.READER))),
        TopicId("beras"): TopicTrend("", stored.NOW),
    }
    assert decode(await settings.get("feed-alarms") or "", ReportedIncidents) == ReportedIncidents(
        {FeedId("bbc"): Incident(Health.GONE, stored.NOW)}, stored.NOW, None, stored.NOW
    )
    assert decode(await settings.get("alarms") or "", ReportedAlarms) == ReportedAlarms(
        {TopicId("korut"): stored.NOW}, stored.NOW
    )
    assert await kept_pages(settings) == {"https://a.example/1": stored.EXAMPLES[1]}
    assert await kept_found(settings, GROUP, 1) == (FoundFeed("https://c.example", "C 北", Language("id"), 3, "Baru"),)
    assert await kept_list(settings, GROUP, 1) == tuple(
        Feed(FeedId(""), feed.url, feed.title, feed.tags) for feed in stored.FEEDS
    )
    assert await kept_search(settings, "1001", 1) == SearchResult(
        "korut", (ArticleId("x"), ArticleId("y")), stored.NOW, is_whole=False
    )


def test_the_configuration() -> None:
    """Every key has a value that is not its default."""
    read = load_configuration(WRITTEN / "config", {})
    settings = read.settings
    assert (settings.language, settings.timezone.key) == ("en", "Asia/Makassar")
    assert (settings.telegram.admins, settings.telegram.webhook) == ((1001, 77), "https://kabar.example/telegram")
    assert settings.telegram.token_file == WRITTEN / "config" / "token"
    assert settings.web.listen == ("127.0.0.1", 8080)
    assert (settings.web.metrics, settings.web.public_url) == (True, "https://kabar.example")
    assert (settings.network.user_agent_contact, settings.network.proxy) == ("me@example.org", "http://proxy.lan:3128")
    assert settings.network.allow_hosts == ("rsshub.lan:1200",)
    polling = settings.polling
    assert (polling.every, polling.at_least, polling.at_most) == tuple(timedelta(minutes=n) for n in (20, 2, 120))
    assert (polling.concurrency, polling.per_host) == (8, 1)
    delivery = settings.delivery
    assert (delivery.alerts_per_hour, delivery.updates_per_day, delivery.keep_days) == (5, 0, 30)
    assert delivery.rising is False
    alarms = settings.alarms
    assert (alarms.quiet_days, alarms.outbox_minutes, alarms.feed_hours) == (7, 10, 12)
    assert (settings.embedding.url, settings.embedding.model) == ("http://gpu.lan:8080/v1", "e5")
    summaries = settings.summaries
    assert (summaries.url, summaries.model, summaries.seconds) == ("http://localhost:11434/v1", "qwen3:8b", 20)

    antara, own = read.feeds
    assert (antara.id, antara.title, antara.tags) == ("antara", "Antara 北", ("world", "id"))
    assert (antara.first_poll, antara.every) == (FirstPoll.ALL, timedelta(minutes=7))
    assert own.url == (WRITTEN / "config" / "own.xml").as_uri()

    rice, troops = read.topics
    assert (rice.query, rice.sensitivity, rice.delivering) == ("beras", SensitivityName.BROAD, Delivering.URGENT)
    assert (troops.id, troops.name, troops.sensitivity) == ("korut", "Korut 🇰🇵", 0.7)
    assert [each.title for each in troops.examples] == ["Tentara Korea Utara tiba di Kursk"]
    assert [each.title for each in troops.counterexamples] == ["Film perang terbaru"]
    assert [each.url for each in read.pending_examples] == ["https://a.example/1"]
    assert (troops.query, troops.require, troops.exclude) == (
        '"pasukan Korut"~3 OR /\\d+ tentara/',
        "lang:id",
        "title:film",
    )
    assert (troops.languages, troops.feeds) == (("id", "en"), ("world",))
    assert troops.destinations == (Destination("1001"), Destination("@kanal"), Destination("-1005", 42))
    assert (troops.delivering, troops.digest_times) == (Delivering.DIGEST, (time(7), time(18, 15)))
    assert troops.review is True
