"""Poll a feed: fetch, parse, identify, extract, match, group, compose, queue. One transaction a poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

import structlog

from bot.feeds.identity import Identified, document_keys, identify
from bot.feeds.polling import PollingLimits, address, after_failure, after_not_modified, after_success, is_due
from bot.model import (
    Article,
    Feed,
    FeedState,
    Fetched,
    FetchFailed,
    FetchProblem,
    FetchRequest,
    NewDelivery,
    NotModified,
    ParsedFeed,
)
from bot.ports import Clock, Embedder, FaultPoints, Fetcher, Store, UnitOfWork, Workers
from bot.usecases.group import Grouping
from bot.usecases.judge import Judged, judge_articles, vector_digest
from bot.usecases.read import NewEntries, is_short, sort_entries, with_full_text
from bot.usecases.tell import Told, queue_alerts
from bot.usecases.watch import Audiences, Watch

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll of one feed came to. `error` is one calm line; the numbers are then 0."""

    feed: Feed
    error: str | None = None
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


class Poller:
    """Polls feeds against a watch."""

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
        limits: PollingLimits,
        alerts_per_hour: int,
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
        self._limits = limits
        self._alerts_per_hour = alerts_per_hour
        self._random = random

    async def due(self, watch: Watch, *, every: bool = False) -> tuple[Feed, ...]:
        """Feeds whose time has come, those of files and then the longest waiting first; `every`: all of them."""
        async with self._store.read() as unit:
            states = await unit.feeds.states()
        now = self._clock.now()
        due = [feed for feed in watch.feeds.values() if every or is_due(feed, states.get(feed.id), now)]
        waiting = {feed_id: state.next_poll_at for feed_id, state in states.items()}
        return tuple(sorted(due, key=lambda feed: (not feed.url.startswith("file:"), waiting.get(feed.id, now))))

    async def poll(self, feed: Feed, watch: Watch) -> PollReport:
        """One poll. Whatever the server, the network or the document does is in the report."""
        async with self._store.read() as unit:
            state = (await unit.feeds.states()).get(feed.id)
        url = address(feed, state)
        outcome = await self._fetcher.fetch(
            FetchRequest(
                url=url,
                etag=state.etag if state else None,
                last_modified=state.last_modified if state else None,
                trusted=feed.owner == "file" and url == feed.url,
            )
        )
        self._faults.reach("poll.fetched")
        if isinstance(outcome, FetchFailed):
            return await self._failed(feed, state, outcome)
        if isinstance(outcome, NotModified) and state is not None:
            return await self._unchanged(feed, state, outcome)
        if isinstance(outcome, NotModified):
            # Nothing was asked conditionally, so there is nothing that it could be the same as.
            odd = FetchFailed(outcome.url, FetchProblem.BAD_CONTENT, "says 'not modified' to the first question")
            return await self._failed(feed, state, odd)
        parsed = await self._workers.parse(outcome.body, outcome.headers, outcome.url)
        if not isinstance(parsed, ParsedFeed):
            return await self._failed(feed, state, FetchFailed(outcome.url, FetchProblem.BAD_CONTENT, parsed.reason))
        reading = await self._read(feed, state, parsed)
        judged = await self._judge(feed, reading.entries.told, watch)
        self._faults.reach("poll.matched")
        return await self._accept(feed, state, outcome, parsed, reading, judged, watch)

    async def _read(self, feed: Feed, state: FeedState | None, parsed: ParsedFeed) -> Reading:
        async with self._store.read() as unit:
            known = await unit.articles.known(feed.id, document_keys(parsed.entries))
            first = (state is None or state.succeeded_at is None) and not await unit.articles.is_known_feed(feed.id)
            before = {article.id: article for article in await unit.articles.get(set(known.values()))}
        identified = identify(feed.id, parsed.entries, known)
        entries = sort_entries(identified, feed, parsed, before, first=first, now=self._clock.now())
        return Reading(identified, entries, first)

    async def _judge(self, feed: Feed, articles: Sequence[Article], watch: Watch) -> tuple[Judged, ...]:
        """Short texts that may be on a topic are judged again by the full page; a local file is taken as it is."""
        tags = watch.tags_of(feed.id)
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

    async def _accept(
        self,
        feed: Feed,
        state: FeedState | None,
        fetched: Fetched,
        parsed: ParsedFeed,
        reading: Reading,
        judged: Sequence[Judged],
        watch: Watch,
    ) -> PollReport:
        """Validators, articles, matches and deliveries in one transaction: a crash leaves all of a poll or none."""
        now = self._clock.now()
        new = len(reading.entries.told) + len(reading.entries.quiet)
        async with self._store.write() as unit:
            placed = await self._keep(unit, feed, reading, judged, now)
            told = [Told(item.article, item.on_topic) for item in placed if item.on_topic]
            audience = await self._audiences.read(unit)
            queued = await queue_alerts(
                unit, told, watch, audience, self._alerts_per_hour, now, first_poll=reading.first
            )
            await unit.feeds.save_state(
                after_success(
                    feed,
                    state,
                    fetched,
                    parsed,
                    new_count=new,
                    limits=self._limits,
                    now=now,
                    jitter=self._random.random(),
                )
            )
            self._faults.reach("poll.before-commit")
        self._faults.reach("poll.committed")
        say = log.info if new else log.debug
        say("feed-polled", feed=feed.id, entries=len(parsed.entries), new=new, on_topic=len(told))
        return PollReport(feed, entries=len(parsed.entries), new=new, on_topic=len(told), queued=queued)

    async def _keep(
        self, unit: UnitOfWork, feed: Feed, reading: Reading, judged: Sequence[Judged], now: datetime
    ) -> tuple[Judged, ...]:
        """Archive what is new, under the articles that other feeds brought already where it is the same page."""
        own = {item.article_id for item in reading.identified if item.link_is_own}
        fresh = [*(item.article for item in judged), *reading.entries.quiet]
        links = {article.id: article.link for article in fresh if article.link and article.id in own}
        elsewhere = await unit.articles.by_links(set(links.values()))
        same = {article_id: elsewhere[link] for article_id, link in links.items() if link in elsewhere}
        placed = self._grouping.place([item for item in judged if item.article.id not in same])
        await unit.articles.add([item.article for item in placed])
        await unit.articles.add([article for article in reading.entries.quiet if article.id not in same])
        for article in reading.entries.edited:
            await unit.articles.update_text(article)
        for item in reading.identified:
            await unit.articles.remember(feed.id, same.get(item.article_id, item.article_id), item.keys, now)
        await unit.matches.add([match for item in placed for match in item.matches], now)
        vectors = {vector_digest(item.article): item.vector for item in placed if item.vector is not None}
        await unit.vectors.put(self._embedder.name, vectors, now)
        return placed

    async def _unchanged(self, feed: Feed, state: FeedState, outcome: NotModified) -> PollReport:
        now = self._clock.now()
        async with self._store.write() as unit:
            await unit.feeds.save_state(
                after_not_modified(feed, state, outcome, limits=self._limits, now=now, jitter=self._random.random())
            )
        return PollReport(feed, unchanged=True)

    async def _failed(self, feed: Feed, state: FeedState | None, failed: FetchFailed) -> PollReport:
        now = self._clock.now()
        after = after_failure(feed, state, failed, limits=self._limits, now=now, jitter=self._random.random())
        async with self._store.write() as unit:
            await unit.feeds.save_state(after)
        minutes = (after.next_poll_at - now).total_seconds() / 60
        log.warning("feed-unreachable", feed=feed.id, reason=failed.reason, again_in=f"{minutes:.0f} min")
        return PollReport(feed, error=failed.reason)
