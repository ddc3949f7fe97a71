"""Feeds that are added at run time: offered in a chat, added, imported from a list, and removed.

`configured` are the feeds of the configuration files, as they are now.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from bot.errors import KabarError
from bot.feeds.feed_ids import FeedNames, address_key
from bot.feeds.moved_feeds import merged_feeds
from bot.model import Change, Feed, FeedId
from bot.ports import Clock, Fetcher, Workers
from bot.store import KeyValueStore, Store, UnitOfWork
from bot.store.codec import converter, decode
from bot.text.masked_urls import masked_text
from bot.usecases.feeds.discover import FoundFeed, discover_feeds
from bot.usecases.offers import Offers

OWNER = "command"
"""Owner of feeds that the command line added. They may not lead to private addresses, just as those of chats."""

MOST_OF_CHAT: Final = 100
"""Feeds that a chat may add: all chats share one machine."""


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """How many feeds a chat may add."""

    of_chat: int = MOST_OF_CHAT
    of_all: int | None = None
    """How many feeds all chats together may have added for this one to add another; None: any number."""


POLLED_AGAIN_AFTER: Final = timedelta(minutes=2)
"""People cannot make us poll a feed more often than that."""

_CHAT: Final = "chat:"
_FOUND_FEEDS = Offers("found-feeds", 10)
_FEED_LISTS = Offers("feed-lists", 3)


class SubscribeError(KabarError):
    """A feed cannot be added or removed; the message says why."""


class FullError(SubscribeError):
    """The chat has added as many feeds as it may, or all chats together have (`is_of_all`)."""

    def __init__(self, most: int, *, is_of_all: bool) -> None:
        super().__init__(f"{'All chats' if is_of_all else 'A chat'} may add {most} feeds.")
        self.most = most
        self.is_of_all = is_of_all


class NotYoursError(SubscribeError):
    """The feed does not exist, is in a file, or was added by somebody else."""


class Author(Protocol):
    """Makes the entry of /log for a change by somebody in a chat."""

    def __call__(self, code: str, **values: str) -> Change: ...


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """A feed that was to be added. `is_new` is False if its address was there before."""

    feed: Feed
    is_new: bool


@dataclass(frozen=True, slots=True)
class FeedRoom:
    """How many more feeds may be added, and which limit that is."""

    left: int
    most: int
    is_of_all: bool


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing a list of feeds would do."""

    new: tuple[Feed, ...]
    known: int
    """How many are there already."""
    beyond: int
    """How many are more than the chat may add."""
    room: FeedRoom | None = None
    """None where any number may be added."""


async def all_feeds(store: Store, configured: Sequence[Feed]) -> tuple[Feed, ...]:
    """The feeds of the files, then those that were added."""
    async with store.read() as unit:
        return await _all_feeds(unit, configured)


async def _all_feeds(unit: UnitOfWork, configured: Sequence[Feed]) -> tuple[Feed, ...]:
    named = {feed.id for feed in configured}
    return (*configured, *(feed for feed in await unit.feeds.added() if feed.id not in named))


# --- offers: nothing is added before somebody says so, and only what was offered in that chat -----


async def keep_found(settings: KeyValueStore, chat: str, found: Sequence[FoundFeed]) -> int:
    """Keep the feeds found at an address; returns their number in the chat, for the buttons."""
    return await _FOUND_FEEDS.keep(settings, chat, json.dumps(converter.unstructure(found)))


async def kept_found(settings: KeyValueStore, chat: str, number: int) -> tuple[FoundFeed, ...]:
    """The found feeds kept under this number in the chat; empty if there are none (any more)."""
    stored = await _FOUND_FEEDS.get(settings, chat, number)
    return () if stored is None else decode(stored, tuple[FoundFeed, ...])


async def keep_list(settings: KeyValueStore, chat: str, feeds: Sequence[Feed]) -> int:
    """Keep the feeds of a list that somebody sent; returns their number in the chat, for the buttons."""
    rows = [{"url": feed.url, "title": feed.title, "tags": list(feed.tags)} for feed in feeds]
    return await _FEED_LISTS.keep(settings, chat, json.dumps(rows))


async def kept_list(settings: KeyValueStore, chat: str, number: int) -> tuple[Feed, ...]:
    """The list kept under this number in the chat; empty if there is none (any more)."""
    stored = await _FEED_LISTS.get(settings, chat, number)
    if stored is None:
        return ()
    return tuple(Feed(FeedId(""), row["url"], row["title"], tuple(row["tags"])) for row in json.loads(stored))


# --- adding ---------------------------------------------------------------------------------------


async def add_discovered(
    store: Store, fetcher: Fetcher, workers: Workers, clock: Clock, configured: Sequence[Feed], url: str
) -> AddedFeed:
    """Add the feed at the address, or the first one that its page links to and that can be parsed."""
    for found in await discover_feeds(fetcher, workers, clock, url, most=1):
        return await add_found(store, clock, configured, found, OWNER)
    raise SubscribeError(f"There is no feed at {url}, and its page names none.")


