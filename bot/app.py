"""The composition root: the only place that builds adapters and hands them to the verbs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from secrets import token_urlsafe
from typing import TextIO

from bot.adapters.clock import SystemClock
from bot.adapters.console import ConsoleMessenger
from bot.adapters.embedding import LocalEmbedder
from bot.adapters.faults import KillAt, NoFaults
from bot.adapters.http import HttpFetcher, HttpSettings
from bot.adapters.jsonlines import JsonLinesMessenger
from bot.adapters.logs import configure_logs
from bot.adapters.store import InstanceLock, open_store
from bot.adapters.telegram import (
    BotIdentity,
    BotView,
    Commands,
    TelegramClient,
    TelegramMessenger,
    TelegramService,
    check_token,
    store_start_code,
)
from bot.adapters.workers import PebbleWorkers
from bot.config import (
    Configuration,
    Settings,
    data_directory,
    database_url,
    find_token,
    load_configuration,
)
from bot.config.watch import fingerprint_of
from bot.errors import MessengerError
from bot.feeds.polling import PollingLimits
from bot.model import Fetched, FetchFailed, FetchRequest, ParsedFeed, ParseFailed, Topic
from bot.ports import Clock, Embedder, FaultPoints, Fetcher, Messenger, Store, Workers
from bot.scheduler import Companion
from bot.text.wording import Wording
from bot.usecases.attend import Attendant, ConfigurationSource
from bot.usecases.backtest import Backtester
from bot.usecases.deliver import DeliveryWorker
from bot.usecases.digest import Digester
from bot.usecases.examine import Finding, examine_feeds, examine_model, examine_store
from bot.usecases.group import Grouping
from bot.usecases.group_file import Grouper
from bot.usecases.introduce import Introducer
from bot.usecases.maintain import forget_old
from bot.usecases.match import Matcher
from bot.usecases.poll import Poller
from bot.usecases.watch import WatchBuilder

ALL_CORES = os.cpu_count() or 1
"""Commands that only read a file have the machine to themselves."""

FAULT_VARIABLE = "KABAR_FAULT_POINT"
"""For the tests of durability: where this process is to be killed (`bot.adapters.faults`)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What commands work with, beside a running instance if there is one. Heavy parts load when first used."""

    directory: Path
    environment: Mapping[str, str]
    configuration: Configuration
    store: Store
    clock: Clock
    fetcher: Fetcher
    workers: Workers
    embedder: Embedder

    @property
    def watch_builder(self) -> WatchBuilder:
        return WatchBuilder(self.store, self.fetcher, self.workers, self.embedder, self.clock)

    @property
    def backtester(self) -> Backtester:
        return Backtester(self.store, self.embedder, self.clock)


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
async def open_tools(directory: Path, environment: Mapping[str, str]) -> AsyncIterator[Tools]:
    """The configuration, the database and ways to the outside world."""
    configuration = load_configuration(directory, environment)
    settings = configuration.settings
    configure_logs(secrets=[token for token in [find_token(settings, environment, directory)] if token])
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await open_store(database_url(directory, environment), now=clock.now())
        stack.push_async_callback(store.close)
        fetcher = await stack.enter_async_context(HttpFetcher(http_settings(settings), clock))
        workers = PebbleWorkers()
        stack.push_async_callback(workers.close)
        embedder = LocalEmbedder()
        stack.callback(embedder.close)
        yield Tools(directory, environment, configuration, store, clock, fetcher, workers, embedder)


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
                companions = (_listening(tools, client, telegram, attendant).run,)
            await attendant.prepare()
            yield Kabar(tools, attendant, delivery, token is not None, companions)


def _listening(
    tools: Tools, client: TelegramClient, messenger: TelegramMessenger, attendant: Attendant
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
    return TelegramService(client, tools.store, tools.clock, commands, offer_link)


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


@asynccontextmanager
async def open_matcher(topics: Sequence[Topic]) -> AsyncIterator[Matcher]:
    """Articles of a file against topics: no database, no network, no state."""
    embedder = LocalEmbedder(threads=ALL_CORES)
    try:
        yield await Matcher.of(topics, embedder)
    finally:
        embedder.close()


@asynccontextmanager
async def open_grouper() -> AsyncIterator[Grouper]:
    """Articles of a file grouped by event."""
    embedder = LocalEmbedder(threads=ALL_CORES)
    try:
        yield Grouper(embedder)
    finally:
        embedder.close()


async def read_feed(url: str) -> ParsedFeed | ParseFailed:
    """The feed at an address or `file:` address. The operator named it: it may be a private one."""
    workers = PebbleWorkers()
    try:
        async with HttpFetcher(HttpSettings(), SystemClock()) as fetcher:
            outcome = await fetcher.fetch(FetchRequest(url, trusted=True))
        if not isinstance(outcome, Fetched):
            return ParseFailed(outcome.reason if isinstance(outcome, FetchFailed) else "nothing came")
        return await workers.parse(outcome.body, outcome.headers, outcome.url)
    finally:
        await workers.close()


async def check_telegram_token(token: str, settings: Settings) -> BotIdentity:
    """The bot behind a token; MessengerError where there is none, or no network to ask."""
    return await check_token(token, settings.telegram.api_url, settings.network.proxy)


def console_of(tools: Tools, output: TextIO) -> ConsoleMessenger:
    """The terminal, in the configured language and time zone."""
    settings = tools.configuration.settings
    return ConsoleMessenger(output, Wording(settings.language), settings.timezone, tools.clock)


async def examine(tools: Tools, *, send: bool) -> tuple[Finding, ...]:
    """What `kabar doctor` tells; `send`: a test message to the admins as well."""
    store, model, feeds = await asyncio.gather(
        examine_store(tools.store),
        examine_model(tools.embedder),
        examine_feeds(tools.configuration.feeds, tools.fetcher, tools.clock),
    )
    return (*await _examine_telegram(tools, send=send), store, model, *feeds)


async def _examine_telegram(tools: Tools, *, send: bool) -> tuple[Finding, ...]:
    settings = tools.configuration.settings
    token = find_token(settings, tools.environment, tools.directory)
    if token is None:
        return (Finding("telegram", ok=not send, says="no token: alerts are printed", todo="Connect it: kabar setup"),)
    try:
        identity = await check_telegram_token(token, settings)
    except MessengerError as error:
        return (Finding("telegram", ok=False, says=str(error)),)
    async with tools.store.read() as unit:
        admins = (*settings.telegram.admins, *await unit.chats.admins())
    connected = Finding("telegram", ok=True, says=f"@{identity.username}")
    if not admins:
        todo = "Start `kabar run` and open the link that it prints."
        return (connected, Finding("admins", ok=False, says="nobody is admin yet", todo=todo))
    chats = dict.fromkeys(str(user) for user in admins)
    chats.update(dict.fromkeys(to.chat for topic in tools.configuration.topics for to in topic.destinations))
    async with TelegramClient(token, settings.telegram.api_url, settings.network.proxy) as client:
        messenger = TelegramMessenger(client.bot, tools.clock, settings.language, settings.timezone)
        rights = [await messenger.examine(chat, send=send) for chat in chats]
    return (connected, *(_chat_finding(chat, problem) for chat, problem in zip(chats, rights, strict=True)))


def _chat_finding(chat: str, problem: str | None) -> Finding:
    if problem is None:
        return Finding(f"chat {chat}", ok=True, says="the bot may write there")
    return Finding(f"chat {chat}", ok=False, says=problem, todo="Let the bot into the chat, or correct its id.")


def http_settings(settings: Settings) -> HttpSettings:
    """`[network]` and `[polling]` as the fetcher wants them."""
    return HttpSettings(
        contact=settings.network.user_agent_contact,
        proxy=settings.network.proxy or "",
        allow_hosts=settings.network.allow_hosts,
        concurrency=settings.polling.concurrency,
        per_host=settings.polling.per_host,
    )


def polling_limits(settings: Settings) -> PollingLimits:
    """`[polling]` as the feeds room wants it."""
    return PollingLimits(settings.polling.every, settings.polling.at_least, settings.polling.at_most)


def _faults(environment: Mapping[str, str]) -> FaultPoints:
    plan = environment.get(FAULT_VARIABLE, "")
    return KillAt(plan) if plan else NoFaults()
