"""Judges one article at a time by many topics that do not change, and skips what cannot match.

Topics with equal criteria are judged once. Queries are looked up by words that they need (`RequiredTermsIndex`),
examples of all topics are compared together (`ResemblanceIndex`), and evidence is collected only for matches and near
misses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import aligned, openings
from bot.matching.evidence import ArticleReading, example_evidence
from bot.matching.example_index import ExampleIndex
from bot.matching.filters import Mask, TopicFilters
from bot.matching.packed_side import unpack_side
from bot.matching.profile import Criteria, Profile
from bot.matching.query_parts import Hits
from bot.matching.required_terms import Places, RequiredTermsIndex
from bot.matching.resemblance import Array
from bot.matching.score import NEAR
from bot.matching.search_text import SearchText
from bot.matching.sides import Side, side_of
from bot.model import Article, Evidence, Match, TopicId


@dataclass(frozen=True)
class Subject:
    """An article that is judged, with what all segments need of it, each made once."""

    article: Article
    document: Document
    vector: NDArray[np.float32] | None
    """The raw embeddings, or None."""
    feed_tags: frozenset[str]

    @cached_property
    def text(self) -> SearchText:
        return SearchText(self.article)

    @cached_property
    def reading(self) -> ArticleReading:
        return ArticleReading(self.article, self.side)

    @cached_property
    def side(self) -> Side:
        return side_of(self.document)

    @cached_property
    def aligned(self) -> Array | None:
        return None if self.vector is None else aligned(self.vector[None], [self.document.language])[0]


class Segment:
    """Topics that are judged together. Places are those of topics, numbers those of their criteria."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        numbers: dict[Hashable, int] = {}
        self._number_of = np.array(
            [numbers.setdefault(profile.criteria.key, len(numbers)) for profile in profiles], np.intp
        )
        first: dict[int, Criteria] = {}
        for number, profile in zip(self._number_of.tolist(), profiles, strict=True):
            first.setdefault(number, profile.criteria)
        self._shown = np.array([number for number, one in first.items() if one.packed_sides], np.intp)
        """The numbers of criteria with examples, in the order of their places among the examples."""
        self._place_shown = np.full(len(first), -1, np.intp)
        self._place_shown[self._shown] = np.arange(len(self._shown))
        self._examples = ExampleIndex([first[number] for number in self._shown.tolist()])
        first.update(zip(self._shown.tolist(), self._examples.criteria, strict=True))
        self._criteria = tuple(first.values())
        self.profiles = tuple(
            profile if profile.criteria is first[number] else replace(profile, criteria=first[number])
            for number, profile in zip(self._number_of.tolist(), profiles, strict=True)
        )
        self.place_of: Mapping[TopicId, int] = {profile.topic.id: place for place, profile in enumerate(self.profiles)}
        self._places_of = _grouped(self._number_of.tolist())
        self._topics_of = np.bincount(self._number_of, minlength=len(self._criteria))
        """How many topics have each criteria."""
        self._filters = TopicFilters([profile.topic for profile in self.profiles])
        self._queries = RequiredTermsIndex(
            [(number, one.query) for number, one in enumerate(self._criteria) if one.query is not None]
        )

    def may_take(self, feed_tags: frozenset[str], among: Mask) -> bool:
        """Whether an article of a feed with these tags can match any of these topics (a mask by place)."""
        return bool((self._filters.taking(feed_tags) & among).any())

    def resembles_some(self, subject: Subject, share: float, among: Mask) -> bool:
        """Whether the article reaches this share of some threshold. Without a vector a likely similarity is assumed."""
        is_open = self._open(self._topics_open(subject, among))[self._shown]
        return bool(is_open.any()) and self._examples.some_may_reach(subject.side, subject.aligned, share, is_open)

    def query_may_hit(self, subject: Subject, among: Mask) -> bool:
        """Whether the article has a word that some query needs, or hits one that needs none."""
        is_open = self._open(self._topics_open(subject, among))
        if is_open[self._queries.by_words(subject.text)].any():
            return True
        return bool(self._found(self._queries.whatever_words(subject.text), is_open, subject.text))

    def judge(self, subject: Subject, among: Mask, share: float = NEAR) -> Iterator[tuple[int, Match]]:
        """Matches and near misses of these topics, with their places, in no particular order.

        `share`: that of its threshold from which an article counts; below that of near misses there is no evidence.
        """
        topics_open = self._topics_open(subject, among)
        is_open = self._open(topics_open)
        view = self._view(subject, is_open, share)
        for number in {*view.found, *view.likeness}:
            verdict = self._verdict(number, view)
            if verdict.matched or verdict.score >= share * self._criteria[number].threshold:
                is_shown = verdict.matched or verdict.score >= NEAR * self._criteria[number].threshold
                evidence = self._evidence(number, view, verdict.hits) if is_shown else Evidence()
                for place in self._places_of[number]:
                    if topics_open[place]:
                        yield place, self._match(place, verdict, evidence, subject)

    def judge_each(self, subject: Subject, among: Mask) -> Iterator[tuple[int, Match]]:
        """A match for each of these topics, whatever its score; 0 where the article is not eligible."""
        topics_open = self._topics_open(subject, among)
        is_open = self._open(topics_open)
        view = self._view(subject, is_open, NEAR, wanted=is_open)
        for place in np.flatnonzero(among).tolist():
            number = int(self._number_of[place])
            verdict = self._verdict(number, view) if topics_open[place] else _NOT_ELIGIBLE
            evidence = self._evidence(number, view, verdict.hits) if topics_open[place] else Evidence()
            yield place, self._match(place, verdict, evidence, subject)

    def evidence_of(self, subject: Subject, place: int) -> Evidence:
        """What speaks for the article by the examples of a topic, which has some."""
        number = int(self._number_of[place])
        wanted = np.arange(len(self._criteria)) == number
        return self._evidence(number, self._view(subject, wanted, NEAR, wanted), ())

    def _topics_open(self, subject: Subject, among: Mask) -> Mask:
        return self._filters.open_to(subject.article, subject.feed_tags) & among

    def _open(self, topics_open: Mask) -> Mask:
        """The criteria that some open topic has, a mask by number."""
        closed = np.bincount(self._number_of[~topics_open], minlength=len(self._criteria))
        return np.asarray(closed < self._topics_of, bool)

    def _view(self, subject: Subject, is_open: Mask, share: float, wanted: Mask | None = None) -> _View:
        """What the open criteria say, as far as it matters: query hits, near misses and better, and `wanted` ones."""
        found = self._found(self._queries.candidates(subject.text), is_open, subject.text)
        if wanted is None:
            places = np.sort(self._place_shown[list(found)])
            places = places[places >= 0]
        else:
            places = np.flatnonzero(wanted[self._shown])
        likeness = self._examples.likeness(subject.side, subject.aligned, is_open[self._shown], places, share)
        return _View(subject, {int(self._shown[place]): one for place, one in likeness.items()}, found)

    def _found(self, candidates: Places, is_open: Mask, text: SearchText) -> dict[int, Hits]:
        """The candidates whose query hits, by number."""
        return {
            number: hits
            for number in candidates[is_open[candidates]].tolist()
            if (hits := _hits(self._criteria[number], text)) is not None
        }

    def _verdict(self, number: int, view: _View) -> _Verdict:
        criteria = self._criteria[number]
        hits = view.found.get(number)
        likeness = view.likeness.get(number)
        score = 0.0 if likeness is None else likeness[0]
        matched = hits is not None or (likeness is not None and score >= criteria.threshold)
        if hits is not None:
            score = 1.0 if likeness is None else max(score, criteria.threshold)
        allowed, required = _allowed(criteria, view.subject.text)
        return _Verdict(score if allowed else 0.0, matched and allowed, (*(hits or ()), *required))

    def _match(self, place: int, verdict: _Verdict, evidence: Evidence, subject: Subject) -> Match:
        profile = self.profiles[place]
        return Match(
            article_id=subject.article.id,
            topic_id=profile.topic.id,
            score=verdict.score,
            matched=verdict.matched,
            evidence=evidence,
            threshold=profile.criteria.threshold,
        )

    def _evidence(self, number: int, view: _View, hits: Hits) -> Evidence:
        criteria, subject = self._criteria[number], view.subject
        if not criteria.packed_sides:
            return Evidence(query=hits)
        nearest = view.likeness[number][1]
        vector, own = subject.aligned, criteria.vectors[nearest]
        return example_evidence(
            subject.reading,
            unpack_side(criteria.packed_sides[nearest]),
            criteria.shown[nearest],
            None if vector is None or len(own) != len(vector) else float(openings(own) @ openings(vector)),
            hits,
        )


@dataclass(frozen=True, slots=True)
class _View:
    """What is computed of an article once for all topics of a segment."""

    subject: Subject
    likeness: Mapping[int, tuple[float, int]]
    """The probability by the examples of each criteria, by number, and its row that the article resembles most."""
    found: Mapping[int, Hits]
    """The hits of queries of eligible topics, by number."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The judgement by one topic's criteria, without the evidence."""

    score: float
    matched: bool
    hits: Hits


_NOT_ELIGIBLE = _Verdict(0.0, matched=False, hits=())


def _grouped(numbers: Sequence[int]) -> Sequence[Sequence[int]]:
    """The places of each number, ascending."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(numbers):
        places[number].append(place)
    return [places[number] for number in range(len(places))]


def _hits(criteria: Criteria, text: SearchText) -> Hits | None:
    return None if criteria.query is None else criteria.query.hits(text)


def _allowed(criteria: Criteria, text: SearchText) -> tuple[bool, Hits]:
    """Whether `require` and `exclude` let the article pass, and which required parts it has."""
    required = criteria.require.hits(text) if criteria.require is not None else ()
    excluded = criteria.exclude is not None and criteria.exclude.hits(text) is not None
    return required is not None and not excluded, required or ()