async def add_found(
    store: Store,
    clock: Clock,
    configured: Sequence[Feed],
    found: FoundFeed,
    owner: str,
    author: Author | None = None,
    limits: FeedLimits = FeedLimits(),
) -> AddedFeed:
    """Add a feed that was discovered. FullError if its owner is a chat that may add no more."""
    async with store.write() as unit:
        added, room = await _add(
            unit, clock, configured, [Feed(FeedId(""), found.url, title=found.title)], owner, limits
        )
        if not added and room is not None:
            raise FullError(room.most, is_of_all=room.is_of_all)
        if added[0].is_new and author is not None:
            await unit.changes.add(author("feed-added", feed=name_of(added[0].feed)))
        return added[0]


async def import_feeds(
    store: Store,
    clock: Clock,
    configured: Sequence[Feed],
    feeds: Sequence[Feed],
    owner: str = OWNER,
    author: Author | None = None,
    limits: FeedLimits = FeedLimits(),
) -> tuple[AddedFeed, ...]:
    """Add the feeds of a list without fetching them, up to what a chat may add. The first poll shows which fail."""
    async with store.write() as unit:
        added, _ = await _add(unit, clock, configured, feeds, owner, limits)
        new = sum(one.is_new for one in added)
        if new and author is not None:
            await unit.changes.add(author("feeds-imported", what=str(new)))
        return added


async def plan_import(
    store: Store, configured: Sequence[Feed], feeds: Sequence[Feed], owner: str, limits: FeedLimits = FeedLimits()
) -> ImportPlan:
    """What `import_feeds` would do."""
    existing = await all_feeds(store, configured)
    known = {address_key(feed.url) for feed in existing}
    new = [feed for feed in feeds if address_key(feed.url) not in known]
    room = _room(existing, owner, limits)
    within = tuple(new) if room is None else tuple(new[: room.left])
    return ImportPlan(within, len(feeds) - len(new), len(new) - len(within), room)


async def _add(
    unit: UnitOfWork,
    clock: Clock,
    configured: Sequence[Feed],
    feeds: Sequence[Feed],
    owner: str,
    limits: FeedLimits,
) -> tuple[tuple[AddedFeed, ...], FeedRoom | None]:
    """The feeds that were there already, and the new ones for which there is room; and the room there was."""
    existing = await _all_feeds(unit, configured)
    known = {address_key(feed.url): feed for feed in existing}
    names = FeedNames(feed.id for feed in existing)
    room = _room(existing, owner, limits)
    left = None if room is None else room.left
    added: list[AddedFeed] = []
    for feed in feeds:
        key = address_key(feed.url)
        if key in known:
            added.append(AddedFeed(known[key], is_new=False))
        elif left is None or left > 0:
            name = feed.id if names.take(feed.id) else names.give(feed.title, feed.url)
            one = replace(feed, id=name, owner=owner)
            added.append(AddedFeed(one, is_new=await unit.feeds.add(one, clock.now())))
            known[key] = one
            left = None if left is None else left - 1
    return tuple(added), room


def _room(existing: Sequence[Feed], owner: str, limits: FeedLimits) -> FeedRoom | None:
    """How many more feeds an owner may add; None for any number."""
    if not owner.startswith(_CHAT):
        return None
    of_chat = max(0, limits.of_chat - sum(feed.owner == owner for feed in existing))
    if limits.of_all is None:
        return FeedRoom(of_chat, limits.of_chat, is_of_all=False)
    of_all = max(0, limits.of_all - sum(feed.owner.startswith(_CHAT) for feed in existing))
    if of_all < of_chat:
        return FeedRoom(of_all, limits.of_all, is_of_all=True)
    return FeedRoom(of_chat, limits.of_chat, is_of_all=False)


# --- removing, polling soon -----------------------------------------------------------------------


async def remove_feed(
    store: Store, configured: Sequence[Feed], name: str, *, owner: str | None = None, author: Author | None = None
) -> Feed:
    """Remove an added feed; if `owner` is given, only one of theirs. NotYoursError."""
    if any(feed.id == name for feed in configured):
        raise NotYoursError(f"{name} stands in feeds.toml: remove it there.")
    async with store.write() as unit:
        feed = next((one for one in await unit.feeds.added() if one.id == name), None)
        if feed is None or (owner is not None and feed.owner != owner):
            raise NotYoursError(f"There is no feed {name}. `kabar feeds` lists them.")
        await unit.feeds.remove(feed.id)
        if author is not None:
            await unit.changes.add(author("feed-removed", feed=name_of(feed)))
        return feed


async def poll_soon(store: Store, clock: Clock, configured: Sequence[Feed], name: FeedId) -> bool:
    """Make the feed due at once, even one that is gone; False if it was polled a moment ago.

    If the feed is merged into another, that one is polled.
    """
    now = clock.now()
    async with store.write() as unit:
        feeds = {feed.id: feed for feed in await _all_feeds(unit, configured)}
        states = await unit.feeds.states()
        state = states.get(merged_feeds(feeds, states).get(name, name))
        if state is None:  # never polled: it is due anyway
            return True
        if state.polled_at is not None and timedelta() <= now - state.polled_at < POLLED_AGAIN_AFTER:
            return False
        await unit.feeds.save_state(replace(state, next_poll_at=now, gone=False))
        return True


def owner_of(chat: str) -> str:
    """The owner of feeds that a chat has added."""
    return f"{_CHAT}{chat}"


def name_of(feed: Feed) -> str:
    """The name that people know a feed by. Some have their address as their title, which is shown without its keys."""
    return masked_text(feed.title) or feed.id
