"""Groups a stream of articles into stories, one article at a time, and never changes its mind.

An article joins the story whose articles are most like it, where they are enough alike; else it
founds a story of its own (single-pass clustering by nearest neighbours, the usual baseline of topic
detection and tracking: Allan, Lavrenko and Jin, "First story detection in TDT is hard", 2000).
What is remembered is bounded in articles; what is compared, within two weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import aligned, headings, openings
from bot.model import Article, ArticleId, StoryId
from bot.stories.duplicates import DuplicateIndex, fingerprint

APART = timedelta(days=14)
"""Articles published further apart are not on one event, however alike: a trial, a yearly match."""

REMEMBERED = 3_000
"""Articles an article is compared with: the last ones placed."""

_TERMS_KEPT, _NAMES_KEPT = 120, 40
"""Of a document, by weight: what is left out adds nothing to a likeness and much to the memory."""

# An article is on a story if its likeness to the story's nearest articles is at least 1. Fitted on ECB+ (34
# stories, each with a similar but different event beside it; one half of its topics agrees with the other).
# Across languages: translations (NTREX) have 0.86 in the median, 0.58 one time in twenty, unrelated reports one pair in
# ten thousand 0.47.
_NAMES = 0.5
_HEADINGS = 0.5
_ENOUGH = 0.95
_ENOUGH_WITHOUT_VECTORS = 0.33
_ENOUGH_ACROSS_LANGUAGES = 0.6
_NEAREST = 5
"""Of a story, as many are asked: one alone chains articles of a kind (prices, recipes) into long stories."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs. A story bears the id of its first article."""

    story: StoryId
    duplicate_of: ArticleId | None = None
    """The article it repeats (copied, or edited by its outlet)."""
    merged: tuple[StoryId, ...] = ()
    """Stories that the article has shown to be one with its own; they end."""


