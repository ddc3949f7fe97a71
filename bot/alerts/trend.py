"""Trend detection: whether a topic has far more articles than usual. Pure.

Articles are counted in windows of 24 hours: the last one ends now. An article counts for the time it was published, so
that a backlog, or what comes after hours without network, counts for the right days. Articles without a date count for
the time they were seen, and all of one document as one. Copies count once, because a rise means that more is written,
not that one text is printed more often: they are recognized by their title and, where that looks like a rise, by their
text. Articles are counted, not stories: a story that all outlets write about is a rise.

The model is the Gamma-Poisson one (negative binomial): each day has a rate of its own that scatters around the usual
rate. Neither the usual rate nor the scatter is estimated as one value: the predictive probability of a day like the
last one is averaged over all rates (a beta prior is conjugate for a given scatter: Gelman et al., "Bayesian Data
Analysis", 3rd ed., 2.6, http://www.stat.columbia.edu/~gelman/book/) and over a grid of scatters, each weighed by the
likelihood of the earlier days given their sum, which does not depend on the rate (Robinson and Smyth, "Small-sample
estimation of negative binomial dispersion", Biostatistics 9(2), 2008, https://doi.org/10.1093/biostatistics/kxm030).
So few days, quiet topics, bursts and a weekly rhythm all make a rise harder to claim, as they should.
`python -m tests.benchmarks.trend` measures how often it is wrong and how soon it is right.
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
"""Earlier days that the usual rate is computed from: four of each weekday."""

LEAST_DAYS = 7
"""With fewer days there is no usual rate. A feed that has been read for less is not counted."""

LEAST = 5
"""With fewer articles in 24 hours there is no rise, however quiet the topic was before."""

FAR = 2.0
"""A rise has at least so many times the usual number of articles; significance alone is not worth a message."""

SURPRISE = 3e-4
"""A day is a rise if the predictive probability of so many articles is below this.

The windows overlap and are checked many times a day. This keeps false positives below one a year and topic."""

BACK = 1.5
"""A rise is over when a day has at most so many times the usual number of articles."""

_SCATTERS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 1024.0)
"""Shapes of the gamma distribution of a day's rate (variance: the squared rate over this), all with equal priors."""


@dataclass(frozen=True, slots=True)
class Volume:
    """The number of articles on a topic by day."""

    today: int
    """In the last 24 hours."""
    days: tuple[int | None, ...]
    """In each 24 hours before them, oldest first; None for a day on which nothing was polled."""

    @property
    def earlier(self) -> tuple[int, ...]:
        """The counts of the earlier days that are known."""
        return tuple(count for count in self.days if count is not None)

    @property
    def habit(self) -> float:
        """The usual number of articles a day: the mean of all days or of the last week, whichever is greater."""
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
    """Counts the articles of a topic.

    Args:
        feeds_since: when the first article of each feed was seen. Articles of a feed's first document and of a new feed
            are not counted: they mean that more is read, not that more is written.
        known_days: days on which anything was polled, counted back from the last 24 hours (0).
        begun: since when the topic has its current examples and query; days that began before are unknown.
        copies: articles with the same text as others; they are not counted.
    """
    seen: dict[int, set[tuple[object, ...]]] = {}
    for one in sightings:
        if one.article_id in copies:
            continue
        since = feeds_since.get(one.feed_id) if one.feed_id is not None else None
        if since is None or one.seen_at <= since or now - since < LEAST_DAYS * DAY or one.seen_at > now:
            continue
        at = min(one.published_at or one.seen_at, one.seen_at)
        seen.setdefault((now - at) // DAY, set()).add(_count_key(one))
    whole = min(DAYS, (now - begun) // DAY - 1)
    days = tuple(len(seen.get(day, ())) if day in known_days else None for day in range(whole, 0, -1))
    return Volume(len(seen.get(0, ())), days)


def _count_key(one: Sighting) -> tuple[object, ...]:
    """Articles of one day with the same key count as one."""
    if one.published_at is None:
        return (one.feed_id, one.seen_at)
    title = " ".join(fold(one.title).split())
    return (title,) if title else (one.feed_id, one.published_at)


def is_rising(counted: Volume) -> bool:
    """Whether the last 24 hours are far above the usual number, and not by chance."""
    today, earlier = counted.today, counted.earlier
    if len(earlier) < LEAST_DAYS or today < LEAST or today < FAR * counted.habit:
        return False
    return tail_probability(today, earlier) < SURPRISE


def is_rise_over(counted: Volume, habit_then: float) -> bool:
    """Whether a rise is over. `habit_then`: the usual number when it began; a new usual number can end it, too."""
    return counted.today <= max(1.0, BACK * max(habit_then, counted.habit))


def tail_probability(today: int, earlier: Sequence[int]) -> float:
    """The predictive probability of a day with at least `today` articles after the days `earlier`."""
    fits = [_fit(earlier, scatter) for scatter in _SCATTERS]
    best = max(fits)
    weights = [exp(fit - best) for fit in fits]
    tails = [_tail(today, earlier, scatter) for scatter in _SCATTERS]
    return sum(weight * tail for weight, tail in zip(weights, tails, strict=True)) / sum(weights)


def _fit(earlier: Sequence[int], scatter: float) -> float:
    """The log-likelihood of a scatter, given the sum of the days, without terms that all scatters share."""
    whole = len(earlier) * scatter
    days = sum(lgamma(count + scatter) for count in earlier) - len(earlier) * lgamma(scatter)
    return days + lgamma(whole) - lgamma(whole + sum(earlier))


def _tail(today: int, earlier: Sequence[int], scatter: float) -> float:
    """The predictive probability for a given scatter: the tail of a beta negative binomial distribution."""
    a, b = len(earlier) * scatter + 1, sum(earlier) + 0.5
    term = exp(lgamma(a + scatter) + lgamma(a + b) - lgamma(a) - lgamma(a + scatter + b))
    below = 0.0
    for count in range(today):
        below += term
        term *= (count + scatter) / (count + 1) * (b + count) / (a + scatter + b + count)
    return max(0.0, 1.0 - below)
