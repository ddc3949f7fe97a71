"""Feeds that are added at run time: found at an address, imported, removed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from bot.errors import KabarError
from bot.feeds.discovery import FeedLink, feed_links
from bot.feeds.naming import feed_id
from bot.model import Feed, FeedId, Fetched, FetchRequest, ParsedFeed
from bot.ports import Clock, Fetcher, Store, Workers

OWNER = "command"
"""Owner of feeds that the command line added. They are as little trusted with private addresses as those of chats."""


class SubscribeError(KabarError):
    """A feed cannot be added or removed; says why."""


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """A feed that was asked for, and whether it was not there before."""

    feed: Feed
    is_new: bool


class Subscriber:
    """Adds and removes feeds beside those of the configuration files."""

    def __init__(
        self, store: Store, fetcher: Fetcher, workers: Workers, clock: Clock, configured: Sequence[Feed]
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._clock = clock
        self._configured = tuple(configured)

    async def all(self) -> tuple[Feed, ...]:
        """Those of the files, then those added."""
        async with self._store.read() as unit:
            return (*self._configured, *await unit.feeds.added())

    async def add(self, url: str) -> AddedFeed:
        """The feed at the address, or the first that works of those its page names."""
        async for link in self._feeds_at(url):
            taken = {feed.id for feed in await self.all()}
            name = feed_id(link.title or link.url, link.url, taken)
            return await self._save(Feed(name, link.url, title=link.title, owner=OWNER))
        raise SubscribeError(f"There is no feed at {url}, and its page names none.")

    async def add_all(self, feeds: Sequence[Feed]) -> tuple[AddedFeed, ...]:
        """Feeds of a list, as they are; whether each can be read shows at its first poll."""
        added = []
        for feed in feeds:
            taken = {known.id for known in await self.all()}
            unique = feed if feed.id not in taken else replace(feed, id=feed_id(feed.title, feed.url, taken))
            added.append(await self._save(replace(unique, owner=OWNER)))
        return tuple(added)

    async def _save(self, feed: Feed) -> AddedFeed:
        known = next((other for other in await self.all() if other.url == feed.url), None)
        if known is not None:
            return AddedFeed(known, is_new=False)
        async with self._store.write() as unit:
            return AddedFeed(feed, is_new=await unit.feeds.add(feed, self._clock.now()))

    async def discover(self, url: str) -> tuple[FeedLink, ...]:
        """The feeds that a page names, or those where sites usually have one; the address itself if it is a feed."""
        return tuple([link async for link in self._feeds_at(url)])

    async def _feeds_at(self, url: str) -> AsyncIterator[FeedLink]:
        """Those that can be read, one after another; the usual places are tried where the page's own links fail."""
        body = await self._body(url)
        parsed = await self._workers.parse(body.body, body.headers, body.url)
        if isinstance(parsed, ParsedFeed):
            yield FeedLink(body.url, parsed.title)
            return
        found = False
        for link in feed_links(body.body, body.url):
            if link.is_guess and found:
                return
            outcome = await self._fetcher.fetch(FetchRequest(link.url))
            if not isinstance(outcome, Fetched):
                continue
            parsed = await self._workers.parse(outcome.body, outcome.headers, outcome.url)
            if isinstance(parsed, ParsedFeed):
                found = True
                yield FeedLink(link.url, parsed.title or link.title)

    async def _body(self, url: str) -> Fetched:
        outcome = await self._fetcher.fetch(FetchRequest(url))
        if isinstance(outcome, Fetched):
            return outcome
        raise SubscribeError(f"{url}: {getattr(outcome, 'reason', 'nothing came')}")

    async def remove(self, name: str) -> None:
        if any(feed.id == name for feed in self._configured):
            raise SubscribeError(f"{name} stands in feeds.toml: remove it there.")
        async with self._store.write() as unit:
            if not await unit.feeds.remove(FeedId(name)):
                raise SubscribeError(f"There is no feed {name}. `kabar feeds` lists them.")
