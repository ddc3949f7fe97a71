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
from bot.feeds.poll_schedule import MOVE_DOUBTED, poll_address
from bot.model import Feed, FeedId, FeedState


def merged_feeds(feeds: Mapping[FeedId, Feed], states: Mapping[FeedId, FeedState]) -> Mapping[FeedId, FeedId]:
    """The feeds that are not polled by themselves, each with the feed that is polled for it.

    That one is the feed which had the address first, else one of a configuration file, else the first. While it fails,
    the others are polled by themselves: their old addresses may lead somewhere else by now.
    """
    if not any(state.moved_to for state in states.values()):
        return {}
    places: dict[tuple[str, str], list[Feed]] = {}
    for feed in feeds.values():
        places.setdefault(_place(poll_address(feed, states.get(feed.id))), []).append(feed)
    merged: dict[FeedId, FeedId] = {}
    for place, there in places.items():
        kept = _kept(there, place)
        moved = [feed.id for feed in there if feed is not kept and _has_moved(feed, states)]
        if not _is_doubtful(states.get(kept.id)):
            merged.update(dict.fromkeys(moved, kept.id))
    return merged


def _kept(there: Sequence[Feed], place: tuple[str, str]) -> Feed:
    return min(there, key=lambda feed: (_place(feed.url) != place, feed.owner != "file"))


def _has_moved(feed: Feed, states: Mapping[FeedId, FeedState]) -> bool:
    state = states.get(feed.id)
    return state is not None and state.moved_to is not None


def _is_doubtful(state: FeedState | None) -> bool:
    return state is not None and (state.gone or state.failures >= MOVE_DOUBTED)


@lru_cache(20_000)
def _place(url: str) -> tuple[str, str]:
    """The address with its login, since the same address can be another feed for another user."""
    return urlsplit(url).netloc.rpartition("@")[0], address_key(url)
