"""Which of the articles looked back on are on one story, so that they count as one alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.model import Article, ArticleId, StoryId
from bot.stories.clusters import StoryStream
from bot.usecases.ingest.score_articles import document_of

GROUPED = 2_000
"""Articles that are put into stories, the last ones: a few milliseconds each."""

DESCRIBED = 300
"""Of those, as many may have to be described first, which takes as long again."""


@dataclass(frozen=True, slots=True)
class _Matched:
    article: Article
    document: Document | None
    vector: NDArray[np.float32] | None

    @property
    def seen(self) -> tuple[float, ArticleId]:
        moment = self.article.first_seen_at
        return (0.0 if moment is None else moment.timestamp(), self.article.id)


class Stories:
    """Collects matching articles in any order; put into stories in the order in which they were seen."""

    def __init__(self) -> None:
        self._matched: dict[ArticleId, _Matched] = {}

    def add(self, article: Article, document: Document | None, vector: NDArray[np.float32] | None) -> None:
        """`document`: None where nobody has asked yet what the article is about."""
        self._matched[article.id] = _Matched(article, document, vector)

    def names(self) -> Mapping[ArticleId, StoryId]:
        """The story of each; what the archive knows of stories counts. Takes up to some seconds."""
        stream, joined = StoryStream(), dict[StoryId, StoryId]()
        stories: dict[ArticleId, StoryId] = {}
        described = 0
        for one in sorted(self._matched.values(), key=lambda each: each.seen)[-GROUPED:]:
            document = one.document
            if document is None and described < DESCRIBED:
                document, described = document_of(one.article), described + 1
            known = one.article.story_id
            if document is None:
                stories[one.article.id] = known or StoryId(one.article.id)
            elif known is not None:
                stream.remember(one.article, document, one.vector)
                stories[one.article.id] = known
            else:
                placement = stream.place(one.article, document, one.vector)
                stories[one.article.id] = placement.story
                joined.update(dict.fromkeys(placement.merged, placement.story))
        return {article_id: _today(story, joined) for article_id, story in stories.items()}


def _today(story: StoryId, joined: Mapping[StoryId, StoryId]) -> StoryId:
    while story in joined:
        story = joined[story]
    return story
