"""In which order feeds that are due are polled: those that answer first, those that do not last. Pure.

A server that does not answer takes half a minute of a poll. Where feeds were polled in the order of their times, some
hundred dead ones kept the others waiting for many minutes; `bot.usecases.ingest.poll_places` says how many of each
standing are polled at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bot.feeds.poll_schedule import poll_address
from bot.model import Feed, FeedState
from bot.text.urls import server_of

SOON_BACK: Final = 2
"""So many failures in a row of a feed that has been read before are taken for a passing trouble."""


class Standing(IntEnum):
    """What is to be expected of a feed by its last polls; the lower goes first."""

    WELL = 0
    """Its last poll succeeded."""
    NEW = 1
    """It has not been polled yet, at this address."""
    SHAKY = 2
    """It has been read before, and failed at most twice since."""
    FAILING = 3


@dataclass(frozen=True, slots=True)
class DuePoll:
    """A feed that is due."""

    feed: Feed
    standing: Standing
    server: str
    """Host, and port unless it is the usual one, of the address that is polled; empty for a file."""


def due_poll(feed: Feed, state: FeedState | None) -> DuePoll:
    """What is polled, and what is to be expected of it. `state` None: it was never polled."""
    return DuePoll(feed, standing_of(state), server_of(poll_address(feed, state)))


def standing_of(state: FeedState | None) -> Standing:
    """The standing of a feed by what is stored about it."""
    if state is None or (state.succeeded_at is None and not state.failures):
        return Standing.NEW
    if not state.failures:
        return Standing.WELL
    return Standing.SHAKY if state.succeeded_at is not None and state.failures <= SOON_BACK else Standing.FAILING
