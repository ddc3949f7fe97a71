"""The main job, put together: the verbs on their adapters, and the messenger that alerts go through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from secrets import token_urlsafe
from typing import TextIO

from bot.adapters.faults import KillAt, NoFaults
from bot.adapters.jsonlines import JsonLinesMessenger
from bot.adapters.store import InstanceLock
from bot.adapters.telegram import (
    BotIdentity,
    BotView,
    Commands,
    TelegramClient,
    TelegramMessenger,
    TelegramService,
    store_start_code,
)
from bot.app.tools import Tools, console_of, open_tools
from bot.config import Settings, data_directory, find_token, load_configuration
from bot.config.watch import fingerprint_of
from bot.feeds.polling import PollingLimits
from bot.ports import FaultPoints, Messenger
from bot.scheduler import Companion
from bot.usecases.attend import Attendant, ConfigurationSource
from bot.usecases.deliver import DeliveryWorker
from bot.usecases.digest import Digester
from bot.usecases.group import Grouping
from bot.usecases.introduce import Introducer
from bot.usecases.maintain import forget_old
from bot.usecases.poll import Poller

FAULT_VARIABLE = "KABAR_FAULT_POINT"
"""For the tests of durability: where this process is to be killed (`bot.adapters.faults`)."""


@dataclass(frozen=True, slots=True)
class Kabar:
    """Everything of the main job, built and prepared. `companions` is what a messenger does besides sending."""

    tools: Tools
    attendant: Attendant
    delivery: DeliveryWorker
    connected: bool
    """False without a token: alerts are printed then."""
    companions: tuple[Companion, ...]

    async def housekeeping(self) -> None:
        """What is older than `delivery.keep_days` goes."""
        await forget_old(self.tools.store, self.tools.clock, self.attendant.configuration.settings.delivery.keep_days)


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
            if token is None:
                messenger: Messenger = JsonLinesMessenger(output.buffer) if as_json else console_of(tools, output)
                delivery = DeliveryWorker(tools.store, messenger, tools.clock, faults, random, console=True)
                attendant = _attendant(tools, delivery, faults, random, messenger=False)
                companions: tuple[Companion, ...] = ()
            else:
                network = settings.network
                client = await stack.enter_async_context(
                    TelegramClient(token, settings.telegram.api_url, network.proxy)
                )
                telegram = TelegramMessenger(client.bot, tools.clock, settings.language, settings.timezone)
                delivery = DeliveryWorker(tools.store, telegram, tools.clock, faults, random, console=False)
                attendant = _attendant(tools, delivery, faults, random, messenger=True)
                companions = (_listening(tools, client, telegram, attendant, faults).run,)
            await attendant.prepare()
            yield Kabar(tools, attendant, delivery, token is not None, companions)


def _listening(
    tools: Tools, client: TelegramClient, messenger: TelegramMessenger, attendant: Attendant, faults: FaultPoints
) -> TelegramService:
    """What comes from Telegram, and the one-time link where nobody is admin yet."""

    async def offer_link(identity: BotIdentity) -> None:
        async with tools.store.write() as unit:
            if attendant.configuration.settings.telegram.admins or await unit.chats.admins():
                return
            code = token_urlsafe(16)
            await store_start_code(unit.settings, code, tools.clock.now())
        print(f"Open this link to become the admin (once, for 15 minutes): {identity.start_link(code)}", flush=True)

    view = BotView(
        topics=lambda: tuple(attendant.watch.topics.values()),
        feeds=lambda: tuple(attendant.watch.feeds.values()),
        admins=lambda: attendant.configuration.settings.telegram.admins,
        audience_changed=attendant.greet,
    )
    commands = Commands(tools.store, tools.clock, messenger, view)
    return TelegramService(client, tools.store, tools.clock, commands, offer_link, faults)


def _attendant(
    tools: Tools, delivery: DeliveryWorker, faults: FaultPoints, random: Random, *, messenger: bool
) -> Attendant:
    settings = tools.configuration.settings
    grouping = Grouping()
    poller = Poller(
        tools.store,
        tools.fetcher,
        tools.workers,
        tools.embedder,
        tools.clock,
        faults,
        grouping,
        polling_limits(settings),
        settings.delivery.alerts_per_hour,
        random,
    )
    source = ConfigurationSource(
        lambda: load_configuration(tools.directory, tools.environment), lambda: fingerprint_of(tools.directory)
    )
    return Attendant(
        tools.store,
        tools.clock,
        source,
        tools.configuration,
        tools.watch_builder,
        poller,
        delivery,
        Digester(tools.store, tools.clock),
        Introducer(tools.store, tools.backtester, tools.clock),
        grouping,
        messenger=messenger,
    )


def polling_limits(settings: Settings) -> PollingLimits:
    """`[polling]` as the feeds room wants it."""
    return PollingLimits(settings.polling.every, settings.polling.at_least, settings.polling.at_most)


def _faults(environment: Mapping[str, str]) -> FaultPoints:
    plan = environment.get(FAULT_VARIABLE, "")
    return KillAt(plan) if plan else NoFaults()
