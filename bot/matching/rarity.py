"""How rare the words of a query are in the news: what it is found by should be what few articles have.

A query does not say its language. Its words are looked up in the lists of those languages that are likely to use
them; what none of them knows is rare, and the longer the rarer.
"""

from __future__ import annotations

import math
from functools import lru_cache

from bot.features.background import background
from bot.model import Language

_BY_SCRIPT = (
    ("\u0400", "\u052f", ("ru",)),
    ("\u3041", "\u30ff", ("ja",)),
    ("\u3400", "\u9fff", ("zh", "ja")),
    ("\uac00", "\ud7a3", ("ko",)),
)
"""First and last character of a script, and languages written in it that have lists."""
_OTHERWISE = ("id", "en")


@lru_cache(maxsize=4_000)
def share_of_articles(token: str) -> float:
    """About how many of all articles have this folded word or pair of characters, 0..1."""
    first = token[0]
    languages = next((codes for low, high, codes in _BY_SCRIPT if low <= first <= high), _OTHERWISE)
    return max(math.exp(-float(background(Language(code)).idf((token,))[0])) for code in languages)


def share_beginning_so(beginning: str) -> float:
    """About how many have a word that begins so: each letter divides them by three or so."""
    return max(share_of_articles(beginning), math.exp(-0.5 - len(beginning)))


def rarest(tokens: tuple[str, ...]) -> str:
    """The one that fewest articles have; among equals, the longest."""
    return (
        tokens[0] if len(set(tokens)) == 1 else min(tokens, key=lambda token: (share_of_articles(token), -len(token)))
    )
