"""Telegram as the main job's messenger: loaded only where there is a token."""

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


@dataclass(frozen=True, slots=True)
class Telegram:
    """The connection, and what sends through it."""

    tools: Tools
    client: TelegramClient
    messenger: TelegramMessenger
    charts: Charts

    async def posted(self, faults: FaultPoints) -> PostedUpdates | None:
        """What takes updates that Telegram posts, with its route; None where they are asked for."""
        address = self.tools.configuration.settings.telegram.webhook
        if not address:
            return None
        async with self.tools.store.write() as unit:
            secret = await webhook_secret(unit.key_values)
        return PostedUpdates(self.client, self.tools.store, self.tools.clock, faults, address, secret)

    def listening(self, attendant: Runtime, faults: FaultPoints, posted: PostedUpdates | None) -> Companion:
        """What hears and answers, until it is told to stop."""

        async def audience_changed() -> None:
            attendant.greet_soon()

        view = AppApi(
            watchlist=lambda: attendant.watch,
            configured_feeds=lambda: attendant.configuration.feeds,
            admins=lambda: attendant.configuration.settings.telegram.admins,
            machine=machine_of(self.tools),
            audience_changed=audience_changed,
            topics_changed=attendant.take_topics,
        )

        async def offer_link(identity: BotIdentity) -> None:
            await self._offer_link(identity, attendant.configuration.settings.telegram.admins)

        speaker, tools = Speaker(self.client.bot), self.tools
        dependencies = Dependencies(tools.store, tools.clock, tools.fetcher, tools.workers, tools.embedder, self.charts)
        dialogues = dialogues_of(dependencies, speaker, view)
        menus = Menus(self.client.bot, self.tools.store, view.admins)
        commands = Commands(self.tools.store, self.tools.clock, self.messenger, speaker, view, dialogues, menus)
        return TelegramService(
            self.client, self.tools.store, self.tools.clock, commands, offer_link, faults, posted
        ).run

    async def _offer_link(self, identity: BotIdentity, named: tuple[int, ...]) -> None:
        """The one-time link, where nobody is admin yet."""
        async with self.tools.store.write() as unit:
            if named or await unit.chats.admins():
                return
            code = token_urlsafe(16)
            await store_start_code(unit.key_values, code, self.tools.clock.now())
        print(f"Open this link to become the admin (once, for 15 minutes): {identity.start_link(code)}", flush=True)


@asynccontextmanager
async def open_telegram(token: str, tools: Tools) -> AsyncIterator[Telegram]:
    """Connect; nothing is sent until somebody sends."""
    settings = tools.configuration.settings
    async with TelegramClient(token, settings.telegram.api_url, settings.network.proxy) as client:
        charts = MatplotlibCharts()
        messenger = TelegramMessenger(client.bot, tools.clock, settings.language, settings.timezone, charts)
        yield Telegram(tools, client, messenger, charts)
