"""Which feeds are read as one, because they have moved to one address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.feeds.moved_feeds import merged_feeds
from bot.model import Feed, FeedId, FeedState

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
A, B, C = FeedId("a"), FeedId("b"), FeedId("c")
OLD, OTHER, NEW = "https://old.example/rss", "https://other.example/rss", "https://new.example/feed"


def feed(name: str, url: str, owner: str = "file") -> Feed:
    return Feed(FeedId(name), url, owner=owner)


def state(name: str, moved_to: str | None = None) -> FeedState:
    return FeedState(FeedId(name), NOW, moved_to=moved_to)


def merged(feeds: list[Feed], *states: FeedState) -> dict[FeedId, FeedId]:
    return dict(merged_feeds({one.id: one for one in feeds}, {one.feed_id: one for one in states}))


def test_a_feed_that_has_moved_to_the_address_of_another_is_read_with_it() -> None:
    feeds = [feed("a", OLD), feed("b", NEW, "chat:5")]
    assert merged(feeds, state("a"), state("b")) == {}
    assert merged(feeds, state("a", NEW), state("b")) == {A: B}
    assert merged(feeds, state("a", NEW)) == {A: B}  # the other is to be polled for the first time
    assert merged(feeds, state("a", "http://www.new.example/feed/"), state("b")) == {A: B}
    assert merged([feeds[0]], state("a", NEW)) == {}


def test_two_that_have_moved_to_one_place_are_one_and_that_of_the_files_is_kept() -> None:
    feeds = [feed("a", OLD, "chat:5"), feed("b", OTHER)]
    assert merged(feeds, state("a", NEW), state("b", NEW)) == {A: B}
    assert merged(feeds, state("a", NEW), state("b")) == {}


def test_one_that_moves_on_is_followed() -> None:
    feeds = [feed("a", OLD), feed("b", OTHER), feed("c", NEW)]
    assert merged(feeds, state("a", OTHER), state("b", NEW), state("c")) == {B: C}
    assert merged(feeds, state("a", NEW), state("b", NEW), state("c")) == {A: C, B: C}


def test_two_that_were_configured_twice_are_left_alone() -> None:
    assert merged([feed("a", NEW), feed("b", NEW), feed("c", OLD)], state("c", OTHER)) == {}


def test_who_reads_with_another_login_reads_something_else() -> None:
    feeds = [feed("a", "https://me:pw@new.example/old"), feed("b", "https://you:pw@new.example/feed")]
    assert merged(feeds, state("a", "https://me:pw@new.example/feed"), state("b")) == {}
    assert merged(feeds, state("a", "https://you:pw@new.example/feed"), state("b")) == {A: B}


def test_while_the_other_is_gone_or_fails_each_asks_for_itself() -> None:
    feeds = [feed("a", OLD), feed("b", NEW)]
    assert merged(feeds, state("a", NEW), replace(state("b"), gone=True)) == {}
    assert merged(feeds, state("a", NEW), replace(state("b"), failures=3)) == {}
    assert merged(feeds, state("a", NEW), replace(state("b"), failures=2)) == {A: B}
