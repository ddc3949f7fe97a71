"""What is watched right now: topics with their profiles, feeds with their tags, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.config import Configuration, ExampleError, PollingSettings, example_from_page
from bot.features.similarity import digest_of_text, passage
from bot.feeds.polling import PollingLimits
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.model import (
    CONSOLE,
    Destination,
    Example,
    Extracted,
    Feed,
    FeedId,
    Fetched,
    FetchRequest,
    Topic,
    TopicId,
)
from bot.ports import Clock, Embedder, Fetcher, Store, UnitOfWork, Workers
from bot.usecases.page_examples import keep_pages, kept_pages


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
class Watch:
    """A snapshot that a poll works with from beginning to end; a change of configuration makes a new one."""

    topics: Mapping[TopicId, Topic]
    feeds: Mapping[FeedId, Feed]
    index: TopicIndex
    limits: PollingLimits
    alerts_per_hour: int

    def tags_of(self, feed_id: FeedId | None) -> frozenset[str]:
        """What a topic may name a feed by: its id and its tags."""
        feed = self.feeds.get(feed_id) if feed_id is not None else None
        return frozenset() if feed is None else frozenset((feed.id, *feed.tags))


@dataclass(frozen=True, slots=True)
class UnreadExample:
    """An example at an address that could not be read; the topic goes on without it."""

    topic_id: TopicId
    url: str
    reason: str


class WatchBuilder:
    """Turns a configuration into a `Watch`: fetches examples at addresses that are new, embeds what is new."""

    def __init__(self, store: Store, fetcher: Fetcher, workers: Workers, embedder: Embedder, clock: Clock) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._embedder = embedder
        self._clock = clock

    async def build(self, configuration: Configuration) -> tuple[Watch, tuple[UnreadExample, ...]]:
        async with self._store.read() as unit:
            added = await unit.feeds.added()
        topics, unread = await self._read_pending(configuration)
        profiles = await profile_topics(topics, self._vectors)
        watch = Watch(
            topics={topic.id: topic for topic in topics},
            feeds=watched_feeds(configuration.feeds, added),
            index=TopicIndex(profiles),
            limits=_limits(configuration.settings.polling),
            alerts_per_hour=configuration.settings.delivery.alerts_per_hour,
        )
        return watch, unread

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
            before = await kept_pages(unit.settings)
        missing = sorted(url for url in urls if url not in before)
        fetched = dict(zip(missing, await asyncio.gather(*map(self._read_example, missing)), strict=True))
        pages = {url: page for url, page in {**before, **fetched}.items() if url in urls and isinstance(page, Example)}
        if pages != before:
            async with self._store.write() as unit:
                await keep_pages(unit.settings, pages)
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

    async def _vectors(self, passages: Mapping[str, str]) -> Vectors:
        """From the database where they were computed before, so that a start need not wait for the model."""
        async with self._store.read() as unit:
            vectors = dict(await unit.vectors.get(self._embedder.name, list(passages)))
        fresh = await new_vectors(
            self._embedder, {digest: text for digest, text in passages.items() if digest not in vectors}
        )
        if fresh:
            async with self._store.write() as unit:
                await unit.vectors.put(self._embedder.name, fresh, self._clock.now())
        return {**vectors, **fresh}


def watched_feeds(configured: Sequence[Feed], added: Sequence[Feed]) -> Mapping[FeedId, Feed]:
    """By id; a feed of the files takes the place of one that was added under the same id."""
    return {feed.id: feed for feed in (*added, *configured)}


def _limits(polling: PollingSettings) -> PollingLimits:
    """`[polling]` as the feeds room wants it."""
    return PollingLimits(polling.every, polling.at_least, polling.at_most)


Vectors = Mapping[str, NDArray[np.float32]]
"""Embeddings by the digest of their text."""


async def new_vectors(embedder: Embedder, passages: Mapping[str, str]) -> Vectors:
    """Embed texts, given and returned by digest."""
    if not passages:
        return {}
    rows = await embedder.embed(list(passages.values()))
    return dict(zip(passages, rows, strict=True))


async def profile_topics(
    topics: Sequence[Topic], vectors_of: Callable[[Mapping[str, str]], Awaitable[Vectors]]
) -> tuple[Profile, ...]:
    """What each topic's examples have in common, ready to judge by. `vectors_of` embeds texts given by digest."""
    passages = {
        digest_of_text(text): text
        for topic in topics
        for text in (passage(one.title, one.text) for one in (*topic.examples, *topic.counterexamples))
    }
    vectors = await vectors_of(passages)
    profiles = []
    for topic in topics:
        shown = (*topic.examples, *topic.counterexamples)
        rows = [vectors[digest_of_text(passage(one.title, one.text))] for one in shown]
        profiles.append(build_profile(topic, np.stack(rows) if rows else np.zeros((0, 0), np.float32)))
        await asyncio.sleep(0)
    return tuple(profiles)
