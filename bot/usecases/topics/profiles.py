"""What topics are judged by: embeddings of their examples, and what readers' votes have taught."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import digest_of_text, passage
from bot.matching.profile import Profile, build_profile
from bot.matching.vote_learning import Opinion, opinions_of, with_votes
from bot.model import Example, Topic, TopicId, Vote
from bot.ports import Embedder
from bot.usecases.ingest.score_articles import embed_passages

Vectors = Mapping[str, NDArray[np.float32]]
"""Embeddings by the digest of their text."""


@dataclass(frozen=True, slots=True)
class Votes:
    """Readers' votes at a moment. `stamp` changes with them."""

    stamp: str = ""
    by_topic: Mapping[TopicId, tuple[Vote, ...]] = field(default_factory=dict)

    def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        return self.by_topic.get(topic_id, ())


async def new_vectors(embedder: Embedder, passages: Mapping[str, str]) -> Vectors:
    """Embed texts, given and returned by digest."""
    if not passages:
        return {}
    rows = await embed_passages(embedder, list(passages.values()))
    return dict(zip(passages, rows, strict=True))


async def profile_topics(
    topics: Sequence[Topic],
    vectors_of: Callable[[Mapping[str, str]], Awaitable[Vectors]],
    votes: Votes | None = None,
) -> tuple[Profile, ...]:
    """What each topic's examples have in common, ready to judge by, and what readers' votes have taught it.

    `vectors_of` embeds texts given by digest.
    """
    opinions = {topic.id: opinions_of(votes.of(topic.id)) if votes and topic.examples else () for topic in topics}
    told = {
        topic.id: (*topic.examples, *topic.counterexamples, *(opinion.article for opinion in opinions[topic.id]))
        for topic in topics
    }
    passages = {
        topic_id: await asyncio.to_thread(_passages, examples) for topic_id, examples in told.items() if examples
    }
    vectors = await vectors_of({digest: text for texts in passages.values() for digest, text in texts})
    profiles = []
    for topic in topics:
        rows = _rows([vectors[digest] for digest, _ in passages.get(topic.id, ())])
        shown = len(rows) - len(opinions[topic.id])
        profiles.append(await asyncio.to_thread(_profile, topic, rows[:shown], opinions[topic.id], rows[shown:]))
    return tuple(profiles)


def _passages(examples: Sequence[Example]) -> list[tuple[str, str]]:
    """What of each is embedded, after its digest."""
    texts = [passage(one.title, one.text) for one in examples]
    return [(digest_of_text(text), text) for text in texts]


def _profile(
    topic: Topic, told: NDArray[np.float32], opinions: Sequence[Opinion], voted: NDArray[np.float32]
) -> Profile:
    """Off the event loop, as is all that is done to each example: with all the votes that a topic keeps it takes
    seconds."""
    return with_votes(build_profile(topic, told), opinions, voted)


def _rows(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(vectors) if vectors else np.zeros((0, 0), np.float32)
