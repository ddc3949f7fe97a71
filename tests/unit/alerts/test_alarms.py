"""What is told of silences: once, when they come about, and again only after they were over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.alerts.alarms import ReportedAlarms, is_outbox_late, quiet_topics, topics_to_report
from bot.model import TopicId

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
A, B, C = TopicId("a"), TopicId("b"), TopicId("c")


def test_a_topic_is_quiet_since_it_last_matched_or_was_first_watched() -> None:
    begun = {A: NOW - 30 * DAY, B: NOW - 20 * DAY}
    matched = {A: NOW - 15 * DAY, B: NOW - 40 * DAY}  # B was made anew
    quiet = quiet_topics([A, B, C], begun, matched, after=14 * DAY, now=NOW)
    assert quiet == {A: NOW - 15 * DAY, B: NOW - 20 * DAY}
    assert list(quiet) == [A, B]


def test_up_to_the_limit_and_in_the_future_nothing_is_quiet() -> None:
    begun = {A: NOW - 14 * DAY, B: NOW + DAY}
    assert quiet_topics([A, B], begun, {}, after=14 * DAY, now=NOW) == {}


def test_only_news_are_told() -> None:
    quiet = {A: NOW - 15 * DAY, B: NOW - 20 * DAY}
    assert topics_to_report(ReportedAlarms(), quiet) == (A, B)
    assert topics_to_report(ReportedAlarms({A: NOW - 15 * DAY}), quiet) == (B,)
    matched_since = ReportedAlarms({A: NOW - 60 * DAY, B: NOW - 20 * DAY})
    assert topics_to_report(matched_since, quiet) == (A,)
    assert topics_to_report(ReportedAlarms(quiet), quiet) == ()
    assert (
        topics_to_report(ReportedAlarms(quiet), {A: NOW - 300 * DAY, B: NOW - 20 * DAY}) == ()
    )  # the last match was forgotten


def test_an_outbox_waits_when_its_oldest_message_is_too_old() -> None:
    half_an_hour = timedelta(minutes=30)
    assert not is_outbox_late(None, after=half_an_hour, now=NOW)
    assert not is_outbox_late(NOW - half_an_hour, after=half_an_hour, now=NOW)
    assert is_outbox_late(NOW - half_an_hour - timedelta(seconds=1), after=half_an_hour, now=NOW)
