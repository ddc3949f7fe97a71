"""Articles of a file grouped by event, without a database: what `kabar stories` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.model import Article, ArticleId, StoryId
from bot.ports import Embedder
from bot.stories.clusters import StoryStream
from bot.usecases.ingest.score_articles import document_of, embed_articles


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an article of the stream belongs."""

    article_id: ArticleId
    story: StoryId
    duplicate_of: ArticleId | None


class Grouper:
    """Takes a stream of articles and remembers where each was placed."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._stream = StoryStream()
        self._placed: list[Placed] = []
        self._merged: dict[StoryId, StoryId] = {}

    async def add(self, articles: Sequence[Article]) -> None:
        vectors = await embed_articles(self._embedder, articles)
        for article, vector in zip(articles, vectors, strict=True):
            placement = self._stream.place(article, document_of(article), vector)
            self._placed.append(Placed(article.id, placement.story, placement.duplicate_of))
            self._merged.pop(placement.story, None)  # founded again by an article of the same id
            self._merged.update(dict.fromkeys(placement.merged, placement.story))

    def placements(self) -> tuple[Placed, ...]:
        """In the order of the stream; stories by what they are called after all that was read."""
        return tuple(replace(placed, story=self._name(placed.story)) for placed in self._placed)

    def _name(self, story: StoryId) -> StoryId:
        while story in self._merged:
            story = self._merged[story]
        return story
