"""When a feed is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.poll_schedule import (
    PollingLimits,
    after_failure,
    after_not_modified,
    after_push,
    after_success,
    is_poll_due,
    poll_address,
)
from bot.model import (
    Entry,
    Feed,
    FeedId,
    FeedState,
    Fetched,
    FetchFailed,
    FetchProblem,
    NotModified,
    ParsedFeed,
)

NOW = datetime(2025, 6, 16, 12, tzinfo=UTC)  # a Monday
FEED = Feed(id=FeedId("antara"), url="https://a.example/rss")
LIMITS = PollingLimits()
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
STATE = FeedState(FEED.id, NOW, polled_at=NOW, succeeded_at=NOW, interval=HOUR)


def published(*ages: timedelta, **says: object) -> ParsedFeed:
    entries = tuple(
        Entry(guid=str(n), link=None, title="x", text="", published_at=NOW - age) for n, age in enumerate(ages)
    )
    empty = ParsedFeed(title="", link=None, language=None, format="rss20", entries=entries)
    return replace(empty, **says)  # type: ignore[arg-type]  # names of fields, checked by replace


def wait(
    parsed: ParsedFeed, headers: dict[str, str] | None = None, *, feed: Feed = FEED, new_count: int = 0
) -> timedelta:
    fetched = Fetched(url=feed.url, body=b"", headers=headers or {})
    state = after_success(feed, None, fetched, parsed, new_count=new_count, limits=LIMITS, now=NOW, jitter=0)
    return state.next_poll_at - NOW


def failed(problem: FetchProblem, status: int | None = None, retry_after: timedelta | None = None) -> FetchFailed:
    return FetchFailed(FEED.url, problem, "no route to host", status, retry_after)


def state_after(failure: FetchFailed, times: int, state: FeedState | None = None) -> FeedState:
    for _ in range(times):
        state = after_failure(FEED, state, failure, limits=LIMITS, now=NOW, jitter=0)
    assert state is not None
    return state


EVERY_10_MINUTES = published(*(MINUTE * 10 * n for n in range(20)))
EVERY_HOUR = published(*(HOUR * n for n in range(20)))
EVERY_DAY = published(*(timedelta(days=n) for n in range(20)))


def test_a_feed_is_asked_about_as_often_as_it_publishes() -> None:
    assert wait(published()) == LIMITS.every
    assert wait(EVERY_10_MINUTES) == LIMITS.at_least
    assert LIMITS.at_least < wait(EVERY_HOUR) < LIMITS.at_most
    assert wait(EVERY_DAY) == LIMITS.at_most
    assert wait(EVERY_DAY, feed=replace(FEED, every=MINUTE * 7)) == MINUTE * 7


def test_a_feed_without_dates_is_asked_more_often_while_it_has_news() -> None:
    fetched, undated = Fetched(url=FEED.url, body=b"", headers={}), published()
    state: FeedState | None = None
    for new_count in (5, 1, 1):
        state = after_success(FEED, state, fetched, undated, new_count=new_count, limits=LIMITS, now=NOW, jitter=0)
    assert state is not None
    assert state.interval == LIMITS.at_least
    for _ in range(20):
        state = after_success(FEED, state, fetched, undated, new_count=0, limits=LIMITS, now=NOW, jitter=0)
    assert state.interval == LIMITS.at_most


def test_a_feed_whose_entries_come_and_go_between_polls_is_asked_twice_as_often() -> None:
    fetched = Fetched(url=FEED.url, body=b"", headers={})
    before = FeedState(FEED.id, NOW, interval=HOUR)

    def interval(*, feed: Feed = FEED, overrun: bool, state: FeedState = before) -> timedelta | None:
        return after_success(
            feed, state, fetched, EVERY_DAY, new_count=20, limits=LIMITS, now=NOW, jitter=0, overrun=overrun
        ).interval

    assert interval(overrun=False) == HOUR
    assert interval(overrun=True) == HOUR / 2
    assert interval(overrun=True, state=replace(before, interval=MINUTE * 6)) == LIMITS.at_least
    assert interval(overrun=True, feed=replace(FEED, every=HOUR)) == HOUR


def test_dates_in_the_future_do_not_count() -> None:
    assert wait(published(-HOUR, -HOUR * 2)) == LIMITS.every


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "public, max-age=1800"}, MINUTE * 30),
        ({"cache-control": "max-age=1800", "age": "600"}, MINUTE * 20),
        ({"cache-control": "max-age=60"}, MINUTE * 5),
        ({"cache-control": "max-age=864000"}, HOUR),
        ({"cache-control": "no-cache, max-age=1800"}, MINUTE * 5),
        ({"expires": "Mon, 16 Jun 2025 12:30:00 GMT"}, MINUTE * 30),
        ({"expires": "Mon, 16 Jun 2025 11:00:00 GMT"}, MINUTE * 5),
        ({"expires": "0"}, MINUTE * 5),
        ({"cache-control": "max-age=99999999999999999999"}, HOUR),
    ],
)
def test_what_the_server_says_of_freshness(headers: dict[str, str], expected: timedelta) -> None:
    assert wait(EVERY_10_MINUTES, headers) == expected


def test_what_the_feed_says_of_itself() -> None:
    assert wait(replace(EVERY_10_MINUTES, ttl=MINUTE * 40)) == MINUTE * 40
    assert wait(replace(EVERY_10_MINUTES, ttl=timedelta(days=1))) == LIMITS.at_most
    assert wait(replace(EVERY_10_MINUTES, ttl=timedelta(days=1)), feed=replace(FEED, every=MINUTE)) == MINUTE


def test_hours_and_days_to_be_left_alone_are_respected_up_to_at_most() -> None:
    assert wait(replace(EVERY_10_MINUTES, skip_hours=frozenset({12}))) == HOUR
    assert wait(replace(EVERY_10_MINUTES, skip_hours=frozenset({12, 13, 14}))) == HOUR
    assert wait(replace(EVERY_10_MINUTES, skip_days=frozenset({0}))) == HOUR
    assert wait(replace(EVERY_10_MINUTES, skip_hours=frozenset(range(24)))) == LIMITS.at_least


def test_jitter_adds_up_to_a_tenth() -> None:
    fetched = Fetched(url=FEED.url, body=b"", headers={})
    late = after_success(FEED, None, fetched, published(), new_count=0, limits=LIMITS, now=NOW, jitter=1)
    assert late.next_poll_at - NOW == LIMITS.every * 1.1


def test_success_keeps_validators_and_forgets_failures() -> None:
    fetched = Fetched(
        url=FEED.url, body=b"", headers={}, etag='"a"', last_modified="then", moved_to="https://b.example/rss"
    )
    before = state_after(failed(FetchProblem.TIMEOUT), 3)
    state = after_success(FEED, before, fetched, published(), new_count=0, limits=LIMITS, now=NOW, jitter=0)
    assert (state.etag, state.last_modified, state.moved_to) == ('"a"', "then", "https://b.example/rss")
    assert (state.failures, state.error, state.succeeded_at, state.polled_at) == (0, None, NOW, NOW)
    assert poll_address(FEED, state) == "https://b.example/rss"
    assert poll_address(FEED, None) == FEED.url


def test_nothing_new_makes_it_slower_and_keeps_the_rest() -> None:
    before = FeedState(FEED.id, NOW, etag='"a"', interval=MINUTE * 20, failures=2, error="x")
    state = after_not_modified(FEED, before, NotModified(FEED.url), limits=LIMITS, now=NOW, jitter=0)
    assert state.next_poll_at == NOW + MINUTE * 24
    fresh = NotModified(FEED.url, {"cache-control": "max-age=864000"})
    assert after_not_modified(FEED, before, fresh, limits=LIMITS, now=NOW, jitter=0).next_poll_at == NOW + HOUR
    assert (state.etag, state.failures, state.error) == ('"a"', 0, None)


def test_not_modified_renews_the_validators() -> None:
    before = replace(STATE, etag='"1"', last_modified="then", document_at=NOW)
    answer = NotModified(FEED.url, {"etag": '"2"'})
    state = after_not_modified(FEED, before, answer, limits=LIMITS, now=NOW, jitter=0)
    assert (state.etag, state.last_modified) == ('"2"', "then")


def test_a_feed_that_is_not_modified_for_eight_days_is_asked_for_all_of_it_once() -> None:
    state = replace(STATE, etag='"1"', last_modified="then", document_at=NOW - timedelta(days=7, hours=23))
    state = after_not_modified(FEED, state, NotModified(FEED.url), limits=LIMITS, now=NOW, jitter=0)
    assert state.etag == '"1"'
    later = NOW + timedelta(hours=1)
    state = after_not_modified(FEED, state, NotModified(FEED.url), limits=LIMITS, now=later, jitter=0)
    assert (state.etag, state.last_modified) == (None, None)
    fetched = Fetched(FEED.url, b"", {}, etag='"1"')
    state = after_success(FEED, state, fetched, published(), new_count=0, limits=LIMITS, now=later, jitter=0)
    assert (state.etag, state.document_at) == ('"1"', later)


def test_a_feed_that_was_read_before_the_day_was_stored_gets_its_eight_days() -> None:
    state = after_not_modified(
        FEED, replace(STATE, etag='"1"'), NotModified(FEED.url), limits=LIMITS, now=NOW, jitter=0
    )
    assert (state.etag, state.document_at) == ('"1"', NOW)


@pytest.mark.parametrize("feed", [FEED, replace(FEED, every=timedelta(days=1))])
def test_what_a_hub_posts_neither_hastens_nor_puts_off_the_next_poll(feed: Feed) -> None:
    fetched = Fetched(url=FEED.url, body=b"", headers={})
    state = after_success(feed, None, fetched, EVERY_HOUR, new_count=1, limits=LIMITS, now=NOW, jitter=0)
    for minutes in range(1, 20):
        state = after_push(state, EVERY_HOUR, NOW + MINUTE * minutes)
        assert is_poll_due(feed, state, NOW + MINUTE * minutes) is False
    assert is_poll_due(feed, state, NOW + timedelta(days=1))


def test_failures_wait_longer_and_longer_up_to_a_day() -> None:
    waits = [state_after(failed(FetchProblem.HTTP_ERROR, 500), times).next_poll_at - NOW for times in range(1, 15)]
    assert waits[:4] == [MINUTE * 5, MINUTE * 10, MINUTE * 20, MINUTE * 40]
    assert waits[-1] == timedelta(days=1)
    assert waits == sorted(waits)


def test_an_outage_of_our_own_network_is_over_within_an_hour() -> None:
    assert state_after(failed(FetchProblem.UNREACHABLE), 12).next_poll_at == NOW + LIMITS.at_most
    assert state_after(failed(FetchProblem.UNREACHABLE), 30).next_poll_at == NOW + timedelta(days=1)


def test_the_server_says_when_to_come_back() -> None:
    asked = failed(FetchProblem.RATE_LIMITED, 429, HOUR * 3)
    assert state_after(asked, 1).next_poll_at == NOW + HOUR * 3
    assert state_after(failed(FetchProblem.RATE_LIMITED, 429, timedelta(days=30)), 1).next_poll_at == NOW + timedelta(
        days=1
    )
    assert state_after(failed(FetchProblem.RATE_LIMITED, 429), 1).next_poll_at == NOW + LIMITS.at_most


def test_a_failure_is_remembered_in_a_line_and_keeps_the_validators() -> None:
    state = state_after(failed(FetchProblem.TIMEOUT), 1, FeedState(FEED.id, NOW, etag='"a"', succeeded_at=NOW - HOUR))
    assert (state.error, state.failures, state.etag) == ("no route to host", 1, '"a"')
    assert state.succeeded_at == NOW - HOUR


def test_gone_is_not_asked_again() -> None:
    state = state_after(failed(FetchProblem.GONE, 410), 1)
    assert state.gone
    assert not is_poll_due(FEED, state, NOW + timedelta(days=400))


def test_gone_behind_a_redirect_ends_the_redirect_only() -> None:
    state = state_after(failed(FetchProblem.GONE, 410), 1, FeedState(FEED.id, NOW, moved_to="https://b.example/rss"))
    assert not state.gone
    assert poll_address(FEED, state) == FEED.url


def test_due() -> None:
    state = FeedState(FEED.id, NOW)
    assert is_poll_due(FEED, None, NOW)
    assert is_poll_due(FEED, state, NOW)
    assert not is_poll_due(FEED, state, NOW - MINUTE)


def test_a_clock_that_was_years_ahead_does_not_silence_a_feed() -> None:
    assert is_poll_due(FEED, FeedState(FEED.id, NOW + timedelta(days=700)), NOW)
    assert not is_poll_due(FEED, state_after(failed(FetchProblem.HTTP_ERROR), 30), NOW)
