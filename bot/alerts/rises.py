"""Rises of topics: which are under way and who has yet to hear of them, and what is said of one. Pure.

A rise is told once, and the next one only after the volume has been back at its habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.amounts import number_text
from bot.alerts.trend import DAY, Volume, is_back, is_rising
from bot.model import Destination, Rise
from bot.text.clean import clean_title
from bot.text.wording import Wording

_BARS = "▁▂▃▄▅▆▇█"
_UNKNOWN = "·"

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
class Standing:
    """How a topic stands."""

    finds: str
    """Stands for what the topic finds articles by: where that changes, its volume says nothing about the world."""
    begun: datetime
    """Since when it has found articles by that."""
    rising: Rising | None = None


def begin(before: Standing | None, finds: str, introduced: datetime, now: datetime) -> Standing:
    """The standing to go on from. `introduced`: when the topic was first watched, for one that is not known here."""
    if before is None:
        return Standing(finds, min(introduced, now))
    if before.finds != finds:
        return replace(before, finds=finds, begun=now)
    return replace(before, begun=min(before.begun, now))  # a clock that was ahead must not silence it for so long


def after_look(standing: Standing, counted: Volume, destinations: Sequence[Destination], now: datetime) -> Standing:
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


def rise_text(rise: Rise, wording: Wording) -> str:
    """One sentence."""
    articles = wording.say_many(
        "{count} article", "{count} articles", rise.today, count=number_text(rise.today, wording)
    )
    usual = round(rise.habit)
    if usual:
        usually = wording.say("usually about {count} a day", count=number_text(usual, wording))
    else:
        usually = wording.say("usually fewer than one a day")
    return wording.say(
        "“{watch}” is rising: {articles} in 24 hours, {usually}.",
        watch=clean_title(rise.topic_name),
        articles=articles,
        usually=usually,
    )


def sparkline(rise: Rise) -> str:
    """The days and the last 24 hours as a line of bars, a character each; a dot where nothing is known."""
    counts = (*rise.days, rise.today)
    most = max(1, *(count or 0 for count in counts))
    return "".join(_UNKNOWN if count is None else _BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)
