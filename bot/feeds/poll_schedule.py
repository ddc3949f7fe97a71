"""Decides when a feed is polled next: by how often it publishes, what its server asks for, and which polls failed.

Pure: `now` and `jitter` (0..1, lengthens a wait by up to a tenth so that feeds spread out) are arguments. Standards:
caching headers, RFC 9111 (https://www.rfc-editor.org/rfc/rfc9111); `Retry-After` and 410, RFC 9110, 10.2.3 and 15.5.11
(https://www.rfc-editor.org/rfc/rfc9110). Readers that ignored them were blocked or failed for long:
https://github.com/lemon24/reader/issues/376, https://github.com/FreshRSS/FreshRSS/issues/7571.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.feeds.publishing_rhythm import with_publishing_rhythm
from bot.model import Feed, FeedState, Fetched, FetchFailed, FetchProblem, NotModified, ParsedFeed
from bot.text.http_dates import http_date

LONGEST_WAIT = timedelta(hours=24)
"""The longest wait after failures, without the jitter."""

MOVE_DOUBTED = 3
"""After so many failures in a row at the target of a redirect, the original address is polled again."""

UNCHANGED_DOUBTED = timedelta(days=8)
"""After so long without a document, "not modified" is no longer believed."""

_SHARE_OF_GAP = 0.5
"""The wait as a share of the mean time between entries: a feed is polled about twice as often as it publishes."""

_RECENT_ENTRIES = 20
_SPREAD = 0.1
_PATIENT_FAILURES = 12
NO_ANSWER = frozenset({FetchProblem.UNREACHABLE, FetchProblem.TIMEOUT})
"""Failures that may be due to our own network: the first twelve in a row do not raise the wait above `at_most`."""
_NOT_SO_FAST = frozenset({FetchProblem.RATE_LIMITED, FetchProblem.BLOCKED})
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PollingLimits:
    """`[polling]` of the configuration: the initial interval, and the bounds of the adaptive one."""

    every: timedelta = timedelta(minutes=15)
    at_least: timedelta = timedelta(minutes=5)
    at_most: timedelta = timedelta(hours=1)


def is_poll_due(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    """Whether the feed has to be polled now.

    A wait longer than any that is decided here, or a last poll in the future, was stored by a wrong clock.
    """
    if state is None:
        return True
    longest = max(LONGEST_WAIT, feed.every or LONGEST_WAIT) * (1 + 2 * _SPREAD)
    was_wrong = state.next_poll_at > now + longest or (state.polled_at is not None and state.polled_at > now)
    return not state.gone and (state.next_poll_at <= now or was_wrong)


def poll_address(feed: Feed, state: FeedState | None) -> str:
    """The address to poll: the target of permanent redirects, else the feed's own address."""
    return state.moved_to if state and state.moved_to else feed.url


def at_new_address(state: FeedState, now: datetime) -> FeedState:
    """The state of a feed whose address was changed: it is polled at once, without validators."""
    return FeedState(
        feed_id=state.feed_id,
        next_poll_at=now,
        polled_at=state.polled_at,
        succeeded_at=state.succeeded_at,
        interval=state.interval,
        date_zone=state.date_zone,
        day_first=state.day_first,
    )


def after_success(
    feed: Feed,
    state: FeedState | None,
    fetched: Fetched,
    parsed: ParsedFeed,
    *,
    new_count: int,
    limits: PollingLimits,
    now: datetime,
    jitter: float,
    overrun: bool = False,
) -> FeedState:
    """The state after a document was fetched and parsed.

    Args:
        new_count: the number of new entries in it.
        overrun: no entry of it is known from the poll before, so some may have been missed in between.
    """
    before = state.interval if state else None
    interval = _adaptive_interval(feed, before, parsed, new_count=new_count, limits=limits, now=now)
    if overrun:
        interval = _bounded(feed, min(interval, (before or interval) / 2), limits)
    at_most = _at_most(feed, limits)
    hints = [hint for hint in (parsed.ttl, _freshness(fetched.headers, now)) if hint is not None]
    wait = interval if feed.every else max(interval, min(max(hints, default=interval), at_most))
    next_poll_at = now + _spread(wait, jitter)
    if not feed.every:
        next_poll_at = min(_outside_skipped(next_poll_at, parsed), max(next_poll_at, now + at_most))
    after = FeedState(
        feed_id=feed.id,
        next_poll_at=next_poll_at,
        # A truncated document has to be fetched again: 304 Not Modified would withhold the rest of it.
        etag=fetched.etag if parsed.is_whole else None,
        last_modified=fetched.last_modified if parsed.is_whole else None,
        polled_at=now,
        succeeded_at=now,
        document_at=now,
        date_zone=parsed.dates.zone,
        day_first=parsed.dates.day_first,
        interval=interval,
        moved_to=fetched.moved_to or (state.moved_to if state else None),
        overrun_at=now if overrun else (state.overrun_at if state else None),
    )
    return with_publishing_rhythm(after, state, parsed, now)


def after_not_modified(
    feed: Feed, state: FeedState, answer: NotModified, *, limits: PollingLimits, now: datetime, jitter: float
) -> FeedState:
    """The state after 304 Not Modified: nothing was new, so the interval becomes a little longer.

    The answer renews the validators (RFC 9111, 4.3.4): some servers give an unchanged document a new ETag. They are
    dropped after eight days without a document, so that the next poll gets all of it whatever the server says: there
    are servers that answer any condition with 304 for ever, though there are new entries
    (https://github.com/Ranchero-Software/NetNewsWire/issues/4643, https://github.com/jocmp/capyreader/issues/2201).
    """
    interval = _bounded(feed, _slower(feed, state.interval, limits), limits)
    hint = _freshness(answer.headers, now)
    wait = interval if feed.every or hint is None else max(interval, min(hint, _at_most(feed, limits)))
    document_at = state.document_at or now
    is_doubtful = now - document_at >= UNCHANGED_DOUBTED
    return replace(
        state,
        etag=None if is_doubtful else answer.headers.get("etag") or state.etag,
        last_modified=None if is_doubtful else answer.headers.get("last-modified") or state.last_modified,
        document_at=document_at,
        next_poll_at=now + _spread(wait, jitter),
        polled_at=now,
        succeeded_at=now,
        failures=0,
        error=None,
        failing_since=None,
        interval=interval,
    )


