"""Sends the bot's answers in a conversation: messages, edits, documents and pictures. Asks who administrates a group.

Unlike alerts they do not go through the outbox: an answer that fails is sent again by handling the update again.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from telegram import Bot, File, ForceReply, InputFile, ReplyParameters
from telegram.constants import ChatAction, ChatMemberStatus, ParseMode
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
"""Maximum length of the answer to a callback query (Bot API, "answerCallbackQuery", text)."""

DOCUMENT_LIMIT = 5_000_000
"""Maximum size of a document in bytes. Telegram lets bots download up to 20 MB (Bot API, "getFile")."""


class AnswerLaterError(Exception):
    """The answer could not be sent now; the update stays pending."""

    def __init__(self, reason: str, after: timedelta | None) -> None:
        super().__init__(reason)
        self.after = after


class DocumentError(Exception):
    """A document cannot be downloaded; the text says why."""


class Speaker:
    """Sends answers to the chat of a context. Raises AnswerLaterError if Telegram cannot be reached now."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def say(self, context: ChatContext, message: Rendered) -> MessageId | None:
        """Send a message, in a group as a reply. Returns its id, or None if Telegram refuses it."""
        return await self.tell(
            context.chat.chat, context.thread, message, None if context.is_private else context.message_id
        )

    async def tell(
        self, chat: str, thread: int | None, message: Rendered, reply_to: MessageId | None = None
    ) -> MessageId | None:
        """Send a message to any chat."""
        try:
            return _message_id_of(await post(self._bot, chat, _usable_thread(thread), message, reply_to), chat)
        except TelegramError as error:
            return _message_id_of(outcome_of(error), chat)

    async def ask(self, context: ChatContext, message: Rendered) -> MessageId | None:
        """Send a question. In a group the user's app opens a reply to it (Bot API, "ForceReply"), so that with privacy
        mode on the bot receives the answer.
        """
        try:
            sent = await self._bot.send_message(
                chat_id(context.chat.chat),
                message.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=_usable_thread(context.thread),
                reply_markup=None if context.is_private else ForceReply(selective=True),
                reply_parameters=_reply_in(context),
            )
        except TelegramError as error:
            return _message_id_of(outcome_of(error), context.chat.chat)
        return MessageId(sent.message_id)

    async def change(
        self, context: ChatContext, message: Rendered, message_id: MessageId | None = None
    ) -> MessageId | None:
        """Edit a message of the bot; None means the one whose button was pressed.

        If it was deleted or can no longer be edited, a new message is sent.
        """
        which = message_id or context.message_id
        try:
            return _message_id_of(await edit(self._bot, context.chat.chat, which, message), context.chat.chat)
        except BadRequest as error:
            if not (says(error, "message to edit not found") or says(error, "message can't be edited")):
                return _message_id_of(outcome_of(error), context.chat.chat)
        except TelegramError as error:
            return _message_id_of(outcome_of(error), context.chat.chat)
        return await self.tell(context.chat.chat, context.thread, message)

    async def change_keyboard(self, context: ChatContext, keyboard: Keyboard) -> None:
        """Replace the buttons of the message whose button was pressed. Its text stays."""
        try:
            await self._bot.edit_message_reply_markup(
                chat_id(context.chat.chat), context.message_id, reply_markup=markup_of(keyboard)
            )
        except BadRequest as error:
            if not says(error, "message is not modified"):
                _message_id_of(outcome_of(error), context.chat.chat)
        except TelegramError as error:
            _message_id_of(outcome_of(error), context.chat.chat)

    async def delete(self, context: ChatContext, message_id: MessageId) -> None:
        """Delete a message of the bot, if that is still possible; for 48 hours (Bot API, "deleteMessage")."""
        try:
            await self._bot.delete_message(chat_id(context.chat.chat), message_id)
        except BadRequest:
            return
        except TelegramError as error:
            _message_id_of(outcome_of(error), context.chat.chat)

    async def answer_press(self, query_id: str, text: str = "", *, urgent: bool = False) -> None:
        """Answer a callback query. If it is too late for that, the user no longer waits, so it is no error."""
        try:
            await self._bot.answer_callback_query(
                query_id, shortened(clean_text(text), TOAST_LIMIT) or None, show_alert=urgent
            )
        except TelegramError as error:
            log.debug("press-unanswered", reason=reason_of(error))

    async def show_typing(self, context: ChatContext, action: ChatAction = ChatAction.TYPING) -> None:
        """Show that the bot is working; Telegram shows it for at most 5 seconds (Bot API, "sendChatAction").

        A failure is ignored.
        """
        try:
            await self._bot.send_chat_action(
                chat_id(context.chat.chat), action, message_thread_id=_usable_thread(context.thread)
            )
        except TelegramError as error:
            log.debug("typing-not-shown", reason=reason_of(error))

    async def send_document(
        self, context: ChatContext, name: str, content: bytes, caption: Rendered
    ) -> MessageId | None:
        """Send a file, in a group as a reply."""
        try:
            sent = await self._bot.send_document(
                chat_id(context.chat.chat),
                InputFile(content, filename=name),
                caption=caption.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=_usable_thread(context.thread),
                reply_markup=markup_of(caption.keyboard),
                reply_parameters=_reply_in(context),
            )
        except TelegramError as error:
            return _message_id_of(outcome_of(error), context.chat.chat)
        return MessageId(sent.message_id)

    async def send_picture(self, context: ChatContext, png: bytes, caption: Rendered) -> MessageId | None:
        """Send a picture, in a group as a reply."""
        reply_to = None if context.is_private else context.message_id
        try:
            sent = await post_picture(
                self._bot, context.chat.chat, _usable_thread(context.thread), png, caption, reply_to
            )
        except TelegramError as error:
            return _message_id_of(outcome_of(error), context.chat.chat)
        return sent.message_id

    async def administrates(self, context: ChatContext) -> bool:
        """Whether the user of a context is an administrator of its group (Bot API, "getChatMember").

        False also where Telegram does not say: for anonymous ones, and for some groups of which the bot is no admin.
        """
        if not context.user_id:
            return False
        try:
            member = await self._bot.get_chat_member(chat_id(context.chat.chat), context.user_id)
        except TelegramError as error:
            _message_id_of(outcome_of(error), context.chat.chat)
            return False
        administrates = member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
        return administrates and member.user.id == context.user_id

    async def document(self, attachment: Attachment) -> bytes:
        """The bytes of a document that a user sent. Raises DocumentError if it is too large or no longer available."""
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
    """The bytes of a file. Raises AnswerLaterError if they are not as many as Telegram has announced: a portal's page.

    For a file that no longer exists, Telegram responds with 404, as for a wrong token, and python-telegram-bot raises
    InvalidToken. The token is right, because getFile has just succeeded with it.
    """
    try:
        content = bytes(await file.download_as_bytearray())
    except InvalidToken as error:
        raise DocumentError(reason_of(error)) from None
    if file.file_size is not None and len(content) != file.file_size:
        raise AnswerLaterError(f"{len(content)} bytes came instead of {file.file_size}", None)
    return content


def _message_id_of(outcome: SendOutcome, chat: str) -> MessageId | None:
    if isinstance(outcome, RetryLater):
        raise AnswerLaterError(outcome.reason, outcome.after)
    if isinstance(outcome, Sent):
        return outcome.message_id
    log.warning("answer-refused", chat=chat, outcome=type(outcome).__name__, reason=getattr(outcome, "reason", ""))
    return None


def _reply_in(context: ChatContext) -> ReplyParameters | None:
    """In a group the answer is a reply, so that everyone sees whom the bot answers."""
    return None if context.is_private else ReplyParameters(context.message_id, allow_sending_without_reply=True)


def _usable_thread(thread: int | None) -> int | None:
    return None if thread == GENERAL_THREAD else thread
