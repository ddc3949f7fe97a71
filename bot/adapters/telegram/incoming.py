"""Updates of the Bot API as frozen values: what was said, where, by whom. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import telegram
from telegram import Update
from telegram.constants import ChatMemberStatus, MessageEntityType

from bot.model import Chat, MessageId
from bot.text.clean import clean_title

KINDS = ("message", "my_chat_member")
"""What getUpdates is asked for."""

_ABSENT = {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}


@dataclass(frozen=True, slots=True)
class Command:
    """`/name argument`; the name in lower case, without the bot's own."""

    name: str
    argument: str


@dataclass(frozen=True, slots=True)
class Said:
    """A person's message to the bot."""

    chat: Chat
    """As the update describes it: id, kind and title."""
    username: str | None
    """Of the chat, without `@`."""
    user_id: int | None
    """None for anonymous admins of a group."""
    language_code: str | None
    thread: int | None
    message_id: MessageId
    command: Command | None


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


Heard = Said | Moved | Membership


def read_update(body: str, bot_username: str) -> Heard | None:
    """What an update says; None where it is nothing for this bot. Any exception: it cannot be read."""
    update = Update.de_json(json.loads(body))
    if update.my_chat_member is not None:
        change = update.my_chat_member
        return Membership(_chat(change.chat), change.chat.username, change.new_chat_member.status not in _ABSENT)
    message = update.message
    if message is None:
        return None
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
        language_code=None if user is None else user.language_code,
        thread=message.message_thread_id if message.is_topic_message else None,
        message_id=MessageId(message.message_id),
        command=command,
    )


def _command(message: telegram.Message, bot_username: str) -> tuple[Command | None, bool]:
    """The command that a message begins with, and whether it is meant for another bot."""
    text = message.text or ""
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntityType.BOT_COMMAND or first.offset != 0:
        return None, False
    name, _, addressee = text[1 : first.length].partition("@")  # commands are ASCII: units are characters
    if addressee and addressee.lower() != bot_username.lower():
        return None, True
    return Command(name.lower(), clean_title(text[first.length :])), False


def _chat(chat: telegram.Chat) -> Chat:
    kinds: dict[str, Literal["private", "group", "supergroup", "channel"]] = {
        "group": "group",
        "supergroup": "supergroup",
        "channel": "channel",
    }
    return Chat(str(chat.id), kinds.get(chat.type, "private"), clean_title(chat.title or chat.full_name or ""))
