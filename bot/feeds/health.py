"""How a feed is doing, from what is remembered of its polls."""

from __future__ import annotations

from enum import IntEnum

from bot.model import FeedState


class Health(IntEnum):
    """What needs a look first comes first."""

    FAILING = 0
    GONE = 1
    """The server said 410: it is not polled any more."""
    UNREAD = 2
    """Its first poll is still to come."""
    WELL = 3


def health_of(state: FeedState | None) -> Health:
    """`state`: None for a feed that was never polled."""
    if state is None:
        return Health.UNREAD
    if state.gone:
        return Health.GONE
    if state.error:
        return Health.FAILING
    return Health.UNREAD if state.succeeded_at is None else Health.WELL
