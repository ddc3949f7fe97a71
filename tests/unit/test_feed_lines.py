"""`kabar feeds` says how each feed is doing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.output_lines import feed_line, health_text
from bot.model import Feed, FeedId, FeedState

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = FeedId("antara")


@pytest.mark.parametrize(
    ("state", "said", "name"),
    [
        (None, "not read yet", "unread"),
        (FeedState(FEED, NOW), "not read yet", "unread"),
        (FeedState(FEED, NOW, succeeded_at=NOW), "read 2026-03-02 08:00 UTC", "well"),
        (FeedState(FEED, NOW, gone=True, error="410"), "gone (410), no longer polled", "gone"),
        (FeedState(FEED, NOW, failures=2, error="a.example is down"), "failing (2×): a.example is down", "failing"),
        (FeedState(FEED, NOW, succeeded_at=NOW, empty_since=NOW - DAY), "empty since 2026-03-01 08:00 UTC", "empty"),
        (
            FeedState(FEED, NOW, succeeded_at=NOW, newest_at=NOW - 5 * DAY, lull=DAY, lulls=20),
            "silent since 2026-02-25 08:00 UTC",
            "silent",
        ),
        (
            FeedState(FEED, NOW, succeeded_at=NOW, overrun_at=NOW - DAY),
            "read 2026-03-02 08:00 UTC; may have missed something 2026-03-01 08:00 UTC",
            "well",
        ),
    ],
)
def test_how_a_feed_is_doing(state: FeedState | None, said: str, name: str) -> None:
    assert health_text(state, NOW) == said
    assert feed_line(Feed(FEED, "https://a.example/rss"), state)["health"] == name
