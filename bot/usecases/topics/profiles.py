"""Profiles of topics: what their examples have in common, adjusted by readers' votes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.matching.profile import Criteria, Profile, build_profile
from bot.matching.vote_learning import Opinion, key_with, opinions_of, with_votes
from bot.model import Example, Topic, TopicId, Vote
from bot.ports import Clock, Embedder
from bot.store import Store
from bot.store.batches import batched
from bot.usecases.topics.examples import ReadExample, stored_examples

Read = Callable[[Collection[Example]], Awaitable[Mapping[Example, ReadExample]]]
"""Describes and embeds examples, or finds that in the database."""

_AT_ONCE: Final = 500
"""Topics whose profiles are built in one turn off the event loop."""

_NO_VOTES: Final[Mapping[TopicId, Sequence[Vote]]] = {}


async def profile_topic(store: Store, embedder: Embedder, clock: Clock, topic: Topic, votes: Sequence[Vote]) -> Profile:
    """The profile of one topic, adjusted by these votes."""
    read = partial(stored_examples, store, embedder, clock)
    (profile,) = await profile_topics((topic,), read, {topic.id: votes})
    return profile


async def profile_topics(
    topics: Sequence[Topic],
    read: Read,
    votes: Mapping[TopicId, Sequence[Vote]] = _NO_VOTES,
    known: Sequence[Criteria] = (),
) -> tuple[Profile, ...]:
    """The profile of each topic: what its examples have in common, adjusted by readers' votes.

    Topics with equal criteria share them; `known` are criteria from before, of which none is computed again.
    """
    opinions = {topic.id: opinions_of(votes.get(topic.id, ())) if topic.examples else () for topic in topics}
    ready: dict[Hashable, Criteria] = {criteria.key: criteria for criteria in known}
    lacking = [topic for topic in topics if key_with(topic, opinions[topic.id]) not in ready]
    compared = [
        example
        for topic in lacking
        for example in (
            *topic.examples,
            *topic.counterexamples,
            *(opinion.article for opinion in opinions[topic.id]),
        )
    ]
    examples = await read(compared) if compared else {}
    profiles: list[Profile] = []
    for batch in batched(topics, _AT_ONCE):
        profiles += await asyncio.to_thread(_profiles, batch, opinions, examples, ready)
    return tuple(profiles)


def _profiles(
    topics: Sequence[Topic],
    opinions: Mapping[TopicId, Sequence[Opinion]],
    examples: Mapping[Example, ReadExample],
    ready: dict[Hashable, Criteria],
) -> list[Profile]:
    """Runs off the event loop: with all the votes that a topic can have it takes seconds. Adds to `ready`."""
    profiles = []
    for topic in topics:
        key = key_with(topic, opinions[topic.id])
        if key not in ready:
            ready[key] = _profile(topic, opinions[topic.id], examples).criteria
        profiles.append(Profile(topic, ready[key]))
    return profiles


def _profile(topic: Topic, opinions: Sequence[Opinion], examples: Mapping[Example, ReadExample]) -> Profile:
    shown = [examples[example] for example in (*topic.examples, *topic.counterexamples)]
    voted = [examples[opinion.article] for opinion in opinions]
    profile = build_profile(topic, _rows(shown), [one.side for one in shown])
    return with_votes(profile, opinions, _rows(voted), [one.side for one in voted])


def _rows(examples: Sequence[ReadExample]) -> NDArray[np.float32]:
    return np.stack([one.vector for one in examples]) if examples else np.zeros((0, 0), np.float32)
