"""Chats, and what comes from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.model.ids import Language, UpdateId


@dataclass(frozen=True, slots=True)
class Chat:
    """What is remembered of a chat."""

    chat: str
    """As in `Destination.chat`."""
    kind: Literal["private", "group", "supergroup", "channel", "console"] = "private"
    title: str = ""
    language: Language | None = None
    timezone: str | None = None
    approved: bool = False
    paused_reason: str | None = None
    """Set when the bot may not write there; cleared when it is heard from again."""
    retry_after: datetime | None = None
    """Telegram asked to wait until then (RetryAfter)."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An incoming update, stored before the offset moves on. `body` is its JSON as received."""

    id: UpdateId
    body: str
    received_at: datetime
