"""Which troubles of feeds are worth a word, and when they are over.

Pure: each is told once, when it comes about, and again only after it was over. What was told is given and returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.feeds.feed_health import Health, health_of
from bot.model import Feed, FeedId, FeedState

REST: Final = timedelta(hours=1)
"""After a word there is none for so long: feeds that fall together are polled, and noticed, within an hour."""


@dataclass(frozen=True, slots=True)
class Incident:
    """What a feed suffers from, and since when."""

    health: Health
    since: datetime


@dataclass(frozen=True, slots=True)
class ReportedIncidents:
    """What people have heard of and is not over yet."""

    troubles: Mapping[FeedId, Incident] = field(default_factory=dict)
    all_since: datetime | None = None
    """Since when no feed at all can be read."""
    back_at: datetime | None = None
    """When that was last over: failures until then were no failures of single feeds."""
    at: datetime | None = None
    """When anything was told last."""


@dataclass(frozen=True, slots=True)
class IncidentNews:
    """What is to be told now."""

    troubles: Mapping[FeedId, Incident] = field(default_factory=dict)
    mended: tuple[FeedId, ...] = ()
    """Feeds that can be read again, of those that are known to have failed."""
    all_since: datetime | None = None
    """Since when no feed at all can be read."""
    all_mended: bool = False

    @property
    def is_any(self) -> bool:
        return bool(self.troubles or self.mended or self.all_since or self.all_mended)


def review_incidents(
    told: ReportedIncidents,
    feeds: Mapping[FeedId, Feed],
    states: Mapping[FeedId, FeedState],
    *,
    failing_after: timedelta | None,
    now: datetime,
) -> tuple[ReportedIncidents, IncidentNews]:
    """What there is to tell of the feeds that are polled, and what is known then.

    failing_after: a feed that fails is told of after so long; None: never. Where every feed fails, for whatever
    reason, that is one trouble and not hundreds.
    """
    if told.at is not None and timedelta() <= now - told.at < REST:
        return told, IncidentNews()
    all_since = _all_failing_since(feeds, states)
    all_mended = told.all_since is not None and all_since is None
    back_at = now if all_mended else told.back_at
    found = _troubles(feeds, states, failing_after, back_at, now)
    new = {one: trouble for one, trouble in found.items() if _is_new(trouble, told.troubles.get(one))}
    if all_since is not None:
        new = {one: trouble for one, trouble in new.items() if trouble.health is not Health.FAILING}
    lasting = _lasting(told.troubles, found, feeds, states)
    mended = tuple(
        one
        for one, trouble in told.troubles.items()
        if trouble.health is Health.FAILING and one not in lasting and one not in new and one in feeds
    )
    is_long = all_since is not None and failing_after is not None and now - all_since >= failing_after
    news = IncidentNews(new, mended, all_since if is_long and told.all_since is None else None, all_mended)
    after = ReportedIncidents(
        {**lasting, **new}, None if all_since is None else told.all_since or news.all_since, back_at, told.at
    )
    return (replace(after, at=now), news) if news.is_any else (after, news)


def _troubles(
    feeds: Mapping[FeedId, Feed],
    states: Mapping[FeedId, FeedState],
    failing_after: timedelta | None,
    back_at: datetime | None,
    now: datetime,
) -> Mapping[FeedId, Incident]:
    found = {one: _trouble_of(states[one], failing_after, back_at, now) for one in feeds if one in states}
    return {one: trouble for one, trouble in found.items() if trouble and not _is_old_file(feeds[one], trouble)}


def _is_old_file(feed: Feed, trouble: Incident) -> bool:
    """Whoever keeps a file knows that nothing is written to it; the sample feed has been as it is for years."""
    return trouble.health is Health.SILENT and feed.url.startswith("file:")


def _trouble_of(
    state: FeedState, failing_after: timedelta | None, back_at: datetime | None, now: datetime
) -> Incident | None:
    match health_of(state):
        case Health.FAILING:
            since = state.failing_since or now
            counted = max(since, back_at or since)
            is_long = failing_after is not None and now - counted >= failing_after
            return Incident(Health.FAILING, since) if is_long else None
        case Health.GONE:
            return Incident(Health.GONE, state.polled_at or now)
        case Health.EMPTY:
            return Incident(Health.EMPTY, state.empty_since or now)
        case Health.SILENT:
            return Incident(Health.SILENT, state.newest_at or now)
        case _:
            return None


def _is_new(trouble: Incident, known: Incident | None) -> bool:
    return known is None or known.health is not trouble.health


def _lasting(
    known: Mapping[FeedId, Incident],
    found: Mapping[FeedId, Incident],
    feeds: Mapping[FeedId, Feed],
    states: Mapping[FeedId, FeedState],
) -> Mapping[FeedId, Incident]:
    """What was told and is not over. A feed that fails is not mended by a limit that is raised."""
    return {
        one: trouble
        for one, trouble in known.items()
        if one in feeds
        and one in states
        and (
            (one in found and not _is_new(found[one], trouble))
            or (trouble.health is Health.FAILING and health_of(states[one]) is Health.FAILING)
        )
    }


def _all_failing_since(feeds: Mapping[FeedId, Feed], states: Mapping[FeedId, FeedState]) -> datetime | None:
    """Since when every feed of the network fails, where there are several; None while one can be read."""
    asked = [
        states[one]
        for one, feed in feeds.items()
        if one in states and not feed.url.startswith("file:") and not states[one].gone
    ]
    since = [state.failing_since for state in asked if state.failing_since is not None]
    return max(since) if len(asked) > 1 and len(since) == len(asked) else None
