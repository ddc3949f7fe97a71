"""What is watched now: topics with their profiles, feeds with their tags, and who gets the alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from zoneinfo import ZoneInfo

from bot.alerts.policy import AlertBudget
from bot.config import DEFAULT_LANGUAGE, Configuration, PollingSettings, PublicSettings
from bot.feeds.moved_feeds import merged_feeds
from bot.feeds.poll_schedule import PollingLimits
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile
from bot.model import CONSOLE, Chat, Destination, Feed, FeedId, Language, Topic, TopicId, Vote
from bot.ports import Clock, Embedder, Fetcher, Workers
from bot.store import Store, UnitOfWork
from bot.usecases.public_limits import alert_budget
from bot.usecases.topics.examples import stored_examples
from bot.usecases.topics.page_examples import PAGES_PATIENCE, UnreadExample, with_page_examples
from bot.usecases.topics.profiles import profile_topics


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
    public: PublicSettings = field(default_factory=PublicSettings)
    """The limits of chats that let themselves in."""
    revision: int = 0
    """That of the topics and votes in the index: what changes later has a higher one."""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """Used for chats that have not chosen one, as is `language`."""
    language: Language = DEFAULT_LANGUAGE
    merged: Mapping[FeedId, FeedId] = field(default_factory=dict)
    """Feeds that have moved to the address of another feed, each with that feed."""

    @property
    def polled(self) -> Mapping[FeedId, Feed]:
        """The feeds that are polled: all that are not merged into another."""
        return {feed_id: feed for feed_id, feed in self.feeds.items() if feed_id not in self.merged}

    def budget_of(self, chat: Chat | None) -> AlertBudget:
        """How many alerts a chat is sent at once."""
        return alert_budget(chat, self.alerts_per_hour, self.public)

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
    before: Watchlist | None = None,
) -> tuple[Watchlist, tuple[UnreadExample, ...]]:
    """The watchlist of a configuration. Examples at new addresses are fetched, and new examples are embedded.

    Args:
        patience: seconds for the fetching.
        before: what was watched until now, of which the criteria that stay are taken over.
    """
    async with store.read() as unit:
        revision = await unit.topics.revision()
        added = await unit.feeds.added()
        states = await unit.feeds.states()
        votes = await _votes(unit)
        made = await unit.topics.added()
    configured, unread = await with_page_examples(store, fetcher, workers, configuration, patience=patience)
    topics = watched_topics(configured, made)
    known = [] if before is None else [profile.criteria for profile in before.index.profiles]
    profiles = await profile_topics(topics, partial(stored_examples, store, embedder, clock), votes, known)
    feeds = watched_feeds(configuration.feeds, added)
    watch = Watchlist(
        topics={topic.id: topic for topic in topics},
        feeds=feeds,
        merged=merged_feeds(feeds, states),
        index=await asyncio.to_thread(TopicIndex, profiles),
        limits=_limits(configuration.settings.polling),
        alerts_per_hour=configuration.settings.delivery.alerts_per_hour,
        updates_per_day=configuration.settings.delivery.updates_per_day,
        public=configuration.settings.public,
        revision=revision,
        timezone=configuration.settings.timezone,
        language=configuration.settings.language,
    )
    return watch, unread


@dataclass(frozen=True, slots=True)
class TakenChanges:
    """A watchlist with what has changed of topics and votes, and whose topics these are."""

    watch: Watchlist
    topics: tuple[TopicId, ...] = ()
    """Topics that were made, changed or removed in a chat or by a command."""
    voted: tuple[TopicId, ...] = ()
    """Topics that are the same, but for votes that were cast or taken back."""


async def with_changes(store: Store, embedder: Embedder, clock: Clock, watch: Watchlist) -> TakenChanges:
    """The watchlist with the topics and votes that are stored now, by whichever process they were.

    What it costs depends on what has changed since, not on how much is watched. Nothing that has changed gives the same
    index.
    """
    async with store.read() as unit:
        changed = await unit.topics.changed_since(watch.revision)
        made = await unit.topics.some(changed.topic_ids)
        votes = await unit.votes.of_topics(changed.topic_ids)
    if not changed.topic_ids:
        return TakenChanges(watch)
    present: dict[TopicId, Topic] = {}
    for topic_id in changed.topic_ids:
        known = watch.topics.get(topic_id)
        of_a_file = known is not None and known.owning_chat is None
        if (topic := known if of_a_file else made.get(topic_id)) is not None:
            present[topic_id] = topic
    before = {topic_id: watch.index.profile(topic_id) for topic_id in changed.topic_ids}
    criteria = [profile.criteria for profile in before.values() if profile is not None]
    profiles = await profile_topics(
        tuple(present.values()), partial(stored_examples, store, embedder, clock), votes, criteria
    )
    new = [profile for profile in profiles if not _is_same(profile, before[profile.topic.id])]
    gone = [topic_id for topic_id, profile in before.items() if profile is not None and topic_id not in present]
    if not new and not gone:
        return TakenChanges(replace(watch, revision=changed.revision))
    topics = {**watch.topics, **{profile.topic.id: profile.topic for profile in new}}
    for topic_id in gone:
        del topics[topic_id]
    index = await asyncio.to_thread(watch.index.changed, new, gone)
    voted = [profile.topic.id for profile in new if profile.topic == watch.topics.get(profile.topic.id)]
    return TakenChanges(
        replace(watch, topics=topics, index=index, revision=changed.revision),
        tuple(profile.topic.id for profile in new if profile.topic.id not in voted) + tuple(gone),
        tuple(voted),
    )


def _is_same(profile: Profile, before: Profile | None) -> bool:
    return before is not None and (profile.topic, profile.criteria.key) == (before.topic, before.criteria.key)


async def find_topic(
    store: Store, fetcher: Fetcher, workers: Workers, configuration: Configuration, topic_id: TopicId
) -> Topic | None:
    """A topic of the files with its examples, or one that was made in a chat; None if there is no such topic."""
    configured, _ = await with_page_examples(store, fetcher, workers, configuration)
    for topic in configured:
        if topic.id == topic_id:
            return topic
    async with store.read() as unit:
        return await unit.topics.get(topic_id)


async def _votes(unit: UnitOfWork) -> Mapping[TopicId, Sequence[Vote]]:
    by_topic: dict[TopicId, list[Vote]] = {}
    for vote in await unit.votes.all():
        by_topic.setdefault(vote.topic_id, []).append(vote)
    return by_topic


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
