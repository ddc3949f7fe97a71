"""What is published, for how many, and when each feed is asked: by Kabar's own schedule.

Assumed, and said with the results: articles a day of a feed are log-normal (median 1.5, mean 6.4, at most 500), by day
up to 1.6 times and by night down to 0.4 times as many; every third server sends the document again instead of 304; of
100 articles 15 are on a topic, and are told to a number of chats whose tail is heavy (Pareto, exponent 1.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from bot.feeds.poll_schedule import PollingLimits, after_not_modified, after_success
from bot.model import Entry, Feed, FeedId, FeedState, Fetched, NotModified, ParsedFeed

DAY: Final = 86_400.0
_MEDIAN, _SIGMA, _MOST = 1.5, 1.7, 500.0
_SWING: Final = 0.6
_LIMITS: Final = PollingLimits()
_AT: Final = datetime(2026, 3, 2, tzinfo=UTC)
_FEED: Final = Feed(FeedId("a"), "https://a.example/feed")


@dataclass(frozen=True, slots=True)
class Size:
    """How large an installation is, and what happens in it."""

    feeds: int
    chats: int
    topics: int
    workers: int = 1
    on_server: bool = True
    alerts_a_day: float = 5.0
    """Messages that a chat gets in the mean."""
    on_topic: float = 0.15
    ignores_validators: float = 1 / 3
    big_news: float = 0.0
    """Chats that one article an hour is for."""
    commit: float | None = None
    """Seconds until a commit is on the disk; None: as measured here."""
    hours: float = 3.0
    begins: float = 9.0
    """The hour of the day. What is measured begins an hour later."""
    seed: int = 1


def articles_a_day(random: Random) -> float:
    """Of one feed, in the mean of day and night."""
    return min(_MEDIAN * math.exp(random.gauss(0.0, _SIGMA)), _MOST)


def of_hour(moment: float) -> float:
    """How many times the mean of a day is published at this moment, in seconds of the day; most at two o'clock."""
    return 1.0 + _SWING * math.cos((moment - 14 * 3_600) / DAY * 2 * math.pi)


def next_article(rate: float, after: float, random: Random) -> float:
    """When a feed with so many articles a day publishes next: a Poisson process whose rate follows the hour."""
    moment = after
    while True:
        moment += random.expovariate(rate * (1 + _SWING) / DAY)
        if random.random() * (1 + _SWING) <= of_hour(moment):
            return moment


class Schedule:
    """The intervals of Kabar's own schedule, without the jitter."""

    def __init__(self) -> None:
        self._by_rate: dict[int, float] = {}
        self._slower: dict[float, float] = {}

    def after_articles(self, rate: float) -> float:
        """Seconds until the next poll, of a feed that has published evenly."""
        level = round(math.log(rate) * 20)
        if level not in self._by_rate:
            self._by_rate[level] = _after_articles(math.exp(level / 20))
        return self._by_rate[level]

    def after_nothing(self, interval: float) -> float:
        """Seconds until the next poll, where nothing was new after such an interval."""
        interval = round(interval)
        if interval not in self._slower:
            state = FeedState(_FEED.id, next_poll_at=_AT, interval=timedelta(seconds=interval), document_at=_AT)
            after = after_not_modified(_FEED, state, NotModified(_FEED.url), limits=_LIMITS, now=_AT, jitter=0.0)
            self._slower[interval] = (after.next_poll_at - _AT).total_seconds()
        return self._slower[interval]


def _after_articles(rate: float) -> float:
    moments = [_AT - timedelta(days=1) / rate * place for place in range(20)]
    entries = tuple(Entry(None, None, str(at), "", published_at=at) for at in moments)
    parsed = ParsedFeed("A", None, None, "rss20", entries)
    after = after_success(
        _FEED, None, Fetched(_FEED.url, b"", {}), parsed, new_count=1, limits=_LIMITS, now=_AT, jitter=0.0
    )
    return (after.next_poll_at - _AT).total_seconds()


class Audience:
    """How many chats an article on a topic is told to: few for most, many for some; so many in the mean."""

    def __init__(self, mean: float, most: int, random: Random) -> None:
        self._most = max(most, 1)
        self._mean = max(mean, 0.001)
        self._random = random

    def draw(self) -> int:
        """Pareto with the exponent 1.5, whose mean is three times the least; a part of it by chance."""
        value = self._mean / 3 * self._random.paretovariate(1.5)
        whole = int(value)
        return min(whole + (self._random.random() < value - whole), self._most)
