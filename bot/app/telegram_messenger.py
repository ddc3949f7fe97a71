"""Builds the Telegram side of the main job. This module is imported only if there is a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import token_urlsafe

from bot.adapters.charts import MatplotlibCharts
from bot.app.process_info import machine_of
from bot.app.resources import Tools
from bot.ports import Charts, FaultPoints
from bot.scheduler import Companion
from bot.telegram import (
    AppApi,
    BotIdentity,
    Commands,
    Menus,
    PostedUpdates,
    Speaker,
    TelegramClient,
    TelegramMessenger,
    TelegramService,
    Verbs,
    dialogues_of,
    store_start_code,
    webhook_secret,
)
from bot.usecases.access import Doorkeeper
from bot.usecases.delivery.mute import StoryMuter
from bot.usecases.delivery.review import Reviewer
from bot.usecases.feeds.subscribe import Subscriber
from bot.usecases.monitoring.stats import Statistician
from bot.usecases.monitoring.status import Overseer
from bot.usecases.preferences import Chooser
from bot.usecases.runtime import Runtime
from bot.usecases.search import Searcher
from bot.usecases.topics.add_example import MoreLike
from bot.usecases.topics.drafts import Drafting
from bot.usecases.topics.edit import TopicKeeper
from bot.usecases.topics.example_sources import MaterialReader


@dataclass(frozen=True, slots=True)
class Telegram:
    """The connection to the Bot API, and the messenger that uses it."""

    tools: Tools
    client: TelegramClient
    messenger: TelegramMessenger
    charts: Charts

    async def webhook_updates(self, faults: FaultPoints) -> PostedUpdates | None:
        """The receiver of webhook updates, or None if no webhook is configured and long polling is used."""
        address = self.tools.configuration.settings.telegram.webhook
        if not address:
            return None
        async with self.tools.store.write() as unit:
            secret = await webhook_secret(unit.key_values)
        return PostedUpdates(self.client, self.tools.store, self.tools.clock, faults, address, secret)

    def updates_task(self, runtime: Runtime, faults: FaultPoints, webhook_updates: PostedUpdates | None) -> Companion:
        """The background task that receives and answers updates. `webhook_updates` None: long polling."""

        async def audience_changed() -> None:
            runtime.greet_soon()

        view = AppApi(
            topics=lambda: tuple(runtime.watch.topics.values()),
            feeds=lambda: tuple(runtime.watch.feeds.values()),
            admins=lambda: runtime.configuration.settings.telegram.admins,
            audience_changed=audience_changed,
            topics_changed=runtime.take_topics,
        )

        async def offer_link(identity: BotIdentity) -> None:
            await self._offer_link(identity, runtime.configuration.settings.telegram.admins)

        speaker = Speaker(self.client.bot)
        dialogues = dialogues_of(self._verbs(runtime), speaker, view)
        menus = Menus(self.client.bot, self.tools.store, view.admins)
        commands = Commands(self.tools.store, self.tools.clock, self.messenger, speaker, view, dialogues, menus)
        return TelegramService(
            self.client, self.tools.store, self.tools.clock, commands, offer_link, faults, webhook_updates
        ).run

    def _verbs(self, runtime: Runtime) -> Verbs:
        tools = self.tools
        return Verbs(
            store=tools.store,
            clock=tools.clock,
            subscriber=Subscriber(
                tools.store, tools.fetcher, tools.workers, tools.clock, lambda: runtime.configuration.feeds
            ),
            searcher=Searcher(tools.store, tools.clock),
            drafting=Drafting(tools.store, tools.watch_builder, tools.backtester, tools.clock, lambda: runtime.watch),
            material=MaterialReader(tools.fetcher, tools.workers),
            chooser=Chooser(tools.store),
            feedback=tools.feedback,
            muter=StoryMuter(tools.store, tools.clock),
            more_like=MoreLike(tools.store),
            reviewer=Reviewer(tools.store),
            topics=TopicKeeper(tools.store),
            doorkeeper=Doorkeeper(tools.store),
            statistician=Statistician(tools.store),
            charts=self.charts,
            overseer=Overseer(tools.store, tools.clock, machine_of(tools)),
        )

    async def _offer_link(self, identity: BotIdentity, named: tuple[int, ...]) -> None:
        """Print the one-time link for the first admin, if there is no admin yet."""
        async with self.tools.store.write() as unit:
            if named or await unit.chats.admins():
                return
            code = token_urlsafe(16)
            await store_start_code(unit.key_values, code, self.tools.clock.now())
        print(f"Open this link to become the admin (once, for 15 minutes): {identity.start_link(code)}", flush=True)


@asynccontextmanager
async def open_telegram(token: str, tools: Tools) -> AsyncIterator[Telegram]:
    """Create the client and the messenger. No request is made before something is sent."""
    settings = tools.configuration.settings
    async with TelegramClient(token, settings.telegram.api_url, settings.network.proxy) as client:
        charts = MatplotlibCharts()
        messenger = TelegramMessenger(client.bot, tools.clock, settings.language, settings.timezone, charts)
        yield Telegram(tools, client, messenger, charts)
