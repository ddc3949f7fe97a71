"""The same article again: under another link, republished by another outlet, or edited by its own.

Texts are compared by the word shingles they share. Of each text only the smallest hashes of its
shingles are kept (bottom-k sketch; Broder, "On the resemblance and containment of documents",
1997; Cohen and Kaplan 2007), from which the resemblance of two texts is estimated.
Equality of canonical links is not looked at here: the store knows it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.model import ArticleId, Language
from bot.text.tokens import words

_SHINGLE = 3
"""Words of one shingle."""

_SKETCH = 128
"""Hashes kept of a text. The error of an estimated resemblance is about 1/sqrt(128) = 0.09."""

_KEYS = 24
"""Of these, the smallest are what candidates are looked up by."""

_CANDIDATES = 50
"""Compared in full, those with most of the keys first."""

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

    sketch: bytes
    """The smallest 64-bit hashes of its shingles, ascending, as uint64; empty for a text too short to tell."""
    shingles: int
    """How many different ones the text has."""
    numbers: frozenset[str]
    """Figures of the beginning of the text: what sets apart reports written after one pattern."""
    title: frozenset[str]
    """Words of the title."""

    @property
    def hashes(self) -> NDArray[np.uint64]:
        return np.frombuffer(self.sketch, np.uint64)


def fingerprint(title: str, text: str, language: Language) -> Fingerprint:
    """The fingerprint of an article's first 4,000 words; stable across processes and machines.

    The text is the title where there is none.
    """
    heading = frozenset(words(title[:_TITLE_LIMIT], language))
    tokens = words((text or title)[:_CHARACTERS_LIMIT], language)[:_WORDS_LIMIT]
    if len(tokens) < _FEWEST_WORDS:
        return Fingerprint(b"", 0, frozenset(), heading)
    hashes = _shingles(tokens)
    numbers = frozenset(token for token in tokens[:200] if token[0].isdigit())
    return Fingerprint(hashes[:_SKETCH].tobytes(), len(hashes), numbers, heading)


def _shingles(tokens: Sequence[str]) -> NDArray[np.uint64]:
    """The different hashes of three words in a row, ascending."""
    known = {token: int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little") for token in {*tokens}}
    single = np.fromiter((known[token] for token in tokens), np.uint64, len(tokens))
    mixed = np.zeros(len(tokens) - _SHINGLE + 1, np.uint64)
    for place in range(_SHINGLE):  # rounds of the finalizer of SplitMix64 (Steele et al., 2014)
        mixed += single[place : place + len(mixed)]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return np.unique(mixed)


def resemblance(a: Fingerprint, b: Fingerprint) -> float:
    """Estimated share of all the shingles of two texts that both have (Jaccard), 0..1."""
    union = np.union1d(a.hashes, b.hashes)[:_SKETCH]
    if not len(union):
        return 0.0
    both = np.isin(union, a.hashes) & np.isin(union, b.hashes)
    return float(both.mean())


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
    """The last articles of a stream by fingerprint; the oldest are forgotten beyond `limit`. About 2 KB each."""

    def __init__(self, limit: int = 5_000) -> None:
        self._slots: OrderedDict[ArticleId, int] = OrderedDict()
        self._free = list(range(limit))[::-1]
        self._prints: list[Fingerprint | None] = [None] * limit
        self._ids: list[ArticleId | None] = [None] * limit
        self._keys = np.zeros((limit, _KEYS), np.uint16)

    def add(self, article_id: ArticleId, print_: Fingerprint) -> None:
        """Remember an article; one known before is replaced."""
        self.forget(article_id)
        if not print_.sketch:
            return
        if not self._free:
            self.forget(next(iter(self._slots)))
        slot = self._free.pop()
        self._slots[article_id] = slot
        self._ids[slot], self._prints[slot] = article_id, print_
        keys = _keys(print_)
        self._keys[slot, : len(keys)] = keys

    def forget(self, article_id: ArticleId) -> None:
        """Remove an article, if it is known."""
        slot = self._slots.pop(article_id, None)
        if slot is not None:
            self._ids[slot] = self._prints[slot] = None
            self._keys[slot] = 0
            self._free.append(slot)

    def find(self, print_: Fingerprint) -> ArticleId | None:
        """The known article that is the same and resembles it most."""
        if not print_.sketch:
            return None
        wanted = np.zeros(2**16, np.uint8)
        wanted[_keys(print_)] = 1
        hits = wanted[self._keys].sum(axis=1, dtype=np.int32)
        best: tuple[float, ArticleId | None] = (0.0, None)
        hit = np.flatnonzero(hits > 1)  # one may be chance
        for slot in hit[np.argsort(-hits[hit], kind="stable")][:_CANDIDATES].tolist():
            known, article_id = self._prints[slot], self._ids[slot]
            if known is not None and is_same(print_, known):
                best = max(best, (resemblance(print_, known), article_id), key=lambda found: found[0])
        return best[1]


def _keys(print_: Fingerprint) -> NDArray[np.uint16]:
    """Short forms of the smallest hashes: enough to look candidates up by, which are compared in full."""
    return (print_.hashes[:_KEYS] & np.uint64(0xFFFF)).astype(np.uint16)
