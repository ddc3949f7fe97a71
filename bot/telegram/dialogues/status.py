"""/status: how the bot is doing, and what to do with messages that were refused."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import DeliveryId, Role
from bot.ports import Clock
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.pages import replies
from bot.telegram.pages import status as pages
from bot.telegram.render import one_line
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.monitoring.status import (
    Status,
    current_status,
    drop_dead_letter,
    retry_all_dead_letters,
    retry_dead_letter,
)


class StatusDialogue:
    """Implements `Dialogue`. For admins in private: it names chats and what they were to be told."""

    def __init__(self, store: Store, clock: Clock, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {"status": OnCommand(Role.ADMIN, self._status)}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.REFRESH_STATUS: OnPress(Role.ADMIN, self._refresh),
            ButtonVerb.RETRY_DELIVERY: OnPress(Role.ADMIN, self._retry),
            ButtonVerb.RETRY_ALL_DELIVERIES: OnPress(Role.ADMIN, self._retry_all),
            ButtonVerb.DROP_DELIVERY: OnPress(Role.ADMIN, self._drop),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _status(self, context: ChatContext, _said: Said) -> None:
        if not context.is_private:
            await self._speaker.say(context, one_line(replies.privately(context.wording)))
            return
        await self._speaker.say(context, pages.status_page(context.reader, await self._current(), context.now))

    async def _refresh(self, context: ChatContext, press: Press) -> None:
        if not context.is_private:
            press.say(replies.privately(context.wording))
            return
        await self._speaker.change(context, pages.status_page(context.reader, await self._current(), context.now))

    async def _retry(self, context: ChatContext, press: Press) -> None:
        letter = _letter(press)
        if context.is_private and letter is not None and await retry_dead_letter(self._store, self._clock, letter):
            press.say(context.wording.say("Message {id} is on its way again.", id=letter))
            await self._view.audience_changed()
        elif context.is_private:
            press.say(replies.stale_button(context.wording))
        await self._refresh(context, press)

    async def _retry_all(self, context: ChatContext, press: Press) -> None:
        if context.is_private:
            count = await retry_all_dead_letters(self._store, self._clock)
            told = context.wording.say_many(
                "{n} message is on its way again.", "{n} messages are on their way again.", count
            )
            press.say(told)
            await self._view.audience_changed()
        await self._refresh(context, press)

    async def _current(self) -> Status:
        return await current_status(self._store, self._clock, self._view.machine(), self._view.feeds())

    async def _drop(self, context: ChatContext, press: Press) -> None:
        letter = _letter(press)
        if context.is_private and letter is not None and await drop_dead_letter(self._store, letter):
            press.say(context.wording.say("Message {id} is dropped.", id=letter))
        elif context.is_private:
            press.say(replies.stale_button(context.wording))
        await self._refresh(context, press)


def _letter(press: Press) -> DeliveryId | None:
    number = press.number(0)
    return None if number is None else DeliveryId(number)
