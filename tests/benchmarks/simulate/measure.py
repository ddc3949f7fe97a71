"""The unit costs that `costs` declares, measured here: `python -m tests.benchmarks.simulate.measure [PART…]`.

Parts: polls (on a database file and on a PostgreSQL server), fanout, message, embedding, judging. CPU is that of the
process and, beside it, of the server; what the clock says is printed, not used.
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.embedding import LocalEmbedder
from bot.features.document import describe
from bot.features.similarity import passage
from bot.feeds.parse import parse_feed
from bot.feeds.poll_order import due_poll
from bot.matching.index import TopicIndex
from bot.matching.profile import build_profile
from bot.model import Article, ArticleId, Chat, Destination, FeedId, FeedState, Language, Topic, TopicId
from bot.store import Store, open_store
from bot.telegram import TelegramClient, TelegramMessenger
from bot.usecases.feeds.states import FeedStates
from bot.usecases.ingest.poll_places import PollPlaces
from bot.usecases.ingest.score_articles import embed_passages
from tests.benchmarks.data import DEFAULT_FOLDER
from tests.benchmarks.engines.cost import ServerCost, load
from tests.benchmarks.scale.topics import news, topics_like
from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import NOW, a_delivery, an_alert
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.fakes.postgres_server import postgres_server
from tests.unit.usecases.newsroom import Newsroom, feed

POLLS: Final = 60
ENTRIES: Final = 20
NO_ROWS: Final = np.zeros((0, 0), np.float32)
DATA: Final = Path(os.environ.get("KABAR_BENCH_DATA", DEFAULT_FOLDER))


@dataclass(slots=True)
class Spent:
    """Of each piece of work: seconds of CPU here, of the server's CPU, by the clock, and statements."""

    own: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    trips: list[int] = field(default_factory=list)


class WatchedStore(Store):
    """Notes what each write transaction cost while others had to wait, its commit included, and each planning."""

    def __init__(self, store: Store, server: Callable[[], float]) -> None:
        vars(self).update(vars(store))
        self._server = server
        self.writing, self.planned = Spent(), Spent()
        self.trips: Counter[str] = Counter()
        for engine in (self._database.reader, self._database.writer):
            for name in ("before_cursor_execute", "begin", "commit", "rollback", "checkout"):
                event.listen(engine.sync_engine, name, lambda *_args, name=name: self.trips.update([name]))

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        with self.noting(self.writing) as begin:
            async with super()._write() as connection:
                begin()
                yield connection

    @asynccontextmanager
    async def planning(self) -> AsyncIterator[None]:
        async with super().planning():
            with self.noting(self.planned):
                yield

    @contextmanager
    def noting(self, into: Spent) -> Iterator[Callable[[], None]]:
        began = self._now()

        def begin() -> None:
            nonlocal began
            began = self._now()

        yield begin
        ended = self._now()
        for values, before, after in zip((into.own, into.server, into.clock), began, ended, strict=False):
            values.append(after - before)
        into.trips.append(int(ended[3] - began[3]))

    def _now(self) -> tuple[float, float, float, int]:
        return time.process_time(), self._server(), time.perf_counter(), self.trips.total()


def line(name: str, spent: Spent) -> str:
    """Means of CPU (the server's clock ticks in hundredths), medians of the rest."""
    own, server = (statistics.fmean(values) * 1000 for values in (spent.own, spent.server))
    clock, trips = statistics.median(spent.clock) * 1000, statistics.median(spent.trips)
    return f"{name}: {own:.2f} + server {server:.2f} ms CPU, {trips:.0f} statements, {clock:.1f} ms by the clock"


@contextmanager
def databases() -> Iterator[Iterator[tuple[str, str, Callable[[], float]]]]:
    """A database file, and one of a server; neither has anything in it."""
    with tempfile.TemporaryDirectory() as folder, postgres_server(Path(folder)) as server:
        cost = ServerCost(server)
        yield iter((("file", f"sqlite:///{folder}/kabar.db", lambda: 0.0), ("server", server.create(), cost.cpu)))


async def polls() -> None:
    with databases() as places:
        for name, url, server in places:
            opened = await open_store(url, now=FakeClock().now())
            store = WatchedStore(opened, server)
            topic = Topic(TopicId("lombok"), "Lombok", query="lombok", destinations=(Destination("1"),))
            feeds = [feed(f"f{number}") for number in range(POLLS)]
            room = Newsroom(store, Path("/nowhere"), (topic,), feeds)
            async with store.write() as unit:
                await unit.topics.introduce(topic.id, Destination("1"), room.clock.now())
            await room.attendant.prepare()
            for kind in ("first", "unchanged", "the same again", "a new one", "a new one on a topic"):
                await _round(room, store, kind, name)
            await _states(store, name)
            await store.close()


async def _round(room: Newsroom, store: WatchedStore, kind: str, name: str) -> None:
    """Every feed once, one after another."""
    whole, store.writing, store.planned = Spent(), Spent(), Spent()
    room.clock.set(room.clock.now() + timedelta(hours=2))
    for number, known in enumerate(room.feeds):
        entries = [Item(f"Rice {number} {entry}", guid=f"{number}-{entry}") for entry in range(ENTRIES)]
        if kind.startswith("a new one"):
            about = f"A ferry burns off Lombok {number}" if "topic" in kind else f"Rice price {number} falls"
            entries = [Item(about, guid=f"{number}-{kind}", published=room.clock.now()), *entries[:-1]]
        etag = "same" if kind in ("first", "unchanged") else None
        room.fetcher.answers[known.url] = Answer(rss(*entries), etag=etag)
        if kind == "a new one" and number == 0:
            parsed = time.process_time()
            for _ in range(20):
                parse_feed(rss(*entries), {}, known.url)
            each = (time.process_time() - parsed) / 20 * 1000
            print(f"{name}: parsing {ENTRIES} entries {each:.2f} ms (in its process)")
        with store.noting(whole):
            async with PollPlaces(1, 1, 1).taken(due_poll(known, None)) as turn:
                await room.attendant.poll(known, turn)
    print(line(f"{name}: a poll, {kind}", whole), load())
    print("   ", line("of which while others wait to write", store.writing), f"{len(store.writing.own)} transactions")
    if store.planned.own:
        print("   ", line("of which while others wait to plan", store.planned))


