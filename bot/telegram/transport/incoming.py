"""Updates of the Bot API as frozen values: messages, pressed buttons, and changes of chats. Pure.

It does not decide who may use the bot or what an update does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import telegram
from telegram import MessageEntity, Update
from telegram.constants import ChatMemberStatus, MessageEntityType

from bot.model import Chat, MessageId
from bot.text.clean import clean_text, clean_title
from bot.text.urls import host_of

KINDS = ("message", "callback_query", "my_chat_member")
"""The kinds of updates that are requested (Bot API, "getUpdates", allowed_updates)."""

_ABSENT = {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
_LINKS = (MessageEntityType.URL, MessageEntityType.TEXT_LINK)


@dataclass(frozen=True, slots=True)
class Command:
    """`/name argument`. The name is in lower case, without `@` and the bot's name."""

    name: str
    argument: str
    """The rest of the text, on one line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document, which Telegram stores; it is downloaded with getFile."""

    file_id: str
    name: str
    kind: str
    """The media type as the sender's app declares it; may be empty (Bot API, "Document", mime_type)."""
    size: int
    """Bytes; 0 if Telegram does not say."""


@dataclass(frozen=True, slots=True)
class Material:
    """The content of a message: its text or caption without a leading command, its links, and its document."""

    text: str = ""
    links: tuple[str, ...] = ()
    """URLs in their order, including those of linked words."""
    document: Attachment | None = None
    is_forward: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.links and self.document is None


@dataclass(frozen=True, slots=True)
class Replied:
    """The message to which a message replies."""

    message_id: MessageId
    material: Material
    by_us: bool
    user_id: int | None
    """None if it was not written by a person under their own name, but by a bot, or as a group or channel."""
    user_name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message from a person."""

    chat: Chat
    """Id, kind and title of the chat, from the update."""
    username: str | None
    """The username of the chat, without `@`."""
    user_id: int | None
    """None for anonymous admins of a group (Bot API, "Message", sender_chat)."""
    user_name: str
    language_code: str | None
    thread: int | None
    message_id: MessageId
    command: Command | None
    material: Material
    replied: Replied | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed inline button (Bot API, "CallbackQuery").

    `data` cannot be trusted: the API documentation warns that the message may contain no button with this data, because
    a modified client can send any.
    """

    query_id: str
    chat: Chat
    username: str | None
    user_id: int
    """0 for anonymous admins of a group, whom Telegram reports as a bot (GroupAnonymousBot)."""
    user_name: str
    language_code: str | None
    thread: int | None
    message_id: MessageId
    data: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A group has become a supergroup and has a new id (Bot API, "Message", migrate_to_chat_id)."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was added to a chat, or was removed or blocked (Bot API, "Update", my_chat_member)."""

    chat: Chat
    username: str | None
    """The username of the chat, without `@`."""
    present: bool
    user_id: int = 0
    """The user who did it; 0 for anonymous admins of a group, whom Telegram reports as a bot (GroupAnonymousBot)."""
    user_name: str = ""


Heard = Said | Pressed | Moved | Membership


def read_update(body: str, bot_username: str) -> Heard | None:
    """The content of an update, or None if it does not concern this bot. Raises any exception if it is invalid."""
    update = Update.de_json(_without_surrogates(json.loads(body)))
    if update.my_chat_member is not None:
        change = update.my_chat_member
        present = change.new_chat_member.status not in _ABSENT
        user = change.from_user
        user_id = 0 if user.is_bot else user.id
        return Membership(_chat(change.chat), change.chat.username, present, user_id, clean_title(user.full_name))
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    return None if update.message is None else _said(update.message, bot_username)


def _without_surrogates(fields: Any) -> Any:
    """Replace each lone surrogate with `?`, because UTF-8 cannot encode it (RFC 3629 section 3).

    JSON allows lone surrogates as escapes (RFC 8259 section 8.2). The replacement has the same length in UTF-16, so the
    offsets of entities stay correct.
    """
    return json.loads(json.dumps(fields, ensure_ascii=False).encode(errors="replace"))


def _said(message: telegram.Message, bot_username: str) -> Said | Moved | None:
    # Telegram sends both: one service message in the old group, another in the new supergroup.
    if message.migrate_to_chat_id is not None:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return Moved(str(message.migrate_from_chat_id), str(message.chat.id))
    if _says_nothing(message):
        return None
    command, other = _command(message, bot_username)
    if other or (message.from_user is not None and message.from_user.is_bot and message.sender_chat is None):
        return None
    user = None if message.sender_chat is not None else message.from_user
    return Said(
        chat=_chat(message.chat),
        username=message.chat.username,
        user_id=None if user is None else user.id,
        user_name="" if user is None else clean_title(user.full_name),
        language_code=None if user is None else user.language_code,
        # Replies in groups without topics have a message_thread_id as well, but messages cannot be sent to it
        # (tdlib/telegram-bot-api#447).
        thread=message.message_thread_id if message.is_topic_message else None,
        message_id=MessageId(message.message_id),
        command=command,
        material=_material(message, without_command=command is not None),
        replied=_replied(message, bot_username),
    )


