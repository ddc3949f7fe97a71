"""What a topic would have sent, from the archive, and what it narrowly would not have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.matching.index import TopicIndex
from bot.model import Article, ArticleId, Match, TopicId
from bot.ports import Clock, Embedder, Store
from bot.usecases.judge import Judged, judge_articles, vector_digest
from bot.usecases.watch import Watch

MOST_ARTICLES = 5_000
"""Articles looked at, newest first."""

MOST_EMBEDDED = 300
"""Articles embedded anew; the others are judged by stored vectors, or by terms and names alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article of the archive and how the topic judges it."""

    article: Article
    match: Match


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the archive shows. `since` is where the archive begins, if that is later than what was asked for."""

    topic_id: TopicId
    since: datetime
    articles: int
    embedded: int
    matched: tuple[Found, ...]
    """Best score first."""
    near_misses: tuple[Found, ...]


class Backtester:
    """Judges archived articles against topics as they are now."""

    def __init__(self, store: Store, embedder: Embedder, clock: Clock) -> None:
        self._store = store
        self._embedder = embedder
        self._clock = clock

    async def run(self, topic_id: TopicId, watch: Watch, days: int) -> Backtest:
        """Every article first seen in the last `days`, up to the bounds of this module."""
        asked = self._clock.now() - timedelta(days=days)
        async with self._store.read() as unit:
            articles = await unit.articles.since(asked, MOST_ARTICLES)
            begins = await unit.articles.earliest()
            stored = await unit.vectors.get(self._embedder.name, [vector_digest(article) for article in articles])
        vectors = {article.id: stored[digest] for article in articles if (digest := vector_digest(article)) in stored}
        index = watch.index.only(topic_id)
        ready = [article for article in articles if article.id in vectors]
        rest = [article for article in articles if article.id not in vectors]
        judged: list[Judged] = []
        for article in ready:
            judged.extend(
                await judge_articles([article], index, watch.tags_of(article.feed_id), self._embedder, vectors)
            )
        anew = await self._judge_anew(rest, index, watch)
        found = [Found(item.article, match) for item in (*judged, *anew) for match in item.matches]
        found.sort(key=lambda one: -one.match.score)
        return Backtest(
            topic_id=topic_id,
            since=max(asked, begins) if begins else asked,
            articles=len(judged) + len(anew),
            embedded=sum(item.vector is not None for item in anew),
            matched=tuple(one for one in found if one.match.matched),
            near_misses=tuple(one for one in found if not one.match.matched),
        )

    async def _judge_anew(self, articles: Sequence[Article], index: TopicIndex, watch: Watch) -> tuple[Judged, ...]:
        """Newest first, until the bound on embeddings is reached."""
        judged: list[Judged] = []
        embedded = 0
        for article in articles:
            if embedded >= MOST_EMBEDDED:
                break
            found = await judge_articles([article], index, watch.tags_of(article.feed_id), self._embedder)
            embedded += sum(item.vector is not None for item in found)
            judged.extend(found)
        return tuple(judged)


def best_of(backtest: Backtest, count: int, leaving_out: frozenset[ArticleId] = frozenset()) -> tuple[Found, ...]:
    """The best matches, one a story."""
    chosen: dict[str, Found] = {}
    for found in backtest.matched:
        if found.article.id not in leaving_out:
            chosen.setdefault(found.article.story_id or found.article.id, found)
    return tuple(chosen.values())[:count]
