"""The stories of the articles that a backtest has matched: all articles of one story are one alert."""

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
"""The newest matches, which are grouped into stories: a few milliseconds each."""

DESCRIBED = 300
"""How many of these may be described first, if they are not yet: that takes as long again."""


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
    """Collects matching articles in any order and groups them in the order in which they were first seen."""

    def __init__(self) -> None:
        self._matched: dict[ArticleId, _Matched] = {}

    def add(self, article: Article, document: Document | None, vector: NDArray[np.float32] | None) -> None:
        """`document`: None if the article has not been described yet."""
        self._matched[article.id] = _Matched(article, document, vector)

    def names(self) -> Mapping[ArticleId, StoryId]:
        """The story of each article. Stories known to the archive are kept. Takes up to some seconds."""
        stream, merged = StoryStream(), dict[StoryId, StoryId]()
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
                merged.update(dict.fromkeys(placement.merged, placement.story))
        return {article_id: _current(story, merged) for article_id, story in stories.items()}


def _current(story: StoryId, merged: Mapping[StoryId, StoryId]) -> StoryId:
    while story in merged:
        story = merged[story]
    return story
