"""Recognizes duplicates: an article under another link, republished by another outlet, or edited by its own outlet.

Texts are compared by the word shingles that they share. Of each text only the smallest hashes of its shingles are kept
(bottom-k sketch: Broder, "On the resemblance and containment of documents", 1997,
https://doi.org/10.1109/SEQUEN.1997.666900; Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007),
from which the resemblance of two texts is estimated. Equality of canonical links is not checked here; the store does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.features.relevance import is_about
from bot.features.shingles import shingle_hashes, word_hash
from bot.model import ArticleId, Language
from bot.stories.postings import Postings
from bot.stories.ring import Ring
from bot.text.tokens import words

_ALIKE = 0.5
"""The share of the words of the shorter title from which on two titles are alike."""

_COMPARED_WITH_TITLE = 6_000
"""Characters of a text in which the words of its title are looked for."""

_SKETCH = 128
"""Hashes kept of a text. The error of an estimated share is about 1/sqrt(128) = 0.09, and zero where all is shared."""

_KEYS = 24
"""Candidates are looked up by this many of the smallest hashes: a text cut to a third keeps about eight of them."""

_WITH_A_KEY = 200
"""Of the articles with one shingle only the last ones are considered: all reports of some outlets end alike."""

_CANDIDATES = 12
"""Candidates that are compared in full, those with most shared keys first."""

_WORDS_LIMIT = 4_000
_CHARACTERS_LIMIT = 40_000
_TITLE_LIMIT = 300
_FEWEST_WORDS = 12
"""Texts with fewer words are too short to distinguish a duplicate from a common phrase."""

_FIGURES_OF = 200
"""Words at the beginning of a text whose figures are kept."""

# Chosen from 15 pairs of articles before and after an edit (the least similar pair: 0.56 resemblance, 0.94 containment)
# and the most similar pairs of English and Indonesian articles that are different (at most 0.65 and 0.79).
_IDENTICAL = 0.9
_CONTAINED = 0.7
_CONTAINED_UNDER_ANOTHER_TITLE = 0.85
_SHORT = 100
"""A text with fewer shingles is only a lead: a few words decide there, so more has to be the same."""
_CONTAINED_SHORT = 0.9
_RESEMBLING = 0.5
_CONTAINED_IN_LONGER = 0.95
"""Needed where the resemblance is lower: a cut text is contained as a whole, a round-up has most of each report."""
_LEAST = 0.2
"""The least share of both texts together that they must share: a quoted sentence is no copy."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article to recognize it again; words are kept as hashes of 32 bits."""

    sketch: bytes
    """The smallest hashes of its shingles, ascending, as uint32; empty for a text that is too short."""
    shingles: int
    """The number of different shingles of the text."""
    figures: bytes
    """Hashes of the figures at the beginning of the text: they distinguish reports written after one pattern."""
    title: bytes
    """Hashes of the words of the title."""
    title_figures: bytes
    """Hashes of the words of the title that are figures."""
    is_about_title: bool = True
    """Whether the text is about the title: the placeholder of a video is not, whatever the title."""

    @property
    def hashes(self) -> NDArray[np.uint32]:
        return np.frombuffer(self.sketch, np.uint32)


def fingerprint(title: str, text: str, language: Language) -> Fingerprint:
    """The fingerprint of an article's first 4,000 words; the same in all processes and on all machines.

    For an article without text that of its title.
    """
    heading = words(title[:_TITLE_LIMIT], language)
    named = _packed(heading), _packed(filter(_is_figure, heading))
    tokens = words((text or title)[:_CHARACTERS_LIMIT], language)[:_WORDS_LIMIT]
    if len(tokens) < _FEWEST_WORDS:
        return Fingerprint(b"", 0, b"", *named)
    hashes = shingle_hashes(tokens)
    figures = _packed(filter(_is_figure, tokens[:_FIGURES_OF]))
    fits = not text or is_about(text[:_COMPARED_WITH_TITLE], title[:_TITLE_LIMIT], "", language)
    return Fingerprint(hashes[:_SKETCH].tobytes(), len(hashes), figures, *named, fits)


def _is_figure(word: str) -> bool:
    return word[0].isdigit()


def _packed(tokens: Iterable[str]) -> bytes:
    return np.array(sorted({*map(word_hash, tokens)}), np.uint32).tobytes()


def _unpacked(packed: bytes) -> frozenset[int]:
    return frozenset(memoryview(packed).cast("I"))


