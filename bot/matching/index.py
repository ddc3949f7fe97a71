"""Many topics and one article at a time: what need not be evaluated is skipped.

Queries are found by words that they need (`Needed`), examples of all topics are compared in one go
(`ResemblanceIndex`); evidence is gathered only for what matched or nearly did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import centre
from bot.matching.evidence import Reading, example_evidence
from bot.matching.needed import NeededIndex
from bot.matching.profile import Profile
from bot.matching.query_parts import Hits
from bot.matching.resemblance import Array, Figure, ResemblanceIndex, Side, side_of
from bot.matching.score import NEAR, Groups
from bot.matching.search_text import SearchText
from bot.model import Article, Evidence, Match, TopicId

LIKELY_SIMILARITY = 0.6
"""What an article is granted before it is embedded. In one language, none of 12,000 matches among ECB+ articles needs
more, for what is more alike shares words too; 80 to 95 of 100 articles need no embedding then."""

LIKELY_BETWEEN_LANGUAGES = 0.9
"""There, words say nothing."""

WORTH_READING = 0.2
"""Share of its threshold from which the rest of a short article is worth fetching."""


class TopicIndex:
    """All topics that are watched. Built once for a configuration; judging changes nothing in it."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._profiles = tuple(profiles)
        self._with_examples = {
            place: row
            for row, place in enumerate(place for place, profile in enumerate(self._profiles) if profile.sides)
        }
        shown = [self._profiles[place] for place in self._with_examples]
        self._groups = Groups([profile.rows for profile in shown])
        dimensions = max((profile.vectors.shape[1] for profile in shown), default=0)
        self._examples = ResemblanceIndex(
            [side for profile in shown for side in profile.sides], _stacked(shown, dimensions)
        )
        self._queries = NeededIndex(
            [(place, profile.query.needed) for place, profile in enumerate(self._profiles) if profile.query is not None]
        )

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """What the topics are judged by, in their order."""
        return self._profiles

    def profile(self, topic_id: TopicId) -> Profile | None:
        """What a topic is judged by; None for one that is not watched."""
        return next((profile for profile in self._profiles if profile.topic.id == topic_id), None)

    def only(self, topic_id: TopicId) -> TopicIndex:
        """The same for one topic."""
        return TopicIndex([profile for profile in self._profiles if profile.topic.id == topic_id])

    def needs_vector(self, article: Article, document: Document, feed_tags: frozenset[str]) -> bool:
        """Whether an embedding can change what is judged of the article."""
        return self._resembles_some(article, document, None, feed_tags, NEAR)

    def may_match(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> bool:
        """Whether the full text of an article, of which only the beginning is known, is worth fetching."""
        text = SearchText(article)
        if any(self._is_open(self._profiles[place], article, feed_tags) for place in self._queries.by_words(text)):
            return True
        for place in self._queries.always:
            profile = self._profiles[place]
            if self._is_open(profile, article, feed_tags) and _hits(profile, text) is not None:
                return True
        return self._resembles_some(article, document, vector, feed_tags, WORTH_READING)

    def judge(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> tuple[Match, ...]:
        """Matches and near misses, in the order of the topics. `vector`: the raw embedding, or None."""
        judged = (
            self._judge_one(place, view)
            for view in [self._view(article, document, vector)]
            for place in sorted({*view.found, *self._near(view)})
            if self._is_open(self._profiles[place], article, feed_tags)
        )
        return tuple(match for match in judged if match.matched or match.score >= NEAR * match.threshold)

    def judge_each(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> tuple[Match, ...]:
        """One for every topic, in their order, however little it resembles them; 0 for those it is not meant for."""
        view = self._view(article, document, vector)
        return tuple(
            self._judge_one(place, view)
            if self._is_open(profile, article, feed_tags)
            else Match(
                article.id, profile.topic.id, 0.0, matched=False, evidence=Evidence(), threshold=profile.threshold
            )
            for place, profile in enumerate(self._profiles)
        )

    def _view(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> _View:
        text = SearchText(article)
        side = side_of(document)
        centred = _centred(vector, document)
        probabilities, nearest = self._groups.probabilities(self._examples.compare(side, centred))
        return _View(
            text,
            Reading(article),
            side,
            centred,
            dict(zip(self._with_examples, np.round(probabilities.astype(np.float64), 4).tolist(), strict=True)),
            dict(zip(self._with_examples, nearest.tolist(), strict=True)),
            {
                place: hits
                for place in self._queries.candidates(text)
                if (hits := _hits(self._profiles[place], text)) is not None
            },
        )

    def _near(self, view: _View) -> list[int]:
        return [
            place
            for place, probability in view.probabilities.items()
            if probability >= NEAR * self._profiles[place].threshold
        ]

    def _judge_one(self, place: int, view: _View) -> Match:
        profile = self._profiles[place]
        hits = view.found.get(place)
        likeness = view.probabilities.get(place)
        score = likeness or 0.0
        if hits is not None:
            score = 1.0 if likeness is None else max(score, profile.threshold)
        allowed, required = _allowed(profile, view.text)
        if not allowed:
            score = 0.0
        return Match(
            article_id=view.text.article.id,
            topic_id=profile.topic.id,
            score=score,
            matched=allowed and (hits is not None or (likeness is not None and likeness >= profile.threshold)),
            evidence=self._evidence(place, view, (*(hits or ()), *required)),
            threshold=profile.threshold,
        )

    def _evidence(self, place: int, view: _View, hits: Hits) -> Evidence:
        profile = self._profiles[place]
        if not profile.sides:
            return Evidence(query=hits)
        nearest = view.nearest[place]
        return example_evidence(
            view.reading,
            view.side,
            profile.sides[nearest],
            profile.shown[nearest],
            None if view.vector is None else float(profile.vectors[nearest] @ view.vector),
            hits,
        )

    def _resembles_some(
        self,
        article: Article,
        document: Document,
        vector: NDArray[np.float32] | None,
        feed_tags: frozenset[str],
        share: float,
    ) -> bool:
        """Whether the article reaches this share of some topic's threshold; unembedded, it is granted a similarity."""
        open_places = [
            (row, self._profiles[place].threshold)
            for place, row in self._with_examples.items()
            if self._is_open(self._profiles[place], article, feed_tags)
        ]
        if not open_places:
            return False
        figures = self._examples.compare(side_of(document), _centred(vector, document))
        if vector is None:
            same = figures[:, Figure.SAME_LANGUAGE] > 0
            granted = np.where(same, LIKELY_SIMILARITY, LIKELY_BETWEEN_LANGUAGES)
            figures[:, Figure.SIMILARITY] = granted * self._groups.favouring
        probabilities, _ = self._groups.probabilities(figures)
        return any(probabilities[row] >= share * threshold for row, threshold in open_places)

    def _is_open(self, profile: Profile, article: Article, feed_tags: frozenset[str]) -> bool:
        """Whether the topic is meant for this article at all. Articles of no feed are for every topic."""
        topic = profile.topic
        return (
            not topic.paused
            and (not topic.languages or article.language in topic.languages)
            and (not topic.feeds or article.feed_id is None or not feed_tags.isdisjoint(topic.feeds))
        )


@dataclass(frozen=True, slots=True)
class _View:
    """What is found out of one article before topics are judged one by one. Keys are places of topics."""

    text: SearchText
    reading: Reading
    side: Side
    vector: Array | None
    """Centred."""
    probabilities: Mapping[int, float]
    nearest: Mapping[int, int]
    found: Mapping[int, Hits]
    """Queries that hit."""


def _hits(profile: Profile, text: SearchText) -> Hits | None:
    return None if profile.query is None else profile.query.hits(text)


def _allowed(profile: Profile, text: SearchText) -> tuple[bool, Hits]:
    """Whether `require` and `exclude` let the article pass, and the parts required that it has."""
    required = profile.require.hits(text) if profile.require is not None else ()
    excluded = profile.exclude is not None and profile.exclude.hits(text) is not None
    return required is not None and not excluded, required or ()


def _centred(vector: NDArray[np.float32] | None, document: Document) -> Array | None:
    return None if vector is None else centre(vector[None], [document.language])[0]


def _stacked(profiles: Sequence[Profile], dimensions: int) -> Array:
    """All profiles' vectors, one row a side; zeros for profiles without."""
    rows = [
        profile.vectors
        if profile.vectors.shape[1] == dimensions
        else np.zeros((len(profile.sides), dimensions), np.float32)
        for profile in profiles
    ]
    return np.concatenate(rows) if rows else np.zeros((0, dimensions), np.float32)
