"""What becomes of a document: identify, extract, match, group, compose, queue. One transaction a document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import TypeVar

import structlog

from bot.feeds.identity import Identified, document_keys, identify, with_keys
from bot.feeds.poll_schedule import after_push, after_success, slow_down_for_push
from bot.feeds.republish_floods import RepublishFlood, looks_republished
from bot.model import (
    Article,
    ArticleId,
    Destination,
    Feed,
    FeedState,
    Fetched,
    FetchProblem,
    NewDelivery,
    ParsedFeed,
    StoryId,
)
from bot.ports import Clock, Embedder, FaultPoints, Fetcher, Workers
from bot.store import Store, UnitOfWork
from bot.usecases.delivery.mute import MutedStories
from bot.usecases.feeds.states import FeedRecord
from bot.usecases.ingest.alerting import AlertCandidate, queue_alerts
from bot.usecases.ingest.entries import (
    NewEntries,
    is_late,
    is_news,
    is_short,
    missed_since,
    sort_entries,
    with_full_text,
)
from bot.usecases.ingest.grouping import Grouped, Grouping
from bot.usecases.ingest.republish_floods import articles_before, flood_of, notices_of
from bot.usecases.ingest.score_articles import Judged, judge_articles, vector_digest
from bot.usecases.ingest.websub_subscriptions import note_hub
from bot.usecases.topics.watchlist import Audiences, Watchlist

log = structlog.get_logger()

T = TypeVar("T")

MANY, LONG = 500, 150_000
"""Entries, and characters of their texts, of a large document: to sort it takes 0.1 s and more."""


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll of one feed came to. `error` is one calm line; the numbers are then 0."""

    feed: Feed
    error: str | None = None
    problem: FetchProblem | None = None
    unchanged: bool = False
    entries: int = 0
    new: int = 0
    on_topic: int = 0
    queued: tuple[NewDelivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document against what is known of its feed."""

    identified: tuple[Identified, ...]
    entries: NewEntries
    first: bool
    storm: RepublishFlood | None = None

    @property
    def overrun(self) -> bool:
        """Whether nothing is known from the poll before: entries may have come and gone in between."""
        return not self.first and bool(self.identified) and all(item.is_new for item in self.identified)


@dataclass(frozen=True, slots=True)
class Pushed:
    """A hub has brought a document; `url` is that of the feed."""

    url: str


class Accepter:
    """Takes in documents, whether polls or hubs bring them."""

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
    ) -> None:
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

    async def accept(
        self,
        feed: Feed,
        standing: FeedRecord,
        outcome: Fetched | Pushed,
        parsed: ParsedFeed,
        watching: Callable[[], Watchlist],
    ) -> PollReport:
        """Everything that the document brings is stored, or nothing of it.

        `watching` says what is watched now: articles are judged by what is watched when they are accepted, so that a
        topic that comes while a poll is under way misses none of them.
        """
        reading = await self._read(feed, standing.state, parsed)
        report = None
        while report is None:
            watch = watching()
            judged = await self._judge(feed, (*reading.entries.told, *reading.entries.edited), watch)
            judged = await self._grouping.prepare(judged)
            muted = await self._muted.hushed(judged)
            self._faults.reach("poll.matched")
            report = await self._store_all(feed, standing, outcome, parsed, reading, judged, muted, watch, watching)
        return report

    async def _read(self, feed: Feed, state: FeedState | None, parsed: ParsedFeed) -> Reading:
        entries = await _worked(parsed, lambda: [with_keys(entry) for entry in parsed.entries])
        async with self._store.read() as unit:
            known = await unit.articles.known(feed.id, document_keys(entries))
            first = (state is None or state.succeeded_at is None) and not await unit.articles.is_known_feed(feed.id)
            articles = await unit.articles.get(set(known.values()))
        before: Mapping[ArticleId, Article] = {article.id: article for article in articles}

        identified = await _worked(parsed, lambda: identify(feed.id, entries, known))
        storm = None
        last = state.succeeded_at if state is not None else None
        if not first and looks_republished(identified, known, last):
            past = await articles_before(self._store, feed.id, len(identified), before)
            storm = await flood_of(feed.id, last, identified, known, past, self._clock.now())
            if storm is not None:
                identified, before = storm.identified, past

        def read() -> Reading:
            held, now = storm.held if storm is not None else (), self._clock.now()
            sorted_out = sort_entries(identified, feed, parsed, before, first=first, now=now, held=held)
            return Reading(identified, sorted_out, first, storm)

        return await _worked(parsed, read)

    async def _judge(self, feed: Feed, articles: Sequence[Article], watch: Watchlist) -> tuple[Judged, ...]:
        """Short texts that may be on a topic are judged again by the full page; a local file is taken as it is."""
        tags = watch.tags_of(feed.id)
        if not watch.index.may_take(tags):  # describing articles, above all loading lists of words, is for topics
            return ()
        judged = await judge_articles(articles, watch.index, tags, self._embedder)
        if feed.url.startswith("file:"):
            return judged
        worth = {
            item.article.id: item.article
            for item in judged
            if is_short(item.article) and watch.index.may_match(item.article, item.document, item.vector, tags)
        }
        read = await with_full_text(tuple(worth.values()), self._fetcher, self._workers)
        longer = [article for article in read if article != worth[article.id]]
        again = {item.article.id: item for item in await judge_articles(longer, watch.index, tags, self._embedder)}
        return tuple(again.get(item.article.id, item) for item in judged)

    async def _store_all(
        self,
        feed: Feed,
        standing: FeedRecord,
        outcome: Fetched | Pushed,
        parsed: ParsedFeed,
        reading: Reading,
        judged: Sequence[Judged],
        muted: Sequence[frozenset[Destination]],
        watch: Watchlist,
        watching: Callable[[], Watchlist],
    ) -> PollReport | None:
        """Validators, articles, matches and deliveries in one transaction: a crash leaves all of a poll or none.

        None where other topics are watched meanwhile: nothing was stored then.
        """
        now = self._clock.now()
        new = len(reading.entries.told) + len(reading.entries.quiet)
        async with self._store.write() as unit:
            if watching().index is not watch.index:
                return None
            placed, ended = await self._keep(unit, feed, reading, judged, watch, now)
            missed = missed_since(standing.state, now) if isinstance(outcome, Fetched) and not reading.first else None
            told = [
                _told(item, hushed, reading, feed, missed, now)
                for item, hushed in zip(placed, muted, strict=True)
                if item is not None
            ]
            if reading.storm is not None and reading.storm.held:
                audience = await self._audiences.read(unit)
                await unit.outbox.add(notices_of(feed, reading.storm, audience, now), now)
            queued = await self._queue(unit, told, watch, now, first_poll=reading.first)
            state = standing.state
            if isinstance(outcome, Fetched):
                jitter = self._random.random()
                after = after_success(
                    feed,
                    state,
                    outcome,
                    parsed,
                    new_count=new,
                    limits=watch.limits,
                    now=now,
                    jitter=jitter,
                    overrun=reading.overrun,
                )
                if standing.subscriptions or parsed.hub is not None:
                    await note_hub(unit.subscriptions, feed, parsed, outcome.url, now)
                if standing.is_posted(now):
                    after = slow_down_for_push(feed, after, limits=watch.limits, now=now, jitter=jitter)
                await unit.feeds.save_state(after)
            elif state is not None:
                await unit.feeds.save_state(after_push(state, parsed, now))
            self._faults.reach("poll.before-commit")
        self._grouping.kept(ended)
        self._faults.reach("poll.committed")
        if reading.overrun and isinstance(outcome, Fetched):  # a hub may post nothing but what is new
            log.warning(
                "feed-overrun", feed=feed.id, new=new, what="entries may have been missed; it is asked more often"
            )
        say = log.info if new else log.debug
        say("feed-polled", feed=feed.id, entries=len(parsed.entries), new=new, on_topic=len(told))
        return PollReport(feed, entries=len(parsed.entries), new=new, on_topic=len(told), queued=queued)

    async def _keep(
        self, unit: UnitOfWork, feed: Feed, reading: Reading, judged: Sequence[Judged], watch: Watchlist, now: datetime
    ) -> tuple[tuple[Grouped | None, ...], frozenset[StoryId]]:
        """Archive what is new, under the articles that other feeds brought already where it is the same page.

        Such a page is judged all the same: the other feed may be one that a topic does not take, or its first poll
        may have left the article out. A chat that was told of it is not told again.

        Returns what is told, with its stories, and the stories that have ended.
        """
        own = {item.article_id for item in reading.identified if item.link_is_own}
        fresh = [*reading.entries.told, *reading.entries.quiet]
        links = {article.id: article.link for article in fresh if article.link and article.id in own}
        elsewhere = await unit.articles.by_links(set(links.values()))
        same = {article_id: elsewhere[link] for article_id, link in links.items() if link in elsewhere}
        there = {article.id: article for article in await unit.articles.get(set(same.values()))}
        items = [_as(item, there[same[item.article.id]]) if item.article.id in same else item for item in judged]
        placed = self._grouping.place(items)
        grouped = [item for item in placed if item is not None]
        in_full = {item.article.id: item.article for item in items} | {
            item.article.id: item.article for item in grouped
        }
        await unit.articles.add([in_full.get(article.id, article) for article in fresh if article.id not in same])
        for article in reading.entries.edited:
            await unit.articles.update_text(in_full.get(article.id, article))
        known = {key: same.get(item.article_id, item.article_id) for item in reading.identified for key in item.keys}
        await unit.articles.remember_all(feed.id, known, now)
        await unit.matches.add([match for item in items for match in item.matches], now)
        vectors = {vector_digest(item.article): item.vector for item in items if item.vector is not None}
        await unit.vectors.put(self._embedder.name, vectors, now)
        return placed, await self._grouping.keep(unit, grouped, watch.language)

    async def _queue(
        self, unit: UnitOfWork, told: Sequence[AlertCandidate], watch: Watchlist, now: datetime, *, first_poll: bool
    ) -> tuple[NewDelivery, ...]:
        if not told:  # as mostly: who listens need not be asked then
            return ()
        return await queue_alerts(unit, told, watch, await self._audiences.read(unit), now, first_poll=first_poll)


async def _worked(parsed: ParsedFeed, work: Callable[[], T]) -> T:
    """What comes of work on a document; on a large one off the event loop, which has others to serve."""
    is_large = len(parsed.entries) > MANY or sum(len(entry.text) for entry in parsed.entries) > LONG
    return await asyncio.to_thread(work) if is_large else work()


def _as(item: Judged, known: Article) -> Judged:
    """What was judged, as the article under which its page is known already."""
    article = replace(item.article, id=known.id, story_id=known.story_id, first_seen_at=known.first_seen_at)
    return replace(item, article=article, matches=tuple(replace(match, article_id=known.id) for match in item.matches))


def _told(
    item: Grouped,
    hushed: frozenset[Destination],
    reading: Reading,
    feed: Feed,
    missed: datetime | None,
    now: datetime,
) -> AlertCandidate:
    article = item.article
    edited = any(article.id == one.id for one in reading.entries.edited)
    return AlertCandidate(
        article=article,
        document=item.judged.document,
        matches=item.judged.on_topic,
        muted=hushed,
        repeats=item.repeats,
        late=is_late(article, missed, now),
        goes_on_only=edited and not is_news(article, feed, now),
    )