class StoryStream:
    """The stories of the last articles. Holds about 5 KB an article, 15 MB when full."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._ids: list[ArticleId | None] = [None] * remembered
        self._slots: dict[ArticleId, int] = {}
        self._stories: dict[int, StoryId] = {}
        self._members: dict[StoryId, list[int]] = {}
        self._next = 0
        self._terms = _Sparse(remembered, _TERMS_KEPT)
        self._names = _Sparse(remembered, _NAMES_KEPT)
        self._vectors = np.zeros((remembered, 0), np.float32)
        self._has_vector = np.zeros(remembered, bool)
        self._languages = np.zeros(remembered, "U8")
        self._published = np.full(remembered, np.nan)
        self._duplicates = DuplicateIndex(remembered)

    def place(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> Placement:
        """Decide where the article belongs, and remember it; one placed before is placed anew.

        Args:
            document: `bot.features.document.describe` of the article.
            vector: its embeddings (`bot.features.similarity`), shape (2 * dimensions,); None: judged by words alone.
        """
        self.forget(article.id)
        print_ = fingerprint(article.title, article.text, article.language)
        repeated = self._duplicates.find(print_)
        row = _aligned(vector, document)
        if repeated is None:
            story = self._likeliest(self._likeness(document, row)) or StoryId(str(article.id))
        else:
            story = self._stories[self._slots[repeated]]
        self._remember(article, story, document, row)
        self._duplicates.add(article.id, print_)
        return Placement(story, repeated)

    def remember(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> None:
        """Take up an article that was placed in an earlier run, oldest first; its story is `article.story_id`."""
        self.forget(article.id)
        story = article.story_id or StoryId(str(article.id))
        self._remember(article, story, document, _aligned(vector, document))
        self._duplicates.add(article.id, fingerprint(article.title, article.text, article.language))

    def forget(self, article_id: ArticleId) -> None:
        """Remove an article, if it is remembered; its story stays with the others."""
        slot = self._slots.pop(article_id, None)
        if slot is not None:
            self._ids[slot] = None
            story = self._stories.pop(slot)
            self._members[story].remove(slot)
            if not self._members[story]:
                del self._members[story]
            self._terms.set(slot, {})
            self._names.set(slot, {})
            self._has_vector[slot] = False
            self._duplicates.forget(article_id)

    def _remember(
        self, article: Article, story: StoryId, document: Document, vector: NDArray[np.float32] | None
    ) -> None:
        slot = self._next
        self._next = (slot + 1) % len(self._ids)
        oldest = self._ids[slot]
        if oldest is not None:
            self.forget(oldest)
        self._ids[slot] = article.id
        self._slots[article.id] = slot
        self._stories[slot] = story
        self._members.setdefault(story, []).append(slot)
        self._terms.set(slot, document.terms)
        self._names.set(slot, document.names)
        self._languages[slot] = document.language
        self._published[slot] = _days(document.published_at)
        if vector is not None:
            if self._vectors.shape[1] != len(vector):
                self._vectors = np.zeros((len(self._ids), len(vector)), np.float32)
                self._has_vector[:] = False
            self._vectors[slot] = vector
            self._has_vector[slot] = True

    def _likeness(self, document: Document, vector: NDArray[np.float32] | None) -> NDArray[np.float32]:
        """How like each remembered article is, 1 being enough for one story; -inf where dates are too far apart."""
        comparable = np.zeros(len(self._ids), bool)
        cosines = np.zeros(len(self._ids), np.float32)
        if vector is not None and self._vectors.shape[1] == len(vector):
            comparable = self._has_vector
            cosines = self._vectors @ vector
        by_words = self._terms.products(document.terms) + _NAMES * self._names.products(document.names)
        days = self._published - _days(document.published_at)
        return _likeness(by_words, cosines, comparable, self._languages == document.language, days)

    def _likeliest(self, likeness: NDArray[np.float32]) -> StoryId | None:
        """The story whose nearest articles are most like, on average, if that is enough."""
        best, found = 1.0, None
        for story in {self._stories[slot] for slot in np.flatnonzero(likeness >= 1.0).tolist()}:
            members = likeness[self._members[story]]
            score = float(np.sort(members[np.isfinite(members)])[-_NEAREST:].mean())
            if score >= best:
                best, found = score, story
        return found


def same_story(
    one: Document, one_vector: NDArray[np.float32] | None, other: Document, other_vector: NDArray[np.float32] | None
) -> bool:
    """Whether two articles are on one event, by the measure that a story of one article would be judged by.

    Vectors as in `StoryStream.place`.
    """
    rows = [row for row in (_aligned(one_vector, one), _aligned(other_vector, other)) if row is not None]
    comparable = len(rows) == 2 and len(rows[0]) == len(rows[1])
    by_words = _product(one.terms, other.terms) + _NAMES * _product(one.names, other.names)
    likeness = _likeness(
        np.array([by_words], np.float32),
        np.array([rows[0] @ rows[1] if comparable else 0.0], np.float32),
        np.array([comparable]),
        np.array([one.language == other.language]),
        np.array([_days(one.published_at) - _days(other.published_at)]),
    )
    return bool(likeness[0] >= 1.0)


def _likeness(
    by_words: NDArray[np.float32],
    cosines: NDArray[np.float32],
    comparable: NDArray[np.bool_],
    same_language: NDArray[np.bool_],
    days: NDArray[np.float64],
) -> NDArray[np.float32]:
    """How like an article is each of some others. `comparable`: both have vectors; `days`: from one to the other."""
    likeness: NDArray[np.float32] = np.select(
        [comparable & same_language, comparable, same_language],
        [(by_words + cosines) / _ENOUGH, cosines / _ENOUGH_ACROSS_LANGUAGES, by_words / _ENOUGH_WITHOUT_VECTORS],
        0.0,
    )
    with np.errstate(invalid="ignore"):  # NaN where a date is unknown: never too far apart
        likeness[np.abs(days) > APART.days] = -np.inf
    return likeness


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[key] for key, weight in one.items() if key in other)


class _Sparse:
    """Sparse rows in two small arrays: the product of one document with all rows in about a millisecond.

    A term is one of 65,536 buckets (feature hashing; Weinberger et al., 2009): of 120 terms a row, two
    documents with nothing in common share a bucket one time in five, at a product of about 0.01.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self._columns = columns
        self._buckets = np.zeros((rows, columns), np.uint16)
        self._weights = np.zeros((rows, columns), np.float32)

    def set(self, row: int, weights: Mapping[str, float]) -> None:
        """Put a document there; beyond as many as there are columns, its least terms are left out."""
        kept = nlargest(self._columns, weights.items(), key=lambda item: item[1])
        self._weights[row] = 0.0
        self._weights[row, : len(kept)] = [weight for _, weight in kept]
        self._buckets[row, : len(kept)] = [_bucket(term) for term, _ in kept]

    def products(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """The scalar product of these weights with those of each row, shape (rows,)."""
        table = np.zeros(2**16, np.float32)
        for term, weight in weights.items():
            table[_bucket(term)] = weight
        products: NDArray[np.float32] = np.einsum("rc,rc->r", table[self._buckets], self._weights)
        return products


def _bucket(term: str) -> int:
    return crc32(term.encode()) & 0xFFFF


def _aligned(vector: NDArray[np.float32] | None, document: Document) -> NDArray[np.float32] | None:
    if vector is None:
        return None
    row = aligned(vector[np.newaxis], [document.language])[0]
    # So that the product of two rows is the cosine of the openings and a part of that of the headings.
    return np.concatenate([openings(row), _HEADINGS**0.5 * headings(row)]) if row.any() else None


def _days(moment: datetime | None) -> float:
    """Days since 1970; NaN where nobody knows."""
    return float("nan") if moment is None else moment.timestamp() / 86_400
