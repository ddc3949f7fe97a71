"""The inverse document frequency (IDF) of words in the news of a language, from lists in `data/background`.

A list has the folded words of a language that occur once in a million or more often, with the IDF that follows from
their frequency. `tests.benchmarks.refit_background` makes the lists from those of wordfreq, which is no longer
maintained; whose work they are and what may be done with them is said in `data/background/NOTICE.md`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.model import Language

LANGUAGES_KEPT = 6
"""The most lists in memory; the least recently used one is dropped."""

_WORDS_IN_ARTICLE = 300
"""The length of an article, by which a word's frequency becomes the share of articles that have it."""

STEPS = 20
"""The IDF is stored in steps of 1/20, which fit a byte up to 12.75."""

RAREST = 9.5
"""The IDF of a word that is not in the list (below one in a million)."""

_RELATED: Mapping[str, str] = {"no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh", "tl": "fil"}
"""Languages whose list has another code."""


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
        found = np.where(known, self.steps[places].astype(np.float32) / STEPS, np.float32(RAREST))
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
    """The list of a language, read on first use (about 15 ms)."""
    name = f"{_RELATED.get(language, language)}.npz"
    if not language.isalpha() or not (packed := files("bot.features") / "data" / "background" / name).is_file():
        return Background(np.zeros(0, np.uint64), np.zeros(0, np.uint8), {})
    with packed.open("rb") as source, np.load(source, allow_pickle=False) as arrays:
        hashes = _hash([*tokens_in_list(arrays)])
        order = np.argsort(hashes)
        characters = dict(zip(arrays["characters"].tobytes().decode(), arrays["shares"].tolist(), strict=True))
        return Background(hashes[order], arrays["steps"][order], characters)


def idf_of_share(share: float) -> float:
    """The IDF of a token with this relative frequency."""
    return -math.log(-math.expm1(-_WORDS_IN_ARTICLE * share)) if share > 0 else RAREST


def tokens_in_list(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    """The tokens of an archive in `data/background`: each is the beginning of the one before it, and an ending."""
    token = ""
    endings = arrays["endings"].tobytes().decode().split("\n")
    for length, ending in zip(arrays["shared"].tolist(), endings, strict=True):
        token = token[:length] + ending
        yield token


def _hash(tokens: Sequence[str]) -> NDArray[np.uint64]:
    # Python's hash differs between processes, but the arrays never leave this one. It is that of the string's bytes,
    # which are the same for `ag` and `条`; with a blank behind them they are not.
    return np.fromiter((hash(token + " ") for token in tokens), np.int64, len(tokens)).view(np.uint64)


def _idf_by_length(token: str) -> float:
    return min(RAREST, 0.5 + 1.0 * len(token)) if token.isascii() or len(token) > 2 else 5.0
