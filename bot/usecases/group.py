"""Which new articles are one that a chat may have been told of already, under another link or from another outlet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.model import Article, ArticleId, StoryId
from bot.ports import Clock, Store
from bot.stories.duplicates import DuplicateIndex, fingerprint
from bot.usecases.judge import Judged
from bot.usecases.watch import Watch

MEMORY = timedelta(days=3)
"""How far back articles are remembered at start."""

REMEMBERED = 10_000
"""Articles whose story is kept in memory; the oldest are forgotten beyond that."""

MOST_A_TOPIC = 500


class Grouping:
    """The stories of the articles that matched lately; lives in memory, filled from the archive at start."""

    def __init__(self) -> None:
        self._index = DuplicateIndex()
        self._stories: dict[ArticleId, StoryId] = {}

    async def load(self, store: Store, watch: Watch, clock: Clock) -> None:
        """Remember what matched in the last days."""
        since = clock.now() - MEMORY
        async with store.read() as unit:
            for topic_id in watch.topics:
                best = await unit.matches.best(topic_id, since, MOST_A_TOPIC)
                for article in await unit.articles.get([match.article_id for match in best]):
                    self._story_of(article)

    def place(self, judged: Sequence[Judged]) -> tuple[Judged, ...]:
        """The same articles, those on a topic with their story: that of the same article seen before, or their own."""
        return tuple(
            replace(item, article=replace(item.article, story_id=self._story_of(item.article)))
            if item.on_topic
            else item
            for item in judged
        )

    def _story_of(self, article: Article) -> StoryId:
        """Asked twice for one article, gives one answer: a poll that is rolled back leaves no trace that matters."""
        known = self._stories.get(article.id) or article.story_id
        if known is None:
            same = self._index.find(fingerprint(article.title, article.text, article.language))
            known = self._stories.get(same) if same else None
        story = known or StoryId(article.id)
        if article.id not in self._stories:
            if len(self._stories) >= REMEMBERED:
                self._stories.pop(next(iter(self._stories)))
            self._index.add(article.id, fingerprint(article.title, article.text, article.language))
            self._stories[article.id] = story
        return story
