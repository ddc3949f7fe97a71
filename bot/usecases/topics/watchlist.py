"""What is watched now: topics with their profiles, feeds with their tags, and who gets the alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.config import DEFAULT_LANGUAGE, Configuration, PollingSettings
from bot.feeds.moved_feeds import merged_feeds
from bot.feeds.poll_schedule import PollingLimits
from bot.matching.index import TopicIndex
from bot.model import CONSOLE, Destination, Feed, FeedId, Language, Topic, TopicId, Vote
from bot.ports import Clock, Embedder, Fetcher, Workers
from bot.store import Store, UnitOfWork
from bot.usecases.topics.page_examples import PAGES_PATIENCE, UnreadExample, with_page_examples
from bot.usecases.topics.profiles import Votes, profile_topics, stored_vectors


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets alerts. Without a messenger everything is printed, whatever chats the topics name."""

    messenger: bool
    admins: tuple[Destination, ...] = ()

    @property
    def default(self) -> tuple[Destination, ...]:
        """Who gets the alerts of topics that name no chats."""
        return self.admins if self.messenger else (CONSOLE,)

    def address(self, topics: Mapping[TopicId, Topic]) -> Mapping[TopicId, Topic]:
        """The topics, without their chats if there is no messenger to reach them."""
        if self.messenger:
            return topics
        return {topic_id: replace(topic, destinations=()) for topic_id, topic in topics.items()}


