"""What the bot says in a conversation, beside the outbox: answers, changes of what it said, documents, pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from telegram import Bot, File, ForceReply, InputFile, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.model import MessageId, RetryLater, SendOutcome, Sent
from bot.telegram.buttons import Keyboard
from bot.telegram.context import ChatContext
from bot.telegram.markup import shortened
from bot.telegram.render import Rendered
from bot.telegram.transport.client import reason_of
from bot.telegram.transport.incoming import Attachment
from bot.telegram.transport.messenger import GENERAL_THREAD
from bot.telegram.transport.posting import chat_id, edit, markup_of, outcome_of, post, post_picture, says
from bot.text.clean import clean_text

log = structlog.get_logger()

TOAST_LIMIT = 200
"""Characters of what a pressed button answers (Bot API, answerCallbackQuery)."""

DOCUMENT_LIMIT = 5_000_000
"""Bytes of a document that is read; Telegram itself gives bots up to 20 MB."""


_MOST_FOR_NOW: Final = 1_000
"""Messages that wait to be replaced; beyond that the oldest are forgotten."""


class AnswerLaterError(Exception):
    """The answer could not be sent now; the update stays pending."""

    def __init__(self, reason: str, after: timedelta | None) -> None:
        super().__init__(reason)
        self.after = after


class DocumentError(Exception):
    """A document cannot be had; says why."""


class Speaker:
    """Speaks in the chat of a turn. AnswerLaterError where Telegram cannot be told now."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._for_now: dict[tuple[str, MessageId], MessageId] = {}

    async def say(self, turn: ChatContext, message: Rendered) -> MessageId | None:
        """A new message, in a group as a reply; its id, or None where Telegram refuses it for good."""
        return await self.tell(turn.chat.chat, turn.thread, message, None if turn.is_private else turn.message_id)

    async def tell(
        self, chat: str, thread: int | None, message: Rendered, reply_to: MessageId | None = None
    ) -> MessageId | None:
        """A new message in any chat."""
        try:
            return _settled(await post(self._bot, chat, _usable(thread), message, reply_to), chat)
        except TelegramError as error:
            return _settled(outcome_of(error), chat)

    async def ask(self, turn: ChatContext, message: Rendered) -> MessageId | None:
        """A question: their next message is the answer, in a group the one that replies to this."""
        try:
            sent = await self._bot.send_message(
                chat_id(turn.chat.chat),
                message.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=_usable(turn.thread),
                reply_markup=None if turn.is_private else ForceReply(selective=True),
                reply_parameters=_reply_in(turn),
            )
        except TelegramError as error:
            return _settled(outcome_of(error), turn.chat.chat)
        return MessageId(sent.message_id)

    async def change(
        self, turn: ChatContext, message: Rendered, message_id: MessageId | None = None
    ) -> MessageId | None:
        """Put this in the place of a message of ours (None: the one whose button was pressed).

        Where that is gone, or too old to be changed, it is said anew.
        """
        which = message_id or turn.message_id
        try:
            return _settled(await edit(self._bot, turn.chat.chat, which, message), turn.chat.chat)
        except BadRequest as error:
            if not (says(error, "message to edit not found") or says(error, "message can't be edited")):
                return _settled(outcome_of(error), turn.chat.chat)
        except TelegramError as error:
            return _settled(outcome_of(error), turn.chat.chat)
        return await self.tell(turn.chat.chat, turn.thread, message)

    async def say_for_now(self, turn: ChatContext, message: Rendered) -> MessageId | None:
        """That it takes a while; until `say_instead`. Where the same is handled again, what stands there serves."""
        heard = turn.chat.chat, turn.message_id
        if heard not in self._for_now:
            said = await self.say(turn, message)
            if said is None:
                return None
            if len(self._for_now) >= _MOST_FOR_NOW:
                self._for_now.pop(next(iter(self._for_now)))
            self._for_now[heard] = said
        return self._for_now[heard]

    async def say_instead(self, turn: ChatContext, message: Rendered, waiting: MessageId | None) -> MessageId | None:
        """Put this in the place of what was said for now; a new message, where that could not be sent."""
        said = await (self.say(turn, message) if waiting is None else self.change(turn, message, waiting))
        self._for_now.pop((turn.chat.chat, turn.message_id), None)
        return said

    async def change_keyboard(self, turn: ChatContext, keyboard: Keyboard) -> None:
        """Put other buttons under the message whose button was pressed, and leave its text as it is."""
        try:
            await self._bot.edit_message_reply_markup(
                chat_id(turn.chat.chat), turn.message_id, reply_markup=markup_of(keyboard)
            )
        except BadRequest as error:
            if not says(error, "message is not modified"):
                _settled(outcome_of(error), turn.chat.chat)
        except TelegramError as error:
            _settled(outcome_of(error), turn.chat.chat)

    async def delete(self, turn: ChatContext, message_id: MessageId) -> None:
        """Remove a message of ours, if that can still be done."""
        try:
            await self._bot.delete_message(chat_id(turn.chat.chat), message_id)
        except BadRequest:
            return
        except TelegramError as error:
            _settled(outcome_of(error), turn.chat.chat)

    async def answer_press(self, query_id: str, text: str = "", *, urgent: bool = False) -> None:
        """Tell the client that a button was heard. Too late is no failure: nobody waits then."""
        try:
            await self._bot.answer_callback_query(
                query_id, shortened(clean_text(text), TOAST_LIMIT) or None, show_alert=urgent
            )
        except TelegramError as error:
            log.debug("press-unanswered", reason=reason_of(error))

    async def show_typing(self, turn: ChatContext, action: ChatAction = ChatAction.TYPING) -> None:
        """That something is coming; that it cannot be shown is no failure."""
        try:
            await self._bot.send_chat_action(chat_id(turn.chat.chat), action, message_thread_id=_usable(turn.thread))
        except TelegramError as error:
            log.debug("typing-not-shown", reason=reason_of(error))

    async def send_document(self, turn: ChatContext, name: str, content: bytes, caption: Rendered) -> MessageId | None:
        """A file, in a group as a reply."""
        try:
            sent = await self._bot.send_document(
                chat_id(turn.chat.chat),
                InputFile(content, filename=name),
                caption=caption.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=_usable(turn.thread),
                reply_markup=markup_of(caption.keyboard),
                reply_parameters=_reply_in(turn),
            )
        except TelegramError as error:
            return _settled(outcome_of(error), turn.chat.chat)
        return MessageId(sent.message_id)

    async def send_picture(self, turn: ChatContext, png: bytes, caption: Rendered) -> MessageId | None:
        """A picture, in a group as a reply."""
        reply_to = None if turn.is_private else turn.message_id
        try:
            sent = await post_picture(self._bot, turn.chat.chat, _usable(turn.thread), png, caption, reply_to)
        except TelegramError as error:
            return _settled(outcome_of(error), turn.chat.chat)
        return sent.message_id

    async def document(self, attachment: Attachment) -> bytes:
        """The bytes of a document that somebody sent. DocumentError where it is too large or gone."""
        if attachment.size > DOCUMENT_LIMIT:
            raise DocumentError(f"{attachment.size} bytes")
        try:
            file = await self._bot.get_file(attachment.file_id)
            if (file.file_size or 0) > DOCUMENT_LIMIT:
                raise DocumentError(f"{file.file_size} bytes")
            return await _content(file)
        except BadRequest as error:
            raise DocumentError(reason_of(error)) from None
        except TelegramError as error:
            outcome = outcome_of(error)
            if isinstance(outcome, RetryLater):
                raise AnswerLaterError(outcome.reason, outcome.after) from None
            raise DocumentError(reason_of(error)) from None


async def _content(file: File) -> bytes:
    """Its bytes. A file that is gone is answered as a wrong token is (404); the token was right a moment ago."""
    try:
        return bytes(await file.download_as_bytearray())
    except InvalidToken as error:
        raise DocumentError(reason_of(error)) from None


def _settled(outcome: SendOutcome, chat: str) -> MessageId | None:
    if isinstance(outcome, RetryLater):
        raise AnswerLaterError(outcome.reason, outcome.after)
    if isinstance(outcome, Sent):
        return outcome.message_id
    log.warning("answer-refused", chat=chat, outcome=type(outcome).__name__, reason=getattr(outcome, "reason", ""))
    return None


def _reply_in(turn: ChatContext) -> ReplyParameters | None:
    """In a group it must be seen whom the bot answers."""
    return None if turn.is_private else ReplyParameters(turn.message_id, allow_sending_without_reply=True)


def _usable(thread: int | None) -> int | None:
    return None if thread == GENERAL_THREAD else thread
