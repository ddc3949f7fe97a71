"""Builds the main job: the use cases with their adapters, and the messenger that sends the alerts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

import structlog

from bot.adapters.faults import KillAt, NoFaults
from bot.adapters.http import HttpHubs
from bot.adapters.jsonlines import JsonLinesMessenger
from bot.adapters.process import resident_memory
from bot.adapters.systemd import Notifier, Watchdog
from bot.store import InstanceLock, is_on_server

if TYPE_CHECKING:
    from bot.app.telegram_messenger import Telegram
from bot.app.process_info import machine_of
from bot.app.resources import Tools, console_of, http_settings, open_tools
from bot.app.storage_alarm import admin_line, note_other_database, refuse_missing_database
from bot.config import backup_folder, data_directory, database_url, find_token, load_configuration
from bot.config.data_folder import Openness, make_data_folder, make_private, openness
from bot.config.fingerprint import fingerprint_of
from bot.ports import FaultPoints, Messenger
from bot.usecases.backups import back_up_daily
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.llm_summaries import StoryWriter
from bot.usecases.ingest.pipeline import Pipeline
from bot.usecases.ingest.poll import Poller
from bot.usecases.ingest.poll_places import PollPlaces
from bot.usecases.ingest.websub import HubKeeper, begin_at
from bot.usecases.maintain import forget_old, index_archive, reclaim_space
from bot.usecases.monitoring.counters import CountedMessenger, Counts
from bot.usecases.monitoring.health import HealthMonitor
from bot.usecases.monitoring.storage_watch import StorageWatch
from bot.usecases.runtime import ConfigurationSource, Runtime
from bot.usecases.shared_work import Companion, SharedWork
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()

FAULT_VARIABLE = "KABAR_FAULT_POINT"
"""Set by the durability tests: the fault point at which to kill this process (`bot.adapters.faults`)."""


@dataclass(frozen=True, slots=True)
class Kabar:
    """The main job, ready to run. `companions` are its background tasks, such as receiving Telegram updates."""

    tools: Tools
    runtime: Runtime
    delivery: DeliveryWorker
    connected: bool
    """Whether there is a Telegram token; without one, alerts are printed."""
    companions: tuple[Companion, ...]
    places: PollPlaces
    work: SharedWork

    async def housekeeping(self) -> None:
        """Copy the database, delete what is old, index articles of an earlier version, and free disk space."""
        tools, settings = self.tools, self.runtime.configuration.settings
        folder = backup_folder(settings.backup.folder, tools.directory, tools.environment)
        if not self.work.is_shared:  # of a database on a server, the server's own tools make copies
            failure = await back_up_daily(tools.store, tools.clock, folder, settings.backup.keep)
            if failure is not None:
                await self.runtime.tell_admins(failure)
        await forget_old(tools.store, tools.clock, settings.delivery.keep_days)
        await index_archive(tools.store, tools.clock)
        await reclaim_space(tools.store)


@asynccontextmanager
async def open_kabar(
    directory: Path,
    environment: Mapping[str, str],
    output: TextIO,
    *,
    as_json: bool = False,
    may_lead: bool = True,
) -> AsyncIterator[Kabar]:
    """The main job. On a database file it locks its data folder; AlreadyRunningError if another instance has.

    `may_lead`: whether it does what only one process may do on a database of a server, where nobody else does.
    """
    folder = data_directory(directory, environment)
    with _alone_in(folder, directory, environment) as lock:
        async with open_tools(directory, environment) as tools, AsyncExitStack() as stack:
            _keep_private(folder)
            settings = tools.configuration.settings
            token = find_token(settings, environment, directory)
            faults = _faults(environment)
            random = Random()  # noqa: S311 -- spreads polls and retries; nothing secret
            audiences = Audiences(settings.telegram.admins, messenger=token is not None)
            telegram = None if token is None else await stack.enter_async_context(_telegram(token, tools))
            if telegram is not None:
                messenger: Messenger = telegram.messenger
            else:
                messenger = JsonLinesMessenger(output.buffer) if as_json else console_of(tools, output)
            work = SharedWork(tools.store, may_lead=may_lead)
            await work.join()
            if lock is not None:
                lock.note_database(tools.store.identity)
            counts = Counts()
            delivery = DeliveryWorker(
                tools.store,
                CountedMessenger(messenger, counts),
                tools.clock,
                faults,
                random,
                audiences,
                console=token is None,
            )
            runtime = _build_runtime(tools, delivery, faults, random, audiences, counts, work)
            await runtime.prepare()
            line = admin_line(messenger, tools, lambda: runtime.configuration.settings.telegram.admins)
            if lock is not None:
                note_other_database(lock, tools, line)
            storage = StorageWatch(
                tools.store, tools.clock, audiences, line, lambda: _renew(lock, tools), lambda: work.tells_admins
            )
            health_monitor = HealthMonitor(
                tools.store,
                tools.clock,
                counts,
                machine_of(tools),
                resident_memory,
                lambda: tuple(runtime.watch.polled),
                lambda: storage.trouble,
                console=token is None,
            )
            hub_keeper = await _hubs(tools, runtime, stack)
            companions = await _companions(telegram, runtime, faults, health_monitor, hub_keeper, work)
            companions += _watchdogs(environment, health_monitor)
            companions += tuple(map(work.while_leading, (*_writers(tools, runtime), runtime.tell_many)))
            companions += (storage.run,)
            places = PollPlaces(tools.capacity.places, tools.capacity.waiting, settings.polling.per_host)
            yield Kabar(tools, runtime, delivery, token is not None, companions, places, work)


@contextmanager
def _alone_in(folder: Path, directory: Path, environment: Mapping[str, str]) -> Iterator[InstanceLock | None]:
    """The lock of the data folder, for a database file in it; None for a database of a server, which many may use."""
    if is_on_server(database_url(directory, environment)):
        make_data_folder(folder)
        yield None
        return
    with InstanceLock(folder) as lock:
        refuse_missing_database(lock, directory, environment)
        yield lock


def _renew(lock: InstanceLock | None, tools: Tools) -> None:
    """The lock of the data folder, where that was removed, and in it which database is open now."""
    if lock is not None:
        lock.renew()
        lock.note_database(tools.store.identity)


async def _companions(
    telegram: Telegram | None,
    runtime: Runtime,
    faults: FaultPoints,
    health_monitor: HealthMonitor,
    hub_keeper: HubKeeper | None,
    work: SharedWork,
) -> tuple[Companion, ...]:
    """The background tasks that receive Telegram updates and serve HTTP, as far as they are configured."""
    webhook_updates = None if telegram is None else await telegram.webhook_updates(faults)
    updates_task: tuple[Companion, ...] = ()
    if telegram is not None:
        updates_task = (work.while_leading(telegram.updates_task(runtime, faults, webhook_updates)),)
    web = runtime.configuration.settings.web
    if web.listen is None:
        return updates_task
    from bot.adapters.web import (  # noqa: PLC0415 -- 10 MB that are not needed without `web.listen`
        WebServer,
        health_route,
        hub_route,
        metrics_route,
        webhook_route,
    )

    routes = [health_route(health_monitor.stuck_part)]
    if web.metrics:
        routes.append(metrics_route(health_monitor.vitals))
    if webhook_updates is not None:
        routes.append(
            webhook_route(urlsplit(webhook_updates.address).path, webhook_updates.secret, webhook_updates.take)
        )
    if hub_keeper is None:
        return (*updates_task, WebServer(*web.listen, routes).run)
    routes.append(hub_route(urlsplit(hub_keeper.address).path, hub_keeper))
    return (*updates_task, WebServer(*web.listen, routes).run, work.while_leading(hub_keeper.run))


async def _hubs(tools: Tools, runtime: Runtime, stack: AsyncExitStack) -> HubKeeper | None:
    """The WebSub subscriber, if `web.public_url` says that hubs can reach this server."""
    public = tools.configuration.settings.web.public_url
    if not public:
        await begin_at(tools.store, tools.clock, "")
        return None
    hubs = await stack.enter_async_context(HttpHubs(http_settings(tools.configuration.settings), tools.clock))
    return HubKeeper(
        tools.store, hubs, tools.clock, f"{public}/websub", runtime.take, lambda: tuple(runtime.watch.polled)
    )


def _writers(tools: Tools, runtime: Runtime) -> tuple[Companion, ...]:
    """The task that has a language model write summaries, if one is configured."""
    if tools.summarizer is None:
        return ()
    writer = StoryWriter(tools.store, tools.summarizer, tools.clock, lambda: runtime.watch.language)
    return (writer.run,)


def _watchdogs(environment: Mapping[str, str], health_monitor: HealthMonitor) -> tuple[Companion, ...]:
    """The task that pings systemd's watchdog, if systemd started this process."""
    notifier = Notifier.of(environment)
    return () if notifier is None else (Watchdog(notifier, health_monitor.stuck_part).run,)


