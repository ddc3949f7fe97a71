"""Judges one article at a time against many topics, and skips what cannot match.

Queries are looked up by words that they need (`RequiredTermsIndex`), examples of all topics are compared together
(`ResemblanceIndex`), and evidence is collected only for matches and near misses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import aligned, openings
from bot.matching.evidence import ArticleReading, example_evidence
from bot.matching.filters import Mask, TopicFilters
from bot.matching.profile import Profile
from bot.matching.query_parts import Hits
from bot.matching.required_terms import Places, RequiredTermsIndex
from bot.matching.resemblance import Array, Figure, ResemblanceIndex, Side, side_of
from bot.matching.score import NEAR, Groups
from bot.matching.search_text import SearchText
from bot.model import Article, Evidence, Match, TopicId

LIKELY_SIMILARITY, LIKELY_HEADING_SIMILARITY = 0.45, 0.5
"""The similarities that are assumed of an article before it is embedded. In one language, 2 of 12,000 matches among
ECB+ articles need more, because articles that are more similar share words, too. So 84 to 95 of 100 articles need no
embedding."""

LIKELY_BETWEEN_LANGUAGES = 0.9
"""The same for articles in another language than the example, where words say nothing."""

WORTH_READING = 0.2
"""The share of a topic's threshold from which the full text of a short article is fetched."""


