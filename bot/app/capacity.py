"""How much may wait and run at once, by the file descriptors that this process may have (getrlimit(2))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.adapters.process import raise_file_limit

WAITING_ROOM: Final = 256
"""Polls that may wait for their servers beside `polling.concurrency`: each costs a connection."""

LOOKUPS: Final = 512
"""Names that may be looked up at once, which matters only where name servers hang."""

OWN: Final = 44
"""Descriptors for everything else: the database (three a connection), Telegram, a reader of documents, the logs."""

ENOUGH: Final = 4096
"""More are not asked for."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What fits."""

    files: int
    """Descriptors that this process may have."""
    places: int
    """Polls that work at once: `polling.concurrency`, or fewer."""
    waiting: int
    """Polls that wait for their servers."""
    lookups: int

    @property
    def connections(self) -> int:
        return self.places + self.waiting

    def is_short_of(self, concurrency: int) -> bool:
        """Whether fewer descriptors than usual change anything."""
        return self.places < concurrency or self.waiting < WAITING_ROOM


def available_capacity(concurrency: int) -> Capacity:
    """Raise the soft limit if it is low and the hard one allows it, then share what there is."""
    return capacity_with(raise_file_limit(ENOUGH), concurrency)


def capacity_with(files: int, concurrency: int) -> Capacity:
    """A quarter of the free ones each for polls that work and names, half for polls that wait. Pure."""
    free = max(4, files - OWN)
    return Capacity(
        files,
        places=min(concurrency, max(1, free // 4)),
        waiting=min(WAITING_ROOM, max(1, free // 2)),
        lookups=min(LOOKUPS, max(1, free // 4)),
    )
