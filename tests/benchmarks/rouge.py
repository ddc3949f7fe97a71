"""ROUGE-1, -2 and -L of a summary against one written by a person (Lin, "ROUGE: A Package for Automatic Evaluation of
Summaries", 2004).

F1 of clipped n-gram counts; -L by the longest common subsequence of the whole summaries, each as one row of words
(`rougeL` of the package rouge-score; not `rougeLsum`, which pairs sentences). Words are those of
`bot.text.tokens.words`: folded, none left out, none stemmed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Rouge:
    """F1, 0 to 1 each."""

    one: float
    two: float
    longest: float


def rouge(written: Sequence[str], reference: Sequence[str]) -> Rouge:
    """Of two rows of words; all 0 where one of them is empty."""
    return Rouge(
        _f1(_shared(Counter(written), Counter(reference)), len(written), len(reference)),
        _f1(
            _shared(Counter(pairwise(written)), Counter(pairwise(reference))),
            len(written) - 1,
            len(reference) - 1,
        ),
        _f1(longest_common(written, reference), len(written), len(reference)),
    )


def longest_common(some: Sequence[str], others: Sequence[str]) -> int:
    """Length of the longest common subsequence, by whole rows of bits (Hyyrö, 2004): linear in `others`."""
    places: dict[str, int] = {}
    for place, word in enumerate(some):
        places[word] = places.get(word, 0) | 1 << place
    every = (1 << len(some)) - 1
    row = every
    for word in others:
        matched = row & places.get(word, 0)
        row = ((row + matched) | (row - matched)) & every
    return len(some) - row.bit_count()


def _shared(some: Counter[object], others: Counter[object]) -> int:
    return (some & others).total()


def _f1(shared: int, written: int, reference: int) -> float:
    return 2 * shared / (written + reference) if shared else 0.0
