"""Decides for which topics an article is eligible, by its language, its feed, and whether the topics are paused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.model import Article, Topic

Mask = NDArray[np.bool_]


class TopicFilters:
    """The limits of many topics, checked at once."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._running = np.array([not topic.paused for topic in topics], bool)
        self._languages = _Limit([topic.languages for topic in topics])
        self._feeds = _Limit([topic.feeds for topic in topics])

    def taking(self, feed_tags: frozenset[str]) -> Mask:
        """A mask of the topics for which a feed with these tags is eligible, in some language."""
        return self._running & self._feeds.allowing(feed_tags)

    def open_to(self, article: Article, feed_tags: frozenset[str]) -> Mask:
        """A mask of the topics for which the article is eligible. An article of no feed is eligible in any feed."""
        allowed = self._running & self._languages.allowing([article.language])
        return allowed if article.feed_id is None else allowed & self._feeds.allowing(feed_tags)


class _Limit:
    """The values to which each topic is limited; a topic without values is not limited."""

    def __init__(self, limits: Sequence[Sequence[str]]) -> None:
        self._unlimited = np.array([not limit for limit in limits], bool)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, limit in enumerate(limits):
            for value in limit:
                places[value].append(place)
        self._places: Mapping[str, NDArray[np.intp]] = {
            value: np.array(listed, np.intp) for value, listed in places.items()
        }

    def allowing(self, values: Sequence[str] | frozenset[str]) -> Mask:
        allowed = self._unlimited.copy()
        for value in values:
            if value in self._places:
                allowed[self._places[value]] = True
        return allowed
