"""One document of a feed at a time: a poll and a hub's post must each see what the other has stored."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bot.model import FeedId


class FeedLocks:
    """One lock for each feed, which exists for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[FeedId, asyncio.Lock] = WeakValueDictionary()

    def of(self, feed_id: FeedId) -> asyncio.Lock:
        """The feed's lock. Enter it at once: nothing else keeps it alive."""
        return self._locks.setdefault(feed_id, asyncio.Lock())
