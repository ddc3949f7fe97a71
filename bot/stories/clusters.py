"""Groups a stream of articles into stories, one article at a time.

An article joins the story whose articles are most like it, where they are enough alike; else it founds a story of its
own (single-pass clustering by nearest neighbours, the usual baseline of topic detection and tracking: Allan, Lavrenko
and Jin, "First story detection in TDT is hard", 2000). Reports that came from two sides found two stories: an article
that belongs to both shows them to be one, where all of their articles agree. The same order gives the same stories.

Only candidates are compared: the articles with the nearest sign codes (random hyperplanes: Charikar, "Similarity
estimation techniques from rounding algorithms", 2002; whitened vectors need no random ones) and those that share rare
words. What is remembered is bounded in articles, and ends two weeks of news later.
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
from bot.stories.candidates import CandidateIndex, Sought
from bot.stories.duplicates import DuplicateIndex, fingerprint
from bot.stories.event_similarity import ALONE, Likenesses, days
from bot.stories.ring import Ring

APART = timedelta(days=14)
"""Articles published further apart are not on one event, however alike: a trial, a yearly match."""

REMEMBERED = 50_000
"""Articles an article is compared with: the last ones placed."""

_NEAREST = 5
"""Of a story, as many are asked: one alone chains articles of a kind (prices, recipes) into long stories."""

_TOGETHER = 0.0
"""What is asked of the average of so many; of fewer, more, and of one `ALONE`."""

_AGREED = 0.0
"""The least average of either side for two stories to be one."""

_MEMBERS, _SIDES = 20, 8
"""Of a long story only the last are asked, fewer for a merger: the work for an article is bounded."""

_MERGED = 3
"""Stories that one article may join at most."""

_STORIES = 8
"""Those looked at for an article, with the likest articles first."""

_KEPT = 4_000
"""So few articles stay, however old: leaving saves memory, and dates that go to and fro are no clock."""

_DATES = 25
"""Of so many articles the median date is that of the stream: no single wrong one moves it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs. A story bears the id of its first article."""

    story: StoryId
    duplicate_of: ArticleId | None = None
    """The article it repeats (copied, or edited by its outlet)."""
    merged: tuple[StoryId, ...] = ()
    """Stories that this article has shown to be one with `story`, which was founded before them: their articles are on
    `story` from now on."""


class StoryStream:
    """The stories of the last articles. Holds about 3.7 KB an article; hardly more is set aside for those to come."""

    def __init__(
        self, remembered: int = REMEMBERED, candidates: Callable[[Ring], CandidateIndex] = CandidateIndex
    ) -> None:
        self._ring = Ring(remembered)
        self._likenesses = Likenesses(self._ring)
        self._candidates = candidates(self._ring)
        self._ring.column("entered", np.float64)
        self._stories: dict[int, StoryId] = {}
        """By the number of an article."""
        self._members: dict[StoryId, list[int]] = {}
        """The numbers of a story's articles, oldest first."""
        self._founded: dict[StoryId, int] = {}
        self._duplicates = DuplicateIndex(remembered)
        self._dates: deque[float] = deque(maxlen=_DATES)
        self._today = float("nan")
        """Of the stream, in days since 1970; NaN until it is known."""

    @property
    def remembered(self) -> int:
        """Articles that new ones are compared with."""
        return len(self._ring)

    def place(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> Placement:
        """Decide where the article belongs, and remember it; one placed before is placed anew.

        Args:
            document: `bot.features.document.describe` of the article.
            vector: its embeddings (`bot.features.similarity`), shape (2 * dimensions,); None: judged by words alone.
        """
        self.forget(article.id)
        print_ = fingerprint(article.title, article.text, article.language)
        repeated = self._duplicates.find(print_)
        self._duplicates.add(article.id, print_)
        sought = self._enter(article.id, document, vector)
        copied = None if repeated is None else self._ring.number(repeated)
        alike = self._alike(sought) if copied is None else [self._stories[copied]]
        story = alike[0] if alike else StoryId(str(article.id))
        self._join(sought.number, story)
        survivor, merged = self._merged(story, alike[1:], sought.number)
        return Placement(survivor, repeated, merged)

    def remember(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> None:
        """Take up an article that was placed in an earlier run, oldest first; its story is `article.story_id`."""
        self.forget(article.id)
        self._duplicates.add(article.id, fingerprint(article.title, article.text, article.language))
        sought = self._enter(article.id, document, vector)
        self._join(sought.number, article.story_id or StoryId(str(article.id)))

    def forget(self, article_id: ArticleId) -> None:
        """Remove an article, if it is remembered; its story stays with the others."""
        self._duplicates.forget(article_id)
        number = self._ring.free(article_id)
        if number is not None:
            story = self._stories.pop(number)
            self._members[story].remove(number)
            if not self._members[story]:
                del self._members[story], self._founded[story]

    def _enter(self, article_id: ArticleId, document: Document, vector: NDArray[np.float32] | None) -> Sought:
        """Take an article up; those whose time is over leave."""
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
        """The date of the stream is the median of the last ones: wrong years come singly. It never goes back."""
        if document.published_at is None:
            return
        self._dates.append(days(document.published_at))
        if len(self._dates) == _DATES:
            today = max(median(self._dates), self._today)
            if np.isnan(self._today):
                self._ring["entered"][:] = today
            self._today = today

    def _is_over(self, article_id: ArticleId) -> bool:
        """Whether two weeks of news have come since the article did: by the stream's dates, not by its own."""
        number = self._ring.number(article_id)
        return number is not None and bool(self._today - self._ring["entered"][self._ring.place(number)] > APART.days)

    def _join(self, number: int, story: StoryId) -> None:
        self._stories[number] = story
        self._members.setdefault(story, []).append(number)
        self._founded.setdefault(story, number)

    def _alike(self, sought: Sought) -> list[StoryId]:
        """The stories that the article is on, the likest first."""
        near = self._candidates.of(sought)
        odds = self._odds(sought.number, near)
        likest = np.argsort(-odds, kind="stable")
        enough = near[likest][odds[likest] >= _TOGETHER].tolist()
        stories = list(dict.fromkeys(self._stories[other] for other in enough))[:_STORIES]
        known = dict(zip(near.tolist(), odds.tolist(), strict=True))
        asked = [self._asked(story, known) for story in stories]
        missing = np.array([number for own in asked for number in own if number not in known], np.int64)
        known.update(zip(missing.tolist(), self._odds(sought.number, missing).tolist(), strict=True))
        scores = [_above(np.array([known[number] for number in own], np.float32)) for own in asked]
        ranked = sorted(zip(scores, stories, strict=True), key=lambda scored: -scored[0])
        return [story for score, story in ranked if score >= 0]

    def _asked(self, story: StoryId, known: Mapping[int, float]) -> Sequence[int]:
        """The story's articles that have a say: candidates if there are enough, they are the nearest; else the last."""
        candidates = [number for number in self._members[story] if number in known]
        if len(candidates) >= _NEAREST:
            return candidates
        return sorted({*candidates, *self._members[story][-_MEMBERS:]})

    def _odds(self, number: int, others: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of the article being on one event with each of these; -inf where their dates are too far apart."""
        if not len(others):  # as mostly where nothing is alike: the arithmetic of none takes as long as that of many
            return np.zeros(0, np.float32)
        place, places = self._ring.place(number), self._ring.places(others)
        odds = self._likenesses.between(place, places)
        odds[self._likenesses.apart(place, places) > APART.days] = -np.inf
        return odds

    def _merged(self, story: StoryId, others: Sequence[StoryId], by: int) -> tuple[StoryId, tuple[StoryId, ...]]:
        """Join what is one; what the story is called now, and what is not called so any more."""
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
        """Whether the articles of each are, on average, on the event of the other.

        `by`: the article that is on both; it has no say: a report on two events would make them one.
        """
        own = ([number for number in self._members[story] if number != by][-_SIDES:] for story in (one, other))
        rows, columns = (np.array(numbers, np.int64) for numbers in own)
        table = np.stack([self._odds(number, columns) for number in rows.tolist()])
        sides = [[_nearest(line) for line in side] for side in (table, table.T)]
        return min(float(np.mean(side)) for side in sides) >= _AGREED


def same_story(
    one: Document, one_vector: NDArray[np.float32] | None, other: Document, other_vector: NDArray[np.float32] | None
) -> bool:
    """Whether two articles are on one event, by the measure that a story of one article would be judged by.

    Vectors as in `StoryStream.place`.
    """
    ring = Ring(2)
    likenesses = Likenesses(ring)
    for number, (document, vector) in enumerate(((one, one_vector), (other, other_vector))):
        likenesses.write(ring.take(ArticleId(str(number))), document, vector)
    others = np.array([1])
    return bool(likenesses.between(0, others)[0] >= ALONE and not likenesses.apart(0, others)[0] > APART.days)


def _nearest(odds: NDArray[np.float32]) -> float:
    """The average of the nearest few that can be compared."""
    comparable = np.sort(odds[np.isfinite(odds)])[-_NEAREST:]
    return float(comparable.mean()) if len(comparable) else float("-inf")


def _above(odds: NDArray[np.float32]) -> float:
    """By how much the average of a story's nearest articles is more than what is asked of so many."""
    asked = min(_NEAREST, int(np.isfinite(odds).sum()))
    return _nearest(odds) - (ALONE + (_TOGETHER - ALONE) * (asked - 1) / (_NEAREST - 1))
