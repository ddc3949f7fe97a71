"""A whole Kabar without network, model or Telegram: the real store, rooms and verbs on fakes of the outside."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

from bot.config import Configuration, DeliverySettings, PendingExample, Settings
from bot.feeds.poll_order import due_poll
from bot.model import (
    Alert,
    Chat,
    Content,
    Delivery,
    DeliveryKind,
    Destination,
    Digest,
    Feed,
    FeedId,
    FirstPoll,
    SendOutcome,
    Sent,
    Topic,
    TopicId,
)
from bot.ports import Workers
from bot.store import Store, open_store
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.ingest.fanout_parts import MOST_TOLD
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.pipeline import Pipeline
from bot.usecases.ingest.plan import PollReport
from bot.usecases.ingest.poll import Poller
from bot.usecases.ingest.poll_places import PollPlaces
from bot.usecases.monitoring.counters import Counts
from bot.usecases.runtime import ConfigurationSource, Runtime
from bot.usecases.shared_work import SharedWork
from bot.usecases.topics.watchlist import Audiences
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.faults import FakeFaults
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.messenger import FakeMessenger
from tests.fakes.workers import InProcessWorkers

CHAT = Destination("1001")
KOREA = Topic(TopicId("korea"), "Korea", query="korea", destinations=(CHAT,))


def feed(name: str, first_poll: FirstPoll = FirstPoll.ALL) -> Feed:
    return Feed(FeedId(name), f"https://{name}.example/feed", title=name.title(), tags=("test",), first_poll=first_poll)


class Phone(FakeMessenger):
    """What chats see, and when."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.times: list[datetime] = []

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        outcome = await super().send(delivery, chat)
        if isinstance(outcome, Sent):
            self.times.append(self._clock.now())
        return outcome

    def contents(self, chat: str) -> list[Content]:
        return [delivery.content for delivery, to in self.sent if to.chat == chat]

    def alerts(self, chat: str) -> list[Alert]:
        """New ones, and replies to them."""
        return self._alerts(chat, DeliveryKind.NEW, DeliveryKind.REPLY)

    def edits(self, chat: str) -> list[Alert]:
        """What messages were changed to."""
        return self._alerts(chat, DeliveryKind.EDIT)

    def _alerts(self, chat: str, *kinds: DeliveryKind) -> list[Alert]:
        return [
            delivery.content
            for delivery, to in self.sent
            if to.chat == chat and delivery.kind in kinds and isinstance(delivery.content, Alert)
        ]


