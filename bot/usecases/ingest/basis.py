"""What the plan of a document rests on: where its pages are known, whom it is told, what they were told before.

It is read before the plan is made, and once more in the transaction that stores the plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.model import Article, ArticleId, Destination, Fetched, StoryId, Subscription
from bot.store import DecodedContents, UnitOfWork
from bot.usecases.ingest.fanout_parts import MOST_JUDGED, Reach, reach_of
from bot.usecases.ingest.grouping import Grouped
from bot.usecases.ingest.incoming_document import IncomingDocument, Reading
from bot.usecases.ingest.owed_chats import OwedChats
from bot.usecases.ingest.score_articles import Judged
from bot.usecases.ingest.snapshot import Snapshot, read_snapshot, those_merging
from bot.usecases.topics.watchlist import Audience, Audiences, Watchlist


@dataclass(frozen=True, slots=True)
class SamePages:
    """Articles of a document whose pages are in the archive already: other feeds have brought them."""

    known_as: Mapping[ArticleId, ArticleId]
    articles: Mapping[ArticleId, Article]

    def rename(self, judged: Sequence[Judged]) -> tuple[Judged, ...]:
        """The same, under the articles that their pages are known as.

        Such a page is judged all the same: the other feed may be one that a topic does not take, or its first poll may
        have left the article out. A chat that was alerted to it is not alerted again.
        """
        return tuple(self._rename(item) for item in judged)

    def _rename(self, item: Judged) -> Judged:
        if item.article.id not in self.known_as:
            return item
        known = self.articles[self.known_as[item.article.id]]
        article = replace(item.article, id=known.id, story_id=known.story_id, first_seen_at=known.first_seen_at)
        matches = tuple(replace(match, article_id=known.id) for match in item.matches)
        return replace(item, article=article, matches=matches)


@dataclass(frozen=True, slots=True)
class PlacedArticles:
    """The judged articles of a document, in their stories."""

    same: SamePages
    judged: tuple[Judged, ...]
    placed: tuple[Grouped | None, ...]
    """Each with its story; None for one that is on no topic."""
    muted: tuple[frozenset[Destination], ...]
    """For each, where what it resembles is muted."""
    merged: Mapping[StoryId, StoryId]
    """Stories that have become a part of another one."""

    @property
    def grouped(self) -> tuple[Grouped, ...]:
        return tuple(item for item in self.placed if item is not None)


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom a document is told, and how. `read_telling` finds it out, before the basis is read."""

    reach: Reach
    in_parts: bool
    """Its chats are too many for one transaction, or are owed something older that is told in parts."""
    current_ids: Mapping[str, str] = field(default_factory=dict)
    """Of the chats, the ids that they have now."""
    others: tuple[Destination, ...] = ()
    """Where stories are merged: those who are still to be told of one by a fan-out."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What of the store a plan rests on. Two that are equal give the same plan."""

    same: SamePages
    audience: Audience | None = None
    """None where the document has nothing that anybody could be told."""
    snapshot: Snapshot | None = None
    """None where nobody is told with the document."""
    merging: tuple[Destination, ...] = ()
    """Destinations that were told of stories that are being merged."""
    is_owed: bool = False
    """Whether a chat that is told with the document is owed something older."""
    subscriptions: tuple[Subscription, ...] = ()
    """With hubs, where the document names one or one is known."""


async def read_same_pages(unit: UnitOfWork, reading: Reading) -> SamePages:
    """Look up the new articles of a document by their links, where a link leads to one article alone."""
    own = {item.article_id for item in reading.identified if item.link_is_own}
    new = (*reading.entries.new, *reading.entries.quiet)
    links = {article.id: article.link for article in new if article.link and article.id in own}
    elsewhere = await unit.articles.by_links(set(links.values()))
    known_as = {article_id: elsewhere[link] for article_id, link in links.items() if link in elsewhere}
    return SamePages(known_as, {one.id: one for one in await unit.articles.get(set(known_as.values()))})


async def read_telling(
    unit: UnitOfWork,
    stories: PlacedArticles,
    watchlist: Watchlist,
    audiences: Audiences,
    owed: OwedChats,
    most: int,
) -> Telling:
    """Find out whether the chats of a document are told with it. `most`: messages that one transaction plans."""
    if not (stories.judged or stories.merged):
        return Telling(Reach(()), in_parts=False)
    audience = await audiences.read(unit)
    topics = audience.address(watchlist.topics)
    on_topic = [item.judged.on_topic for item in stories.grouped]
    reach = await asyncio.to_thread(reach_of, on_topic, topics, audience.default) if on_topic else Reach(())
    merging = await those_merging(unit, stories.merged) if stories.merged else ()
    judged = sum(len(item.matches) for item in stories.judged)
    destinations = (*reach.destinations, *merging)
    current_ids = await unit.chats.current_ids({to.chat for to in destinations})
    others = await owed.destinations(unit) if stories.merged else ()
    in_parts = (
        reach.messages + len(merging) > most
        or judged > MOST_JUDGED
        or bool(others)
        or await owed.owes_any(unit, {*current_ids, *current_ids.values()})
    )
    return Telling(reach, in_parts, current_ids, others)


async def read_basis(
    unit: UnitOfWork,
    document: IncomingDocument,
    reading: Reading,
    stories: PlacedArticles,
    watchlist: Watchlist,
    audiences: Audiences,
    telling: Telling,
    owed: OwedChats,
    contents: DecodedContents,
    now: datetime,
) -> Basis:
    """Read what the plan of a document rests on. `contents`: what was decoded for it before."""
    same = await read_same_pages(unit, reading)
    subscriptions: tuple[Subscription, ...] = ()
    if isinstance(document.outcome, Fetched) and (document.record.subscriptions or document.parsed.hub is not None):
        subscriptions = tuple(await unit.subscriptions.of_feeds([document.feed.id]))
    held = reading.flood is not None and bool(reading.flood.held)
    if not (stories.judged or stories.merged or held):
        return Basis(same, subscriptions=subscriptions)
    audience = await audiences.read(unit)
    merging = await those_merging(unit, stories.merged) if stories.merged else ()
    if telling.in_parts or not (stories.grouped or stories.merged or held):
        return Basis(same, audience, None, merging, subscriptions=subscriptions)
    on_topic = [(item.article, item.judged.on_topic) for item in stories.grouped]
    topics = audience.address(watchlist.topics)
    snapshot = await read_snapshot(unit, audience, topics, on_topic, stories.merged, now, contents, merging=merging)
    chats = {*telling.current_ids, *telling.current_ids.values()}
    return Basis(same, audience, snapshot, merging, await owed.owes_any(unit, chats), subscriptions)
