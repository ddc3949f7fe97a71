"""How much of one text another has: entries of a feed, and its articles of before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_SHINGLE, _WORDS, _FEWEST_SHINGLES = 3, 120, 6

_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|\w+")


@dataclass(frozen=True, slots=True)
class TextPrint:
    """What texts are compared by: runs of three words of their beginning, and its numbers."""

    shingles: frozenset[int]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        tokens = _TOKEN.findall(text.casefold())[:_WORDS]
        shingles = zip(*(tokens[start:] for start in range(_SHINGLE)), strict=False)
        return cls(frozenset(map(hash, shingles)), frozenset(token for token in tokens if token[0].isdigit()))

    @property
    def is_there(self) -> bool:
        """Whether there are words enough to tell it from others."""
        return len(self.shingles) >= _FEWEST_SHINGLES

    def likeness(self, other: TextPrint) -> float:
        """How much of the shorter text the other has, 0..1. With other numbers it is another text: prices, weather."""
        if not (self.is_there and other.is_there):
            return 0.0
        shorter, longer = sorted((self, other), key=lambda text: len(text.shingles))
        if not shorter.numbers <= longer.numbers:
            return 0.0
        return len(shorter.shingles & longer.shingles) / len(shorter.shingles)
