"""The inverse document frequency (IDF) of words in the news of a language, computed from general word frequencies.

The lists are those of wordfreq (https://github.com/rspeer/wordfreq; `small`: words from one in a million on). Loaded
through wordfreq they are dictionaries of 10 to 50 MB a language; here a list becomes two sorted arrays of about 0.4 MB.
The format, cBpack, is described in `wordfreq.read_cBpack`: bucket i has the words of frequency 10^(-i/100).
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.model import Language
from bot.text.tokens import words

LANGUAGES_KEPT = 6
"""The most lists in memory; the least recently used one is dropped."""

_WORDS_IN_ARTICLE = 300
"""The length of an article, by which a word's frequency becomes the share of articles that have it."""

_SCALE = 20
"""The IDF is stored in steps of 1/20, which fit a byte up to 12.75."""

RAREST = 9.5
"""The IDF of a word that is not in the list (below one in a million)."""

_RELATED: Mapping[str, str] = {"no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh", "tl": "fil"}
"""Languages whose list has another code."""

_IN_PAIRS = frozenset(["zh", "ja", "ko"])


@dataclass(frozen=True, slots=True)
class Background:
    """The IDF of the words of one language. Without a list the IDF grows with the length of the word."""

    hashes: NDArray[np.uint64] = field(repr=False)
    steps: NDArray[np.uint8] = field(repr=False)
    characters: Mapping[str, float] = field(repr=False)
    """Frequencies of single characters, for languages without spaces, whose tokens are pairs."""

    def idf(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """The IDF of folded tokens (as `bot.text.tokens.words` gives), from 0 (in every article) to `RAREST`."""
        if not len(self.hashes):
            return np.fromiter((_idf_by_length(token) for token in tokens), np.float32, len(tokens))
        wanted = _hash(tokens)
        places = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        known = self.hashes[places] == wanted
        found = np.where(known, self.steps[places].astype(np.float32) / _SCALE, np.float32(RAREST))
        if self.characters:
            for place in np.flatnonzero(~known).tolist():
                found[place] = self._idf_of_pair(tokens[place])
        return found

    def _idf_of_pair(self, token: str) -> float:
        """The IDF of a pair that no word has: the characters are adjacent by chance."""
        share = math.prod(self.characters.get(character, 1e-5) for character in token)
        return min(RAREST, idf_of_share(share)) if len(token) == 2 else RAREST


@lru_cache(maxsize=LANGUAGES_KEPT)
def background(language: Language) -> Background:
    """The list of a language, read from the installed wordfreq on first use (about 50 ms)."""
    path = _list_file(language)
    if path is None:
        return Background(np.zeros(0, np.uint64), np.zeros(0, np.uint8), {})
    hashes: list[NDArray[np.uint64]] = []
    frequencies: list[NDArray[np.float64]] = []
    characters: defaultdict[str, float] = defaultdict(float)
    for centibels, bucket in enumerate(_read_buckets(path)):
        frequency = 10 ** (-centibels / 100)
        tokens = [token for token in words("\n".join(bucket), language) if not token.isdigit()]
        hashes.append(_hash(tokens))
        frequencies.append(np.full(len(tokens), frequency))
        if language in _IN_PAIRS:
            for character in "".join(bucket):
                characters[character] += frequency
    # Several words of a list may fold to one token, and many share a pair of characters: their frequencies are added.
    unique, place = np.unique(np.concatenate(hashes), return_inverse=True)
    summed = np.bincount(place, weights=np.concatenate(frequencies))
    steps = np.rint(-np.log(-np.expm1(-_WORDS_IN_ARTICLE * summed)) * _SCALE).clip(0, 255).astype(np.uint8)
    total = sum(characters.values())
    return Background(unique, steps, {character: share / total for character, share in characters.items()})


def idf_of_share(share: float) -> float:
    """The IDF of a token with this relative frequency."""
    return -math.log(-math.expm1(-_WORDS_IN_ARTICLE * share)) if share > 0 else RAREST


def _list_file(language: Language) -> Path | None:
    spec = find_spec("wordfreq")  # without importing it, which would take 30 MB
    if spec is None or not spec.submodule_search_locations or not language.isalpha():
        return None
    path = Path(spec.submodule_search_locations[0], "data", f"small_{_RELATED.get(language, language)}.msgpack.gz")
    return path if path.is_file() else None


def _read_buckets(path: Path) -> list[list[str]]:
    import msgpack  # noqa: PLC0415 -- only needed once a language

    with gzip.open(path) as packed:
        return list(msgpack.load(packed)[1:])


def _hash(tokens: Sequence[str]) -> NDArray[np.uint64]:
    # Python's hash differs between processes, but the arrays never leave this one. It is that of the string's bytes,
    # which are the same for `ag` and `条`; with a blank behind them they are not.
    return np.fromiter((hash(token + " ") for token in tokens), np.int64, len(tokens)).view(np.uint64)


def _idf_by_length(token: str) -> float:
    return min(RAREST, 0.5 + 1.0 * len(token)) if token.isascii() or len(token) > 2 else 5.0
