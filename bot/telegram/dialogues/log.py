"""/log: who changed what."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Role
from bot.store import Store
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.pages import log as pages
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb

_FARTHEST = 100
"""Buttons come from outside: a page beyond this is none."""


class LogDialogue:
    """Implements `Dialogue`. A chat's editors see what was changed there; admins in private, everything."""

    def __init__(self, store: Store, speaker: Speaker) -> None:
        self._store = store
        self._speaker = speaker
        self.commands: Mapping[str, OnCommand] = {"log": OnCommand(Role.EDITOR, self._log)}
        self.presses: Mapping[ButtonVerb, OnPress] = {ButtonVerb.LIST_CHANGES: OnPress(Role.EDITOR, self._leaf)}
        self.answers: Mapping[str, OnAnswer] = {}

    async def _log(self, context: ChatContext, _said: Said) -> None:
        await self._speaker.say(context, await self._page(context, 0))

    async def _leaf(self, context: ChatContext, press: Press) -> None:
        await self._speaker.change(context, await self._page(context, min(press.number(0) or 0, _FARTHEST)))

    async def _page(self, context: ChatContext, number: int) -> Rendered:
        end = (number + 1) * pages.AT_ONCE
        async with self._store.read() as unit:
            found = await unit.changes.latest(end + 1, chat=None if context.sees_all else context.chat.chat)
            elsewhere = {change.chat for change in found} - {context.chat.chat}
            known = {chat: await unit.chats.get(chat) for chat in elsewhere}
        places = {chat: one.title if one is not None and one.title else chat for chat, one in known.items()}
        shown = found[number * pages.AT_ONCE : end]
        if number and not shown:
            return await self._page(context, 0)
        return pages.change_list(context.reader, shown, places, number, context.now, more=len(found) > end)
