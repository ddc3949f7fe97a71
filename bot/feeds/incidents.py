"""Incidents of feeds (failing, gone, empty, silent): which are worth a notice, and which are over. Pure.

An incident is reported once, when it begins, and again only after it had ended. The caller stores what was reported
(`ReportedIncidents`) between two checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from bot.feeds.feed_health import Health, health_of
from bot.model import Feed, FeedId, FeedState

REST: Final = timedelta(hours=1)
"""After a notice there is none for this long: feeds that fail together are all polled, and seen to fail, in an hour."""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident of a feed: its kind, and since when."""

    health: Health
    since: datetime


@dataclass(frozen=True, slots=True)
class ReportedIncidents:
    """The incidents that were reported and are not over."""

    troubles: Mapping[FeedId, Incident] = field(default_factory=dict)
    all_since: datetime | None = None
    """Since when no feed can be read; None while some can."""
    back_at: datetime | None = None
    """When that was last over: until then, failures were not those of single feeds."""
    at: datetime | None = None
    """When anything was last reported."""


@dataclass(frozen=True, slots=True)
class IncidentNews:
    """What to report now."""

    troubles: Mapping[FeedId, Incident] = field(default_factory=dict)
    mended: tuple[FeedId, ...] = ()
    """Feeds that can be read again, of those whose failure was reported."""
    all_since: datetime | None = None
    """Since when no feed can be read, where that has to be reported now."""
    all_mended: bool = False

    @property
    def has_any(self) -> bool:
        """Whether there is anything to report."""
        return bool(self.troubles or self.mended or self.all_since or self.all_mended)


def review_incidents(
    reported: ReportedIncidents,
    feeds: Mapping[FeedId, Feed],
    states: Mapping[FeedId, FeedState],
    *,
    failing_after: timedelta | None,
    now: datetime,
) -> tuple[ReportedIncidents, IncidentNews]:
    """What to report about the feeds that are polled, and what is reported by then.

    Args:
        failing_after: how long a feed has to fail before it is reported; None: failures are never reported. Where all
            feeds fail, for whatever reason, that is one incident and not hundreds.
    """
    if reported.at is not None and timedelta() <= now - reported.at < REST:
        return reported, IncidentNews()
    all_since = _all_failing_since(feeds, states)
    all_mended = reported.all_since is not None and all_since is None
    back_at = now if all_mended else reported.back_at
    found = _incidents(feeds, states, failing_after, back_at, now)
    new = {one: incident for one, incident in found.items() if _is_new(incident, reported.troubles.get(one))}
    if all_since is not None:
        new = {one: incident for one, incident in new.items() if incident.health is not Health.FAILING}
    lasting = _lasting(reported.troubles, found, feeds, states)
    mended = tuple(
        one
        for one, incident in reported.troubles.items()
        if incident.health is Health.FAILING and one not in lasting and one not in new and one in feeds
    )
    is_long = all_since is not None and failing_after is not None and now - all_since >= failing_after
    news = IncidentNews(new, mended, all_since if is_long and reported.all_since is None else None, all_mended)
    after = ReportedIncidents(
        {**lasting, **new}, None if all_since is None else reported.all_since or news.all_since, back_at, reported.at
    )
    return (replace(after, at=now), news) if news.has_any else (after, news)


def _incidents(
    feeds: Mapping[FeedId, Feed],
    states: Mapping[FeedId, FeedState],
    failing_after: timedelta | None,
    back_at: datetime | None,
    now: datetime,
) -> Mapping[FeedId, Incident]:
    found = {one: _incident_of(states[one], failing_after, back_at, now) for one in feeds if one in states}
    return {one: incident for one, incident in found.items() if incident and not _is_old_file(feeds[one], incident)}


def _is_old_file(feed: Feed, incident: Incident) -> bool:
    """A feed that is a file, and silent: its owner knows that nothing is written to it (so is the sample feed)."""
    return incident.health is Health.SILENT and feed.url.startswith("file:")


def _incident_of(
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


def _is_new(incident: Incident, known: Incident | None) -> bool:
    return known is None or known.health is not incident.health


def _lasting(
    known: Mapping[FeedId, Incident],
    found: Mapping[FeedId, Incident],
    feeds: Mapping[FeedId, Feed],
    states: Mapping[FeedId, FeedState],
) -> Mapping[FeedId, Incident]:
    """The reported incidents that are not over. A failing feed has not recovered because `failing_after` was raised."""
    return {
        one: incident
        for one, incident in known.items()
        if one in feeds
        and one in states
        and (
            (one in found and not _is_new(found[one], incident))
            or (incident.health is Health.FAILING and health_of(states[one]) is Health.FAILING)
        )
    }


def _all_failing_since(feeds: Mapping[FeedId, Feed], states: Mapping[FeedId, FeedState]) -> datetime | None:
    """Since when every feed of the network fails; None while one can be read, or where there is only one feed."""
    asked = [
        states[one]
        for one, feed in feeds.items()
        if one in states and not feed.url.startswith("file:") and not states[one].gone
    ]
    since = [state.failing_since for state in asked if state.failing_since is not None]
    return max(since) if len(asked) > 1 and len(since) == len(asked) else None
