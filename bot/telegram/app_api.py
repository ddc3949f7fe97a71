"""The interface between the dialogues and the rest of Kabar; the composition root (`bot.app`) provides it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.model import Feed, Topic


@dataclass(frozen=True, slots=True)
class AppApi:
    """What the dialogues may read and trigger. Each call returns the current state."""

    topics: Callable[[], Sequence[Topic]]
    feeds: Callable[[], Sequence[Feed]]
    admins: Callable[[], Sequence[int]]
    """User ids from `kabar.toml`. Admins by the one-time link are in the store."""
    audience_changed: Callable[[], Awaitable[None]]
    """Call it after the commit when there is a new admin or a chat is reachable again: deliveries may be waiting."""
    topics_changed: Callable[[], Awaitable[None]]
    """Call it after the commit when topics were created, changed or deleted; they are in use when it returns."""
