"""What is watched right now: topics with their profiles, feeds with their tags, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.config import DEFAULT_LANGUAGE, Configuration, ExampleError, PollingSettings, example_from_page
from bot.feeds.moved_feeds import merged_feeds
from bot.feeds.poll_schedule import PollingLimits
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile
from bot.model import (
    CONSOLE,
    Destination,
    Example,
    Extracted,
    Feed,
    FeedId,
    Fetched,
    FetchRequest,
    Language,
    Topic,
    TopicId,
    Vote,
)
from bot.ports import Clock, Embedder, Fetcher, Workers
from bot.store import Store, UnitOfWork
from bot.usecases.topics.page_examples import keep_pages, kept_pages
from bot.usecases.topics.profiles import Vectors, Votes, new_vectors, profile_topics


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told. Without a messenger everything is printed, whatever chats the topics name."""

    messenger: bool
    admins: tuple[Destination, ...] = ()

    @property
    def default(self) -> tuple[Destination, ...]:
        """Who is told of topics that name no chats."""
        return self.admins if self.messenger else (CONSOLE,)

    def address(self, topics: Mapping[TopicId, Topic]) -> Mapping[TopicId, Topic]:
        """The topics, with the chats that can be reached."""
        if self.messenger:
            return topics
        return {topic_id: replace(topic, destinations=()) for topic_id, topic in topics.items()}


