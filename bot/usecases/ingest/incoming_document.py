"""A document against what is known of its feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.articles.furniture import Furniture
from bot.feeds.feed_secrets import without_secrets
from bot.feeds.identity import Identified
from bot.feeds.republish_floods import RepublishFlood
from bot.model import ArticleId, Feed, Fetched, ParsedFeed
from bot.usecases.feeds.states import FeedRecord
from bot.usecases.ingest.entries import NewEntries

T = TypeVar("T")

MANY, LONG = 500, 150_000
"""Entries, and characters of their texts, of a large document: to sort it takes 0.1 s and more."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A hub has posted a document; `url` is that of the feed."""

    url: str


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """A document of a feed, as a poll or a hub has brought it."""

    feed: Feed
    record: FeedRecord
    outcome: Fetched | Pushed
    parsed: ParsedFeed

    @property
    def is_large(self) -> bool:
        return len(self.parsed.entries) > MANY or sum(len(entry.text) for entry in self.parsed.entries) > LONG

    def without_secrets(self) -> IncomingDocument:
        """Without what is secret in the addresses of its feed: readers of an article must not see the feed's key."""
        return replace(self, parsed=without_secrets(self.parsed, (self.feed.url, self.outcome.url)))

    async def off_the_loop_if_large(self, work: Callable[[], T]) -> T:
        """The result of work on the document; in a thread if it is large, since the event loop has others to serve."""
        return await asyncio.to_thread(work) if self.is_large else work()


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of a document: which are new, which are edited, which are to be kept without an alert."""

    identified: tuple[Identified, ...]
    entries: NewEntries
    first: bool
    """Whether the feed has not been read before."""
    flood: RepublishFlood | None = None
    furniture: Furniture = field(default_factory=Furniture)
    """The lines that articles of the feed on different matters share. It learns more while pages are read."""

    @property
    def alone(self) -> frozenset[ArticleId]:
        """Articles that belong to no story of other articles: replies, comments, releases."""
        return frozenset(item.article_id for item in self.identified if item.stands_alone)

    @property
    def overrun(self) -> bool:
        """Whether nothing is known from the poll before: entries may have come and gone in between."""
        return not self.first and bool(self.identified) and all(item.is_new for item in self.identified)
