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
    store_start_code,
    webhook_secret,
)
from bot.usecases.runtime import Runtime
from bot.usecases.shared_work import Companion


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
            watchlist=lambda: runtime.watch,
            configured_feeds=lambda: runtime.configuration.feeds,
            admins=lambda: runtime.configuration.settings.telegram.admins,
            access=lambda: runtime.configuration.settings.telegram.access,
            machine=machine_of(self.tools),
            audience_changed=audience_changed,
            topics_changed=runtime.take_topics,
        )

        async def offer_link(identity: BotIdentity) -> None:
            await self._offer_link(identity, runtime.configuration.settings.telegram.admins)

        speaker, tools = Speaker(self.client.bot), self.tools
        dependencies = Dependencies(tools.store, tools.clock, tools.fetcher, tools.workers, tools.embedder, self.charts)
        dialogues = dialogues_of(dependencies, speaker, view)
        menus = Menus(self.client.bot, self.tools.store, view.admins)
        commands = Commands(self.tools.store, self.tools.clock, self.messenger, speaker, view, dialogues, menus)
        return TelegramService(
            self.client, self.tools.store, self.tools.clock, commands, offer_link, faults, webhook_updates
        ).run

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
