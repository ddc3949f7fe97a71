"""How a feed is doing, from what is remembered of its polls."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from bot.feeds.publishing_rhythm import is_empty, is_silent
from bot.model import FeedState

OVERRUN_SHOWN: Final = timedelta(days=7)
"""So long it is shown that entries may have been missed."""


class Health(IntEnum):
    """What needs a look first comes first."""

    FAILING = 0
    GONE = 1
    """The server said 410: it is not polled any more."""
    EMPTY = 2
    """It has had entries, and has none now."""
    SILENT = 3
    """It publishes nothing, for far longer than it ever did."""
    UNREAD = 4
    """Its first poll is still to come."""
    WELL = 5


def health_of(state: FeedState | None) -> Health:
    """`state`: None for a feed that was never polled."""
    if state is None:
        return Health.UNREAD
    if state.gone:
        return Health.GONE
    if state.error:
        return Health.FAILING
    if state.succeeded_at is None:
        return Health.UNREAD
    if is_empty(state):
        return Health.EMPTY
    return Health.SILENT if is_silent(state) else Health.WELL


def has_overrun(state: FeedState | None, now: datetime) -> bool:
    """Whether, of late, entries may have come and gone between two polls."""
    return state is not None and state.overrun_at is not None and timedelta() <= now - state.overrun_at < OVERRUN_SHOWN
