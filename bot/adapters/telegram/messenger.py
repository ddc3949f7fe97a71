"""Sends deliveries to Telegram and says what became of them (DESIGN.md, "Delivery")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot import model
from bot.adapters.telegram.client import BadTokenError, is_foreign, reason_of, retry_delay, was_never_sent
from bot.adapters.telegram.render import Reader, Rendered, render
from bot.model import (
    Chat,
    ChatForbidden,
    Delivery,
    DeliveryKind,
    Language,
    MessageId,
    RetryLater,
    SendOutcome,
    SendRejected,
    Sent,
)
from bot.ports import Clock
from bot.text.wording import Wording

log = structlog.get_logger()

GENERAL_THREAD = 1
"""A forum's "General": its messages bear no thread, and Telegram refuses those that do."""


class TelegramMessenger:
    """Implements `bot.ports.Messenger`.

    `send` raises BadTokenError alone; all else that Telegram may answer is a value.
    """

    def __init__(self, bot: Bot, clock: Clock, language: Language, timezone: ZoneInfo) -> None:
        """`language` and `timezone`: of chats that have not chosen theirs."""
        self._bot = bot
        self._clock = clock
        self._language = language
        self._timezone = timezone

    def reader_of(self, chat: Chat) -> Reader:
        """The language and time zone that the chat is written to in."""
        return Reader(Wording(chat.language or self._language), _zone(chat.timezone, self._timezone))

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        """Send or edit the delivery's message. `chat.chat` is the chat's id of today."""
        reader, now = self.reader_of(chat), self._clock.now()
        message = render(delivery.content, reader, now)
        thread = None if delivery.destination.thread == GENERAL_THREAD else delivery.destination.thread
        try:
            if delivery.kind is DeliveryKind.EDIT and delivery.message_id is not None:
                return await _edit(self._bot, chat.chat, delivery.message_id, message)
            reply_to = delivery.message_id if delivery.kind is DeliveryKind.REPLY else None
            try:
                return await _post(self._bot, chat.chat, thread, message, reply_to)
            except BadRequest as error:
                if thread is None or not _says(error, "message thread not found"):
                    raise
            noted = render(delivery.content, reader, now, thread_gone=True)
            sent = await _post(self._bot, chat.chat, None, noted, reply_to)
            return Sent(sent.message_id, "thread-gone")
        except TelegramError as error:
            return outcome_of(error)

    async def answer(self, chat: str, thread: int | None, message: Rendered, reply_to: MessageId | None) -> SendOutcome:
        """Say something at once, beside the outbox: the answer to a command."""
        try:
            return await _post(self._bot, chat, thread, message, reply_to)
        except TelegramError as error:
            return outcome_of(error)

    async def examine(self, chat: str, *, send: bool = False) -> str | None:
        """Why the bot cannot write to a chat, None if it can; `send`: by a real message, else by showing `typing`."""
        try:
            if send:
                wording = Wording(self._language)
                await self._bot.send_message(_chat_id(chat), wording.say("This is a test: Kabar can write here."))
            else:
                await self._bot.send_chat_action(_chat_id(chat), ChatAction.TYPING)
        except TelegramError as error:
            return _advised(reason_of(error))
        return None


def outcome_of(error: TelegramError) -> SendOutcome:
    """What a failed send means. BadRequest and TimedOut are NetworkErrors: they come first."""
    match error:
        case RetryAfter():
            return RetryLater("Telegram asks to wait", retry_delay(error))
        case ChatMigrated():
            return model.ChatMigrated(str(error.new_chat_id))
        case Forbidden():
            return ChatForbidden(reason_of(error))
        case InvalidToken() if not is_foreign(error):
            raise BadTokenError from None
        case BadRequest() if not is_foreign(error):
            return SendRejected(_advised(reason_of(error)))
        case TimedOut():
            return RetryLater(reason_of(error), uncertain=not was_never_sent(error))
        case _:  # NetworkError, Conflict, and what is yet to be invented
            return RetryLater(reason_of(error), uncertain=not was_never_sent(error))


async def _post(bot: Bot, chat: str, thread: int | None, message: Rendered, reply_to: MessageId | None) -> Sent:
    async def attempt(text: str, parse_mode: str | None) -> MessageId:
        sent = await bot.send_message(
            _chat_id(chat),
            text,
            parse_mode=parse_mode,
            message_thread_id=thread,
            link_preview_options=_preview(message),
            reply_parameters=None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True),
        )
        return MessageId(sent.message_id)

    return Sent(await _as_html_or_plain(message, attempt))


async def _edit(bot: Bot, chat: str, message_id: MessageId, message: Rendered) -> Sent:
    async def attempt(text: str, parse_mode: str | None) -> MessageId:
        try:
            await bot.edit_message_text(
                text, _chat_id(chat), message_id, parse_mode=parse_mode, link_preview_options=_preview(message)
            )
        except BadRequest as error:
            if not _says(error, "message is not modified"):
                raise
        return message_id

    return Sent(await _as_html_or_plain(message, attempt))


async def _as_html_or_plain(message: Rendered, attempt: Callable[[str, str | None], Awaitable[MessageId]]) -> MessageId:
    try:
        return await attempt(message.html, ParseMode.HTML)
    except BadRequest as error:
        if not _says(error, "can't parse entities"):
            raise
        log.error("html-refused", reason=reason_of(error))  # noqa: TRY400 -- the reason says it all
    return await attempt(message.plain, None)


def _preview(message: Rendered) -> LinkPreviewOptions:
    if message.preview is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=message.preview)


def _says(error: BadRequest, phrase: str) -> bool:
    return phrase in error.message.lower()


def _advised(reason: str) -> str:
    """The refusals that people meet, with what to do."""
    if "chat not found" in reason.lower():
        return f"{reason}: no such chat, or it has never written to the bot or added it. Check its id under `chats`"
    return reason


def _chat_id(chat: str) -> int | str:
    return int(chat) if chat.lstrip("-").isdecimal() else chat


def _zone(name: str | None, default: ZoneInfo) -> ZoneInfo:
    try:
        return default if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return default
