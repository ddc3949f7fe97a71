"""The one way from a feed that is due to messages in the outbox. Each stage is a method of `Pipeline`, in this order:

    fetch ─▶ parse ─▶ identify ─▶ match ─▶ full text ─▶ weigh ─▶ group ─▶ compose ─▶ store
    (bytes)  (entries) (new ones)  (topics) (of short     (among   (story)  (a plan)   (one transaction)
                                             ones that     what was
                                             may match)    judged
                                                           before)

`fetch` and `parse` are called by `bot.usecases.ingest.poll`, which also knows what becomes of a feed that
fails. From `identify` on, a document goes through `take_in`. Nothing is stored before `store`: what the
stages find out is a value that the next one is given, and `compose` makes a `Plan` of all of it. The plan rests on
what was read of the store before (`Basis`); the write unit reads that again, and where it has changed meanwhile nothing
is stored and the document is planned again. So a transaction holds no decision, no summary and no waiting for anything
but the store, and a crash anywhere leaves all of a document or none of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from functools import partial
from itertools import count
from random import Random
from secrets import token_urlsafe

import structlog

from bot.feeds.entry_keys import document_keys, with_keys
from bot.feeds.feed_requests import feed_request
from bot.feeds.identity import identify
from bot.feeds.republish_floods import looks_republished
from bot.model import Article, ArticleId, Feed, FeedState, Fetched, FetchOutcome, ParsedFeed, ParseFailed
from bot.ports import Clock, Embedder, FaultPoints, Fetcher, Workers
from bot.store import DecodedContents, Store, UnitOfWork
from bot.usecases.delivery.mute import MutedStories
from bot.usecases.ingest.basis import Basis, PlacedArticles, Telling, read_basis, read_same_pages, read_telling
from bot.usecases.ingest.entries import is_short, sort_entries, with_full_text, without_furniture
from bot.usecases.ingest.fanout_parts import MOST_TOLD
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.incoming_document import IncomingDocument, Reading
from bot.usecases.ingest.learned_furniture import read_furniture
from bot.usecases.ingest.neighbours import Neighbours
from bot.usecases.ingest.owed_chats import OwedChats
from bot.usecases.ingest.plan import Chance, Plan, PollReport, plan_document, store_plan
from bot.usecases.ingest.poll_places import Turn
from bot.usecases.ingest.republish_floods import articles_before, flood_of
from bot.usecases.ingest.score_articles import Judged, judge_articles
from bot.usecases.topics.watchlist import Audiences, Watchlist

log = structlog.get_logger()

OPTIMISTIC = 3
"""Plans that are made while others may write. After so many that were overtaken, the next is made while they wait."""


class Pipeline:
    """Takes in what feeds bring. Documents are fetched and matched side by side, planned and stored one at a time."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        workers: Workers,
        embedder: Embedder,
        clock: Clock,
        faults: FaultPoints,
        grouping: Grouping,
        audiences: Audiences,
        random: Random,
        *,
        most: int = MOST_TOLD,
    ) -> None:
        """`most`: messages that are planned and stored with a document; where there are more, it fans out."""
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._embedder = embedder
        self._clock = clock
        self._faults = faults
        self._grouping = grouping
        self._audiences = audiences
        self._random = random
        self._muted = MutedStories(store, embedder, clock)
        self._most = most
        self._owed = OwedChats()
        self._neighbours = Neighbours(store, embedder.name)

    async def fetch(self, feed: Feed, state: FeedState | None) -> FetchOutcome:
        """Ask the feed's server, conditionally where it has given validators (RFC 9110, section 13)."""
        outcome = await self._fetcher.fetch(feed_request(feed, state))
        self._faults.reach("poll.fetched")
        return outcome

    async def parse(
        self, body: bytes, headers: Mapping[str, str], url: str, state: FeedState | None
    ) -> ParsedFeed | ParseFailed:
        """Read a document's entries, in a process that may hang or die alone."""
        return await self._workers.parse(body, headers, url, state.dates if state is not None else None)

    async def take_in(
        self, document: IncomingDocument, watching: Callable[[], Watchlist], turn: Turn | None = None
    ) -> PollReport:
        """Take a document from its entries to the outbox: everything that it brings is stored, or nothing of it.

        Args:
            watching: what is watched now. Articles are judged by what is watched when they are stored, so that a topic
                that is added while a poll is under way misses none of them.
            turn: that of the poll; None for a document that came by itself.
        """
        document = document.without_secrets()
        reading = await self.identify(document)
        while True:
            watchlist = watching()
            judged = await self.match(document.feed, reading, watchlist)
            judged = await self.full_text(document.feed, reading, judged, watchlist, turn)
            judged = await self.weigh(judged, watchlist)
            async with self._alone_in_planning(judged):
                report = await self._plan_and_store(document, reading, judged, watchlist, watching)
            if report is not None:
                return report

    async def identify(self, document: IncomingDocument) -> Reading:
        """Find out which entries are known, which are edited and which are new articles."""
        feed, state, parsed = document.feed, document.record.state, document.parsed
        entries = await document.off_the_loop_if_large(lambda: [with_keys(entry) for entry in parsed.entries])
        async with self._store.read() as unit:
            keys = document_keys(entries)
            known = await unit.articles.known(feed.id, keys)
            first = (state is None or state.succeeded_at is None) and not await unit.articles.is_known_feed(feed.id)
            articles = await unit.articles.get(set(known.values()))
            furniture = await read_furniture(unit, feed.id, learns=len(known) < len(keys))
        before: Mapping[ArticleId, Article] = {article.id: article for article in articles}
        identified = await document.off_the_loop_if_large(lambda: identify(feed.id, entries, known, before))
        flood = None
        last = state.succeeded_at if state is not None else None
        if not first and looks_republished(identified, known, last):
            past = await articles_before(self._store, feed.id, len(identified), before)
            flood = await flood_of(feed.id, last, identified, known, past, self._clock.now())
            if flood is not None:
                identified, before = flood.identified, past

        def read() -> Reading:
            held, now = flood.held if flood is not None else (), self._clock.now()
            sorted_out = sort_entries(
                identified, feed, parsed, before, first=first, now=now, held=held, furniture=furniture
            )
            return Reading(identified, sorted_out, first, flood, furniture)

        return await document.off_the_loop_if_large(read)

    async def match(self, feed: Feed, reading: Reading, watchlist: Watchlist) -> tuple[Judged, ...]:
        """Judge new and edited articles by every topic that may take them; where there is none, describe nothing."""
        tags = watchlist.tags_of(feed.id)
        if not watchlist.index.may_take(tags):
            return ()
        articles = (*reading.entries.new, *reading.entries.edited)
        return await judge_articles(articles, watchlist.index, tags, self._embedder)

    async def full_text(
        self,
        feed: Feed,
        reading: Reading,
        judged: Sequence[Judged],
        watchlist: Watchlist,
        turn: Turn | None = None,
    ) -> tuple[Judged, ...]:
        """Read the pages of short articles that may be on a topic, and judge those again; local files have no pages."""
        if feed.url.startswith("file:"):
            return tuple(judged)
        tags, index = watchlist.tags_of(feed.id), watchlist.index
        worth = {
            item.article.id: item.article
            for item in judged
            if is_short(item.article) and index.may_match(item.article, item.document, item.vector, tags)
        }
        if not worth:
            return tuple(judged)
        reading_pages = with_full_text(tuple(worth.values()), self._fetcher, self._workers)
        read = (await turn.asking(reading_pages) if turn is not None else await reading_pages) or ()
        longer = without_furniture([one for one in read if one != worth[one.id]], worth, reading.furniture)
        again = {item.article.id: item for item in await judge_articles(longer, index, tags, self._embedder)}
        return tuple(again.get(item.article.id, item) for item in judged)

    async def weigh(self, judged: Sequence[Judged], watchlist: Watchlist) -> tuple[Judged, ...]:
        """Articles that examples bring near a topic are judged together with what the topic has judged before."""
        return await self._neighbours.weigh(judged, watchlist.index)

    async def group(self, reading: Reading, judged: Sequence[Judged]) -> PlacedArticles:
        """Put articles on a topic into stories, under the articles that other feeds brought of the same pages."""
        judged = await self._grouping.prepare(judged)
        muted = await self._muted.hushed(judged)
        self._faults.reach("poll.matched")
        async with self._store.read() as unit:
            same = await read_same_pages(unit, reading)
        items = same.rename(judged)
        return PlacedArticles(same, items, self._grouping.place(items, reading.alone), muted, self._grouping.merged())

    async def compose(
        self, document: IncomingDocument, reading: Reading, stories: PlacedArticles, watchlist: Watchlist
    ) -> Plan:
        """Plan everything that the document changes in the store: articles, stories, messages, the next poll."""
        now = self._clock.now()
        chance = Chance(self._random.random(), token_urlsafe(24), token_urlsafe(48))
        contents = DecodedContents()
        async with self._store.read() as unit:
            telling = await read_telling(unit, stories, watchlist, self._audiences, self._owed, self._most)
            basis = await self._basis(unit, document, reading, stories, watchlist, telling, contents, now)
        arguments = document, reading, stories, telling, basis, contents, watchlist, chance, now
        plan = partial(plan_document, *arguments, most=self._most)
        # It summarizes, or writes what is told later: tenths of a second for many chats.
        return await asyncio.to_thread(plan) if stories.grouped or telling.in_parts else plan()

    async def store(
        self,
        plan: Plan,
        document: IncomingDocument,
        reading: Reading,
        stories: PlacedArticles,
        watchlist: Watchlist,
        watching: Callable[[], Watchlist],
    ) -> bool:
        """Store a plan in one transaction if what it rests on still holds; False where nothing was stored."""
        async with self._store.write() as unit:
            if watching().index is not watchlist.index:
                return False
            if not self._grouping.is_current(stories.grouped, stories.merged):
                return False
            telling, contents = plan.telling, plan.contents
            basis = await self._basis(unit, document, reading, stories, watchlist, telling, contents, plan.now)
            if basis != plan.basis or basis.is_owed:
                return False
            await store_plan(unit, plan, self._embedder.name)
            self._faults.reach("poll.before-commit")
        self._grouping.stored(stories.grouped, stories.merged)
        self._faults.reach("poll.committed")
        return True

    async def _basis(
        self,
        unit: UnitOfWork,
        document: IncomingDocument,
        reading: Reading,
        stories: PlacedArticles,
        watchlist: Watchlist,
        telling: Telling,
        contents: DecodedContents,
        now: datetime,
    ) -> Basis:
        return await read_basis(
            unit, document, reading, stories, watchlist, self._audiences, telling, self._owed, contents, now
        )

    async def _plan_and_store(
        self,
        document: IncomingDocument,
        reading: Reading,
        judged: Sequence[Judged],
        watchlist: Watchlist,
        watching: Callable[[], Watchlist],
    ) -> PollReport | None:
        """None where other topics are watched meanwhile; nothing was stored then."""
        for attempt in count(1):
            async with self._others_waiting(attempt > OPTIMISTIC):
                stories = await self.group(reading, judged)
                plan = await self.compose(document, reading, stories, watchlist)
                if await self.store(plan, document, reading, stories, watchlist, watching):
                    _log(document, reading, plan.report)
                    return plan.report
            if watching().index is not watchlist.index:
                break
        return None

    def _alone_in_planning(self, judged: Sequence[Judged]) -> AbstractAsyncContextManager[None]:
        """A document on no topic changes no story and tells nobody: of those, any number are planned at once."""
        if self._grouping.merged() or any(item.on_topic for item in judged):
            return self._store.planning()
        return nullcontext()

    @asynccontextmanager
    async def _others_waiting(self, exclusive: bool) -> AsyncIterator[None]:
        """Keep others from writing, where plans have been overtaken too often."""
        if not exclusive:
            yield
            return
        async with self._store.reserve():
            yield


def _log(document: IncomingDocument, reading: Reading, report: PollReport) -> None:
    feed = report.feed.id
    if reading.overrun and isinstance(document.outcome, Fetched):  # a hub may post nothing but what is new
        what = "entries may have been missed; it is asked more often"
        log.warning("feed-overrun", feed=feed, new=report.new, what=what)
    say = log.info if report.new else log.debug
    say("feed-polled", feed=feed, entries=report.entries, new=report.new, on_topic=report.on_topic)
