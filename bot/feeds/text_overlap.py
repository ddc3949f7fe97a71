"""How much of one text is contained in another: entries of a feed, compared with its earlier articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from bot.features.shingles import shingle_hashes

_WORDS, _FEWEST_SHINGLES = 120, 6

_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|\w+")


@dataclass(frozen=True, slots=True)
class TextPrint:
    """The fingerprint of a text: hashes of all runs of three words of its beginning, and its numbers."""

    shingles: frozenset[int]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        tokens = _TOKEN.findall(text.casefold())[:_WORDS]
        numbers = frozenset(token for token in tokens if token[0].isdigit())
        return cls(frozenset(shingle_hashes(tokens).tolist()), numbers)

    @property
    def is_there(self) -> bool:
        """Whether the text has enough words to be compared."""
        return len(self.shingles) >= _FEWEST_SHINGLES

    def likeness(self, other: TextPrint) -> float:
        """The share of the shorter text that the longer one contains, 0..1; 0 where their numbers differ.

        Texts with other numbers are other texts: prices, weather reports.
        """
        if not (self.is_there and other.is_there):
            return 0.0
        shorter, longer = sorted((self, other), key=lambda text: len(text.shingles))
        if not shorter.numbers <= longer.numbers:
            return 0.0
        return len(shorter.shingles & longer.shingles) / len(shorter.shingles)