class Audiences:
    """Who is told at a moment: the admins of the configuration, and those that used the one-time link."""

    def __init__(self, admins: Sequence[int], *, messenger: bool) -> None:
        self._admins = tuple(admins)
        self._messenger = messenger

    def name(self, admins: Sequence[int]) -> None:
        """The configuration names these now."""
        self._admins = tuple(admins)

    async def read(self, unit: UnitOfWork) -> Audience:
        """As this transaction sees it: an admin who came while a poll was under way is told of what it found."""
        users = dict.fromkeys((*self._admins, *await unit.chats.admins()))
        return Audience(self._messenger, tuple(Destination(str(user)) for user in users))


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A snapshot that a poll works with from beginning to end; a change of configuration makes a new one."""

    topics: Mapping[TopicId, Topic]
    feeds: Mapping[FeedId, Feed]
    index: TopicIndex
    limits: PollingLimits
    alerts_per_hour: int
    updates_per_day: int = 3
    """Replies on one story that a chat gets in a day at most."""
    votes: Votes = field(default_factory=Votes)
    """What the index has learned from."""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """Of chats that have not chosen one; so is `language`."""
    language: Language = DEFAULT_LANGUAGE
    merged: Mapping[FeedId, FeedId] = field(default_factory=dict)
    """Feeds that have moved to where another is read, and that one."""

    @property
    def polled(self) -> Mapping[FeedId, Feed]:
        """The feeds that are read by themselves."""
        return {feed_id: feed for feed_id, feed in self.feeds.items() if feed_id not in self.merged}

    def tags_of(self, feed_id: FeedId | None) -> frozenset[str]:
        """What a topic may name a feed by: its id and its tags, and those of feeds that are read with it."""
        if feed_id is None or feed_id not in self.feeds:
            return frozenset()
        together = [feed_id, *(one for one, kept in self.merged.items() if kept == feed_id and one in self.feeds)]
        return frozenset(name for one in together for name in (one, *self.feeds[one].tags))


@dataclass(frozen=True, slots=True)
class UnreadExample:
    """An example at an address that could not be read; the topic goes on without it."""

    topic_id: TopicId
    url: str
    reason: str


class WatchlistBuilder:
    """Turns a configuration into a `Watchlist`: fetches examples at addresses that are new, embeds what is new."""

    def __init__(self, store: Store, fetcher: Fetcher, workers: Workers, embedder: Embedder, clock: Clock) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._embedder = embedder
        self._clock = clock

    async def build(self, configuration: Configuration) -> tuple[Watchlist, tuple[UnreadExample, ...]]:
        async with self._store.read() as unit:
            added = await unit.feeds.added()
            states = await unit.feeds.states()
            votes = await _votes(unit)
            made = await unit.topics.added()
        configured, unread = await self._read_pending(configuration)
        topics = watched_topics(configured, made)
        profiles = await profile_topics(topics, self.vectors, votes)
        feeds = watched_feeds(configuration.feeds, added)
        watch = Watchlist(
            topics={topic.id: topic for topic in topics},
            feeds=feeds,
            merged=merged_feeds(feeds, states),
            index=await asyncio.to_thread(TopicIndex, profiles),
            limits=_limits(configuration.settings.polling),
            alerts_per_hour=configuration.settings.delivery.alerts_per_hour,
            updates_per_day=configuration.settings.delivery.updates_per_day,
            votes=votes,
            timezone=configuration.settings.timezone,
            language=configuration.settings.language,
        )
        return watch, unread

    async def relearn(self, watch: Watchlist) -> Watchlist:
        """The same, by the votes of now: topics whose votes have changed are profiled anew."""
        async with self._store.read() as unit:
            votes = await _votes(unit)
        changed = [topic for topic in watch.topics.values() if votes.of(topic.id) != watch.votes.of(topic.id)]
        profiles = {profile.topic.id: profile for profile in await profile_topics(changed, self.vectors, votes)}
        every = [profiles.get(known.topic.id, known) for known in watch.index.profiles]
        index = await asyncio.to_thread(TopicIndex, every)
        return replace(watch, index=index, votes=votes)

    async def retake(self, watch: Watchlist) -> Watchlist:
        """The same, with the topics made in chats of now; what is judged as it was is not learned anew."""
        async with self._store.read() as unit:
            made = await unit.topics.added()
        topics = watched_topics([topic for topic in watch.topics.values() if topic.owning_chat is None], made)
        known = {profile.topic.id: profile for profile in watch.index.profiles}
        kept = {
            topic.id: replace(known[topic.id], topic=topic)
            for topic in topics
            if topic.id in known and _judged_by(topic) == _judged_by(known[topic.id].topic)
        }
        changed = [topic for topic in topics if topic.id not in kept]
        learned = {profile.topic.id: profile for profile in await profile_topics(changed, self.vectors, watch.votes)}
        profiles = {**kept, **learned}
        index = await asyncio.to_thread(TopicIndex, [profiles[topic.id] for topic in topics])
        return replace(watch, topics={topic.id: topic for topic in topics}, index=index)

    async def topic(self, configuration: Configuration, topic_id: TopicId) -> Topic | None:
        """A topic of the files with its examples read, or one made in a chat; None for one that is not there."""
        configured, _ = await self._read_pending(configuration)
        async with self._store.read() as unit:
            topics = watched_topics(configured, await unit.topics.added())
        return next((topic for topic in topics if topic.id == topic_id), None)

    async def profile(self, topic: Topic, votes: Sequence[Vote]) -> Profile:
        """What a topic is judged by, having learned from these votes."""
        (profile,) = await profile_topics((topic,), self.vectors, Votes(by_topic={topic.id: tuple(votes)}))
        return profile

    async def _read_pending(self, configuration: Configuration) -> tuple[tuple[Topic, ...], tuple[UnreadExample, ...]]:
        """Each topic with its examples that are addresses; one that fails is reported, not fatal."""
        read = await self._read_pages({pending.url for pending in configuration.pending_examples})
        topics = {topic.id: topic for topic in configuration.topics}
        unread: list[UnreadExample] = []
        for pending in configuration.pending_examples:
            outcome = read[pending.url]
            if isinstance(outcome, str):
                unread.append(UnreadExample(pending.topic_id, pending.url, outcome))
                continue
            topic = topics[pending.topic_id]
            if pending.opposing:
                topics[topic.id] = replace(topic, counterexamples=(*topic.counterexamples, outcome))
            else:
                topics[topic.id] = replace(topic, examples=(*topic.examples, outcome))
        return tuple(topics.values()), tuple(unread)

    async def _read_pages(self, urls: Collection[str]) -> Mapping[str, Example | str]:
        """What was read before is kept, the others are fetched together; a text says why one could not be read."""
        async with self._store.read() as unit:
            before = await kept_pages(unit.key_values)
        missing = sorted(url for url in urls if url not in before)
        fetched = dict(zip(missing, await asyncio.gather(*map(self._read_example, missing)), strict=True))
        pages = {url: page for url, page in {**before, **fetched}.items() if url in urls and isinstance(page, Example)}
        if pages != before:
            async with self._store.write() as unit:
                await keep_pages(unit.key_values, pages)
        return {**fetched, **pages}

    async def _read_example(self, url: str) -> Example | str:
        outcome = await self._fetcher.fetch(FetchRequest(url, purpose="page"))
        if not isinstance(outcome, Fetched):
            return getattr(outcome, "reason", "the page did not come")
        page = await self._workers.extract(outcome.body, outcome.headers, outcome.url)
        if not isinstance(page, Extracted):
            return page.reason
        try:
            return example_from_page(page, url)
        except ExampleError as error:
            return str(error)

    async def vectors(self, passages: Mapping[str, str]) -> Vectors:
        """From the database where they were computed before, so that a start need not wait for the model.

        Those computed now are taken as they are kept, so that the next start changes no score.
        """
        async with self._store.read() as unit:
            vectors = await unit.vectors.get(self._embedder.name, list(passages))
        fresh = await new_vectors(
            self._embedder, {digest: text for digest, text in passages.items() if digest not in vectors}
        )
        if not fresh:
            return vectors
        async with self._store.write() as unit:
            await unit.vectors.put(self._embedder.name, fresh, self._clock.now())
            return await unit.vectors.get(self._embedder.name, list(passages))


async def _votes(unit: UnitOfWork) -> Votes:
    by_topic: dict[TopicId, list[Vote]] = {}
    for vote in await unit.votes.all():
        by_topic.setdefault(vote.topic_id, []).append(vote)
    return Votes(await unit.votes.stamp(), {topic_id: tuple(votes) for topic_id, votes in by_topic.items()})


def watched_topics(configured: Sequence[Topic], made: Sequence[Topic]) -> tuple[Topic, ...]:
    """A topic of the files takes the place of one that was made in a chat under the same id: it was exported there."""
    named = {topic.id for topic in configured}
    return (*configured, *(topic for topic in made if topic.id not in named))


def watched_feeds(configured: Sequence[Feed], added: Sequence[Feed]) -> Mapping[FeedId, Feed]:
    """By id; a feed of the files takes the place of one that was added under the same id."""
    return {feed.id: feed for feed in (*added, *configured)}


def _limits(polling: PollingSettings) -> PollingLimits:
    """`[polling]` as the feeds room wants it."""
    return PollingLimits(polling.every, polling.at_least, polling.at_most)


_judged_by = attrgetter("examples", "counterexamples", "query", "require", "exclude", "sensitivity")
"""What makes the profile of a topic; the rest says what it is called, who is told, and of what feeds."""
