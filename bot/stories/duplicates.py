"""The same article again: under another link, republished by another outlet, or edited by its own.

Texts are compared by the word shingles they share. Of each text only the smallest hashes of its
shingles are kept (bottom-k sketch; Broder, "On the resemblance and containment of documents",
1997; Cohen and Kaplan 2007), from which the resemblance of two texts is estimated.
Equality of canonical links is not looked at here: the store knows it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from bot.model import ArticleId, Language
from bot.text.tokens import words

_SHINGLE = 3
"""Words of one shingle."""

_SKETCH = 128
"""Hashes kept of a text. The error of an estimated resemblance is about 1/sqrt(128) = 0.09."""

_KEYS = 24
"""Of these, the smallest are what candidates are looked up by."""

_WORDS_LIMIT = 4_000
_CHARACTERS_LIMIT = 40_000
_TITLE_LIMIT = 300
_FEWEST_WORDS = 12
"""Below, texts are too short to tell a repeated article from a repeated phrase."""

# Read off 15 pairs of articles before and after an edit (least: 0.56 and 0.94) and the most alike
# pairs of English and Indonesian news that are not the same (most: 0.65 and 0.79).
_RESEMBLING = 0.5
_IDENTICAL = 0.9
_CONTAINED = 0.7
_CONTAINED_UNDER_ANOTHER_TITLE = 0.85


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article to know it again."""

    sketch: tuple[int, ...]
    """The smallest 64-bit hashes of its shingles, ascending; empty for a text too short to tell."""
    shingles: int
    """How many different ones the text has."""
    numbers: frozenset[str]
    """Figures of the beginning of the text: what sets apart reports written after one pattern."""
    title: frozenset[str]
    """Words of the title."""


def fingerprint(title: str, text: str, language: Language) -> Fingerprint:
    """The fingerprint of an article's first 4,000 words; stable across processes and machines.

    The text is the title where there is none.
    """
    heading = frozenset(words(title[:_TITLE_LIMIT], language))
    tokens = words((text or title)[:_CHARACTERS_LIMIT], language)[:_WORDS_LIMIT]
    if len(tokens) < _FEWEST_WORDS:
        return Fingerprint((), 0, frozenset(), heading)
    grams = {" ".join(gram) for gram in zip(*(islice(tokens, start, None) for start in range(_SHINGLE)), strict=False)}
    hashes = sorted(int.from_bytes(blake2b(gram.encode(), digest_size=8).digest(), "big") for gram in grams)
    numbers = frozenset(token for token in tokens[:200] if token[0].isdigit())
    return Fingerprint(tuple(hashes[:_SKETCH]), len(grams), numbers, heading)


def resemblance(a: Fingerprint, b: Fingerprint) -> float:
    """Estimated share of all the shingles of two texts that both have (Jaccard), 0..1."""
    union = sorted({*a.sketch, *b.sketch})[:_SKETCH]
    if not union:
        return 0.0
    both = {*a.sketch} & {*b.sketch}
    return sum(value in both for value in union) / len(union)


def is_same(a: Fingerprint, b: Fingerprint) -> bool:
    """Whether two articles are one: most of the shorter is found in the longer, and figures agree.

    Outlets that republish give titles of their own, but so does an outlet that builds a new report
    from its last one: under another title more of the text has to be the same.
    """
    if not a.sketch or not b.sketch:
        return False
    jaccard = resemblance(a, b)
    if jaccard >= _IDENTICAL:
        return True
    if jaccard < _RESEMBLING or _titles_differ_in_figures(a.title, b.title):
        return False
    shared = jaccard * (a.shingles + b.shingles) / (1 + jaccard)
    contained = shared / min(a.shingles, b.shingles)
    needed = _CONTAINED if _share(a.title, b.title) >= 0.5 else _CONTAINED_UNDER_ANOTHER_TITLE
    return contained >= needed and (min(len(a.numbers), len(b.numbers)) < 2 or _share(a.numbers, b.numbers) >= 0.5)


def _titles_differ_in_figures(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether each title names a figure that the other lacks: the prices of two days, two magnitudes."""
    return any(word[0].isdigit() for word in a - b) and any(word[0].isdigit() for word in b - a)


def _share(a: frozenset[str], b: frozenset[str]) -> float:
    fewer = min(len(a), len(b))
    return len(a & b) / fewer if fewer else 0.0


class DuplicateIndex:
    """The last articles of a stream by fingerprint; the oldest are forgotten beyond `limit`."""

    def __init__(self, limit: int = 5_000) -> None:
        self._limit = limit
        self._known: OrderedDict[ArticleId, Fingerprint] = OrderedDict()
        self._by_key: dict[int, set[ArticleId]] = {}

    def add(self, article_id: ArticleId, print_: Fingerprint) -> None:
        """Remember an article; one known before is replaced."""
        self.forget(article_id)
        if not print_.sketch:
            return
        self._known[article_id] = print_
        for key in print_.sketch[:_KEYS]:
            self._by_key.setdefault(key, set()).add(article_id)
        if len(self._known) > self._limit:
            self.forget(next(iter(self._known)))

    def forget(self, article_id: ArticleId) -> None:
        """Remove an article, if it is known."""
        print_ = self._known.pop(article_id, None)
        for key in print_.sketch[:_KEYS] if print_ else ():
            holders = self._by_key[key]
            holders.discard(article_id)
            if not holders:
                del self._by_key[key]

    def find(self, print_: Fingerprint) -> ArticleId | None:
        """The known article that is the same and resembles it most; the earlier one of equals."""
        hits = Counter(holder for key in print_.sketch[:_KEYS] for holder in self._by_key.get(key, ()))
        same = [holder for holder, _ in hits.most_common(50) if is_same(print_, self._known[holder])]
        if not same:
            return None
        order = {holder: place for place, holder in enumerate(self._known) if holder in same}
        return max(same, key=lambda holder: (resemblance(print_, self._known[holder]), -order[holder]))
