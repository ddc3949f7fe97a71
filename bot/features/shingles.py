"""Hashes of word shingles, by which texts are compared: `bot.feeds.text_overlap` and `bot.stories.duplicates`.

A shingle is a run of consecutive words (Broder, "On the resemblance and containment of documents", 1997,
https://doi.org/10.1109/SEQUEN.1997.666900). What is read of a text, and how two sets of shingles are compared, is
decided where they are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS = 3
"""Words of one shingle."""


def word_hash(word: str) -> int:
    """A hash of 32 bits, the same in all processes and on all machines. Lone surrogates are accepted."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def shingle_hashes(words: Sequence[str]) -> NDArray[np.uint32]:
    """The different hashes of all runs of three words, ascending; empty for fewer words.

    Like `word_hash` they are the same in all processes: fingerprints made of them can be compared later.
    """
    if len(words) < SHINGLE_WORDS:
        return np.zeros(0, np.uint32)
    single = np.fromiter(map(word_hash, words), np.uint64, len(words))
    mixed = np.zeros(len(words) - SHINGLE_WORDS + 1, np.uint64)
    # Rounds of the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, https://doi.org/10.1145/2660193.2660195).
    for place in range(SHINGLE_WORDS):
        mixed += single[place : place + len(mixed)]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))
