"""Feeds that were offered in a chat: found at an address, or read from a list that somebody sent. Nothing of it is
added before they say so, and nothing else than what was offered there can be."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.model import Feed, FeedId
from bot.store import KeyValueStore
from bot.store.codec import converter, decode
from bot.usecases.feeds.discover import FoundFeed
from bot.usecases.offers import Offers

_FOUND = Offers("found-feeds", 10)
_LISTS = Offers("feed-lists", 3)


async def keep_found(settings: KeyValueStore, chat: str, found: Sequence[FoundFeed]) -> int:
    """Keep what was found at an address; its number in the chat."""
    return await _FOUND.keep(settings, chat, json.dumps(converter.unstructure(found)))


async def kept_found(settings: KeyValueStore, chat: str, number: int) -> tuple[FoundFeed, ...]:
    """What was kept under this number in the chat; empty where that is nothing (any more)."""
    stored = await _FOUND.get(settings, chat, number)
    return () if stored is None else decode(stored, tuple[FoundFeed, ...])


async def keep_list(settings: KeyValueStore, chat: str, feeds: Sequence[Feed]) -> int:
    """Keep a list that somebody sent; its number in the chat."""
    rows = [{"url": feed.url, "title": feed.title, "tags": list(feed.tags)} for feed in feeds]
    return await _LISTS.keep(settings, chat, json.dumps(rows))


async def kept_list(settings: KeyValueStore, chat: str, number: int) -> tuple[Feed, ...]:
    """The list that was kept under this number in the chat; empty where there is none (any more)."""
    stored = await _LISTS.get(settings, chat, number)
    if stored is None:
        return ()
    return tuple(Feed(FeedId(""), row["url"], row["title"], tuple(row["tags"])) for row in json.loads(stored))
