"""Pages that are read as examples: one that many chats show is fetched once.

Kept in memory for some hours. A failure is not kept, since the site may be there again in a minute.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

from bot.model import Example
from bot.ports import Clock, Fetcher, Workers
from bot.text.urls import link_key
from bot.usecases.topics.example_sources import Unreadable, read_link

KEPT_FOR: Final = timedelta(hours=6)
MOST: Final = 200
"""Pages that are kept: some megabytes. The oldest is dropped."""


class ReadPages:
    """Reads pages, and remembers what it has read."""

    def __init__(self, fetcher: Fetcher, workers: Workers, clock: Clock) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Example]] = {}
        """By the key of the address, in the order they were read."""
        self._reading: dict[str, asyncio.Task[Example | Unreadable]] = {}

    def known(self, url: str) -> Example | None:
        """The article at this address, if it was read within the last hours."""
        read_at, example = self._kept.get(_key(url), (None, None))
        is_recent = read_at is not None and timedelta() <= self._clock.now() - read_at < KEPT_FOR
        return example if is_recent else None

    async def read(self, url: str) -> Example | Unreadable:
        """The article at this address. Whoever asks while it is being fetched gets the same."""
        if (example := self.known(url)) is not None:
            return example
        key = _key(url)
        if key not in self._reading:
            self._reading[key] = asyncio.create_task(self._fetch(key, url))
        return await asyncio.shield(self._reading[key])  # one who gives up must not take it from the others

    async def _fetch(self, key: str, url: str) -> Example | Unreadable:
        try:
            found = await read_link(self._fetcher, self._workers, url)
        finally:
            del self._reading[key]
        if isinstance(found, Example):
            self._kept.pop(key, None)
            self._kept[key] = (self._clock.now(), found)
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return found


def _key(url: str) -> str:
    return link_key(url) or url