class TopicIndex:
    """All topics that are watched. It is built once for a configuration and is immutable."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._profiles = tuple(profiles)
        self._filters = TopicFilters([profile.topic for profile in self._profiles])
        places = [place for place, profile in enumerate(self._profiles) if profile.sides]
        self._rows = {place: row for row, place in enumerate(places)}
        """The rows of topics with examples, by their place among all topics."""
        self._places = np.array(places, np.intp)
        shown = [self._profiles[place] for place in places]
        self._thresholds = np.array([profile.threshold for profile in shown], np.float64)
        self._groups = Groups([profile.rows for profile in shown])
        dimensions = max((profile.vectors.shape[1] for profile in shown), default=0)
        self._examples = ResemblanceIndex(
            [side for profile in shown for side in profile.sides], _stacked(shown, dimensions)
        )
        self._queries = RequiredTermsIndex(
            [(place, profile.query) for place, profile in enumerate(self._profiles) if profile.query is not None]
        )

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of the topics, in their order."""
        return self._profiles

    def profile(self, topic_id: TopicId) -> Profile | None:
        """The profile of a topic; None for one that is not watched."""
        return next((profile for profile in self._profiles if profile.topic.id == topic_id), None)

    def only(self, topic_id: TopicId) -> TopicIndex:
        """An index of one topic, not paused: whoever asks for a single topic wants to see what it finds."""
        return TopicIndex(
            [
                replace(profile, topic=replace(profile.topic, paused=False))
                for profile in self._profiles
                if profile.topic.id == topic_id
            ]
        )

    def may_take(self, feed_tags: frozenset[str]) -> bool:
        """Whether an article of a feed with these tags can match any topic."""
        return self._filters.any_takes(feed_tags)

    def needs_vector(self, article: Article, document: Document, feed_tags: frozenset[str]) -> bool:
        """Whether an embedding can change the result for the article."""
        return self._resembles_some(article, document, None, feed_tags, NEAR)

    def may_match(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> bool:
        """Whether it is worth fetching the full text of an article of which only the beginning is known."""
        text = SearchText(article)
        is_open = self._filters.open_to(article, feed_tags)
        if is_open[self._queries.by_words(text)].any() or self._found(
            self._queries.whatever_words(text), is_open, text
        ):
            return True
        return self._resembles_some(article, document, vector, feed_tags, WORTH_READING)

    def judge(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> tuple[Match, ...]:
        """Matches and near misses in the order of the topics. `vector`: the raw embeddings, or None."""
        is_open = self._filters.open_to(article, feed_tags)
        view = self._view(article, document, vector, is_open)
        near = (view.probabilities >= NEAR * self._thresholds) & is_open[self._places]
        verdicts = [self._verdict(place, view) for place in sorted({*view.found, *self._places[near].tolist()})]
        return tuple(
            self._match(verdict, view)
            for verdict in verdicts
            if verdict.matched or verdict.score >= NEAR * self._profiles[verdict.place].threshold
        )

    def judge_each(
        self, article: Article, document: Document, vector: NDArray[np.float32] | None, feed_tags: frozenset[str]
    ) -> tuple[Match, ...]:
        """A match for every topic in their order, whatever its score; 0 where the article is not eligible."""
        is_open = self._filters.open_to(article, feed_tags)
        view = self._view(article, document, vector, is_open)
        return tuple(
            self._match(self._verdict(place, view), view)
            if meant
            else Match(
                article.id, profile.topic.id, 0.0, matched=False, evidence=Evidence(), threshold=profile.threshold
            )
            for place, (profile, meant) in enumerate(zip(self._profiles, is_open.tolist(), strict=True))
        )

    def _view(self, article: Article, document: Document, vector: NDArray[np.float32] | None, is_open: Mask) -> _View:
        text = SearchText(article)
        side = side_of(document)
        row = _aligned(vector, document)
        probabilities, nearest = self._groups.probabilities(self._examples.compare(side, row))
        return _View(
            text,
            ArticleReading(article),
            side,
            row,
            probabilities.astype(np.float64).round(4),
            nearest,
            self._found(self._queries.candidates(text), is_open, text),
        )

    def _found(self, candidates: Places, is_open: Mask, text: SearchText) -> dict[int, Hits]:
        """The candidates whose query hits, by place."""
        return {
            place: hits
            for place in candidates[is_open[candidates]].tolist()
            if (hits := _hits(self._profiles[place], text)) is not None
        }

    def _verdict(self, place: int, view: _View) -> _Verdict:
        profile = self._profiles[place]
        hits = view.found.get(place)
        row = self._rows.get(place)
        score = 0.0 if row is None else float(view.probabilities[row])
        matched = hits is not None or (row is not None and score >= profile.threshold)
        if hits is not None:
            score = 1.0 if row is None else max(score, profile.threshold)
        allowed, required = _allowed(profile, view.text)
        return _Verdict(place, score if allowed else 0.0, matched and allowed, (*(hits or ()), *required))

    def _match(self, verdict: _Verdict, view: _View) -> Match:
        profile = self._profiles[verdict.place]
        return Match(
            article_id=view.text.article.id,
            topic_id=profile.topic.id,
            score=verdict.score,
            matched=verdict.matched,
            evidence=self._evidence(verdict.place, view, verdict.hits),
            threshold=profile.threshold,
        )

    def _evidence(self, place: int, view: _View, hits: Hits) -> Evidence:
        profile = self._profiles[place]
        if not profile.sides:
            return Evidence(query=hits)
        nearest = view.nearest[self._rows[place]]
        return example_evidence(
            view.reading,
            view.side,
            profile.sides[nearest],
            profile.shown[nearest],
            None if view.vector is None else float(openings(profile.vectors[nearest]) @ openings(view.vector)),
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
        """Whether the article reaches this share of some threshold. Without a vector a likely similarity is assumed."""
        is_open = self._filters.open_to(article, feed_tags)[self._places]
        if not is_open.any():
            return False
        figures = self._examples.compare(side_of(document), _aligned(vector, document))
        if vector is None:
            same = figures[:, Figure.SAME_LANGUAGE] > 0
            for figure, likely in (
                (Figure.SIMILARITY, LIKELY_SIMILARITY),
                (Figure.HEADING_SIMILARITY, LIKELY_HEADING_SIMILARITY),
            ):
                figures[:, figure] = np.where(same, likely, LIKELY_BETWEEN_LANGUAGES) * self._groups.favouring
        probabilities, _ = self._groups.probabilities(figures)
        return bool((is_open & (probabilities >= share * self._thresholds)).any())


@dataclass(frozen=True, slots=True)
class _View:
    """What is computed of an article once for all topics."""

    text: SearchText
    reading: ArticleReading
    side: Side
    vector: Array | None
    """The aligned vectors; None without an embedding."""
    probabilities: NDArray[np.float64]
    """The probability of each topic with examples; `nearest` has the row that the article resembles most."""
    nearest: NDArray[np.intp]
    found: Mapping[int, Hits]
    """The hits of queries of eligible topics, by place."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The judgement of one topic, without the evidence."""

    place: int
    score: float
    matched: bool
    hits: Hits


def _hits(profile: Profile, text: SearchText) -> Hits | None:
    return None if profile.query is None else profile.query.hits(text)


def _allowed(profile: Profile, text: SearchText) -> tuple[bool, Hits]:
    """Whether `require` and `exclude` let the article pass, and which required parts it has."""
    required = profile.require.hits(text) if profile.require is not None else ()
    excluded = profile.exclude is not None and profile.exclude.hits(text) is not None
    return required is not None and not excluded, required or ()


def _aligned(vector: NDArray[np.float32] | None, document: Document) -> Array | None:
    return None if vector is None else aligned(vector[None], [document.language])[0]


def _stacked(profiles: Sequence[Profile], dimensions: int) -> Array:
    """The vectors of all profiles, one row for each side; zeros for profiles without vectors."""
    rows = [
        profile.vectors
        if profile.vectors.shape[1] == dimensions
        else np.zeros((len(profile.sides), dimensions), np.float32)
        for profile in profiles
    ]
    return np.concatenate(rows) if rows else np.zeros((0, dimensions), np.float32)
