"""The health of a feed, from the stored state of its polls."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from bot.feeds.publishing_rhythm import is_empty, is_silent
from bot.model import FeedState

OVERRUN_SHOWN: Final = timedelta(days=7)
"""How long the warning is shown that entries may have been missed."""


class Health(IntEnum):
    """The health of a feed; the least is the one that most needs attention."""

    FAILING = 0
    GONE = 1
    """The server answered 410: it is no longer polled."""
    EMPTY = 2
    """It had entries before and has none now."""
    SILENT = 3
    """It has published nothing for far longer than ever before."""
    UNREAD = 4
    """It was not polled yet."""
    WELL = 5


def health_of(state: FeedState | None) -> Health:
    """The health of a feed; `state`: None for a feed that was never polled."""
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
    """Whether entries may have been missed in the last days, because the feed published more than one poll shows."""
    return state is not None and state.overrun_at is not None and timedelta() <= now - state.overrun_at < OVERRUN_SHOWN
