"""Profiles of topics: the embeddings of their examples, adjusted by readers' votes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import digest_of_text, passage
from bot.matching.profile import Profile, build_profile
from bot.matching.vote_learning import Opinion, opinions_of, with_votes
from bot.model import Example, Topic, TopicId, Vote
from bot.ports import Clock, Embedder
from bot.store import Store
from bot.usecases.ingest.score_articles import embed_passages

Vectors = Mapping[str, NDArray[np.float32]]
"""Embeddings by the digest of their text."""


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes of readers at one moment. `stamp` changes with every vote."""

    stamp: str = ""
    by_topic: Mapping[TopicId, tuple[Vote, ...]] = field(default_factory=dict)

    def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        return self.by_topic.get(topic_id, ())


async def new_vectors(embedder: Embedder, passages: Mapping[str, str]) -> Vectors:
    """Embed texts; they and their vectors are keyed by digest."""
    if not passages:
        return {}
    rows = await embed_passages(embedder, list(passages.values()))
    return dict(zip(passages, rows, strict=True))


async def stored_vectors(store: Store, embedder: Embedder, clock: Clock, passages: Mapping[str, str]) -> Vectors:
    """The same, from the database where they were computed before, so that a start need not wait for the model.

    New vectors are returned as the database rounds them, so that the next start does not change any score.
    """
    async with store.read() as unit:
        vectors = await unit.vectors.get(embedder.name, list(passages))
    new = await new_vectors(embedder, {digest: text for digest, text in passages.items() if digest not in vectors})
    if not new:
        return vectors
    async with store.write() as unit:
        await unit.vectors.put(embedder.name, new, clock.now())
        return await unit.vectors.get(embedder.name, list(passages))


async def profile_topic(store: Store, embedder: Embedder, clock: Clock, topic: Topic, votes: Sequence[Vote]) -> Profile:
    """The profile of one topic, adjusted by these votes."""
    vectors_of = partial(stored_vectors, store, embedder, clock)
    (profile,) = await profile_topics((topic,), vectors_of, Votes(by_topic={topic.id: tuple(votes)}))
    return profile


async def profile_topics(
    topics: Sequence[Topic],
    vectors_of: Callable[[Mapping[str, str]], Awaitable[Vectors]],
    votes: Votes | None = None,
) -> tuple[Profile, ...]:
    """The profile of each topic: what its examples have in common, adjusted by readers' votes.

    `vectors_of` embeds texts; they and their vectors are keyed by digest.
    """
    opinions = {topic.id: opinions_of(votes.of(topic.id)) if votes and topic.examples else () for topic in topics}
    texts_of = {
        topic.id: (*topic.examples, *topic.counterexamples, *(opinion.article for opinion in opinions[topic.id]))
        for topic in topics
    }
    passages = {
        topic_id: await asyncio.to_thread(_passages, examples) for topic_id, examples in texts_of.items() if examples
    }
    vectors = await vectors_of({digest: text for texts in passages.values() for digest, text in texts})
    profiles = []
    for topic in topics:
        rows = _rows([vectors[digest] for digest, _ in passages.get(topic.id, ())])
        own = len(rows) - len(opinions[topic.id])
        profiles.append(await asyncio.to_thread(_profile, topic, rows[:own], opinions[topic.id], rows[own:]))
    return tuple(profiles)


def _passages(examples: Sequence[Example]) -> list[tuple[str, str]]:
    """The text of each example that is embedded, with its digest."""
    texts = [passage(one.title, one.text) for one in examples]
    return [(digest_of_text(text), text) for text in texts]


def _profile(
    topic: Topic, examples: NDArray[np.float32], opinions: Sequence[Opinion], voted: NDArray[np.float32]
) -> Profile:
    """Runs off the event loop: with all the votes that a topic can have it takes seconds."""
    return with_votes(build_profile(topic, examples), opinions, voted)


def _rows(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(vectors) if vectors else np.zeros((0, 0), np.float32)
