"""What the fake Bot API knows: chats, messages, updates. Everything here is guarded by the server's lock."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api_keyboards import checked_markup
from tests.fakes.bot_api_text import ParsedText, RefusedError
from tests.fakes.bot_api_types import Update

BOT_ID = 7_000_000_001


@dataclass(frozen=True, slots=True)
class SentFile:
    """A document or picture that the bot sent."""

    kind: str
    """`document` or `photo`."""
    name: str
    content: bytes


@dataclass(slots=True)
class FakeMessage:
    """A message that the bot sent, as a test looks at it. Of a document or picture, `text` is the caption."""

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
    file: SentFile | None = None
    date: int = field(default_factory=lambda: int(time.time()))
    edits: int = 0

    @property
    def buttons(self) -> dict[str, str]:
        """What each button says, and the data or address behind it."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return {one["text"]: one.get("callback_data") or one.get("url", "") for row in rows for one in row}

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
    members: dict[int, str] = field(default_factory=dict)
    """Their status by user id, the bot's too; who is not in it is a member."""
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
    files: dict[str, bytes] = field(default_factory=dict)
    """By file id."""
    queries: dict[str, float] = field(default_factory=dict)
    """Presses that wait for their answer: when each was made (time.monotonic())."""
    others: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    """What people wrote, by chat and message id."""
    listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=list)
    """Those who wait for updates, and where."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def bot_user(self) -> dict[str, Any]:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Kabar", "username": self.bot_username}

    def bot(self) -> dict[str, Any]:
        """As getMe tells it."""
        return {
            **self.bot_user(),
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

    def post(
        self,
        chat: FakeChat,
        parsed: ParsedText,
        source: str,
        values: dict[str, Any],
        file: SentFile | None = None,
    ) -> FakeMessage:
        thread = self.thread_of(chat, values)
        reply_to = self._reply_to(chat, values.get("reply_parameters") or {})
        markup = checked_markup(values.get("reply_markup"), chat.type)
        message = FakeMessage(
            chat_id=chat.id,
            message_id=self.take_message_id(),
            text=parsed.text.strip(),
            source=source,
            parse_mode=values.get("parse_mode"),
            entities=parsed.entities,
            thread=thread,
            reply_to=reply_to,
            preview=values.get("link_preview_options"),
            markup=markup,
            file=file,
        )
        self.messages.append(message)
        return message

    def thread_of(self, chat: FakeChat, values: dict[str, Any]) -> int | None:
        """The thread that a request names."""
        thread = values.get("message_thread_id")
        if thread is not None and int(thread) not in chat.threads:
            raise RefusedError(400, "Bad Request: message thread not found")
        return None if thread is None else int(thread)

    def _reply_to(self, chat: FakeChat, reply: dict[str, Any]) -> int | None:
        """The message that is replied to, if it is there."""
        number = reply.get("message_id")
        if number is None or self.message(chat, number) is not None or (chat.id, number) in self.others:
            return number
        if reply.get("allow_sending_without_reply"):
            return None
        raise RefusedError(400, "Bad Request: message to be replied not found")

    def as_json(self, message: FakeMessage) -> dict[str, Any]:
        told: dict[str, Any] = {
            "message_id": message.message_id,
            "date": message.date,
            "chat": self.chats[message.chat_id].as_json(),
            "from": self.bot(),
        }
        words = "text" if message.file is None else "caption"
        if message.text:
            told[words] = message.text
        if message.entities:
            told["entities" if message.file is None else "caption_entities"] = list(message.entities)
        if message.file is not None and message.file.kind == "document":
            told["document"] = self.document(message.file.name, message.file.content)
        elif message.file is not None:
            told["photo"] = [{"file_id": "p", "file_unique_id": "p", "width": 10, "height": 10}]
        if message.markup and "inline_keyboard" in message.markup:
            told["reply_markup"] = message.markup
        if message.thread is not None:
            told |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.edits:
            told["edit_date"] = int(time.time())
        return told

    def document(self, name: str, content: bytes, kind: str = "") -> dict[str, Any]:
        """A document that Telegram keeps from now on."""
        file_id = f"file-{len(self.files)}"
        self.files[file_id] = content
        told = {"file_id": file_id, "file_unique_id": file_id, "file_name": name, "file_size": len(content)}
        return told | ({"mime_type": kind} if kind else {})

    def message(self, chat: FakeChat, message_id: int) -> FakeMessage | None:
        """A message of the bot that is still there."""
        return next((m for m in self.messages if (m.chat_id, m.message_id) == (chat.id, message_id)), None)

    def forget_update(self, number: int) -> None:
        """It has been taken."""
        self.updates = [update for update in self.updates if update["update_id"] != number]

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
        for loop, heard in self.listeners:
            loop.call_soon_threadsafe(heard.set)
        return self.newest_update

    async def news(self, seconds: float) -> None:
        """Until an update is queued, in this thread or another, or so many seconds have passed."""
        listener = asyncio.get_running_loop(), asyncio.Event()
        with self.lock:
            self.listeners.append(listener)
        try:
            await asyncio.wait_for(listener[1].wait(), seconds)
        except TimeoutError:
            pass
        finally:
            with self.lock:
                self.listeners.remove(listener)

    def waiting(self, offset: int | None, limit: int, allowed: Sequence[str] | None) -> list[dict[str, Any]]:
        """What getUpdates answers: updates below the offset are confirmed and forgotten (Bot API, getUpdates)."""
        if offset is not None and offset < 0:
            self.updates = self.updates[offset:]
        elif offset is not None:
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if allowed:
            self.updates = [update for update in self.updates if any(kind in update for kind in allowed)]
        return self.updates[:limit]
