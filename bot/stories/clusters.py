"""Groups a stream of articles into stories, one article at a time (online clustering).

An article joins the story whose articles are most similar to it, if they are similar enough; else it begins a story of
its own. This is single-pass clustering by nearest neighbours, the usual baseline of topic detection and tracking
(Allan, Lavrenko and Jin, "First story detection in TDT is hard", CIKM 2000, https://doi.org/10.1145/354756.354843).
Reports from two sides may begin two stories of one event: an article that belongs to both merges them, if all of their
articles agree. The same articles in the same order give the same stories.

Only candidates are compared (`bot.stories.candidates`). The number of remembered articles is bounded, and an article is
forgotten when two weeks of news have come after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.model import Article, ArticleId, StoryId
from bot.stories.candidates import CandidateIndex, CandidateQuery
from bot.stories.duplicates import DuplicateIndex, fingerprint
from bot.stories.event_similarity import ALONE, EventSimilarity, days_since_epoch
from bot.stories.ring import Ring

APART = timedelta(days=14)
"""Articles published further apart are never on one event, however similar: a trial, a yearly match."""

REMEMBERED = 50_000
"""The number of articles that a new one can be compared with: the last ones placed."""

_NEAREST = 5
"""How many of a story's nearest articles are averaged: with one, similar texts (prices, recipes) form chains."""

_TOGETHER = 0.0
"""The least average log-odds of `_NEAREST` articles; fewer articles need more, and a single one `ALONE`."""

_AGREED = 0.0
"""The least average log-odds, from either side, to merge two stories."""

_MEMBERS, _SIDES = 20, 8
"""The last articles of a long story that are compared, also for a merger: the work for an article is bounded."""

_MERGED = 3
"""The most stories that one article can merge with its own."""

_STORIES = 8
"""The most stories that are considered for an article, those with the most similar articles first."""

_KEPT = 4_000
"""Up to this number articles stay, however old: forgetting saves memory, and early dates are no reliable clock."""

_DATES = 25
"""The date of the stream is the median of so many dates, so a single wrong one does not move it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The story of an article. The id of a story is that of its first article."""

    story: StoryId
    duplicate_of: ArticleId | None = None
    """The article that it is a copy or a new version of."""
    merged: tuple[StoryId, ...] = ()
    """Stories that this article has merged into `story`, which is older than they are; their articles now belong to
    `story`."""


