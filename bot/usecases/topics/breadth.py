"""Whether a query finds most of what is read: it would fill the outbox of its chat, and tell it nothing.

Only queries are tried. What is like an example is about one story, and never most of the news.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Final

import numpy as np

from bot.features.document import undescribed
from bot.matching.index import TopicIndex
from bot.matching.profile import build_profile
from bot.model import Article, Scope, Topic
from bot.ports import Clock
from bot.store import Store

TOO_BROAD: Final = 0.5
"""The share of the last day's articles above which a query is too broad."""

_SAMPLE, _LEAST = 200, 20
"""Articles that are tried, and below which nothing is said."""

_DAY: Final = timedelta(days=1)


async def breadth(store: Store, clock: Clock, topic: Topic) -> float:
    """The share of the last day's articles that the query of a topic finds, by a sample; 0 without a query.

    Its languages and sources do not count: they can be changed at any time.
    """
    if not topic.query.strip():
        return 0.0
    async with store.read() as unit:
        outline = await unit.articles.outline(Scope(clock.now() - _DAY))
        step = max(1, len(outline.numbers) // _SAMPLE)
        articles = await unit.articles.numbered(outline.numbers[::step][:_SAMPLE])
    if len(articles) < _LEAST:
        return 0.0
    return await asyncio.to_thread(_share, topic, tuple(articles.values()))


def _share(topic: Topic, articles: Collection[Article]) -> float:
    alone = replace(topic, examples=(), counterexamples=(), languages=(), feeds=(), paused=False)
    index = TopicIndex([build_profile(alone, np.zeros((0, 0), np.float32))])
    found = 0
    for article in articles:
        document = undescribed(article.language, article.published_at)
        found += any(match.matched for match in index.judge(article, document, None, frozenset()))
    return found / len(articles)
