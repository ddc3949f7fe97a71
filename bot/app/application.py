"""The main job, put together: the verbs on their adapters, and the messenger that alerts go through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

from bot.adapters.faults import KillAt, NoFaults
from bot.adapters.http import HttpHubs
from bot.adapters.jsonlines import JsonLinesMessenger
from bot.adapters.process import resident_memory
from bot.adapters.systemd import Notifier, Watchdog
from bot.store import InstanceLock

if TYPE_CHECKING:
    from bot.app.telegram_messenger import Telegram
from bot.app.process_info import machine_of
from bot.app.resources import Tools, console_of, http_settings, open_tools
from bot.config import data_directory, find_token, load_configuration
from bot.config.fingerprint import fingerprint_of
from bot.ports import FaultPoints, Messenger
from bot.scheduler import Companion
from bot.usecases.delivery.digest import Digester
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.llm_summaries import StoryWriter
from bot.usecases.ingest.pipeline import Pipeline
from bot.usecases.ingest.poll import Poller
from bot.usecases.ingest.websub import HubKeeper, begin_at
from bot.usecases.maintain import forget_old, index_archive, reclaim_space
from bot.usecases.monitoring.admin_alarms import Alarms
from bot.usecases.monitoring.counters import CountedMessenger, Counts
from bot.usecases.monitoring.health import HealthMonitor
from bot.usecases.monitoring.trends import Trends
from bot.usecases.monitoring.weekly import WeeklyNotes
from bot.usecases.runtime import ConfigurationSource, Runtime
from bot.usecases.topics.backfill import Introducer
from bot.usecases.topics.watchlist import Audiences

FAULT_VARIABLE = "KABAR_FAULT_POINT"
"""For the tests of durability: where this process is to be killed (`bot.adapters.faults`)."""


@dataclass(frozen=True, slots=True)
class Kabar:
    """Everything of the main job, built and prepared. `companions` is what a messenger does besides sending."""

    tools: Tools
    attendant: Runtime
    delivery: DeliveryWorker
    connected: bool
    """False without a token: alerts are printed then."""
    companions: tuple[Companion, ...]

    async def housekeeping(self) -> None:
        """What is older than `delivery.keep_days` goes, and its space; what a former version archived is indexed."""
        await forget_old(self.tools.store, self.tools.clock, self.attendant.configuration.settings.delivery.keep_days)
        await index_archive(self.tools.store, self.tools.clock)
        await reclaim_space(self.tools.store)


@asynccontextmanager
async def open_kabar(
    directory: Path, environment: Mapping[str, str], output: TextIO, *, as_json: bool = False
) -> AsyncIterator[Kabar]:
    """The main job, alone on its data folder. AlreadyRunningError where another instance has it."""
    with InstanceLock(data_directory(directory, environment)):
        async with open_tools(directory, environment) as tools, AsyncExitStack() as stack:
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
            attendant = _attendant(tools, delivery, faults, random, audiences, counts)
            await attendant.prepare()
            pulse = HealthMonitor(
                tools.store,
                tools.clock,
                counts,
                machine_of(tools),
                resident_memory,
                lambda: tuple(attendant.watch.polled),
                console=token is None,
            )
            keeper = await _hubs(tools, attendant, stack)
            companions = await _companions(telegram, attendant, faults, pulse, keeper)
            companions += _watchdogs(environment, pulse)
            companions += _writers(tools, attendant)
            yield Kabar(tools, attendant, delivery, token is not None, companions)


async def _companions(
    telegram: Telegram | None,
    attendant: Runtime,
    faults: FaultPoints,
    pulse: HealthMonitor,
    keeper: HubKeeper | None,
) -> tuple[Companion, ...]:
    """What hears people, and the server that others call, where there are any."""
    posted = None if telegram is None else await telegram.posted(faults)
    listening = () if telegram is None else (telegram.listening(attendant, faults, posted),)
    web = attendant.configuration.settings.web
    if web.listen is None:
        return listening
    from bot.adapters.web import (  # noqa: PLC0415 -- 10 MB for who lets nobody call
        WebServer,
        health_route,
        hub_route,
        metrics_route,
        webhook_route,
    )

    routes = [health_route(pulse.trouble)]
    if web.metrics:
        routes.append(metrics_route(pulse.vitals))
    if posted is not None:
        routes.append(webhook_route(urlsplit(posted.address).path, posted.secret, posted.take))
    if keeper is None:
        return (*listening, WebServer(*web.listen, routes).run)
    routes.append(hub_route(urlsplit(keeper.address).path, keeper))
    return (*listening, WebServer(*web.listen, routes).run, keeper.run)


async def _hubs(tools: Tools, attendant: Runtime, stack: AsyncExitStack) -> HubKeeper | None:
    """What subscribes feeds with their hubs, where the world can reach this server."""
    public = tools.configuration.settings.web.public_url
    if not public:
        await begin_at(tools.store, tools.clock, "")
        return None
    hubs = await stack.enter_async_context(HttpHubs(http_settings(tools.configuration.settings), tools.clock))
    return HubKeeper(
        tools.store, hubs, tools.clock, f"{public}/websub", attendant.take, lambda: tuple(attendant.watch.polled)
    )


def _writers(tools: Tools, attendant: Runtime) -> tuple[Companion, ...]:
    """What has a language model sum stories up, where there is one."""
    if tools.summarizer is None:
        return ()
    writer = StoryWriter(tools.store, tools.summarizer, tools.clock, lambda: attendant.watch.language)
    return (writer.run,)


def _watchdogs(environment: Mapping[str, str], pulse: HealthMonitor) -> tuple[Companion, ...]:
    """What tells systemd that all is well, where it asks for that."""
    notifier = Notifier.of(environment)
    return () if notifier is None else (Watchdog(notifier, pulse.trouble).run,)


@asynccontextmanager
async def _telegram(token: str, tools: Tools) -> AsyncIterator[Telegram]:
    from bot.app.telegram_messenger import open_telegram  # noqa: PLC0415 -- 20 MB and half a second for who has no token

    async with open_telegram(token, tools) as telegram:
        yield telegram


def _attendant(
    tools: Tools,
    delivery: DeliveryWorker,
    faults: FaultPoints,
    random: Random,
    audiences: Audiences,
    counts: Counts,
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
        source,
        tools.configuration,
        tools.watch_builder,
        poller,
        delivery,
        Digester(tools.store, tools.clock),
        Introducer(tools.store, tools.backtester, grouping, tools.clock),
        audiences,
        WeeklyNotes(tools.store, tools.clock),
        Alarms(tools.store, tools.clock),
        Trends(tools.store, tools.clock),
        counts,
    )


def _faults(environment: Mapping[str, str]) -> FaultPoints:
    plan = environment.get(FAULT_VARIABLE, "")
    return KillAt(plan) if plan else NoFaults()
