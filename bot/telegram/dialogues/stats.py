"""/stats: the last 30 days in a picture."""

from __future__ import annotations

from collections.abc import Mapping

from telegram.constants import ChatAction

from bot.model import Role
from bot.ports import Charts
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress
from bot.telegram.lookups import topics_here
from bot.telegram.pages import stats as pages
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.monitoring.stats import count_alerts


class StatsDialogue:
    """Implements `Dialogue`. A chat sees what it was told; admins in private, what all were told."""

    def __init__(self, store: Store, charts: Charts, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._charts = charts
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {"stats": OnCommand(Role.MEMBER, self._stats)}
        self.presses: Mapping[ButtonVerb, OnPress] = {}
        self.answers: Mapping[str, OnAnswer] = {}

    async def _stats(self, context: ChatContext, _said: Said) -> None:
        await self._speaker.show_typing(context, ChatAction.UPLOAD_PHOTO)
        async with self._store.read() as unit:
            topics = await topics_here(unit, self._view.topics(), context)
        chat = None if context.sees_all else context.chat.chat
        stats = await count_alerts(self._store, topics, context.reader.timezone, context.now, chat=chat)
        if not stats.alerts:
            await self._speaker.say(context, pages.nothing_yet(context.wording, stats))
            return
        png = await self._charts.draw(stats, context.wording.language)
        if png is None:
            await self._speaker.say(context, pages.without_picture(context.wording, stats))
        else:
            await self._speaker.send_picture(context, png, pages.caption(context.wording, stats))
