"""Which topics are meant for an article at all: by its language, its feed, and whether they are paused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.model import Article, Topic

Mask = NDArray[np.bool_]


class TopicFilters:
    """Of many topics at once."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._running = np.array([not topic.paused for topic in topics], bool)
        self._languages = _Limit([topic.languages for topic in topics])
        self._feeds = _Limit([topic.feeds for topic in topics])

    def any_takes(self, feed_tags: frozenset[str]) -> bool:
        """Whether a feed of these tags is for any of the topics, in whatever language."""
        return bool((self._running & self._feeds.allowing(feed_tags)).any())

    def open_to(self, article: Article, feed_tags: frozenset[str]) -> Mask:
        """One value a topic. Articles of no feed are for every topic."""
        allowed = self._running & self._languages.allowing([article.language])
        return allowed if article.feed_id is None else allowed & self._feeds.allowing(feed_tags)


class _Limit:
    """What topics are limited to, those with nothing to nothing."""

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
