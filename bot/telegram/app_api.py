"""What the commands may see and cause; the composition root fills it in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.model import Feed, Topic


@dataclass(frozen=True, slots=True)
class AppApi:
    """The rest of Kabar, as seen from the chat. Each call tells the state of that moment."""

    topics: Callable[[], Sequence[Topic]]
    feeds: Callable[[], Sequence[Feed]]
    admins: Callable[[], Sequence[int]]
    """User ids in `kabar.toml`; those that used the one-time link are in the store."""
    audience_changed: Callable[[], Awaitable[None]]
    """Called after a commit: there is a new admin, or a chat is back, and something may wait in the outbox."""
    topics_changed: Callable[[], Awaitable[None]]
    """Called after a commit: topics were made, changed or removed in a chat; they are watched when this returns."""
