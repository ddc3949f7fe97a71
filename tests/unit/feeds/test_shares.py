"""Which worker polls a feed."""

from __future__ import annotations

from bot.feeds.shares import is_share_of
from bot.model import Feed, FeedId

NAMES = tuple(f"worker {number}" for number in range(1, 6))
FEEDS = [
    Feed(FeedId(f"{server}-{number}"), f"https://s{server}.example/{number}")
    for server in range(400)
    for number in range(2)
]


def owners(names: tuple[str, ...]) -> dict[FeedId, str]:
    found = {}
    for feed in FEEDS:
        (found[feed.id],) = [name for name in names if is_share_of(name, feed, names)]
    return found


def test_each_feed_falls_to_one_and_feeds_of_a_server_to_the_same_one() -> None:
    of = owners(NAMES)
    assert all(of[one.id] == of[other.id] for one, other in zip(FEEDS[::2], FEEDS[1::2], strict=True))


def test_shares_are_about_equal() -> None:
    of = owners(NAMES)
    shares = [list(of.values()).count(name) for name in NAMES]
    assert min(shares) > len(FEEDS) / len(NAMES) * 0.7


def test_where_one_goes_only_its_own_share_moves() -> None:
    before, after = owners(NAMES), owners(NAMES[:-1])
    moved = {feed for feed, name in before.items() if after[feed] != name}
    assert moved == {feed for feed, name in before.items() if name == NAMES[-1]}


def test_who_is_alone_polls_everything() -> None:
    assert set(owners(NAMES[:1]).values()) == {NAMES[0]}
    assert all(is_share_of("process 1", feed, ("process 1",)) for feed in FEEDS)
