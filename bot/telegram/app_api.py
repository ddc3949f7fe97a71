"""What the Telegram side knows of the rest of Kabar, and what it works with. The composition root fills both in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.config import Access
from bot.model import Feed, Topic
from bot.ports import Charts, Clock, Embedder, Fetcher, Workers
from bot.store import Store
from bot.usecases.monitoring.status import Machine
from bot.usecases.topics.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What dialogues pass to the use cases. One value, because most dialogues need several of these."""

    store: Store
    clock: Clock
    fetcher: Fetcher
    workers: Workers
    embedder: Embedder
    charts: Charts


@dataclass(frozen=True, slots=True)
class AppApi:
    """The running instance, as seen from the chat. Each call returns the state of that moment."""

    watchlist: Callable[[], Watchlist]
    """What is watched now."""
    configured_feeds: Callable[[], Sequence[Feed]]
    """The feeds of `feeds.toml`, without those that chats and the command line have added."""
    admins: Callable[[], Sequence[int]]
    """User ids from `kabar.toml`. Admins by the one-time link are in the store."""
    access: Callable[[], Access]
    """Who is let in, by `kabar.toml`."""
    machine: Callable[[], Machine]
    """What /status says of this process."""
    audience_changed: Callable[[], Awaitable[None]]
    """Call it after the commit when there is a new admin or a chat is reachable again: deliveries may be waiting."""
    topics_changed: Callable[[], Awaitable[None]]
    """Call it after the commit when topics were created, changed or deleted; they are in use when it returns."""

    def topics(self) -> tuple[Topic, ...]:
        """All topics that are watched now."""
        return tuple(self.watchlist().topics.values())

    def feeds(self) -> tuple[Feed, ...]:
        """All feeds that are watched now."""
        return tuple(self.watchlist().feeds.values())
