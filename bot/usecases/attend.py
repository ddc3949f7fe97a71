"""The main job as a whole: what is watched now, kept up to date, and the ticks that move it on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.alerts.compose import notice
from bot.config import Configuration
from bot.errors import ConfigError
from bot.model import DeliveryKind, Feed, NewDelivery, Notice
from bot.ports import Clock, Store
from bot.usecases.deliver import DeliveryWorker
from bot.usecases.digest import Digester
from bot.usecases.group import Grouping
from bot.usecases.introduce import Introducer
from bot.usecases.poll import Poller, PollReport
from bot.usecases.watch import Audiences, Watch, WatchBuilder

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ConfigurationSource:
    """Where the configuration comes from, and how to see that it has changed."""

    load: Callable[[], Configuration]
    fingerprint: Callable[[], str]


class Attendant:
    """Holds the current watch and applies the verbs to it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        source: ConfigurationSource,
        configuration: Configuration,
        builder: WatchBuilder,
        poller: Poller,
        delivery: DeliveryWorker,
        digester: Digester,
        introducer: Introducer,
        grouping: Grouping,
        audiences: Audiences,
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
        self._grouping = grouping
        self._audiences = audiences
        self._fingerprint = source.fingerprint()
        self._watch: Watch | None = None

    @property
    def configuration(self) -> Configuration:
        return self._configuration

    @property
    def watch(self) -> Watch:
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
        await self._grouping.load(self._store, self.watch, self._clock)
        await self.greet()

    async def _build(self, configuration: Configuration) -> None:
        watch, unread = await self._builder.build(configuration)
        self._watch, self._configuration = watch, configuration
        self._audiences.name(configuration.settings.telegram.admins)
        for example in unread:
            log.warning("example-unreadable", topic=example.topic_id, url=example.url, reason=example.reason)

    async def greet(self) -> None:
        """Introduce topics and destinations that have not met, and send what waits: somebody may be back."""
        async with self._store.read() as unit:
            audience = await self._audiences.read(unit)
        await self._introducer.introduce(self.watch, audience)
        self._delivery.wake()

    async def due(self, *, every: bool = False) -> tuple[Feed, ...]:
        return await self._poller.due(self.watch, every=every)

    async def poll(self, feed: Feed) -> PollReport:
        report = await self._poller.poll(feed, self.watch)
        if report.queued:
            self._delivery.wake()
        return report

    async def digest(self) -> None:
        if await self._digester.fold(self.watch):
            self._delivery.wake()

    async def reread(self, *, force: bool = False) -> None:
        """Take a changed configuration; with errors in it the last good one stays and the admins are told."""
        fingerprint = await asyncio.to_thread(self._source.fingerprint)
        if fingerprint == self._fingerprint and not force:
            return
        self._fingerprint = fingerprint
        try:
            configuration = await asyncio.to_thread(self._source.load)
        except ConfigError as error:
            log.error("configuration-refused", problems=[str(problem) for problem in error.problems])  # noqa: TRY400 -- the places say it all
            await self.tell_admins(notice("config-error", fingerprint, problems=str(error)))
            return
        await self._build(configuration)
        log.info("configuration-read", topics=len(configuration.topics), feeds=len(configuration.feeds))
        await self.greet()

    async def tell_admins(self, content: Notice) -> None:
        async with self._store.write() as unit:
            audience = await self._audiences.read(unit)
            deliveries = [NewDelivery(to, DeliveryKind.NOTICE, content) for to in audience.default]
            await unit.outbox.add(deliveries, self._clock.now())
        self._delivery.wake()
