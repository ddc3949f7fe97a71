"""Updates of the Bot API as frozen values: what was said or pressed, where, by whom. Pure."""

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
"""What Telegram is asked for."""

_ABSENT = {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
_LINKS = (MessageEntityType.URL, MessageEntityType.TEXT_LINK)


@dataclass(frozen=True, slots=True)
class Command:
    """`/name argument`; the name in lower case, without the bot's own."""

    name: str
    argument: str
    """On one line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document, which Telegram keeps."""

    file_id: str
    name: str
    kind: str
    """The media type that the sender's app has given it; may be empty."""
    size: int
    """Bytes; 0 where Telegram does not say."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a message brings: text (of a document: its caption) without a leading command, links, a document."""

    text: str = ""
    links: tuple[str, ...] = ()
    """Addresses in their order, those behind words too."""
    document: Attachment | None = None
    is_forward: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.links and self.document is None


@dataclass(frozen=True, slots=True)
class Replied:
    """The message that somebody replied to."""

    message_id: MessageId
    material: Material
    by_us: bool
    user_id: int | None
    """None where no person wrote it under their own name: a bot did, or a group or channel speaks."""
    user_name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A person's message to the bot."""

    chat: Chat
    """As the update describes it: id, kind and title."""
    username: str | None
    """Of the chat, without `@`."""
    user_id: int | None
    """None for anonymous admins of a group."""
    user_name: str
    language_code: str | None
    thread: int | None
    message_id: MessageId
    command: Command | None
    material: Material
    replied: Replied | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of one of the bot's messages that somebody pressed. `data` may be anything: clients can be modified."""

    query_id: str
    chat: Chat
    username: str | None
    user_id: int
    """0 for admins of a group who hide behind it."""
    user_name: str
    language_code: str | None
    thread: int | None
    message_id: MessageId
    data: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A group has another id now."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was let into a chat, or may no longer write there."""

    chat: Chat
    username: str | None
    """Of the chat, without `@`."""
    present: bool
    user_id: int = 0
    """Who did it."""


Heard = Said | Pressed | Moved | Membership


def read_update(body: str, bot_username: str) -> Heard | None:
    """What an update says; None where it is nothing for this bot. Any exception: it cannot be read."""
    update = Update.de_json(_without_surrogates(json.loads(body)))
    if update.my_chat_member is not None:
        change = update.my_chat_member
        present = change.new_chat_member.status not in _ABSENT
        return Membership(_chat(change.chat), change.chat.username, present, change.from_user.id)
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    return None if update.message is None else _said(update.message, bot_username)


def _without_surrogates(fields: Any) -> Any:
    """`?` for each lone surrogate: they can be neither stored nor sent. Offsets of entities stay right."""
    return json.loads(json.dumps(fields, ensure_ascii=False).encode(errors="replace"))


def _said(message: telegram.Message, bot_username: str) -> Said | Moved | None:
    if message.migrate_to_chat_id is not None:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return Moved(str(message.migrate_from_chat_id), str(message.chat.id))
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
        thread=message.message_thread_id if message.is_topic_message else None,
        message_id=MessageId(message.message_id),
        command=command,
        material=_material(message, without_command=command is not None),
        replied=_replied(message, bot_username),
    )


def chat_of(heard: Heard | None) -> str:
    """The chat whose updates are handled in their order; empty for what belongs to none."""
    match heard:
        case Said() | Pressed() | Membership():
            return heard.chat.chat
        case Moved():
            return heard.old
        case None:
            return ""


def _pressed(query: telegram.CallbackQuery) -> Pressed | None:
    """None for buttons of other kinds, and of messages that are not in a chat."""
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
    """None also for the message that opens a thread, to which every message in it is a reply."""
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
    return tuple(dict.fromkeys(address for address in addresses if host_of(address)))  # those with a login have none


def _with_scheme(address: str) -> str:
    """People write `example.com/x`; Telegram calls that a link too."""
    return address if "://" in address else f"https://{address}"


def _written(message: telegram.Message) -> tuple[str, tuple[MessageEntity, ...]]:
    if message.text:
        return message.text, tuple(message.entities)
    return message.caption or "", tuple(message.caption_entities)


def _from_unit(text: str, units: int) -> str:
    """What follows so many UTF-16 units, as entities count."""
    return text.encode("utf-16-le", "surrogatepass")[2 * units :].decode("utf-16-le", "surrogatepass")


def _command(message: telegram.Message, bot_username: str) -> tuple[Command | None, bool]:
    """The command that a message begins with, and whether it is meant for another bot."""
    first = _command_entity(message)
    if first is None:
        return None, False
    text, _ = _written(message)
    name, _, addressee = text[1 : first.length].partition("@")  # commands are ASCII: units are characters
    if addressee and addressee.lower() != bot_username.lower():
        return None, True
    return Command(name.lower(), clean_title(text[first.length :])), False


def _command_entity(message: telegram.Message) -> MessageEntity | None:
    """That of the command at the very beginning; marks may stand there too, as of a command in bold."""
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