def after_push(state: FeedState, parsed: ParsedFeed, now: datetime) -> FeedState:
    """The state after the hub has pushed new entries. The validators stay, since the feed itself was not fetched.

    The time of the next poll stays, too: a hub that pushes often, but not everything, must not postpone it forever.
    """
    after = replace(
        state,
        succeeded_at=now,
        failures=0,
        error=None,
        failing_since=None,
        date_zone=parsed.dates.zone,
        day_first=parsed.dates.day_first,
    )
    return with_publishing_rhythm(after, state, parsed, now) if parsed.entries else after


def slow_down_for_push(
    feed: Feed, state: FeedState, *, limits: PollingLimits, now: datetime, jitter: float
) -> FeedState:
    """The state of a feed whose hub pushes new entries: it is polled as seldom as allowed, in case the hub fails."""
    if feed.every is not None or state.failures or state.gone:
        return state
    return replace(state, next_poll_at=max(state.next_poll_at, now + _spread(_at_most(feed, limits), jitter)))


def after_failure(
    feed: Feed,
    state: FeedState | None,
    failed: FetchFailed,
    *,
    limits: PollingLimits,
    now: datetime,
    jitter: float,
    is_network_away: bool = False,
) -> FeedState:
    """The state after a fetch or its parsing failed; the validators stay.

    The wait doubles from `at_least` (from `at_most` where the server wants fewer requests) up to 24 hours. 410 ends
    polling; after a redirect it only makes the feed return to its own address.

    Args:
        is_network_away: no server answers at all, so the feed is not treated as one that fails for long.
    """
    before = state or FeedState(feed_id=feed.id, next_poll_at=now)
    failures = before.failures + 1
    if is_network_away and failed.problem in NO_ANSWER:
        failures = max(before.failures, min(failures, _PATIENT_FAILURES))
    is_lost = failed.problem is FetchProblem.GONE or failed.status in (404, 410)
    forget_move = before.moved_to is not None and (is_lost or failures >= MOVE_DOUBTED)
    wait = _back_off(failed.problem, failures, limits)
    if failed.retry_after is not None:
        wait = max(wait, failed.retry_after)
    return replace(
        before,
        next_poll_at=now + _spread(min(wait, LONGEST_WAIT), jitter),
        polled_at=now,
        failures=failures,
        error=failed.reason,
        failing_since=min(before.failing_since or now, now),
        moved_to=None if forget_move else before.moved_to,
        gone=failed.problem is FetchProblem.GONE and before.moved_to is None,
    )


def _back_off(problem: FetchProblem, failures: int, limits: PollingLimits) -> timedelta:
    first = limits.at_most if problem in _NOT_SO_FAST else limits.at_least
    longest = limits.at_most if problem in NO_ANSWER and failures <= _PATIENT_FAILURES else LONGEST_WAIT
    times: int = 2 ** min(failures - 1, 20)
    return min(first * times, max(longest, limits.at_least))


def _adaptive_interval(
    feed: Feed, before: timedelta | None, parsed: ParsedFeed, *, new_count: int, limits: PollingLimits, now: datetime
) -> timedelta:
    """The interval by how often the feed publishes; for a feed without dates, by whether there were new entries."""
    if feed.every is not None:
        return feed.every
    moments = sorted(
        (entry.published_at for entry in parsed.entries if entry.published_at and entry.published_at <= now),
        reverse=True,
    )[:_RECENT_ENTRIES]
    if len(moments) >= 2:
        return _bounded(feed, (now - moments[-1]) / len(moments) * _SHARE_OF_GAP, limits)
    current = before or limits.every
    return _bounded(feed, current / 2 if new_count and before else _slower(feed, before, limits), limits)


def _slower(feed: Feed, before: timedelta | None, limits: PollingLimits) -> timedelta:
    return feed.every or (limits.every if before is None else before * 1.2)


def _bounded(feed: Feed, interval: timedelta, limits: PollingLimits) -> timedelta:
    return feed.every or max(limits.at_least, min(interval, limits.at_most))


def _at_most(feed: Feed, limits: PollingLimits) -> timedelta:
    return feed.every or max(limits.at_most, limits.at_least)


def _spread(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + _SPREAD * min(max(jitter, 0.0), 1.0))


def _freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The freshness lifetime of the response (RFC 9111, 4.2.1), less its age; None where the server says nothing."""
    control = headers.get("cache-control", "")
    if _UNCACHED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        seconds = int(found.group(1)) - (int(age[:9]) if age.isascii() and age.isdigit() else 0)
        return timedelta(seconds=seconds) if seconds > 0 else None
    expires = http_date(headers.get("expires", ""))
    return expires - now if expires is not None and expires > now else None


def _outside_skipped(moment: datetime, parsed: ParsedFeed) -> datetime:
    """The first time from `moment` on that is outside of the feed's `skipHours` and `skipDays`."""
    if len(parsed.skip_hours) >= 24 or len(parsed.skip_days) >= 7:
        return moment
    for _ in range(24 * 8):
        if moment.hour not in parsed.skip_hours and moment.weekday() not in parsed.skip_days:
            break
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment
