"""What a chat chooses: language, time zone, hours, the picture, a pause. Each change is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.model import Change, Chat
from bot.store import Store


class Chooser:
    """Changes chats as they are stored now, whatever else happened to them meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def choose(self, chat: Chat, change: Callable[[Chat], Chat], note: Callable[[Chat], Change]) -> Chat:
        """The chat as it is then, from which the note is made; `chat` counts where it is not remembered yet."""
        async with self._store.write() as unit:
            before = await unit.chats.get(chat.chat) or chat
            after = change(before)
            if after != before:
                await unit.chats.save(after)
                await unit.changes.add(note(after))
        return after

    async def waiting(self, chat: Chat) -> int:
        """How many alerts are held back for the chat."""
        async with self._store.read() as unit:
            return sum(delivery.destination.chat == chat.chat for delivery in await unit.outbox.held())


def resumed(chat: Chat, now: datetime) -> Chat:
    """The chat with its pause over. When that was stays known: what was held before comes because of it."""
    is_paused = chat.paused_until is not None and chat.paused_until > now
    return replace(chat, paused_until=now) if is_paused else chat
