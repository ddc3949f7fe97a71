"""One after the other, a feed: a poll and what a hub posts must each see what the other has found."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bot.model import FeedId


class FeedLocks:
    """A lock a feed, for as long as anybody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[FeedId, asyncio.Lock] = WeakValueDictionary()

    def of(self, feed_id: FeedId) -> asyncio.Lock:
        """To be entered at once: nobody else keeps it."""
        return self._locks.setdefault(feed_id, asyncio.Lock())