class StoryStream:
    """The stories of the last articles. It takes about 3.7 KB an article and grows with their number."""

    def __init__(
        self, remembered: int = REMEMBERED, candidates: Callable[[Ring], CandidateIndex] = CandidateIndex
    ) -> None:
        self._ring = Ring(remembered)
        self._likenesses = EventSimilarity(self._ring)
        self._candidates = candidates(self._ring)
        self._ring.column("entered", np.float64)
        self._stories: dict[int, StoryId] = {}
        """The story of each article, by its number."""
        self._members: dict[StoryId, list[int]] = {}
        """The numbers of each story's articles, oldest first."""
        self._founded: dict[StoryId, int] = {}
        self._duplicates = DuplicateIndex(remembered)
        self._dates: deque[float] = deque(maxlen=_DATES)
        self._today = float("nan")
        """The date of the stream in days since 1970; NaN until it is known."""

    @property
    def remembered(self) -> int:
        """The number of articles that a new one is compared with."""
        return len(self._ring)

    def place(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> Placement:
        """Decide to which story the article belongs, and remember it; a known article is placed again.

        Args:
            document: `bot.features.document.describe` of the article.
            vector: its embeddings (`bot.features.similarity`), shape (2 * dimensions,); None: it is judged by words
            only.
        """
        self.forget(article.id)
        print_ = fingerprint(article.title, article.text, article.language)
        repeated = self._duplicates.find(print_)
        self._duplicates.add(article.id, print_)
        query = self._enter(article.id, document, vector)
        copied = None if repeated is None else self._ring.number(repeated)
        if copied is not None and self._likenesses.is_next_instance(
            self._ring.place(query.number), self._ring.place(copied)
        ):
            copied = repeated = None  # the text was written after that of another day
        alike = self._alike(query) if copied is None else [self._stories[copied]]
        story = alike[0] if alike else StoryId(str(article.id))
        self._join(query.number, story)
        survivor, merged = self._merged(story, alike[1:], query.number)
        return Placement(survivor, repeated, merged)

    def remember(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> None:
        """Add an article that was placed in an earlier run, oldest first; its story is `article.story_id`."""
        self.forget(article.id)
        self._duplicates.add(article.id, fingerprint(article.title, article.text, article.language))
        query = self._enter(article.id, document, vector)
        self._join(query.number, article.story_id or StoryId(str(article.id)))

    def forget(self, article_id: ArticleId) -> None:
        """Remove an article, if it is known; its story stays with the other articles."""
        self._duplicates.forget(article_id)
        number = self._ring.free(article_id)
        if number is not None:
            story = self._stories.pop(number)
            self._members[story].remove(number)
            if not self._members[story]:
                del self._members[story], self._founded[story]

    def _enter(self, article_id: ArticleId, document: Document, vector: NDArray[np.float32] | None) -> CandidateQuery:
        """Add an article to the ring, after forgetting those whose time is over."""
        self._read_clock(document)
        while self._ring.must_grow and (oldest := self._ring.oldest()) is not None:
            if not (self._ring.is_full or (len(self._ring) >= _KEPT and self._is_over(oldest))):
                break
            self.forget(oldest)
        number = self._ring.take(article_id)
        place = self._ring.place(number)
        self._ring["entered"][place] = self._today
        row = self._likenesses.write(place, document, vector)
        return self._candidates.add(number, document, row)

    def _read_clock(self, document: Document) -> None:
        """Advance the date of the stream: the median of the last dates, since wrong dates are rare.

        It never goes back.
        """
        if document.published_at is None:
            return
        self._dates.append(days_since_epoch(document.published_at))
        if len(self._dates) == _DATES:
            today = max(median(self._dates), self._today)
            if np.isnan(self._today):
                self._ring["entered"][:] = today
            self._today = today

    def _is_over(self, article_id: ArticleId) -> bool:
        """Whether two weeks of news have come since the article, by the date of the stream and not by its own."""
        number = self._ring.number(article_id)
        return number is not None and bool(self._today - self._ring["entered"][self._ring.place(number)] > APART.days)

    def _join(self, number: int, story: StoryId) -> None:
        self._stories[number] = story
        self._members.setdefault(story, []).append(number)
        self._founded.setdefault(story, number)

    def _alike(self, query: CandidateQuery) -> list[StoryId]:
        """The stories that the article belongs to, the most similar first."""
        near = self._candidates.of(query)
        odds = self._odds(query.number, near)
        by_odds = np.argsort(-odds, kind="stable")
        enough = near[by_odds][odds[by_odds] >= _TOGETHER].tolist()
        stories = list(dict.fromkeys(self._stories[other] for other in enough))[:_STORIES]
        known = dict(zip(near.tolist(), odds.tolist(), strict=True))
        compared = [self._compared(story, known) for story in stories]
        missing = np.array([number for own in compared for number in own if number not in known], np.int64)
        known.update(zip(missing.tolist(), self._odds(query.number, missing).tolist(), strict=True))
        scores = [_above(np.array([known[number] for number in own], np.float32)) for own in compared]
        ranked = sorted(zip(scores, stories, strict=True), key=lambda scored: -scored[0])
        return [story for score, story in ranked if score >= 0]

    def _compared(self, story: StoryId, known: Mapping[int, float]) -> Sequence[int]:
        """The articles of a story to compare: its candidates if these are enough, as the nearest; else the last."""
        candidates = [number for number in self._members[story] if number in known]
        if len(candidates) >= _NEAREST:
            return candidates
        return sorted({*candidates, *self._members[story][-_MEMBERS:]})

    def _odds(self, number: int, others: NDArray[np.int64]) -> NDArray[np.float32]:
        """Log-odds that the article is on one event with each of these; -inf where their dates are too far apart."""
        if not len(others):  # a frequent case, and numpy takes as long for none as for many
            return np.zeros(0, np.float32)
        place, places = self._ring.place(number), self._ring.places(others)
        odds = self._likenesses.between(place, places)
        odds[self._likenesses.apart(place, places) > APART.days] = -np.inf
        return odds

    def _merged(self, story: StoryId, others: Sequence[StoryId], by: int) -> tuple[StoryId, tuple[StoryId, ...]]:
        """Merge stories that are one; returns the id of the merged story and the ids that are no longer used."""
        gone: list[StoryId] = []
        for other in others[:_MERGED]:
            if self._agree(story, other, by):
                story, lost = sorted((story, other), key=lambda one: self._founded[one])
                for number in self._members[lost]:
                    self._stories[number] = story
                self._members[story] = sorted((*self._members[story], *self._members.pop(lost)))
                del self._founded[lost]
                gone.append(lost)
        return story, tuple(gone)

    def _agree(self, one: StoryId, other: StoryId, by: int) -> bool:
        """Whether the articles of each story are, on average, on the event of the other.

        `by`: the article that belongs to both. It is not counted: a report on two events would merge their stories.
        """
        own = ([number for number in self._members[story] if number != by][-_SIDES:] for story in (one, other))
        rows, columns = (np.array(numbers, np.int64) for numbers in own)
        table = np.stack([self._odds(number, columns) for number in rows.tolist()])
        sides = [[_nearest(line) for line in side] for side in (table, table.T)]
        return min(float(np.mean(side)) for side in sides) >= _AGREED


def same_story(
    one: Document, one_vector: NDArray[np.float32] | None, other: Document, other_vector: NDArray[np.float32] | None
) -> bool:
    """Whether two articles are on one event, by the measure for an article and a story of one article.

    The vectors are as in `StoryStream.place`.
    """
    ring = Ring(2)
    likenesses = EventSimilarity(ring)
    for number, (document, vector) in enumerate(((one, one_vector), (other, other_vector))):
        likenesses.write(ring.take(ArticleId(str(number))), document, vector)
    others = np.array([1])
    return bool(likenesses.between(0, others)[0] >= ALONE and not likenesses.apart(0, others)[0] > APART.days)


def _nearest(odds: NDArray[np.float32]) -> float:
    """The mean of the `_NEAREST` greatest log-odds that are finite."""
    comparable = np.sort(odds[np.isfinite(odds)])[-_NEAREST:]
    return float(comparable.mean()) if len(comparable) else float("-inf")


def _above(odds: NDArray[np.float32]) -> float:
    """How far the mean of a story's nearest articles is above what is required of so many."""
    count = min(_NEAREST, int(np.isfinite(odds).sum()))
    return _nearest(odds) - (ALONE + (_TOGETHER - ALONE) * (count - 1) / (_NEAREST - 1))
