"""Topics as many chats would make them: from news, by example and by query, many of them alike."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.features.similarity import digest_of_text, passage
from bot.model import (
    ArticleId,
    Destination,
    Example,
    SensitivityName,
    Topic,
    TopicId,
    Verdict,
    Vote,
)
from bot.store import Store
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.many_topics import Queries
from tests.fakes.embedder import FakeEmbedder

SETS = ("indonews", "agnews", "bbc", "indosum")
ALIKE = 0.3
"""The share of topics whose criteria another chat has, too: many watch what is on everybody's lips."""

POPULAR = 50
"""One of so many criteria is such a one."""

BY_EXAMPLE = 0.6
VOTED = 0.02
VOTES = 3
PER_CHAT = 3
NOW = datetime(2026, 1, 5, tzinfo=UTC)


def news(data: Path) -> list[Item]:
    """All articles with a text, in an order that mixes the sets. Raises DataAbsentError."""
    items = [item for name in SETS for item in read_items(data, name) if item.text]
    random.Random(7).shuffle(items)
    return items


def topics_like(items: Sequence[Item], count: int, seed: int = 1) -> Iterator[Topic]:
    """So many topics made in chats, `PER_CHAT` in each."""
    rng = random.Random(seed)
    queries = Queries(items, rng, 0.05)
    popular = [_criteria(items, queries, rng) for _ in range(max(1, count // POPULAR))]
    for number in range(count):
        wanted = rng.choice(popular) if rng.random() < ALIKE else _criteria(items, queries, rng)
        chat = str(100_000 + number // PER_CHAT)
        yield replace(
            wanted,
            id=TopicId(f"t{number}"),
            name=f"Topic {number}",
            destinations=(Destination(chat),),
            owner=f"chat:{chat}",
        )


def _criteria(items: Sequence[Item], queries: Queries, rng: random.Random) -> Topic:
    """A topic without a chat. There are more topics than articles: further ones begin as one and go on as another."""
    sensitivity = rng.choice((SensitivityName.BALANCED,) * 3 + (SensitivityName.STRICT, SensitivityName.BROAD))
    if rng.random() >= BY_EXAMPLE:
        return Topic(TopicId("-"), "", query=queries.draw(), sensitivity=sensitivity)
    shown = [_example(rng.choice(items), rng.choice(items)) for _ in range(3 if rng.random() < 0.1 else 1)]
    return Topic(TopicId("-"), "", examples=tuple(shown), sensitivity=sensitivity)


def _example(one: Item, other: Item) -> Example:
    text = one.text
    if other.language == one.language:
        text = f"{text[: len(text) // 2]} {other.text[: len(other.text) // 2]}"
    return Example(one.url or "message", one.title, text[:6_000], one.language, one.published_at)


async def make_topics(store: Store, topics: Sequence[Topic], items: Sequence[Item]) -> None:
    """As if chats had made them some time ago: they are introduced, their vectors stored, some were voted on."""
    rng = random.Random(2)
    embedder = FakeEmbedder()
    for start in range(0, len(topics), 2_000):
        some = topics[start : start + 2_000]
        votes = [
            vote for topic in some if topic.examples and rng.random() < VOTED for vote in _votes(topic, items, rng)
        ]
        shown = [*(one for topic in some for one in topic.examples), *(vote.article for vote in votes)]
        texts = {digest_of_text(text): text for text in (passage(one.title, one.text) for one in shown)}
        lines = {digest: text.split("\n") for digest, text in texts.items()}
        vectors = {digest: (await embedder.embed(two)).reshape(-1) for digest, two in lines.items()}
        async with store.write() as unit:
            for topic in some:
                await unit.topics.save(topic, NOW)
                for destination in topic.destinations:
                    await unit.topics.introduce(topic.id, destination, NOW)
            for vote in votes:
                await unit.votes.cast(vote)
            await unit.vectors.put(embedder.name, vectors, NOW)


def _votes(topic: Topic, items: Sequence[Item], rng: random.Random) -> Iterator[Vote]:
    for number, item in enumerate(rng.sample(items, VOTES)):
        article = Example(item.url, item.title, item.text[:6_000], item.language, item.published_at)
        verdict = Verdict.GOOD if number else Verdict.BAD
        yield Vote(topic.id, ArticleId(f"a{number}"), "1", verdict, NOW, article)
