"""The topics that are watched, in segments: a changed topic makes a small new one and leaves the others as they are.

Each segment is at least `GROWTH` times as large as the next: a new one takes in the smaller ones behind it until that
is so again (a log-structured merge tree: O'Neil et al. 1996, https://doi.org/10.1007/s002360050048). So there are few
segments, and however many topics there are, each is filed anew only a few times while as many others change. Nothing
that exists is altered: whoever has an index keeps judging by the topics that it had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.matching.filters import Mask
from bot.matching.profile import Profile
from bot.matching.score import NEAR
from bot.matching.segment import Segment, Subject
from bot.model import Article, Evidence, Match, TopicId

WORTH_READING = 0.2
"""The share of a topic's threshold from which the full text of a short article is fetched."""

GROWTH: Final = 4
"""How many times larger than the next a segment is at least."""


class TopicIndex:
    """All topics that are watched. It is immutable; `changed` makes another."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._layers: tuple[_Layer, ...] = (_Layer.of(list(enumerate(profiles))),) if profiles else ()
        self._next = len(profiles)
        """The rank of the next new topic."""

    def changed(self, profiles: Iterable[Profile], gone: Collection[TopicId] = ()) -> TopicIndex:
        """An index with these profiles added or in the place of those of their topics, and without some topics.

        A topic that is known keeps its place in the order, a new one is the last.
        """
        after = TopicIndex(())
        after._next = self._next
        layers, filed = list(self._layers), []
        for profile in profiles:
            rank = self._rank_of(profile.topic.id)
            if rank is None:
                rank, after._next = after._next, after._next + 1
            filed.append((rank, profile))
        changed = {*gone, *(profile.topic.id for _, profile in filed)}
        layers = [rest for layer in layers if (rest := layer.without(changed)) is not None]
        if filed:
            while layers and layers[-1].count < GROWTH * len(filed):
                filed += layers.pop().ranked()
            layers.append(_Layer.of(sorted(filed, key=lambda pair: pair[0])))
        after._layers = tuple(layers)
        return after

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of the topics, in their order."""
        ranked = [pair for layer in self._layers for pair in layer.ranked()]
        return tuple(profile for _, profile in sorted(ranked, key=lambda pair: pair[0]))

    @property
    def segments(self) -> int:
        """In how many segments the topics lie."""
        return len(self._layers)

    def profile(self, topic_id: TopicId) -> Profile | None:
        """The profile of a topic; None for one that is not watched."""
        for layer in self._layers:
            if (place := layer.place_of(topic_id)) is not None:
                return layer.segment.profiles[place]
        return None

    def only(self, topic_id: TopicId) -> TopicIndex:
        """An index of one topic, not paused: whoever asks for a single topic wants to see what it finds."""
        profile = self.profile(topic_id)
        return TopicIndex([] if profile is None else [replace(profile, topic=replace(profile.topic, paused=False))])

    def may_take(self, feed_tags: frozenset[str]) -> bool:
        """Whether an article of a feed with these tags can match any topic."""
        return any(layer.segment.may_take(feed_tags, layer.alive) for layer in self._layers)

    def needs_vector(self, article: Article, document: Document, feed_tags: frozenset[str]) -> bool:
        """Whether an embedding can change the result for the article."""
        subject = Subject(article, document, None, feed_tags)
        return any(layer.segment.resembles_some(subject, NEAR, layer.alive) for layer in self._layers)

    def may_match(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> bool:
        """Whether it is worth fetching the full text of an article of which only the beginning is known."""
        subject = Subject(article, document, vector, feed_tags)
        return any(
            layer.segment.query_may_hit(subject, layer.alive)
            or layer.segment.resembles_some(subject, WORTH_READING, layer.alive)
            for layer in self._layers
        )

    def judge(
        self,
        article: Article,
        document: Document,
        vector: NDArray[np.float32] | None,
        feed_tags: frozenset[str],
        share: float = NEAR,
    ) -> tuple[Match, ...]:
        """Matches and near misses in the order of the topics.

        Args:
            vector: the raw embeddings, or None.
            share: that of its threshold from which an article counts; below that of near misses there is no evidence.
        """
        subject = Subject(article, document, vector, feed_tags)
        return _in_order(
            (layer.ranks[place], match)
            for layer in self._layers
            for place, match in layer.segment.judge(subject, layer.alive, share)
        )

    def evidence_of(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, topic_id: TopicId
    ) -> Evidence:
        """What speaks for the article by the examples of a topic, which is watched and has some."""
        subject = Subject(article, document, vector, frozenset())
        found = ((layer, layer.place_of(topic_id)) for layer in self._layers)
        return next(layer.segment.evidence_of(subject, place) for layer, place in found if place is not None)

    def judge_each(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> tuple[Match, ...]:
        """A match for every topic in their order, whatever its score; 0 where the article is not eligible."""
        subject = Subject(article, document, vector, feed_tags)
        return _in_order(
            (layer.ranks[place], match)
            for layer in self._layers
            for place, match in layer.segment.judge_each(subject, layer.alive)
        )

    def _rank_of(self, topic_id: TopicId) -> int | None:
        for layer in self._layers:
            if (place := layer.place_of(topic_id)) is not None:
                return layer.ranks[place]
        return None


@dataclass(frozen=True, slots=True)
class _Layer:
    """A segment, the ranks of its topics among all, and which of them are still as they are there."""

    segment: Segment
    ranks: tuple[int, ...]
    alive: Mask
    count: int
    """How many are alive."""

    @classmethod
    def of(cls, ranked: Sequence[tuple[int, Profile]]) -> Self:
        segment = Segment([profile for _, profile in ranked])
        return cls(segment, tuple(rank for rank, _ in ranked), np.ones(len(ranked), bool), len(ranked))

    def place_of(self, topic_id: TopicId) -> int | None:
        place = self.segment.place_of.get(topic_id)
        return place if place is not None and self.alive[place] else None

    def ranked(self) -> list[tuple[int, Profile]]:
        """The profiles that are alive, with their ranks."""
        return [(self.ranks[place], self.segment.profiles[place]) for place in np.flatnonzero(self.alive).tolist()]

    def without(self, topic_ids: Collection[TopicId]) -> _Layer | None:
        """The layer without some topics; None if none is left. Where most are gone, the rest is filed anew."""
        dead = [place for topic_id in topic_ids if (place := self.place_of(topic_id)) is not None]
        if not dead:
            return self
        if len(dead) == self.count:
            return None
        alive = self.alive.copy()
        alive[dead] = False
        left = replace(self, alive=alive, count=self.count - len(dead))
        return left if 2 * left.count > len(self.ranks) else _Layer.of(left.ranked())


def _in_order(ranked: Iterable[tuple[int, Match]]) -> tuple[Match, ...]:
    return tuple(match for _, match in sorted(ranked, key=lambda pair: pair[0]))