async def _states(store: WatchedStore, name: str) -> None:
    """Many unchanged feeds noted at once: what each adds to a transaction."""
    states = FeedStates(store)
    for count in (1, 10, 100):
        store.writing = Spent()
        for turn in range(20):
            now = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=turn)
            some = [FeedState(FeedId(f"f{number}"), next_poll_at=now) for number in range(count)]
            await asyncio.gather(*map(states.save, some))
        print("   ", line(f"{name}: {count} states at once", store.writing), f"{len(store.writing.own)} transactions")


async def fanout() -> None:
    with databases() as places:
        for name, url, server in places:
            opened = await open_store(url, now=FakeClock().now())
            store, chats = WatchedStore(opened, server), 1_000
            to = tuple(Destination(str(10_000 + number)) for number in range(chats))
            room = Newsroom(
                store, Path("/nowhere"), (Topic(TopicId("l"), "L", query="lombok", destinations=to),), [feed("a")]
            )
            async with store.write() as unit:
                for one in to:
                    await unit.topics.introduce(TopicId("l"), one, room.clock.now())
            await room.attendant.prepare()
            whole = Spent()
            room.publish("a", Item("Warm lombok", "Lombok " * 50))
            await room.poll("a")
            room.publish("a", Item("A ferry burns", "Lombok " * 50))
            store.writing = Spent()
            with store.noting(whole):
                await room.poll("a")
            print(line(f"{name}: {chats} chats of one article", whole), load())
            print(
                "   ",
                line("a part of it while others wait to write", store.writing),
                [round(one * 1000) for one in store.writing.own],
            )
            await store.close()


async def message() -> None:
    """Rendering and the call of the Bot API, without TLS: CPU of the bot's thread alone."""
    with FakeBotApi() as api:
        api.add_chat(1)
        async with TelegramClient(TOKEN, api.url) as client:
            messenger = TelegramMessenger(client.bot, FakeClock(NOW), Language("en"), ZoneInfo("UTC"))
            chat, spent = Chat("1", approved=True), list[float]()
            for number in range(100):
                delivery = a_delivery(an_alert(), Destination("1"))
                began = time.thread_time()
                await messenger.send(delivery, chat)
                if number >= 10:
                    spent.append(time.thread_time() - began)
    print(f"a message by the Bot API: {statistics.fmean(spent) * 1000:.2f} ms CPU; {load()}")


async def embedding() -> None:
    items = news(DATA)[:30]
    embedder = LocalEmbedder(threads=1)
    await embedder.embed(["warm"])
    spent = []
    for item in items:
        began = time.process_time()
        await embed_passages(embedder, [passage(item.title, item.text)])
        spent.append(time.process_time() - began)
    words = statistics.fmean(len(item.text.split()) for item in items)
    print(f"embedding: {statistics.fmean(spent) * 1000:.0f} ms CPU an article of {words:.0f} words; {load()}")
    embedder.close()


async def judging() -> None:
    items, embedder = news(DATA), FakeEmbedder()
    articles = []
    for item in items[:60]:
        document = describe(item.title, item.text, item.language, None)
        row = (await embed_passages(embedder, [passage(item.title, item.text)]))[0]
        articles.append(
            (Article(ArticleId(item.id), item.title, item.text, item.language, feed_id=FeedId("a")), document, row)
        )
    described = time.process_time()
    for item in items[60:120]:
        describe(item.title, item.text, item.language, None)
    print(f"describing: {(time.process_time() - described) / 60 * 1000:.2f} ms CPU an article; {load()}")
    for count in map(int, os.environ.get("KABAR_BENCH_TOPICS", "1000 10000").split()):
        profiles = []
        for topic in topics_like(items, count):
            shown = [passage(one.title, one.text) for one in topic.examples]
            profiles.append(build_profile(topic, await embed_passages(embedder, shown) if shown else NO_ROWS))
        index, asked, judged, wanting = TopicIndex(profiles), 0.0, 0.0, 0
        for turn in range(2):
            for article, document, row in articles:
                began = time.process_time()
                wants = index.needs_vector(article, document, frozenset())
                middle = time.process_time()
                index.judge(article, document, row, frozenset())
                if turn:
                    asked, judged = asked + middle - began, judged + time.process_time() - middle
                    wanting += wants
        each = (value / len(articles) * 1000 for value in (asked, judged))
        print(
            f"{count:,} topics: asks {next(each):.1f} ms, judges {next(each):.1f} ms CPU an article, "
            f"{wanting / len(articles):.0%} want an embedding; {load()}"
        )


PARTS: Final = {"polls": polls, "fanout": fanout, "message": message, "embedding": embedding, "judging": judging}


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name in sys.argv[1:] or PARTS:
        asyncio.run(PARTS[name]())


if __name__ == "__main__":
    main()
