"""Strangers' requests, and /chats: whom an admin lets in, refuses, and shuts out again."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Language, Notice, Role
from bot.store import Store, UnitOfWork
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.pages import access as pages
from bot.telegram.pages import replies
from bot.telegram.render import one_line
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.access import Guest, decide_access, guests_of, let_in_again, lift_limits, shut_out


class AccessDialogue:
    """Implements `Dialogue`. All of it is for admins, in their private chats."""

    def __init__(self, store: Store, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {"chats": OnCommand(Role.ADMIN, self._chats)}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.LET_IN: OnPress(Role.ADMIN, self._let_in, under_told=True),
            ButtonVerb.REFUSE: OnPress(Role.ADMIN, self._refuse, under_told=True),
            ButtonVerb.LIST_GUESTS: OnPress(Role.ADMIN, self._leaf),
            ButtonVerb.SHOW_GUEST: OnPress(Role.ADMIN, self._show),
            ButtonVerb.LET_IN_AFTER_ALL: OnPress(Role.ADMIN, self._let_in_after_all),
            ButtonVerb.ASK_TO_SHUT_OUT: OnPress(Role.ADMIN, self._ask_to_shut_out),
            ButtonVerb.SHUT_OUT: OnPress(Role.ADMIN, self._shut_out),
            ButtonVerb.LIFT_LIMITS: OnPress(Role.ADMIN, self._lift_limits),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    # --- requests ----------------------------------------------------------------------------

    async def _let_in(self, context: ChatContext, press: Press) -> None:
        await self._decide(context, press, granted=True)

    async def _refuse(self, context: ChatContext, press: Press) -> None:
        await self._decide(context, press, granted=False)

    async def _decide(self, context: ChatContext, press: Press, *, granted: bool) -> None:
        if not context.is_private:
            return press.say(replies.privately(context.wording))
        async with self._store.read() as unit:
            language = await _language_asked_in(unit, context)
        change = context.change("")
        what = await decide_access(self._store, press.argument(0), change, granted=granted, language=language)
        if what is None:
            return press.say(replies.stale_button(context.wording))
        if what.is_new and granted:
            await self._view.audience_changed()
        if not what.is_new:
            press.say(pages.verdict(context.wording, what))
        await self._speaker.change(context, pages.decided(context.wording, what))
        return None

    # --- chats -------------------------------------------------------------------------------

    async def _chats(self, context: ChatContext, _said: Said) -> None:
        if not context.is_private:
            await self._speaker.say(context, one_line(replies.privately(context.wording)))
            return
        await self._speaker.say(context, pages.guest_list(context.wording, await self._guests(), 0))

    async def _leaf(self, context: ChatContext, press: Press) -> None:
        if not context.is_private:
            return press.say(replies.privately(context.wording))
        shown = pages.guest_list(context.wording, await self._guests(), press.number(0) or 0)
        await self._speaker.change(context, shown)
        return None

    async def _show(self, context: ChatContext, press: Press) -> None:
        guest = await self._guest(context, press)
        if guest is not None:
            await self._show_guest(context, guest)

    async def _ask_to_shut_out(self, context: ChatContext, press: Press) -> None:
        guest = await self._guest(context, press)
        if guest is not None:
            await self._speaker.change(context, pages.shutting_out(context.wording, guest.chat))

    async def _shut_out(self, context: ChatContext, press: Press) -> None:
        guest = await self._guest(context, press)
        if guest is None:
            return
        if await shut_out(self._store, guest.chat.chat, context.change("")):
            await self._view.topics_changed()
        await self._show_again(context, press)

    async def _lift_limits(self, context: ChatContext, press: Press) -> None:
        guest = await self._guest(context, press)
        if guest is not None:
            await lift_limits(self._store, guest.chat.chat, context.change(""))
            await self._show_again(context, press)

    async def _let_in_after_all(self, context: ChatContext, press: Press) -> None:
        guest = await self._guest(context, press)
        if guest is None:
            return
        if await let_in_again(self._store, guest.chat.chat, context.change("")):
            await self._view.audience_changed()
        await self._show_again(context, press)

    async def _show_again(self, context: ChatContext, press: Press) -> None:
        """As it is now."""
        found = next((one for one in await self._guests() if one.chat.chat == press.argument(0)), None)
        if found is not None:
            await self._show_guest(context, found)
        else:
            await self._speaker.change(context, pages.guest_list(context.wording, await self._guests(), 0))

    async def _show_guest(self, context: ChatContext, guest: Guest) -> None:
        here = guest.chat.chat
        writing = [topic for topic in self._view.topics() if any(to.chat == here for to in topic.destinations)]
        async with self._store.read() as unit:
            editors = await unit.chats.editors(here)
        shown = pages.guest_page(
            context.wording,
            guest,
            [topic.name for topic in writing if not topic.paused],
            [editor.name for editor in editors],
            named_in_file=any(topic.owning_chat is None for topic in writing),
        )
        await self._speaker.change(context, shown)

    async def _guest(self, context: ChatContext, press: Press) -> Guest | None:
        """The chat that a button names, if it is one of the list; else they are told so."""
        if not context.is_private:
            press.say(replies.privately(context.wording))
            return None
        found = next((one for one in await self._guests() if one.chat.chat == press.argument(0)), None)
        if found is None:
            press.say(replies.stale_button(context.wording))
        return found

    async def _guests(self) -> tuple[Guest, ...]:
        async with self._store.read() as unit:
            return await guests_of(unit, (*self._view.admins(), *await unit.chats.admins()))


async def _language_asked_in(unit: UnitOfWork, context: ChatContext) -> Language | None:
    """Of the stranger whose request stands in this message."""
    delivery = await unit.outbox.of_message(context.chat.chat, context.message_id)
    told = delivery.content if delivery is not None else None
    language = told.values.get("language", "") if isinstance(told, Notice) else ""
    return Language(language) if language else None