def resemblance(a: Fingerprint, b: Fingerprint) -> float:
    """The estimated resemblance of two texts, 0..1: the share of all their shingles that both have (Jaccard index)."""
    return _overlap(a, b)[0]


def _overlap(a: Fingerprint, b: Fingerprint) -> tuple[float, float]:
    """Estimated resemblance and containment: shared shingles relative to both texts, and to the shorter one.

    Only hashes up to the smaller of the two greatest kept ones are compared: there both sketches are complete. (A
    sketch of fewer than `_SKETCH` shingles is complete everywhere.)
    """
    if not a.sketch or not b.sketch:
        return 0.0, 0.0
    mine, theirs = a.hashes, b.hashes
    complete = min(int(one.hashes[-1]) if one.shingles > _SKETCH else 2**32 for one in (a, b))
    mine, theirs = (
        mine[: np.searchsorted(mine, complete, "right")],
        theirs[: np.searchsorted(theirs, complete, "right")],
    )
    both = np.concatenate([mine, theirs])
    both.sort()
    shared = int((both[1:] == both[:-1]).sum())
    fewer = mine if a.shingles <= b.shingles else theirs
    return shared / (len(both) - shared), shared / max(1, len(fewer))


def is_same(a: Fingerprint, b: Fingerprint) -> bool:
    """Whether two articles are duplicates: most of the shorter is contained in the longer, and their figures agree.

    Outlets that republish an article give it another title, but so does an outlet that writes a new report from its
    last one. So under another title more of the text has to be the same, and it has to be about one of the titles:
    articles on different matters with one text have that of a wall or a placeholder.
    """
    resembling, contained = _overlap(a, b)
    if resembling < _LEAST or contained < _CONTAINED:
        return False
    alike = _share(_unpacked(a.title), _unpacked(b.title)) >= _ALIKE
    if not alike and not (a.is_about_title or b.is_about_title):
        return False
    short = min(a.shingles, b.shingles) < _SHORT
    if resembling >= _IDENTICAL and not short:
        return True
    if _differ(_unpacked(a.title_figures), _unpacked(b.title_figures)):
        return False
    mine, theirs = _unpacked(a.figures), _unpacked(b.figures)
    if short:
        return contained >= _CONTAINED_SHORT and not _differ(mine, theirs)
    needed = _CONTAINED if alike else _CONTAINED_UNDER_ANOTHER_TITLE
    if resembling < _RESEMBLING:
        needed = _CONTAINED_IN_LONGER
    return contained >= needed and (min(len(mine), len(theirs)) < 2 or _share(mine, theirs) >= 0.5)


def _differ(a: frozenset[int], b: frozenset[int]) -> bool:
    """Whether each has a figure that the other lacks: the prices of two days, two magnitudes."""
    return bool(a - b) and bool(b - a)


def _share(a: frozenset[int], b: frozenset[int]) -> float:
    fewer = min(len(a), len(b))
    return len(a & b) / fewer if fewer else 0.0


class DuplicateIndex:
    """The fingerprints of the last articles; beyond `limit` the oldest are forgotten.

    It takes about 1.3 KB an article.
    """

    def __init__(self, limit: int = 5_000) -> None:
        self._ring = Ring(limit)
        self._prints: dict[int, Fingerprint] = {}
        self._postings = Postings(self._ring.are_here)

    def add(self, article_id: ArticleId, print_: Fingerprint) -> None:
        """Add an article; one with the same id is replaced."""
        self.forget(article_id)
        if not print_.sketch:
            return
        while self._ring.is_full and (oldest := self._ring.oldest()) is not None:
            self.forget(oldest)
        number = self._ring.take(article_id)
        self._prints[number] = print_
        self._postings.add(number, print_.hashes[:_KEYS])

    def forget(self, article_id: ArticleId) -> None:
        """Remove an article, if it is known."""
        number = self._ring.free(article_id)
        if number is not None:
            del self._prints[number]

    def find(self, print_: Fingerprint) -> ArticleId | None:
        """The known article that is a duplicate and resembles it most; of equal ones the first; None for none."""
        if not print_.sketch:
            return None
        hits, _ = self._postings.find(print_.hashes[:_KEYS], _WITH_A_KEY)
        numbers, counts = np.unique(hits, return_counts=True)
        ranked = numbers[np.argsort(-counts, kind="stable")][:_CANDIDATES].tolist()
        same = [number for number in sorted(ranked) if is_same(print_, self._prints[number])]
        best = max(same, key=lambda number: resemblance(print_, self._prints[number]), default=None)
        return None if best is None else self._ring.article(best)
