"""Whether a topic is written about far more than is its habit. Pure.

What is counted, in windows of 24 hours that end now and every 24 hours before: articles on the topic by when they were
published, so that a backlog, or what comes after hours without network, falls on the days it belongs to; undated ones
by when they were seen, those that one document brought as one. Copies count once: a rise is that more is written, not
that one text is printed more often. They are known by their title, and where that looks like a rise by their text too.
Articles, not stories: a story that everybody writes about is what a rise looks like.

The model is the Gamma-Poisson one (negative binomial): each day has a rate of its own around the habit, more or less
scattered. Neither habit nor scatter is estimated and then believed: the predictive probability of a day like this one
is averaged over all habits (a beta prior is conjugate where the scatter is given: Gelman et al., "Bayesian Data
Analysis", 3rd ed., 2.6) and over a grid of scatters, each weighed by the likelihood of the earlier days given their
sum, which no longer depends on the habit (Robinson and Smyth, "Small-sample estimation of negative binomial
dispersion", Biostatistics 2008). So few days, quiet topics, bursts and a weekly rhythm all make it harder to be
surprised, as they should. `python -m tests.benchmarks.trend` shows how seldom that is wrong and how soon it is right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma

from bot.model import ArticleId, FeedId, Sighting
from bot.text.tokens import fold

DAY = timedelta(days=1)

DAYS = 28
"""Earlier days that make the habit: four of each weekday."""

LEAST_DAYS = 7
"""Fewer tell no habit, and a feed that has been read for less makes none."""

LEAST = 5
"""Articles a day below which nothing is called a rise, however quiet it was before."""

FAR = 2.0
"""How many times the habit a day must be: what is merely certain is not yet worth a message."""

SURPRISE = 3e-4
"""The predictive probability of a day like this below which it is a rise.

Windows overlap, and one is looked at many times a day: this is what holds false alarms below one a topic and year."""

BACK = 1.5
"""How many times the habit a day may be for a rise to be over."""

_SCATTERS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 1024.0)
"""Shapes of the gamma distribution of a day's rate: its variance is the habit squared over this. All equally likely."""


@dataclass(frozen=True, slots=True)
class Volume:
    """How much was written on a topic."""

    today: int
    """In the last 24 hours."""
    days: tuple[int | None, ...]
    """In each 24 hours before them, oldest first; None: nothing is known of that day."""

    @property
    def earlier(self) -> tuple[int, ...]:
        """Of the days before of which something is known."""
        return tuple(count for count in self.days if count is not None)

    @property
    def habit(self) -> float:
        """Articles a day: of all days or of the last week, whichever is more, as a topic may be growing."""
        month, week = self.earlier, self.earlier[-LEAST_DAYS:]
        return max(sum(month) / len(month), sum(week) / len(week)) if month else 0.0


def volume(
    sightings: Iterable[Sighting],
    feeds_since: Mapping[FeedId, datetime],
    *,
    known_days: Collection[int],
    begun: datetime,
    now: datetime,
    copies: Collection[ArticleId] = (),
) -> Volume:
    """The articles of a topic, counted.

    Args:
        feeds_since: when the first article of each feed was seen. What the first document of a feed brings is not
            counted, nor anything of a feed that is new: more is read then, not written.
        known_days: the days, counted back from the last 24 hours (0), on which anything was read at all.
        begun: since when the topic finds what it finds now; days that began before are not known.
        copies: articles that say what others say: not counted.
    """
    seen: dict[int, set[tuple[object, ...]]] = {}
    for one in sightings:
        if one.article_id in copies:
            continue
        since = feeds_since.get(one.feed_id) if one.feed_id is not None else None
        if since is None or one.seen_at <= since or now - since < LEAST_DAYS * DAY or one.seen_at > now:
            continue
        at = min(one.published_at or one.seen_at, one.seen_at)
        seen.setdefault((now - at) // DAY, set()).add(_told_apart_by(one))
    whole = min(DAYS, (now - begun) // DAY - 1)
    days = tuple(len(seen.get(day, ())) if day in known_days else None for day in range(whole, 0, -1))
    return Volume(len(seen.get(0, ())), days)


def _told_apart_by(one: Sighting) -> tuple[object, ...]:
    """What two articles of a day share that count as one."""
    if one.published_at is None:
        return (one.feed_id, one.seen_at)
    title = " ".join(fold(one.title).split())
    return (title,) if title else (one.feed_id, one.published_at)


def is_rising(counted: Volume) -> bool:
    """Whether the last 24 hours lie far above the habit, and not by chance."""
    today, earlier = counted.today, counted.earlier
    if len(earlier) < LEAST_DAYS or today < LEAST or today < FAR * counted.habit:
        return False
    return chance(today, earlier) < SURPRISE


def is_back(counted: Volume, habit_then: float) -> bool:
    """Whether a rise is over. `habit_then`: what the habit was when it began; a new habit makes an end of it, too."""
    return counted.today <= max(1.0, BACK * max(habit_then, counted.habit))


def chance(today: int, earlier: Sequence[int]) -> float:
    """The predictive probability of a day with at least so many articles, after days like these."""
    fits = [_fit(earlier, scatter) for scatter in _SCATTERS]
    best = max(fits)
    weights = [exp(fit - best) for fit in fits]
    tails = [_tail(today, earlier, scatter) for scatter in _SCATTERS]
    return sum(weight * tail for weight, tail in zip(weights, tails, strict=True)) / sum(weights)


def _fit(earlier: Sequence[int], scatter: float) -> float:
    """Log-likelihood of a scatter, given the sum of the days, but for what is the same for all scatters."""
    whole = len(earlier) * scatter
    days = sum(lgamma(count + scatter) for count in earlier) - len(earlier) * lgamma(scatter)
    return days + lgamma(whole) - lgamma(whole + sum(earlier))


def _tail(today: int, earlier: Sequence[int], scatter: float) -> float:
    """The same probability where the scatter is given: a beta negative binomial distribution."""
    a, b = len(earlier) * scatter + 1, sum(earlier) + 0.5
    term = exp(lgamma(a + scatter) + lgamma(a + b) - lgamma(a) - lgamma(a + scatter + b))
    below = 0.0
    for count in range(today):
        below += term
        term *= (count + scatter) / (count + 1) * (b + count) / (a + scatter + b + count)
    return max(0.0, 1.0 - below)
