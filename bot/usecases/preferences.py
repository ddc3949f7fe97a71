"""The preferences of a chat: its language, time zone, hours and the rest. Each change is stored with who made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.model import Change, Chat
from bot.store import Store


async def change_chat(store: Store, chat: Chat, change: Callable[[Chat], Chat], note: Callable[[Chat], Change]) -> Chat:
    """Apply `change` to the chat as it is stored now, and return the result, from which `note` makes the entry of /log.

    `chat` is what is changed if the chat is not stored yet.
    """
    async with store.write() as unit:
        before = await unit.chats.get(chat.chat) or chat
        after = change(before)
        if after != before:
            await unit.chats.save(after)
            await unit.changes.add(note(after))
    return after


async def count_held(store: Store, chat: Chat) -> int:
    """How many alerts are held back for the chat."""
    async with store.read() as unit:
        return len(await unit.outbox.held_ids([chat.chat]))


def resumed(chat: Chat, now: datetime) -> Chat:
    """The chat with its pause ended now. The moment is kept: held alerts are sent because of it."""
    is_paused = chat.paused_until is not None and chat.paused_until > now
    return replace(chat, paused_until=now) if is_paused else chat
