"""Rises of topics: which are under way, and who has yet to hear of them. Pure.

A rise is told once, and the next one only after the volume has been back at its habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.trend import DAY, Volume, is_back, is_rising
from bot.model import Destination

_CLOCK_ERROR = 2 * DAY
"""A rise that began farther in the future was noted by a clock that was wrong."""


@dataclass(frozen=True, slots=True)
class Rising:
    """A rise that is not over."""

    since: datetime
    habit: float
    """Articles a day when it began."""
    owed: tuple[Destination, ...] = ()
    """Who has not heard of it: it is quiet there, or paused."""


@dataclass(frozen=True, slots=True)
class TopicTrend:
    """How a topic stands."""

    finds: str
    """Stands for what the topic finds articles by: where that changes, its volume says nothing about the world."""
    begun: datetime
    """Since when it has found articles by that."""
    rising: Rising | None = None


def begin(before: TopicTrend | None, finds: str, introduced: datetime, now: datetime) -> TopicTrend:
    """The standing to go on from. `introduced`: when the topic was first watched, for one that is not known here."""
    if before is None:
        return TopicTrend(finds, min(introduced, now))
    if before.finds != finds:
        return replace(before, finds=finds, begun=now)
    return replace(before, begun=min(before.begun, now))  # a clock that was ahead must not silence it for so long


def after_look(standing: TopicTrend, counted: Volume, destinations: Sequence[Destination], now: datetime) -> TopicTrend:
    """The standing after a look at the topic's volume; a new rise is owed to these destinations.

    A clock that was set back to before a rise sees less than there was: nothing is decided until it has caught up.
    """
    rising = standing.rising
    if rising is None:
        if not is_rising(counted):
            return standing
        return replace(standing, rising=Rising(now, counted.habit, tuple(destinations)))
    if rising.since > now + _CLOCK_ERROR:
        return replace(standing, rising=replace(rising, since=now))
    if rising.since > now or not is_back(counted, rising.habit):
        return standing
    return replace(standing, rising=None)
