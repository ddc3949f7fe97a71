"""Finds feeds that have moved to an address at which another feed is read: both are then polled as one.

Nothing of this is stored. It follows at any time from the permanent redirects (301, 308; RFC 9110, 15.4) of the feeds
and from the feeds that are watched. Where the address of a feed in its file changes, or the other feed is removed, it
is polled by itself again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from bot.feeds.feed_ids import address_key
from bot.feeds.poll_schedule import MOVE_DOUBTED
from bot.model import Feed, FeedId, FeedState


def merged_feeds(feeds: Mapping[FeedId, Feed], states: Mapping[FeedId, FeedState]) -> Mapping[FeedId, FeedId]:
    """The feeds that are not polled by themselves, each with the feed that is polled for it.

    That one is the feed which had the address first, else one of a configuration file, else the first. While it fails,
    the others are polled by themselves: their old addresses may lead somewhere else by now.
    """
    moved = {feed_id: state.moved_to for feed_id, state in states.items() if state.moved_to is not None}
    return without_doubtful(joined_feeds(feeds, moved), states)


def joined_feeds(feeds: Mapping[FeedId, Feed], moved: Mapping[FeedId, str]) -> Mapping[FeedId, FeedId]:
    """The feeds that have moved to where another is read, each with that one, whether it works or not.

    `moved`: the addresses of those that have moved.
    """
    if not moved:
        return {}
    places: dict[tuple[str, str], list[Feed]] = {}
    for feed in feeds.values():
        places.setdefault(_place(moved.get(feed.id, feed.url)), []).append(feed)
    joined: dict[FeedId, FeedId] = {}
    for place, there in places.items():
        if len(there) > 1:
            kept = _kept(there, place)
            joined.update({feed.id: kept.id for feed in there if feed is not kept and feed.id in moved})
    return joined


def without_doubtful(joined: Mapping[FeedId, FeedId], states: Mapping[FeedId, FeedState]) -> Mapping[FeedId, FeedId]:
    """Those whose other feed works; `states` has the states of these."""
    return {moved: kept for moved, kept in joined.items() if not _is_doubtful(states.get(kept))}


def _kept(there: Sequence[Feed], place: tuple[str, str]) -> Feed:
    return min(there, key=lambda feed: (_place(feed.url) != place, feed.owner != "file"))


def _is_doubtful(state: FeedState | None) -> bool:
    return state is not None and (state.gone or state.failures >= MOVE_DOUBTED)


@lru_cache(20_000)
def _place(url: str) -> tuple[str, str]:
    """The address with its login, since the same address can be another feed for another user."""
    return urlsplit(url).netloc.rpartition("@")[0], address_key(url)