def _says_nothing(message: telegram.Message) -> bool:
    """Whether nobody said anything by it: a service message (a pin, a timer, …), or a further picture of an album.

    An album arrives as a message for each picture, and one of them has the caption (Bot API, "Message",
    media_group_id). A topic that was opened again counts: alerts for it may be waiting.
    """
    if message.text is not None or message.caption or message.document or message.forum_topic_reopened is not None:
        return False
    return message.media_group_id is not None or message.effective_attachment is None


def chat_of(heard: Heard | None) -> str:
    """The id of the chat whose updates are handled in order; empty for an update without a chat."""
    match heard:
        case Said() | Pressed() | Membership():
            return heard.chat.chat
        case Moved():
            return heard.old
        case None:
            return ""


def _pressed(query: telegram.CallbackQuery) -> Pressed | None:
    """None for buttons without data (such as games) and of inline messages, which belong to no chat."""
    if query.message is None or query.data is None:
        return None
    message = query.message
    in_topic = isinstance(message, telegram.Message) and message.is_topic_message
    return Pressed(
        query_id=query.id,
        chat=_chat(message.chat),
        username=message.chat.username,
        user_id=0 if query.from_user.is_bot else query.from_user.id,
        user_name=clean_title(query.from_user.full_name),
        language_code=query.from_user.language_code,
        thread=message.message_thread_id if in_topic and isinstance(message, telegram.Message) else None,
        message_id=MessageId(message.message_id),
        data=query.data,
    )


def _replied(message: telegram.Message, bot_username: str) -> Replied | None:
    """The message replied to. None also for the service message that created the topic of a forum.

    In a forum every message that is no other reply has that one as reply_to_message (tdlib/telegram-bot-api#356).
    """
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    user = replied.from_user
    person = user if user is not None and not user.is_bot and replied.sender_chat is None else None
    return Replied(
        MessageId(replied.message_id),
        _material(replied, without_command=False),
        user is not None and (user.username or "").lower() == bot_username.lower(),
        None if person is None else person.id,
        "" if person is None else clean_title(person.full_name),
    )


def _material(message: telegram.Message, *, without_command: bool) -> Material:
    text, _ = _written(message)
    document = message.document
    if without_command and (named := _command_entity(message)) is not None:
        text = _from_unit(text, named.length)
    return Material(
        text=clean_text(text).strip(),
        links=_links(message),
        document=None
        if document is None
        else Attachment(
            document.file_id, clean_title(document.file_name or ""), document.mime_type or "", document.file_size or 0
        ),
        is_forward=message.forward_origin is not None,
    )


def _links(message: telegram.Message) -> tuple[str, ...]:
    kinds: list[str | None] = [str(kind) for kind in _LINKS]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    in_order = sorted(found.items(), key=lambda pair: pair[0].offset)
    addresses = [entity.url or _with_scheme(text) for entity, text in in_order]
    # `host_of` returns an empty host for a URL with a login, which is therefore left out.
    return tuple(dict.fromkeys(address for address in addresses if host_of(address)))


def _with_scheme(address: str) -> str:
    """Add https:// to a link such as `example.com/x`, which Telegram also marks as a URL."""
    return address if "://" in address else f"https://{address}"


def _written(message: telegram.Message) -> tuple[str, tuple[MessageEntity, ...]]:
    if message.text:
        return message.text, tuple(message.entities)
    return message.caption or "", tuple(message.caption_entities)


def _from_unit(text: str, units: int) -> str:
    """The text after `units` UTF-16 code units, in which entities are measured (Bot API, "MessageEntity")."""
    return text.encode("utf-16-le", "surrogatepass")[2 * units :].decode("utf-16-le", "surrogatepass")


def _command(message: telegram.Message, bot_username: str) -> tuple[Command | None, bool]:
    """The command at the beginning of a message, and whether it is addressed to another bot (`/name@other_bot`)."""
    first = _command_entity(message)
    if first is None:
        return None, False
    text, _ = _written(message)
    name, _, addressee = text[1 : first.length].partition("@")  # a command is ASCII, so units are characters
    if addressee and addressee.lower() != bot_username.lower():
        return None, True
    return Command(name.lower(), clean_title(text[first.length :])), False


def _command_entity(message: telegram.Message) -> MessageEntity | None:
    """The entity of the command at the beginning. Others may begin there too, for example if the command is bold."""
    _, entities = _written(message)
    commands = (entity for entity in entities if entity.type == MessageEntityType.BOT_COMMAND)
    return next((entity for entity in commands if entity.offset == 0), None)


def _chat(chat: telegram.Chat) -> Chat:
    kinds: dict[str, Literal["private", "group", "supergroup", "channel"]] = {
        "group": "group",
        "supergroup": "supergroup",
        "channel": "channel",
    }
    return Chat(str(chat.id), kinds.get(chat.type, "private"), clean_title(chat.title or chat.full_name or ""))