@asynccontextmanager
async def _telegram(token: str, tools: Tools) -> AsyncIterator[Telegram]:
    from bot.app.telegram_messenger import open_telegram  # noqa: PLC0415 -- 20 MB, half a second, only with a token

    async with open_telegram(token, tools) as telegram:
        yield telegram


def _build_runtime(
    tools: Tools,
    delivery: DeliveryWorker,
    faults: FaultPoints,
    random: Random,
    audiences: Audiences,
    counts: Counts,
    work: SharedWork,
) -> Runtime:
    grouping = Grouping(tools.store, tools.embedder, tools.clock)
    pipeline = Pipeline(
        tools.store,
        tools.fetcher,
        tools.workers,
        tools.embedder,
        tools.clock,
        faults,
        grouping,
        audiences,
        random,
    )
    poller = Poller(tools.store, pipeline, tools.clock, random)
    source = ConfigurationSource(
        lambda: load_configuration(tools.directory, tools.environment), lambda: fingerprint_of(tools.directory)
    )
    return Runtime(
        tools.store,
        tools.clock,
        tools.fetcher,
        tools.workers,
        tools.embedder,
        source,
        tools.configuration,
        poller,
        delivery,
        grouping,
        audiences,
        counts,
        faults,
        work,
    )


def _keep_private(folder: Path) -> None:
    """Close the data folder to others if that is safe, and say so, or that it is open."""
    before = openness(folder)
    if before is Openness.PRIVATE:
        return
    if make_private(folder):
        log.info("data-folder-closed", folder=str(folder), was=str(before))
    else:
        log.warning("data-folder-open", folder=str(folder), to_others=str(before), what=f"chmod 700 '{folder}'")


def _faults(environment: Mapping[str, str]) -> FaultPoints:
    plan = environment.get(FAULT_VARIABLE, "")
    return KillAt(plan) if plan else NoFaults()
