"""Alerts on rises of topics: which rises are under way, and who has yet to be sent them. Pure.

A rise is sent once, and the next one only after the volume was back to the usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.trend import DAY, Volume, is_rise_over, is_rising
from bot.model import Destination

_CLOCK_ERROR = 2 * DAY
"""The error of clocks that is allowed: a rise that began later than this in the future was stored by a wrong clock."""


@dataclass(frozen=True, slots=True)
class Rising:
    """A rise that is under way."""

    since: datetime
    habit: float
    """The usual number of articles a day when it began."""
    owed: tuple[Destination, ...] = ()
    """Destinations that were not sent it yet, because of quiet hours or a pause."""


@dataclass(frozen=True, slots=True)
class TopicTrend:
    """What is stored of a topic between two checks."""

    finds: str
    """A fingerprint of the topic's examples and query: when these change, counts before and after do not compare."""
    begun: datetime
    """Since when `finds` is unchanged."""
    rising: Rising | None = None


def current_trend(before: TopicTrend | None, finds: str, introduced: datetime, now: datetime) -> TopicTrend:
    """The state that a check starts from. `introduced`: when the topic was first watched, used if `before` is None."""
    if before is None:
        return TopicTrend(finds, min(introduced, now))
    if before.finds != finds:
        return replace(before, finds=finds, begun=now)
    return replace(before, begun=min(before.begun, now))  # a clock that was ahead must not silence it for so long


def update_trend(trend: TopicTrend, counted: Volume, destinations: Sequence[Destination], now: datetime) -> TopicTrend:
    """The state after a check of the topic's volume; a new rise has to be sent to these destinations.

    Where the clock was set back to before a rise began, nothing is decided until it has caught up.
    """
    rising = trend.rising
    if rising is None:
        if not is_rising(counted):
            return trend
        return replace(trend, rising=Rising(now, counted.habit, tuple(destinations)))
    if rising.since > now + _CLOCK_ERROR:
        return replace(trend, rising=replace(rising, since=now))
    if rising.since > now or not is_rise_over(counted, rising.habit):
        return trend
    return replace(trend, rising=None)
