"""Requests to send and edit messages, and what the errors of the Bot API mean (docs/architecture.md, "Delivery")."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot import model
from bot.model import ChatForbidden, MessageId, RetryLater, SendOutcome, SendRejected, Sent, WritingRefused
from bot.telegram.buttons import Keyboard
from bot.telegram.markup import shortened
from bot.telegram.render import Rendered
from bot.telegram.transport.client import BadTokenError, reason_of, retry_delay, was_never_sent
from bot.text.clean import clean_title

log = structlog.get_logger()

_MAY_NOT_WRITE = re.compile(
    r"not enough rights|no rights to send|need administrator rights|TOPIC_(?:CLOSED|DELETED)|CHAT_RESTRICTED"
    r"|(?:CHAT|CHANNEL)_(?:ADMIN_REQUIRED|PRIVATE|\w*FORBIDDEN)|USER_BANNED_IN_CHANNEL|(?:chat|group) is deactivated"
    r"|FROZEN_\w+|USER_RESTRICTED",
    re.IGNORECASE,
)

_LABEL = 64
"""Maximum length of the text of a button; phones show less than this."""


def outcome_of(error: TelegramError) -> SendOutcome:
    """The outcome of a failed send. BadRequest and TimedOut are subclasses of NetworkError and must come first."""
    match error:
        case RetryAfter():
            return RetryLater("Telegram asks to wait", retry_delay(error))
        case ChatMigrated():
            return model.ChatMigrated(str(error.new_chat_id))
        case Forbidden():
            return ChatForbidden(reason_of(error))
        case InvalidToken():
            raise BadTokenError from None
        case BadRequest():
            reason = reason_of(error)
            return WritingRefused(reason) if may_not_write(error) else SendRejected(advised(reason))
        case TimedOut():
            return RetryLater(reason_of(error), uncertain=not was_never_sent(error))
        case _:  # NetworkError, Conflict, and future kinds of errors
            return RetryLater(reason_of(error), uncertain=not was_never_sent(error))


async def post(bot: Bot, chat: str, thread: int | None, message: Rendered, reply_to: MessageId | None) -> Sent:
    """Send a message. Raises TelegramError."""

    async def send_as(text: str, parse_mode: str | None) -> MessageId:
        sent = await bot.send_message(
            chat_id(chat),
            text,
            parse_mode=parse_mode,
            message_thread_id=thread,
            link_preview_options=_preview(message),
            reply_markup=markup_of(message.keyboard),
            reply_parameters=None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True),
        )
        return MessageId(sent.message_id)

    return Sent(await _as_html_or_plain(message, send_as))


async def post_picture(
    bot: Bot, chat: str, thread: int | None, png: bytes, message: Rendered, reply_to: MessageId | None
) -> Sent:
    """Send a photo with the message as its caption. Raises TelegramError."""

    async def send_as(text: str, parse_mode: str | None) -> MessageId:
        sent = await bot.send_photo(
            chat_id(chat),
            InputFile(png, filename="kabar.png"),
            caption=text,
            parse_mode=parse_mode,
            message_thread_id=thread,
            reply_markup=markup_of(message.keyboard),
            reply_parameters=None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True),
        )
        return MessageId(sent.message_id)

    return Sent(await _as_html_or_plain(message, send_as))


async def edit(bot: Bot, chat: str, message_id: MessageId, message: Rendered) -> Sent:
    """Edit a message. Raises TelegramError.

    Telegram responds with "message is not modified" if nothing changes; that is no error, because an edit may be
    repeated after a restart.
    """

    async def send_as(text: str, parse_mode: str | None) -> MessageId:
        try:
            await bot.edit_message_text(
                text,
                chat_id(chat),
                message_id,
                parse_mode=parse_mode,
                link_preview_options=_preview(message),
                reply_markup=markup_of(message.keyboard),
            )
        except BadRequest as error:
            if not says(error, "message is not modified"):
                raise
        return message_id

    return Sent(await _as_html_or_plain(message, send_as))


async def _as_html_or_plain(message: Rendered, send_as: Callable[[str, str | None], Awaitable[MessageId]]) -> MessageId:
    try:
        return await send_as(message.html, ParseMode.HTML)
    except BadRequest as error:
        if not says(error, "can't parse entities"):
            raise
        log.error("html-refused", reason=reason_of(error))  # noqa: TRY400 -- the reason says it all
    return await send_as(message.plain, None)


def _preview(message: Rendered) -> LinkPreviewOptions:
    if message.preview is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(
        url=message.preview, prefer_large_media=True, show_above_text=True if message.picture_above else None
    )


def says(error: BadRequest, phrase: str) -> bool:
    """Whether the description of the error contains this phrase.

    The kinds of 400 differ only in their human-readable description (Bot API, "Making requests").
    """
    return phrase in error.message.lower()


def may_not_write(error: BadRequest) -> bool:
    """Whether the bot may not write in the chat, or in this topic of it, as things are there at present.

    Nor may it anywhere while Telegram has frozen its account (LonamiWebs/Telethon#4624).
    Some of these refusals are words of the Bot API, others are passed on from Telegram's own API in capitals
    (https://core.telegram.org/method/messages.sendMessage, "Possible errors").
    """
    return _MAY_NOT_WRITE.search(error.message) is not None


def advised(reason: str) -> str:
    """The reason, with advice for the refusals that operators commonly see."""
    if "chat not found" in reason.lower():
        return f"{reason}: no such chat, or it has never written to the bot or added it. Check its id under `chats`"
    return reason


def chat_id(chat: str) -> int | str:
    """The chat in the form of the Bot API: a number, or `@name`."""
    return int(chat) if chat.lstrip("-").isdecimal() else chat


def markup_of(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The buttons in the form of the Bot API, or None. An edit without a keyboard removes the one that was there."""
    if not keyboard:
        return None
    rows = [
        [
            InlineKeyboardButton(_button_text(one.text), url=one.url or None, callback_data=one.data or None)
            for one in row
        ]
        for row in keyboard
    ]
    return InlineKeyboardMarkup(rows)


def _button_text(text: str) -> str:
    """The text of a button, without control characters. An empty text is replaced, because Telegram refuses it."""
    return shortened(clean_title(text), _LABEL) or "–"
