"""Many chats watch the same: CPU an article, for one chat and for a thousand that have one query and one example.

They are filed at once, as a start does, and one after another, as chats make them: then they lie in a few segments, and
each of these judges what is equal in it once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document, describe
from bot.features.similarity import passage
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.model import Article, ArticleId, Destination, Example, FeedId, Topic, TopicId
from bot.usecases.ingest.score_articles import embed_passages
from tests.benchmarks.data import Item
from tests.benchmarks.scale.context import Context, Outcome, say
from tests.benchmarks.scale.topics import news
from tests.fakes.embedder import FakeEmbedder

CHATS: Final = 1_000
ARTICLES: Final = 200
ROUNDS: Final = 3
ALLOWED: Final = 3.0
"""How many times what one chat costs a thousand may cost, in however many segments they lie."""

_QUERY: Final = '"pasukan Korut" OR (gempa AND Cianjur)'
_TAGS: Final[frozenset[str]] = frozenset()

Judged = Sequence[tuple[Article, Document, NDArray[np.float32]]]


def run(context: Context) -> Outcome:
    """The least of some rounds each."""
    items = news(context.data)[: ARTICLES + 1]
    shown, articles = items[0], asyncio.run(_articles(items[1:]))
    chats = 100 if context.quick else CHATS
    one, many = (asyncio.run(_profiles(shown, count)) for count in (1, chats))
    alone, most = _spent(TopicIndex(one), articles), 0.0
    lines = [_line(1, "", alone, TopicIndex(one))]
    for how, index in (("at once", TopicIndex(many)), *_one_after_another(many)):
        spent = _spent(index, articles)
        lines.append(_line(chats, how, spent, index))
        most = max(most, spent)
        say(lines[-1])
    return Outcome(most <= ALLOWED * alone, tuple(lines))


def _one_after_another(profiles: Sequence[Profile]) -> list[tuple[str, TopicIndex]]:
    """When all are there, and when they lay in most segments."""
    index = most = TopicIndex(())
    for profile in profiles:
        index = index.changed([profile])
        most = index if index.segments >= most.segments else most
    return [("one after another", index), ("in most segments", most)]


async def _profiles(shown: Item, count: int) -> list[Profile]:
    """A topic by example and one by query for each chat."""
    example = Example(shown.url, shown.title, shown.text, shown.language)
    rows = await embed_passages(FakeEmbedder(), [passage(example.title, example.text)])
    by_example = build_profile(Topic(TopicId("-"), "", examples=(example,)), rows).criteria
    by_query = build_profile(Topic(TopicId("-"), "", query=_QUERY), np.zeros((0, 0), np.float32)).criteria
    topics = [
        (Topic(TopicId(f"{chat}-example"), "", examples=(example,), destinations=(Destination(str(chat)),)), by_example)
        for chat in range(count)
    ]
    topics += [
        (Topic(TopicId(f"{chat}-query"), "", query=_QUERY, destinations=(Destination(str(chat)),)), by_query)
        for chat in range(count)
    ]
    return [Profile(topic, replace(criteria)) for topic, criteria in topics]


async def _articles(items: Sequence[Item]) -> Judged:
    articles = [
        Article(ArticleId(str(number)), item.title, item.text, item.language, feed_id=FeedId("a"))
        for number, item in enumerate(items)
    ]
    rows = await embed_passages(FakeEmbedder(), [passage(one.title, one.text) for one in articles])
    return [
        (one, describe(one.title, one.text, one.language, None), row) for one, row in zip(articles, rows, strict=True)
    ]


def _spent(index: TopicIndex, articles: Judged) -> float:
    """CPU seconds an article."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for article, document, vector in articles:
            index.needs_vector(article, document, _TAGS)
            index.judge(article, document, vector, _TAGS)
        rounds.append((time.process_time() - started) / len(articles))
    return min(rounds)


def _line(chats: int, how: str, spent: float, index: TopicIndex) -> str:
    return f"{chats:6,} chats {how:18} {spent * 1_000:6.2f} ms an article, {index.segments} segments"