class Newsroom:
    """Open it with `await Newsroom.open(...)`; `again()` is a restart on the same database."""

    def __init__(self, store: Store, path: Path, topics: Sequence[Topic], feeds: Sequence[Feed]) -> None:
        self.store = store
        self.path = path
        self.topics = tuple(topics)
        self.feeds = tuple(feeds)
        self.pending_examples: tuple[PendingExample, ...] = ()
        self.clock = FakeClock()
        self.fetcher = FakeFetcher({})
        self.workers: Workers = InProcessWorkers()
        self.embedder = FakeEmbedder()
        self.faults = FakeFaults()
        self.messenger = Phone(self.clock)
        self.settings = Settings()
        self.counts = Counts()
        self.most = MOST_TOLD
        """Messages that are told with a document; what is beyond fans out."""
        self.delivery, self.attendant = self._wire()

    @classmethod
    async def open(
        cls,
        path: Path,
        topics: Sequence[Topic] = (KOREA,),
        feeds: Sequence[Feed] = (),
        store: Store | None = None,
    ) -> Self:
        """`store`: an open one, on `kabar.db` in the folder `path`; None: open it."""
        store = store or await open_store(f"sqlite:///{path / 'kabar.db'}", now=FakeClock().now())
        room = cls(store, path, topics, feeds or (feed("antara"),))
        await room.attendant.prepare()
        return room

    def _wire(self) -> tuple[DeliveryWorker, Runtime]:
        workers, random, faults = self.workers, Random(1), self.faults
        audiences = Audiences((), messenger=True)
        delivery = DeliveryWorker(self.store, self.messenger, self.clock, faults, random, audiences, console=False)
        grouping = Grouping(self.store, self.embedder, self.clock)
        pipeline = Pipeline(
            self.store,
            self.fetcher,
            workers,
            self.embedder,
            self.clock,
            faults,
            grouping,
            audiences,
            random,
            most=self.most,
        )
        poller = Poller(self.store, pipeline, self.clock, random)
        attendant = Runtime(
            self.store,
            self.clock,
            self.fetcher,
            workers,
            self.embedder,
            ConfigurationSource(self._configuration, lambda: str(hash(self._configuration()))),
            self._configuration(),
            poller,
            delivery,
            grouping,
            audiences,
            self.counts,
            faults,
            SharedWork(self.store),
        )
        return delivery, attendant

    def _configuration(self) -> Configuration:
        return Configuration(self.path, self.settings, self.feeds, self.topics, self.pending_examples)

    async def again(self, *, topics: Sequence[Topic] | None = None, alerts_per_hour: int | None = None) -> None:
        """A restart: everything but the database, the outside world and the time is new."""
        self.topics = self.topics if topics is None else tuple(topics)
        if alerts_per_hour is not None:
            self.settings = Settings(delivery=DeliverySettings(alerts_per_hour=alerts_per_hour))
        self.delivery, self.attendant = self._wire()
        await self.attendant.prepare()

    def publish(self, name: str, *items: Item, etag: str | None = None) -> None:
        self.fetcher.answers[f"https://{name}.example/feed"] = Answer(rss(*items, title=name.title()), etag=etag)

    async def poll(self, name: str = "antara") -> PollReport:
        return await self.poll_feed(self.attendant.watch.feeds[FeedId(name)])

    async def poll_due(self) -> None:
        """What is due, side by side."""
        await asyncio.gather(*(self.poll_feed(due.feed) for due in await self.attendant.due()))

    async def poll_feed(self, known: Feed) -> PollReport:
        async with PollPlaces(1, 1, 1).taken(due_poll(known, None)) as turn:
            report = await self.attendant.poll(known, turn)
        queued = await self.attendant.tell_rest()
        return replace(report, queued=(*report.queued, *queued))

    async def deliver(self) -> None:
        """Send what is due within the next minute, the clock moving as it must."""
        await _with_time(self.clock, self.delivery.drain(patience=timedelta(minutes=1)))

    async def later(self, time: timedelta = timedelta(minutes=2)) -> None:
        """Some time has passed: digests are made, and what is due is sent."""
        self.clock.set(self.clock.now() + time)
        await self.attendant.digest()
        await self.deliver()

    def titles(self, chat: str = CHAT.chat) -> list[str]:
        """Titles of the alerts that the chat has got, in order."""
        return [alert.title for alert in self.messenger.alerts(chat)]

    def told(self, chat: str = CHAT.chat) -> list[str]:
        """Titles in the order the chat could read them, in alerts and digests; edits left out."""
        found: list[str] = []
        for delivery, to_chat in self.messenger.sent:
            if to_chat.chat == chat and delivery.kind is not DeliveryKind.EDIT:
                found += [item.title for item in getattr(delivery.content, "items", ())]
                found += [delivery.content.title] if isinstance(delivery.content, Alert) else []
        return found

    def digests(self, chat: str = CHAT.chat) -> list[Digest]:
        return [content for content in self.messenger.contents(chat) if isinstance(content, Digest)]

    async def aclose(self) -> None:
        await self.store.close()


async def _with_time(clock: FakeClock, work: Coroutine[None, None, object]) -> None:
    """Run to the end, moving the clock whenever somebody waits for it."""
    task = asyncio.create_task(work)
    while not task.done():
        if (moment := clock.next_wake) is not None:
            await clock.advance((moment - clock.now()).total_seconds())
        await asyncio.sleep(0.001)
    task.result()


def to(topic: Topic, *chats: Destination) -> Topic:
    return replace(topic, destinations=chats)
