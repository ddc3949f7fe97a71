"""What counts as a silence, and when a feed is empty: for feeds of every speed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.feed_health import Health, has_overrun, health_of
from bot.feeds.poll_schedule import PollingLimits, after_failure, after_not_modified, after_success, at_new_address
from bot.model import Entry, Feed, FeedId, FeedState, Fetched, FetchFailed, FetchProblem, NotModified, ParsedFeed

BEGIN = datetime(2025, 6, 16, 12, tzinfo=UTC)
FEED = Feed(id=FeedId("antara"), url="https://a.example/rss")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def document(moments: Iterable[datetime | None]) -> ParsedFeed:
    entries = tuple(
        Entry(guid=str(number), link=None, title="x", text="", published_at=moment)
        for number, moment in enumerate(moments)
    )
    return ParsedFeed(title="", link=None, language=None, format="rss20", entries=entries)


def read(state: FeedState | None, moments: Iterable[datetime | None], now: datetime) -> FeedState:
    fetched = Fetched(url=FEED.url, body=b"", headers={})
    return after_success(
        FEED, state, fetched, document(moments), new_count=0, limits=PollingLimits(), now=now, jitter=0
    )


def same_again(state: FeedState, now: datetime) -> FeedState:
    return after_not_modified(FEED, state, NotModified(FEED.url), limits=PollingLimits(), now=now, jitter=0)


def watched(every: timedelta, shown: int, until: datetime, *, batch: int = 1, polls: int = 40) -> FeedState:
    """A feed that publishes so often, `batch` entries at once, polled after each time that it does."""
    state: FeedState | None = None
    for back in range(polls, -1, -1):
        now = until - every * back
        moments = [now - every * (number // batch) - timedelta(minutes=1) * (number % batch) for number in range(shown)]
        state = read(state, moments, now)
    assert state is not None
    return state


def first_silent_after(state: FeedState, since: datetime) -> timedelta:
    return next(
        HOUR * hours for hours in range(24 * 400) if health_of(same_again(state, since + HOUR * hours)) is Health.SILENT
    )


@pytest.mark.parametrize(
    ("every", "after"),
    [(timedelta(minutes=5), 3 * DAY), (HOUR, 3 * DAY), (DAY, 4 * DAY), (WEEK, 28 * DAY), (30 * DAY, 120 * DAY)],
)
def test_a_silence_is_far_longer_than_a_feed_has_ever_been_silent(every: timedelta, after: timedelta) -> None:
    state = watched(every, 20, BEGIN)
    assert first_silent_after(state, BEGIN) == after + HOUR


def test_a_slow_feed_has_a_habit_from_its_first_document_on() -> None:
    state = read(None, [BEGIN - WEEK * number for number in range(10)], BEGIN)
    assert first_silent_after(state, BEGIN) == 4 * WEEK + HOUR


def test_the_longest_pause_of_late_counts_and_not_the_average() -> None:
    """Weekdays only: a week of holidays is no silence yet."""
    days = [BEGIN - DAY * number for number in range(28) if (BEGIN - DAY * number).weekday() < 5]
    state = read(None, days, BEGIN)
    assert first_silent_after(state, BEGIN) == 12 * DAY + HOUR


def test_one_batch_is_no_habit() -> None:
    """A weekly letter that comes with twenty articles at once."""
    once = read(None, [BEGIN - timedelta(minutes=number) for number in range(20)], BEGIN)
    assert health_of(same_again(once, BEGIN + 6 * DAY)) is Health.WELL
    often = watched(WEEK, 20, BEGIN, batch=20)
    assert health_of(same_again(often, BEGIN + 27 * DAY)) is Health.WELL
    assert health_of(same_again(often, BEGIN + 29 * DAY)) is Health.SILENT


def test_without_dates_and_with_few_entries_nothing_is_known() -> None:
    undated = read(read(None, [None] * 20, BEGIN), [None] * 20, BEGIN)
    assert health_of(same_again(undated, BEGIN + 400 * DAY)) is Health.WELL
    few = read(None, [BEGIN - DAY * number for number in range(5)], BEGIN)
    assert health_of(same_again(few, BEGIN + 400 * DAY)) is Health.WELL


def test_time_without_polls_is_no_silence() -> None:
    """The machine was off; the feed may have published."""
    state = read(None, [BEGIN - HOUR * number for number in range(60)], BEGIN)
    failing = after_failure(
        FEED,
        state,
        FetchFailed(FEED.url, FetchProblem.TIMEOUT, "late"),
        limits=PollingLimits(),
        now=BEGIN + 9 * DAY,
        jitter=0,
    )
    assert health_of(replace(failing, error=None)) is Health.WELL


def test_news_end_a_silence() -> None:
    state = read(None, [BEGIN - DAY * number for number in range(10)], BEGIN)
    late = BEGIN + 10 * DAY
    assert health_of(same_again(state, late)) is Health.SILENT
    assert health_of(read(state, [late, *(BEGIN - DAY * number for number in range(9))], late)) is Health.WELL


def test_a_feed_that_is_empty_twice_in_a_row_is_empty_until_it_has_entries() -> None:
    full = read(None, [BEGIN], BEGIN)
    once = read(full, [], BEGIN + HOUR)
    assert health_of(once) is Health.WELL
    twice = read(once, [], BEGIN + 2 * HOUR)
    assert (health_of(twice), twice.empty_since) == (Health.EMPTY, BEGIN + HOUR)
    assert health_of(same_again(once, BEGIN + 2 * HOUR)) is Health.EMPTY
    assert health_of(read(twice, [BEGIN], BEGIN + 3 * HOUR)) is Health.WELL


def test_a_feed_that_never_had_entries_is_not_called_empty() -> None:
    state: FeedState | None = None
    for hours in range(5):
        state = read(state, [], BEGIN + HOUR * hours)
    assert health_of(state) is Health.WELL


def test_at_a_new_address_a_feed_has_no_past() -> None:
    state = watched(DAY, 20, BEGIN)
    moved = at_new_address(replace(state, overrun_at=BEGIN, failing_since=BEGIN), BEGIN)
    assert (moved.newest_at, moved.lull, moved.entries, moved.overrun_at, moved.failing_since) == (None,) * 5


def test_what_may_have_been_missed_is_shown_for_a_week() -> None:
    fetched = Fetched(url=FEED.url, body=b"", headers={})
    overrun = after_success(
        FEED, None, fetched, document([BEGIN]), new_count=1, limits=PollingLimits(), now=BEGIN, jitter=0, overrun=True
    )
    later = read(same_again(overrun, BEGIN + HOUR), [BEGIN], BEGIN + 2 * HOUR)
    assert has_overrun(later, BEGIN + 6 * DAY)
    assert not has_overrun(later, BEGIN + 7 * DAY)
    assert not has_overrun(read(None, [BEGIN], BEGIN), BEGIN)


def test_failing_since_the_first_failure_in_a_row() -> None:
    failed = FetchFailed(FEED.url, FetchProblem.HTTP_ERROR, "a.example answered 500: the site has trouble", 500)
    state: FeedState | None = None
    for hours in range(3):
        state = after_failure(FEED, state, failed, limits=PollingLimits(), now=BEGIN + HOUR * hours, jitter=0)
    assert state is not None
    assert state.failing_since == BEGIN
    assert same_again(state, BEGIN).failing_since is None
    assert read(state, [BEGIN], BEGIN).failing_since is None


def test_a_clock_that_was_a_year_ahead_hides_neither_failures_nor_silences() -> None:
    failed = FetchFailed(FEED.url, FetchProblem.HTTP_ERROR, "a.example answered 500: the site has trouble", 500)
    ahead = after_failure(FEED, None, failed, limits=PollingLimits(), now=BEGIN + 400 * DAY, jitter=0)
    assert after_failure(FEED, ahead, failed, limits=PollingLimits(), now=BEGIN, jitter=0).failing_since == BEGIN
    days = [BEGIN - DAY * number for number in range(10)]
    wrong = read(None, [BEGIN + 300 * DAY, *days], BEGIN + 400 * DAY)
    right = read(wrong, [BEGIN + 300 * DAY, *days], BEGIN)
    assert (right.newest_at, health_of(replace(right, overrun_at=BEGIN + DAY))) == (BEGIN, Health.WELL)
    assert not has_overrun(replace(right, overrun_at=BEGIN + DAY), BEGIN)
