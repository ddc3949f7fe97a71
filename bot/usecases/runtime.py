"""The main job as a whole: what is watched now, kept up to date, and the ticks that move it on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.compose import notice
from bot.config import Configuration, needing_restart
from bot.errors import ConfigError
from bot.feeds.moved_feeds import merged_feeds
from bot.model import DeliveryKind, Feed, FeedId, NewDelivery, Notice
from bot.ports import Clock
from bot.store import Store
from bot.usecases.delivery.backlog import thin_backlog
from bot.usecases.delivery.digest import Digester
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.feeds.feed_address_changes import forget_old_addresses
from bot.usecases.ingest.plan import PollReport
from bot.usecases.ingest.poll import Poller
from bot.usecases.monitoring.admin_alarms import Alarms
from bot.usecases.monitoring.counters import Counts
from bot.usecases.monitoring.downtime import DowntimeMonitor
from bot.usecases.monitoring.feed_alarms import FeedAlarms
from bot.usecases.monitoring.trends import Trends
from bot.usecases.monitoring.weekly import WeeklyNotes
from bot.usecases.topics.backfill import Introducer
from bot.usecases.topics.watchlist import Audiences, UnreadExample, Watchlist, WatchlistBuilder, watched_feeds

log = structlog.get_logger()

EXAMPLES_AGAIN = timedelta(minutes=5)
"""After this time examples at addresses that could not be read are tried again."""


@dataclass(frozen=True, slots=True)
class ConfigurationSource:
    """Where the configuration comes from, and how to see that it has changed."""

    load: Callable[[], Configuration]
    fingerprint: Callable[[], str]


class Runtime:
    """Holds the current watch and applies the verbs to it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        source: ConfigurationSource,
        configuration: Configuration,
        builder: WatchlistBuilder,
        poller: Poller,
        delivery: DeliveryWorker,
        digester: Digester,
        introducer: Introducer,
        audiences: Audiences,
        weekly: WeeklyNotes,
        alarms: Alarms,
        trends: Trends,
        counts: Counts,
    ) -> None:
        self._store = store
        self._clock = clock
        self._source = source
        self._configuration = configuration
        self._builder = builder
        self._poller = poller
        self._delivery = delivery
        self._digester = digester
        self._introducer = introducer
        self._audiences = audiences
        self._weekly = weekly
        self._alarms = alarms
        self._trends = trends
        self._counts = counts
        self._presence = DowntimeMonitor(store, clock, audiences)
        self._feed_alarms = FeedAlarms(store, clock)
        self._fingerprint = source.fingerprint()
        self._watch: Watchlist | None = None
        self._unread: tuple[UnreadExample, ...] = ()
        self._built_at: datetime | None = None
        self._greeting = asyncio.Lock()
        self._greet_wanted = False

    @property
    def configuration(self) -> Configuration:
        return self._configuration

    @property
    def watch(self) -> Watchlist:
        if self._watch is None:
            raise RuntimeError("prepare() comes first")
        return self._watch

    async def prepare(self) -> None:
        """Free what a killed process held, learn the topics, introduce new ones."""
        async with self._store.write() as unit:
            freed = await unit.outbox.release_leases()
        if freed:
            log.info("leases-freed", deliveries=freed)
        await self._build(self._configuration)
        await self.greet()

    async def _build(self, configuration: Configuration) -> None:
        before = self._watch
        watch, unread = await self._builder.build(configuration)
        await forget_old_addresses(self._store, watch.feeds, self._clock.now())
        overtaken = self._watch is not before
        self._watch, self._configuration = watch, configuration
        self._audiences.name(configuration.settings.telegram.admins)
        for example in unread:
            if example not in self._unread:
                log.warning("example-unreadable", topic=example.topic_id, url=example.url, reason=example.reason)
        self._unread, self._built_at = unread, self._clock.now()
        if overtaken:  # it took long, perhaps pages had to be fetched: topics made meanwhile are not in it
            await self._take_topics()

    async def greet(self) -> None:
        """Send what waits, held alerts too: somebody may be back. Then introduce topics and destinations that have not
        met."""
        await self.digest()
        self._delivery.wake()
        async with self._greeting:
            async with self._store.read() as unit:
                audience = await self._audiences.read(unit)
            await self._introducer.introduce(self.watch, audience)
        self._delivery.wake()

    def greet_soon(self) -> None:
        """For who must not wait: looking for earlier articles takes a minute. The next start makes up for a crash."""
        self._greet_wanted = True
        self._delivery.wake()

    async def greet_if_wanted(self) -> None:
        if self._greet_wanted:
            self._greet_wanted = False
            await self.greet()

    async def due(self, *, every: bool = False) -> tuple[Feed, ...]:
        """Feeds to poll now, those that a command has added beside this job among them."""
        async with self._store.read() as unit:
            added = await unit.feeds.added()
            states = await unit.feeds.states()
        feeds = watched_feeds(self._configuration.feeds, added)
        merged = merged_feeds(feeds, states)
        if feeds != self.watch.feeds or merged != self.watch.merged:
            self._watch = replace(self.watch, feeds=feeds, merged=merged)
        return self._poller.due(self.watch, states, every=every)

    async def learn(self) -> None:
        """Take votes that were cast since, by whatever process."""
        async with self._store.read() as unit:
            stamp = await unit.votes.stamp()
        before = self.watch
        if stamp == before.votes.stamp:
            return
        watch = await self._builder.relearn(before)
        if self._watch is before:  # else the next look takes them into what is watched then
            self._watch = watch
            log.info("votes-learned", votes=sum(map(len, watch.votes.by_topic.values())))

    async def take_topics(self) -> None:
        """Take topics that were made, changed or removed in a chat, and introduce those that are new."""
        await self._take_topics()
        self.greet_soon()

    async def _take_topics(self) -> None:
        while True:  # votes, feeds or topics of another chat may be taken meanwhile: nothing of them must be lost
            before = self.watch
            watch = await self._builder.retake(before)
            if self._watch is before:
                self._watch = watch
                log.info("topics-taken", topics=len(watch.topics))
                return

    async def poll(self, feed: Feed) -> PollReport:
        report = await self._poller.poll(feed, lambda: self.watch)
        self._counts.polled(report)
        self._presence.hear(report)
        if report.queued:
            self._delivery.wake()
        return report

    async def take(self, feed_id: FeedId, body: bytes, headers: Mapping[str, str]) -> None:
        """What a hub has posted of a feed; nothing where the feed is not watched any more."""
        feed = self.watch.feeds.get(feed_id)
        if feed is None:
            return
        report = await self._poller.take(feed, body, headers, lambda: self.watch)
        self._counts.pushed(report)
        if report.queued:
            self._delivery.wake()

    async def digest(self) -> None:
        await thin_backlog(self._store, self._clock, self.watch)
        if await self._digester.fold(self.watch):
            self._delivery.wake()

    async def note_presence(self) -> None:
        if await self._presence.note():
            self._delivery.wake()

    async def note_week(self) -> None:
        async with self._store.read() as unit:
            audience = await self._audiences.read(unit)
        if await self._weekly.write(self.watch, audience):
            self._delivery.wake()

    async def note_rises(self) -> None:
        """Tell of topics that are written about far more than usual."""
        if not self._configuration.settings.delivery.rising:
            return
        async with self._store.read() as unit:
            audience = await self._audiences.read(unit)
        if await self._trends.look(self.watch, audience):
            self._delivery.wake()

    async def alarm(self) -> None:
        """Tell the admins of silences that have come about."""
        async with self._store.read() as unit:
            audience = await self._audiences.read(unit)
        if await self._alarms.sound(self.watch, self._configuration.settings.alarms, audience):
            self._delivery.wake()

    async def alarm_of_feeds(self) -> None:
        """Tell the owners of feeds that are in trouble, or out of it."""
        async with self._store.read() as unit:
            audience = await self._audiences.read(unit)
        if await self._feed_alarms.sound(self.watch, self._configuration.settings.alarms, audience):
            self._delivery.wake()

    async def reread(self, *, force: bool = False) -> None:
        """Take a changed configuration; with errors in it the last good one stays and the admins are told."""
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
        """A server may start before its network does: topics must not stay without their examples."""
        if not self._unread or self._built_at is None:
            return
        if not timedelta() <= self._clock.now() - self._built_at < EXAMPLES_AGAIN:
            before = len(self._unread)
            await self._build(self._configuration)
            if len(self._unread) < before:
                await self.greet()

    async def tell_admins(self, content: Notice) -> None:
        async with self._store.write() as unit:
            audience = await self._audiences.read(unit)
            deliveries = [NewDelivery(to, DeliveryKind.NOTICE, content) for to in audience.default]
            await unit.outbox.add(deliveries, self._clock.now())
        self._delivery.wake()