class Audiences:
    """The admins: those of the configuration, which may be read again, and those that used the one-time link."""

    def __init__(self, admins: Sequence[int], *, messenger: bool) -> None:
        self._admins = tuple(admins)
        self._messenger = messenger

    def name(self, admins: Sequence[int]) -> None:
        """These are the admins of the configuration from now on."""
        self._admins = tuple(admins)

    async def read(self, unit: UnitOfWork) -> Audience:
        """The audience as this transaction sees it: an admin who is added during a poll still gets what it finds."""
        users = dict.fromkeys((*self._admins, *await unit.chats.admins()))
        return Audience(self._messenger, tuple(Destination(str(user)) for user in users))


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A snapshot that a poll uses from beginning to end; a change of what is watched makes a new one."""

    topics: Mapping[TopicId, Topic]
    feeds: Mapping[FeedId, Feed]
    index: TopicIndex
    limits: PollingLimits
    alerts_per_hour: int
    updates_per_day: int = 3
    """How many replies on one story a chat gets in a day at most."""
    votes: Votes = field(default_factory=Votes)
    """The votes by which the profiles in the index are adjusted."""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """Used for chats that have not chosen one, as is `language`."""
    language: Language = DEFAULT_LANGUAGE
    merged: Mapping[FeedId, FeedId] = field(default_factory=dict)
    """Feeds that have moved to the address of another feed, each with that feed."""

    @property
    def polled(self) -> Mapping[FeedId, Feed]:
        """The feeds that are polled: all that are not merged into another."""
        return {feed_id: feed for feed_id, feed in self.feeds.items() if feed_id not in self.merged}

    def tags_of(self, feed_id: FeedId | None) -> frozenset[str]:
        """The names by which a topic may choose a feed: its id and tags, and those of feeds merged into it."""
        if feed_id is None or feed_id not in self.feeds:
            return frozenset()
        together = [feed_id, *(one for one, kept in self.merged.items() if kept == feed_id and one in self.feeds)]
        return frozenset(name for one in together for name in (one, *self.feeds[one].tags))


async def build_watchlist(
    store: Store,
    fetcher: Fetcher,
    workers: Workers,
    embedder: Embedder,
    clock: Clock,
    configuration: Configuration,
    *,
    patience: float = PAGES_PATIENCE,
) -> tuple[Watchlist, tuple[UnreadExample, ...]]:
    """The watchlist of a configuration. Examples at new addresses are fetched, and new examples are embedded.

    `patience`: seconds for the fetching.
    """
    async with store.read() as unit:
        added = await unit.feeds.added()
        states = await unit.feeds.states()
        votes = await _votes(unit)
        made = await unit.topics.added()
    configured, unread = await with_page_examples(store, fetcher, workers, configuration, patience=patience)
    topics = watched_topics(configured, made)
    profiles = await profile_topics(topics, partial(stored_vectors, store, embedder, clock), votes)
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


async def with_current_votes(store: Store, embedder: Embedder, clock: Clock, watch: Watchlist) -> Watchlist:
    """The watchlist with the votes that are stored now; only topics with changed votes get a new profile."""
    async with store.read() as unit:
        votes = await _votes(unit)
    changed = [topic for topic in watch.topics.values() if votes.of(topic.id) != watch.votes.of(topic.id)]
    new = await profile_topics(changed, partial(stored_vectors, store, embedder, clock), votes)
    profiles = {profile.topic.id: profile for profile in new}
    every = [profiles.get(known.topic.id, known) for known in watch.index.profiles]
    index = await asyncio.to_thread(TopicIndex, every)
    return replace(watch, index=index, votes=votes)


async def with_current_topics(store: Store, embedder: Embedder, clock: Clock, watch: Watchlist) -> Watchlist:
    """The watchlist with the topics that chats have now; only topics with changed criteria get a new profile."""
    async with store.read() as unit:
        made = await unit.topics.added()
    topics = watched_topics([topic for topic in watch.topics.values() if topic.owning_chat is None], made)
    known = {profile.topic.id: profile for profile in watch.index.profiles}
    kept = {
        topic.id: replace(known[topic.id], topic=topic)
        for topic in topics
        if topic.id in known and _criteria(topic) == _criteria(known[topic.id].topic)
    }
    changed = [topic for topic in topics if topic.id not in kept]
    new = await profile_topics(changed, partial(stored_vectors, store, embedder, clock), watch.votes)
    profiles = {**kept, **{profile.topic.id: profile for profile in new}}
    index = await asyncio.to_thread(TopicIndex, [profiles[topic.id] for topic in topics])
    return replace(watch, topics={topic.id: topic for topic in topics}, index=index)


async def find_topic(
    store: Store, fetcher: Fetcher, workers: Workers, configuration: Configuration, topic_id: TopicId
) -> Topic | None:
    """A topic of the files with its examples, or one that was made in a chat; None if there is no such topic."""
    configured, _ = await with_page_examples(store, fetcher, workers, configuration)
    async with store.read() as unit:
        topics = watched_topics(configured, await unit.topics.added())
    return next((topic for topic in topics if topic.id == topic_id), None)


async def _votes(unit: UnitOfWork) -> Votes:
    by_topic: dict[TopicId, list[Vote]] = {}
    for vote in await unit.votes.all():
        by_topic.setdefault(vote.topic_id, []).append(vote)
    return Votes(await unit.votes.stamp(), {topic_id: tuple(votes) for topic_id, votes in by_topic.items()})


def watched_topics(configured: Sequence[Topic], made: Sequence[Topic]) -> tuple[Topic, ...]:
    """All topics; one of the files replaces one that a chat made under the same id, as it was exported there."""
    named = {topic.id for topic in configured}
    return (*configured, *(topic for topic in made if topic.id not in named))


def watched_feeds(configured: Sequence[Feed], added: Sequence[Feed]) -> Mapping[FeedId, Feed]:
    """All feeds by id; one of the files replaces one that was added under the same id."""
    return {feed.id: feed for feed in (*added, *configured)}


def _limits(polling: PollingSettings) -> PollingLimits:
    """`[polling]` as `bot.feeds` takes it."""
    return PollingLimits(polling.every, polling.at_least, polling.at_most)


_criteria = attrgetter("examples", "counterexamples", "query", "require", "exclude", "sensitivity")
"""The fields of a topic that its profile depends on. The others are its name, its destinations and its feeds."""
