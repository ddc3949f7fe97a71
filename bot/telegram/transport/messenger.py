"""Sends deliveries to Telegram and returns the outcome. Retrying is done in `bot.usecases.delivery`."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot.model import Chat, Content, Delivery, DeliveryKind, Language, MessageId, Rise, SendOutcome, Sent
from bot.ports import Charts, Clock
from bot.telegram.pages.alerts import keyboard_under
from bot.telegram.render import Reader, Rendered, render
from bot.telegram.transport.client import reason_of
from bot.telegram.transport.posting import advised, chat_id, edit, outcome_of, post, post_picture, says
from bot.wording.wording import Wording

log = structlog.get_logger()

_NOTHING_TO_CHANGE = ("message to edit not found", "message can't be edited")

GENERAL_THREAD = 1
"""The topic "General" of a forum. Telegram refuses messages with message_thread_id=1, "message thread not found", and
shows messages without a thread there (tdlib/telegram-bot-api#798, python-telegram-bot/python-telegram-bot#4739).
"""


class TelegramMessenger:
    """Implements `bot.ports.Messenger`. `send` raises only BadTokenError; every other error is returned as a value."""

    def __init__(
        self, bot: Bot, clock: Clock, language: Language, timezone: ZoneInfo, charts: Charts | None = None
    ) -> None:
        """`language` and `timezone` are for chats that have not chosen their own. `charts` None: none are drawn."""
        self._bot = bot
        self._clock = clock
        self._language = language
        self._timezone = timezone
        self._charts = charts

    def reader_of(self, chat: Chat) -> Reader:
        """The language, time zone and other preferences of the chat."""
        return Reader.of(chat, self._language, self._timezone)

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        """Send or edit the message of a delivery. `chat.chat` is the current id of the chat.

        If the topic of a forum no longer exists, the message is sent without it. Telegram also refuses the oldest
        topics of a forum with more than a million messages (tdlib/telegram-bot-api#596).
        """
        reader, now = self.reader_of(chat), self._clock.now()
        in_channel = chat.is_channel and delivery.destination.thread is None
        message = _with_buttons(render(delivery.content, reader, now, in_channel=in_channel), delivery, reader, chat)
        if in_channel:
            message = replace(message, keyboard=())
        thread = None if delivery.destination.thread == GENERAL_THREAD else delivery.destination.thread
        try:
            if delivery.kind is DeliveryKind.EDIT and delivery.message_id is not None:
                return await self._change(chat.chat, delivery.message_id, message)
            reply_to = delivery.message_id if delivery.kind is DeliveryKind.REPLY else None
            try:
                return await self._post(delivery.content, chat.chat, thread, message, reply_to, reader)
            except BadRequest as error:
                if thread is None or not says(error, "message thread not found"):
                    raise
            noted = _with_buttons(render(delivery.content, reader, now, thread_gone=True), delivery, reader, chat)
            sent = await self._post(delivery.content, chat.chat, None, noted, reply_to, reader)
            return Sent(sent.message_id, "thread-gone")
        except TelegramError as error:
            return outcome_of(error)

    async def _post(
        self,
        content: Content,
        chat: str,
        thread: int | None,
        message: Rendered,
        reply_to: MessageId | None,
        reader: Reader,
    ) -> Sent:
        """Send the message; a rise with its chart, unless that cannot be drawn or the chat does not allow photos."""
        png = None
        if isinstance(content, Rise) and self._charts is not None:
            png = await self._charts.draw_rise(content, reader.wording.language, reader.timezone)
        if png is not None:
            try:
                return await post_picture(self._bot, chat, thread, png, message, reply_to)
            except BadRequest as error:
                if says(error, "message thread not found"):
                    raise
                log.warning("picture-refused", chat=chat, reason=reason_of(error))
        return await post(self._bot, chat, thread, message, reply_to)

    async def _change(self, chat: str, message_id: MessageId, message: Rendered) -> Sent:
        """Edit a message. If it was deleted or Telegram does not allow the edit, nothing is done."""
        try:
            return await edit(self._bot, chat, message_id, message)
        except BadRequest as error:
            if not any(says(error, phrase) for phrase in _NOTHING_TO_CHANGE):
                raise
            return Sent(message_id)

    async def examine(self, chat: str, *, send: bool = False) -> str | None:
        """Why the bot cannot write to a chat, or None if it can. Tested with "typing", or with a message if `send`."""
        try:
            if send:
                wording = Wording(self._language)
                await self._bot.send_message(chat_id(chat), wording.say("This is a test: Kabar can write here."))
            else:
                await self._bot.send_chat_action(chat_id(chat), ChatAction.TYPING)
        except TelegramError as error:
            return advised(reason_of(error))
        return None


def _with_buttons(message: Rendered, delivery: Delivery, reader: Reader, chat: Chat) -> Rendered:
    """Add the buttons of an alert or review, which contain the delivery's id. A notice has its buttons already."""
    keyboard = keyboard_under(delivery, reader.wording, alone=chat.kind == "private")
    return replace(message, keyboard=keyboard or message.keyboard)
