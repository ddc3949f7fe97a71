"""What the fake Bot API knows: chats, messages, updates. Everything here is guarded by the server's lock."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiogram.types import Update

from tests.fakes.bot_api_text import ParsedText, RefusedError

BOT_ID = 7_000_000_001


@dataclass(slots=True)
class FakeMessage:
    """A message that the bot sent, as a test looks at it."""

    chat_id: int
    message_id: int
    text: str
    """After entities are parsed: what a person reads."""
    source: str
    """As sent: HTML or plain."""
    parse_mode: str | None
    entities: tuple[dict[str, Any], ...] = ()
    thread: int | None = None
    reply_to: int | None = None
    preview: dict[str, Any] | None = None
    markup: dict[str, Any] | None = None
    date: int = field(default_factory=lambda: int(time.time()))
    edits: int = 0

    @property
    def links(self) -> tuple[str, ...]:
        return tuple(entity["url"] for entity in self.entities if entity["type"] == "text_link")


@dataclass(slots=True)
class FakeChat:
    """A chat that the bot has met."""

    id: int
    type: str = "private"
    title: str = ""
    username: str | None = None
    threads: set[int] = field(default_factory=set)
    forbidden: str | None = None
    """Why Telegram answers 403."""
    moved_to: int | None = None

    def as_json(self) -> dict[str, Any]:
        chat: dict[str, Any] = {"id": self.id, "type": self.type}
        chat["first_name" if self.type == "private" else "title"] = self.title or f"chat {self.id}"
        if self.username:
            chat["username"] = self.username
        return chat


@dataclass(slots=True)
class World:
    """All that the server remembers."""

    bot_username: str
    chats: dict[int, FakeChat] = field(default_factory=dict)
    messages: list[FakeMessage] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    next_update: int = 500_000_001
    newest_update: int | None = None
    next_message: int = 1

    def bot(self) -> dict[str, Any]:
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Kabar",
            "username": self.bot_username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def chat(self, chat_id: int | str) -> FakeChat:
        """The chat that a request names, if the bot may write there."""
        found = self._find(chat_id)
        if found is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if found.moved_to is not None:
            raise RefusedError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": found.moved_to},
            )
        if found.forbidden is not None:
            raise RefusedError(403, found.forbidden)
        return found

    def _find(self, chat_id: int | str) -> FakeChat | None:
        text = str(chat_id)
        if text.lstrip("-").isdecimal():
            return self.chats.get(int(text))
        name = text.removeprefix("@").lower()
        return next((chat for chat in self.chats.values() if (chat.username or "").lower() == name), None)

    def post(self, chat: FakeChat, parsed: ParsedText, source: str, values: dict[str, Any]) -> FakeMessage:
        thread = values.get("message_thread_id")
        if thread is not None and int(thread) not in chat.threads:
            raise RefusedError(400, "Bad Request: message thread not found")
        reply = values.get("reply_parameters") or {}
        message = FakeMessage(
            chat_id=chat.id,
            message_id=self.take_message_id(),
            text=parsed.text.strip(),
            source=source,
            parse_mode=values.get("parse_mode"),
            entities=parsed.entities,
            thread=None if thread is None else int(thread),
            reply_to=reply.get("message_id"),
            preview=values.get("link_preview_options"),
            markup=values.get("reply_markup"),
        )
        self.messages.append(message)
        return message

    def as_json(self, message: FakeMessage) -> dict[str, Any]:
        told: dict[str, Any] = {
            "message_id": message.message_id,
            "date": message.date,
            "chat": self.chats[message.chat_id].as_json(),
            "from": self.bot(),
            "text": message.text,
        }
        if message.entities:
            told["entities"] = list(message.entities)
        if message.thread is not None:
            told |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.edits:
            told["edit_date"] = int(time.time())
        return told

    def take_message_id(self) -> int:
        self.next_message += 1
        return self.next_message - 1

    def add_update(self, kind: str, body: dict[str, Any]) -> int:
        """Queue an update for the bot, checked against aiogram's types; its id."""
        Update.model_validate({"update_id": self.next_update, kind: body})
        return self.add_raw_update({kind: body})

    def add_raw_update(self, fields: dict[str, Any]) -> int:
        """Queue an update of any shape; its id."""
        self.updates.append({"update_id": self.next_update, **fields})
        self.newest_update = self.next_update
        self.next_update += 1
        return self.newest_update

    def waiting(self, offset: int | None, limit: int, allowed: Sequence[str] | None) -> list[dict[str, Any]]:
        """What getUpdates answers: updates below the offset are confirmed and forgotten (Bot API, getUpdates)."""
        if offset is not None and offset < 0:
            self.updates = self.updates[offset:]
        elif offset is not None:
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if allowed:
            self.updates = [update for update in self.updates if any(kind in update for kind in allowed)]
        return self.updates[:limit]


def person(user_id: int, language_code: str | None = None, first_name: str = "") -> dict[str, Any]:
    """A user as Telegram writes one."""
    user: dict[str, Any] = {"id": user_id, "is_bot": False, "first_name": first_name or f"User {user_id}"}
    if language_code:
        user["language_code"] = language_code
    return user


def command_entities(text: str) -> list[dict[str, Any]]:
    """The entity of a command at the beginning of a text."""
    if not text.startswith("/") or len(text) < 2:
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]


def membership(user: dict[str, Any], status: str) -> dict[str, Any]:
    """A ChatMember with this status."""
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
            "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
            "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
        )  # fmt: skip
        member |= dict.fromkeys(rights, True)
    return member
