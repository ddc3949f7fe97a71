"""The main job: holds what is watched now, keeps it up to date, and runs the use cases at each tick."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.compose import notice
from bot.config import Configuration, needing_restart
from bot.errors import ConfigError
from bot.feeds.poll_order import DuePoll
from bot.model import DeliveryKind, Feed, FeedId, NewDelivery, Notice, TopicId
from bot.ports import Clock, Embedder, FaultPoints, Fetcher, Workers
from bot.store import Store
from bot.usecases.delivery.digest import hold_backlog, queue_digests
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.feeds.states import reset_moved_feeds
from bot.usecases.ingest.due_feeds import DueFeeds
from bot.usecases.ingest.fanout import FanoutWorker
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.plan import PollReport
from bot.usecases.ingest.poll import Poller
from bot.usecases.ingest.poll_places import Turn
from bot.usecases.monitoring.admin_alarms import queue_admin_alarms
from bot.usecases.monitoring.counters import Counts
from bot.usecases.monitoring.downtime import DowntimeMonitor
from bot.usecases.monitoring.feed_alarms import queue_feed_alarms
from bot.usecases.monitoring.trends import queue_rises
from bot.usecases.monitoring.weekly import queue_weekly_notes
from bot.usecases.shared_work import SharedWork
from bot.usecases.sign_up import vouch_for
from bot.usecases.topics.backfill import introduce_topics
from bot.usecases.topics.examples import forget_other_examples
from bot.usecases.topics.page_examples import PAGES_PATIENCE, UnreadExample
from bot.usecases.topics.watchlist import (
    Audience,
    Audiences,
    Watchlist,
    build_watchlist,
    with_changes,
)

log = structlog.get_logger()

EXAMPLES_AT_START = 8.0
"""Seconds that the start waits for examples at addresses: polling begins after it."""

EXAMPLES_AGAIN = timedelta(minutes=5)
"""Examples at addresses that could not be read are tried again after this time."""


@dataclass(frozen=True, slots=True)
class ConfigurationSource:
    """Loads the configuration, and detects changes by a fingerprint of its files."""

    load: Callable[[], Configuration]
    fingerprint: Callable[[], str]


class Runtime:
    """Holds the current watchlist and applies the use cases to it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        fetcher: Fetcher,
        workers: Workers,
        embedder: Embedder,
        source: ConfigurationSource,
        configuration: Configuration,
        poller: Poller,
        delivery: DeliveryWorker,
        grouping: Grouping,
        audiences: Audiences,
        counts: Counts,
        faults: FaultPoints,
        work: SharedWork,
    ) -> None:
        self._store = store
        self._clock = clock
        self._fetcher = fetcher
        self._workers = workers
        self._embedder = embedder
        self._source = source
        self._configuration = configuration
        self._poller = poller
        self._work = work
        self._due = DueFeeds(store, clock, work)
        self._delivery = delivery
        self._grouping = grouping
        self._audiences = audiences
        self._counts = counts
        self._fanouts = FanoutWorker(store, clock, faults, audiences, lambda: self.watch)
        self._downtime = DowntimeMonitor(store, clock, audiences)
        self._fingerprint = source.fingerprint()
        self._watch: Watchlist | None = None
        self._unread: tuple[UnreadExample, ...] = ()
        self._built_at: datetime | None = None
        self._greeting = asyncio.Lock()
        self._greet_wanted = False
        self._to_introduce: set[TopicId] = set()
        """Topics that have changed since they were last introduced."""

    @property
    def configuration(self) -> Configuration:
        return self._configuration

    @property
    def watch(self) -> Watchlist:
        if self._watch is None:
            raise RuntimeError("prepare() comes first")
        return self._watch

    async def prepare(self) -> None:
        """Release what a killed process held, build the watchlist, introduce new topics."""
        await self._work.free_claims()
        async with self._store.write() as unit:
            mended = await unit.outbox.mend()
        if mended:
            log.warning("queues-mended", chats=mended, what="they were owed messages, and nothing said so")
        await self._build(self._configuration, patience=EXAMPLES_AT_START)
        if self._work.leads:
            await self.greet()

    async def look_around(self) -> None:
        """Look which processes work on the database. Who begins to lead takes up what the leader before has left."""
        if await self._work.look():
            self.greet_soon()
        self._delivery.wake()

    async def _build(self, configuration: Configuration, *, patience: float = PAGES_PATIENCE) -> None:
        before = self._watch
        watch, unread = await build_watchlist(
            self._store,
            self._fetcher,
            self._workers,
            self._embedder,
            self._clock,
            configuration,
            patience=patience,
            before=before,
        )
        await vouch_for(self._store, _named_chats(configuration))
        await reset_moved_feeds(self._store, watch.feeds, self._clock.now())
        changed_meanwhile = self._watch is not before
        self._watch, self._configuration = watch, configuration
        self._audiences.name(configuration.settings.telegram.admins)
        for example in unread:
            if example not in self._unread:
                log.warning("example-unreadable", topic=example.topic_id, url=example.url, reason=example.reason)
        self._unread, self._built_at = unread, self._clock.now()
        if changed_meanwhile:  # building may take long, as pages are fetched: it may lack topics made in chats since
            await self._take_changes()
        topics = self.watch.topics.values()
        shown = [example for topic in topics for example in (*topic.examples, *topic.counterexamples)]
        await forget_other_examples(self._store, shown)

    async def greet(self) -> None:
        """Send what is pending or held, as a chat may be back. Then introduce topics to new destinations."""
        await self.digest()
        self._delivery.wake()
        self._to_introduce.clear()
        await self._introduce(None)

    async def _introduce(self, among: Collection[TopicId] | None) -> None:
        async with self._greeting:
            audience = await self._audience()
            await introduce_topics(
                self._store, self._embedder, self._clock, self._grouping, self.watch, audience, among
            )
        self._delivery.wake()

    def greet_soon(self) -> None:
        """Greet at the next tick: the caller must not wait, as a backfill may take a minute. A restart repeats it."""
        self._greet_wanted = True
        self._delivery.wake()

    async def greet_if_wanted(self) -> None:
        if self._greet_wanted:
            self._greet_wanted = False
            await self.greet()
        elif self._to_introduce:
            among = tuple(self._to_introduce)
            self._to_introduce.clear()
            await self._introduce(among)

    async def due(self, *, every: bool = False) -> tuple[DuePoll, ...]:
        """Feeds to poll now, including those that a command in another process has added."""
        found = await self._due.look(self._configuration.feeds, every=every)
        if (
            found.feeds is not self.watch.feeds and found.feeds != self.watch.feeds
        ) or found.merged != self.watch.merged:
            self._watch = replace(self.watch, feeds=found.feeds, merged=found.merged)
        return found.polls

    async def take_topics(self) -> None:
        """Take topics and votes that have changed, in this or another process; introduce new ones at the next tick."""
        if await self._take_changes():
            self._delivery.wake()

    async def _take_changes(self) -> bool:
        while True:  # other changes may be taken meanwhile, and none of them may be lost
            before = self.watch
            taken = await with_changes(self._store, self._embedder, self._clock, before)
            if self._watch is before:
                break
        self._watch = taken.watch
        self._to_introduce.update(taken.topics)
        if taken.topics:
            log.info("topics-taken", topics=len(taken.watch.topics), changed=len(taken.topics))
        if taken.voted:
            async with self._store.read() as unit:
                log.info("votes-learned", votes=await unit.votes.count(), topics=len(taken.voted))
        return bool(taken.topics or taken.voted)

    async def poll(self, feed: Feed, turn: Turn) -> PollReport:
        report = await self._poller.poll(feed, lambda: self.watch, turn)
        self._counts.polled(report)
        self._downtime.hear(report)
        self._told_by(report)
        return report

    async def take(self, feed_id: FeedId, body: bytes, headers: Mapping[str, str]) -> None:
        """Take a document that a hub has pushed; it is ignored if the feed is not watched any more."""
        feed = self.watch.feeds.get(feed_id)
        if feed is None:
            return
        report = await self._poller.take(feed, body, headers, lambda: self.watch)
        self._counts.pushed(report)
        self._told_by(report)

    def _told_by(self, report: PollReport) -> None:
        if report.queued:
            self._delivery.wake()
        if report.fans_out:
            self._fanouts.wake()

    async def tell_many(self, stop: asyncio.Event) -> None:
        """A companion of the main job: tells many chats what documents have brought, one part after another."""
        await self._fanouts.run(stop, self._delivery.wake)

    async def tell_rest(self) -> tuple[NewDelivery, ...]:
        """Tell many chats now what is still to be told, for a job that ends; returns what was queued."""
        return await self._fanouts.work_off()

    async def digest(self) -> None:
        await hold_backlog(self._store, self._clock, self.watch)
        if await queue_digests(self._store, self._clock, self.watch):
            self._delivery.wake()

    async def note_presence(self) -> None:
        if await self._downtime.note():
            self._delivery.wake()

    async def note_week(self) -> None:
        audience = await self._audience()
        if await queue_weekly_notes(self._store, self._clock, self.watch, audience):
            self._delivery.wake()

    async def note_rises(self) -> None:
        """Send notices about topics that get far more articles than usual."""
        if not self._configuration.settings.delivery.rising:
            return
        audience = await self._audience()
        if await queue_rises(self._store, self._clock, self.watch, audience):
            self._delivery.wake()

    async def alarm(self) -> None:
        """Send the admins notices about topics that find nothing and an outbox that does not drain."""
        audience = await self._audience()
        settings = self._configuration.settings.alarms
        if await queue_admin_alarms(self._store, self._clock, self.watch, settings, audience):
            self._delivery.wake()

    async def alarm_of_feeds(self) -> None:
        """Send notices about feeds that fail, and about those that work again."""
        audience = await self._audience()
        settings = self._configuration.settings.alarms
        if await queue_feed_alarms(self._store, self._clock, self.watch, settings, audience):
            self._delivery.wake()

    async def reread(self, *, force: bool = False) -> None:
        """Take a changed configuration. If it has errors, the last good one stays and the admins get a notice."""
        fingerprint = await asyncio.to_thread(self._source.fingerprint)
        if fingerprint == self._fingerprint and not force:
            await self._read_examples_again()
            return
        try:
            configuration = await asyncio.to_thread(self._source.load)
        except ConfigError as error:
            self._fingerprint = fingerprint
            log.error("configuration-refused", problems=[str(problem) for problem in error.problems])  # noqa: TRY400 -- the places say it all
            await self.tell_admins(notice("config-error", fingerprint, problems=str(error)))
            return
        later = needing_restart(self._configuration.settings, configuration.settings)
        await self._build(configuration)
        self._fingerprint = fingerprint
        log.info("configuration-read", topics=len(configuration.topics), feeds=len(configuration.feeds))
        if later:
            log.warning("restart-needed", changed=later, what="these count after a restart of `kabar run`")
        await self.greet()

    async def _read_examples_again(self) -> None:
        """A server may start before its network does; its topics must not stay without their examples."""
        if not self._unread or self._built_at is None:
            return
        if not timedelta() <= self._clock.now() - self._built_at < EXAMPLES_AGAIN:
            before = len(self._unread)
            await self._build(self._configuration)
            if len(self._unread) < before:
                await self.greet()

    async def _audience(self) -> Audience:
        async with self._store.read() as unit:
            return await self._audiences.read(unit)

    async def tell_admins(self, content: Notice) -> None:
        async with self._store.write() as unit:
            audience = await self._audiences.read(unit)
            deliveries = [NewDelivery(to, DeliveryKind.NOTICE, content) for to in audience.default]
            await unit.outbox.add(deliveries, self._clock.now())
        self._delivery.wake()


def _named_chats(configuration: Configuration) -> frozenset[str]:
    """The chats that the files name, as admins or to send alerts to."""
    told = {to.chat for topic in configuration.topics for to in topic.destinations}
    return frozenset(told | {str(user) for user in configuration.settings.telegram.admins})
