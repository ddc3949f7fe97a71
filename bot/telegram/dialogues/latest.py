"""/latest: what the chat was told last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.model import Alert, Role
from bot.store import Store, UnitOfWork
from bot.telegram.app_api import AppApi
from bot.telegram.buttons import read_number
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.lookups import topics_here
from bot.telegram.pages.latest import latest_page, nothing_told
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb

USUAL, MOST = 8, 12
"""Alerts a page."""

_FARTHEST = 1_000
_SINCE = timedelta(days=3_650)


class LatestDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        on_latest = OnCommand(Role.MEMBER, self._latest)
        self.commands: Mapping[str, OnCommand] = {"latest": on_latest, "terbaru": on_latest}
        self.presses: Mapping[ButtonVerb, OnPress] = {ButtonVerb.LIST_LATEST: OnPress(Role.MEMBER, self._leaf)}
        self.answers: Mapping[str, OnAnswer] = {}

    async def _latest(self, context: ChatContext, said: Said) -> None:
        asked = read_number(said.material.text.strip()) or USUAL
        await self._speaker.say(context, await self._page(context, 0, min(asked, MOST)))

    async def _leaf(self, context: ChatContext, press: Press) -> None:
        first, count = min(press.number(0) or 0, _FARTHEST), min(press.number(1) or USUAL, MOST)
        await self._speaker.change(context, await self._page(context, first, count))

    async def _page(self, context: ChatContext, first: int, count: int) -> Rendered:
        async with self._store.read() as unit:
            alerts = await self._told(unit, context, first + count + 1)
            if not alerts:
                topics = await topics_here(unit, self._view.topics(), context)
                states = await unit.feeds.states()
                return nothing_told(topics, self._view.feeds(), states, context.reader, context.now)
        shown = alerts[first : first + count]
        return latest_page(shown, first, count, context.reader, context.now, is_more=len(alerts) > first + count)

    async def _told(self, unit: UnitOfWork, context: ChatContext, limit: int) -> list[Alert]:
        """Newest first. Files may know the chat by its `@name`: what went there was told here."""
        named = {to.chat for topic in self._view.topics() for to in topic.destinations if context.is_here(to.chat)}
        deliveries = [
            delivery
            for chat in sorted({context.chat.chat, *named})
            for delivery in await unit.outbox.told(context.now - _SINCE, chat=chat, limit=limit)
        ]
        deliveries.sort(key=lambda delivery: (delivery.created_at, delivery.id), reverse=True)
        return [delivery.content for delivery in deliveries[:limit] if isinstance(delivery.content, Alert)]
