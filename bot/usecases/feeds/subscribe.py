"""Feeds that are added at run time: found at an address, imported, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from bot.errors import KabarError
from bot.feeds.feed_ids import FeedNames, address_key
from bot.feeds.moved_feeds import merged_feeds
from bot.model import Change, Feed, FeedId
from bot.ports import Clock, Fetcher, Workers
from bot.store import Store, UnitOfWork
from bot.usecases.feeds.discover import FoundFeed, feeds_of, read_document

OWNER = "command"
"""Owner of feeds that the command line added. They are as little trusted with private addresses as those of chats."""

MOST_OF_CHAT: Final = 100
"""Feeds that a chat may add: all chats together share one machine."""

READ_AGAIN: Final = timedelta(minutes=2)
"""Nobody can have a server asked more often than that."""

_MOST_LINKS = 40
_SECONDS = 300.0


class SubscribeError(KabarError):
    """A feed cannot be added or removed; says why."""


class FullError(SubscribeError):
    """The chat has added as many feeds as it may."""


class NotYoursError(SubscribeError):
    """The feed is gone, stands in a file, or was added elsewhere."""


class Author(Protocol):
    """Who changes something, and where: makes the line of it for /log."""

    def __call__(self, code: str, **values: str) -> Change: ...


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """A feed that was asked for, and whether it was not there before."""

    feed: Feed
    is_new: bool


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What would come of a list of feeds."""

    new: tuple[Feed, ...]
    known: int
    """There already."""
    beyond: int
    """More than the chat may add."""


class Subscriber:
    """Adds and removes feeds beside those of the configuration files. `configured` says which those are now."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        workers: Workers,
        clock: Clock,
        configured: Callable[[], Sequence[Feed]],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._clock = clock
        self._configured = configured

    async def all(self) -> tuple[Feed, ...]:
        """Those of the files, then those added."""
        async with self._store.read() as unit:
            return await self._all(unit)

    async def _all(self, unit: UnitOfWork) -> tuple[Feed, ...]:
        configured = tuple(self._configured())
        named = {feed.id for feed in configured}
        return (*configured, *(feed for feed in await unit.feeds.added() if feed.id not in named))

    # --- adding ------------------------------------------------------------------------------

    async def discover(self, url: str, *, most: int = _MOST_LINKS, seconds: float = _SECONDS) -> tuple[FoundFeed, ...]:
        """The feeds that a page names, or those where sites usually have one; the address itself if it is a feed.

        No more than `most`, and what was found within so many seconds of the page's coming. UnreadableError.
        """
        document = await read_document(url, self._fetcher)
        found: list[FoundFeed] = []
        try:
            async with asyncio.timeout(seconds):
                async for one in feeds_of(document, self._fetcher, self._workers, self._clock.now()):
                    found.append(one)
                    if len(found) >= most:
                        break
        except TimeoutError:
            return tuple(found)
        return tuple(found)

    async def add(self, url: str) -> AddedFeed:
        """The feed at the address, or the first that works of those its page names."""
        for found in await self.discover(url, most=1):
            return await self.add_found(found, OWNER)
        raise SubscribeError(f"There is no feed at {url}, and its page names none.")

    async def add_found(self, found: FoundFeed, owner: str, by: Author | None = None) -> AddedFeed:
        """Add a feed as it was found. FullError where its owner is a chat that has too many."""
        async with self._store.write() as unit:
            added = await self._add(unit, [_feed(found)], owner)
            if not added:
                raise FullError(f"A chat may add {MOST_OF_CHAT} feeds.")
            if added[0].is_new and by is not None:
                await unit.changes.add(by("feed-added", feed=name_of(added[0].feed)))
            return added[0]

    async def add_all(
        self, feeds: Sequence[Feed], owner: str = OWNER, by: Author | None = None
    ) -> tuple[AddedFeed, ...]:
        """Feeds of a list, as they are; whether each can be read shows at its first poll. A chat's share at most."""
        async with self._store.write() as unit:
            added = await self._add(unit, feeds, owner)
            new = sum(one.is_new for one in added)
            if new and by is not None:
                await unit.changes.add(by("feeds-imported", what=str(new)))
            return added

    async def plan(self, feeds: Sequence[Feed], owner: str) -> ImportPlan:
        """What `add_all` would come to."""
        async with self._store.read() as unit:
            there = await self._all(unit)
        known = {address_key(feed.url) for feed in there}
        new = [feed for feed in feeds if address_key(feed.url) not in known]
        room = _room(there, owner)
        within = tuple(new) if room is None else tuple(new[:room])
        return ImportPlan(within, len(feeds) - len(new), len(new) - len(within))

    async def _add(self, unit: UnitOfWork, feeds: Sequence[Feed], owner: str) -> tuple[AddedFeed, ...]:
        """Those that were there already, and the new ones that there is room for."""
        there = await self._all(unit)
        known = {address_key(feed.url): feed for feed in there}
        names = FeedNames(feed.id for feed in there)
        room = _room(there, owner)
        added: list[AddedFeed] = []
        for feed in feeds:
            key = address_key(feed.url)
            if key in known:
                added.append(AddedFeed(known[key], is_new=False))
            elif room is None or room > 0:
                name = feed.id if names.take(feed.id) else names.give(feed.title, feed.url)
                one = replace(feed, id=name, owner=owner)
                added.append(AddedFeed(one, is_new=await unit.feeds.add(one, self._clock.now())))
                known[key] = one
                room = None if room is None else room - 1
        return tuple(added)

    # --- removing, reading again -------------------------------------------------------------

    async def remove(self, name: str, *, owner: str | None = None, by: Author | None = None) -> Feed:
        """Remove an added feed; with `owner`, only one of theirs. NotYoursError."""
        if any(feed.id == name for feed in self._configured()):
            raise NotYoursError(f"{name} stands in feeds.toml: remove it there.")
        async with self._store.write() as unit:
            feed = next((one for one in await unit.feeds.added() if one.id == name), None)
            if feed is None or (owner is not None and feed.owner != owner):
                raise NotYoursError(f"There is no feed {name}. `kabar feeds` lists them.")
            await unit.feeds.remove(feed.id)
            if by is not None:
                await unit.changes.add(by("feed-removed", feed=name_of(feed)))
            return feed

    async def read_soon(self, name: FeedId) -> bool:
        """Let the feed be read at the next tick, one that is gone too; False where it was asked a moment ago.

        Of one that is read with another, that one.
        """
        now = self._clock.now()
        async with self._store.write() as unit:
            feeds = {feed.id: feed for feed in await self._all(unit)}
            states = await unit.feeds.states()
            state = states.get(merged_feeds(feeds, states).get(name, name))
            if state is None:
                return True
            if state.polled_at is not None and timedelta() <= now - state.polled_at < READ_AGAIN:
                return False
            await unit.feeds.save_state(replace(state, next_poll_at=now, gone=False))
            return True


def owner_of(chat: str) -> str:
    """How a feed names the chat that added it."""
    return f"chat:{chat}"


def name_of(feed: Feed) -> str:
    """What people know a feed by."""
    return feed.title or feed.id


def _feed(found: FoundFeed) -> Feed:
    return Feed(FeedId(""), found.url, title=found.title)


def _room(there: Sequence[Feed], owner: str) -> int | None:
    """How many more feeds an owner may add; None: any number."""
    if not owner.startswith("chat:"):
        return None
    return max(0, MOST_OF_CHAT - sum(feed.owner == owner for feed in there))
