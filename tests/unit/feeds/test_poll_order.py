"""What is expected of a feed by its last polls, and which server it is of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.feeds.poll_order import Standing, due_poll, standing_of
from bot.feeds.poll_schedule import at_new_address
from bot.model import Feed, FeedId, FeedState

NOW = datetime(2026, 12, 1, tzinfo=UTC)
FEED = Feed(FeedId("antara"), "https://antara.example/feed")


def state(failures: int, *, was_read: bool = True, moved_to: str | None = None) -> FeedState:
    return FeedState(FEED.id, NOW, failures=failures, succeeded_at=NOW if was_read else None, moved_to=moved_to)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, Standing.NEW),
        (state(0), Standing.WELL),
        (state(1), Standing.SHAKY),
        (state(2), Standing.SHAKY),
        (state(3), Standing.FAILING),
        (state(1, was_read=False), Standing.FAILING),
        (at_new_address(state(9, was_read=False), NOW), Standing.NEW),
    ],
)
def test_who_answered_last_goes_first(known: FeedState | None, expected: Standing) -> None:
    assert standing_of(known) is expected


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://Antara.example/feed", "antara.example"),
        ("http://antara.example:80/feed", "antara.example"),
        ("https://user:word@antara.example/feed", "antara.example"),
        ("http://127.0.0.1:1200/a", "127.0.0.1:1200"),
        ("http://[::1]:1200/a", "::1:1200"),
        ("file:///etc/feeds/a.xml", ""),
        ("http://antara.example:port/", ""),
        ("nonsense", ""),
    ],
)
def test_the_feeds_of_a_server_are_known_by_host_and_port(url: str, server: str) -> None:
    assert due_poll(Feed(FeedId("a"), url), None).server == server


def test_a_feed_that_has_moved_counts_for_the_server_that_is_asked() -> None:
    assert due_poll(FEED, state(0, moved_to="https://new.example/feed")).server == "new.example"
