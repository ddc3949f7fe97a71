"""Estimates how rare the words of a query are in news, so that a query is indexed by its rarest words.

A query does not tell its language. Its words are looked up in the frequency lists of the languages that probably use
them. A word that is in no list is rare, and the rarer the longer it is.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

from bot.features.background import background
from bot.model import Language

_BY_SCRIPT = (
    ("\u0400", "\u052f", ("ru",)),
    ("\u3041", "\u30ff", ("ja",)),
    ("\u3400", "\u9fff", ("zh", "ja")),
    ("\uac00", "\ud7a3", ("ko",)),
)
"""First and last character of a script, and languages of the script that have frequency lists."""
_OTHERWISE = ("id", "en")


@lru_cache(maxsize=4_000)
def share_of_articles(token: str) -> float:
    """The approximate share of all articles with this folded word or pair of characters, 0..1."""
    first = token[0]
    languages = next((codes for low, high, codes in _BY_SCRIPT if low <= first <= high), _OTHERWISE)
    return max(math.exp(-float(background(Language(code)).idf((token,))[0])) for code in languages)


def share_beginning_so(beginning: str) -> float:
    """The approximate share of articles with a word with this prefix: each letter divides it by about three."""
    return max(share_of_articles(beginning), math.exp(-0.5 - len(beginning)))


def rarest(tokens: tuple[str, ...]) -> str:
    """The token that the fewest articles have; of equal ones the longest."""
    return (
        tokens[0] if len(set(tokens)) == 1 else min(tokens, key=lambda token: (share_of_articles(token), -len(token)))
    )


def rarest_pair(tokens: tuple[str, ...]) -> str:
    """The two tokens that follow one another and that the fewest articles have; a single token is returned itself."""
    if len(tokens) == 1:
        return tokens[0]
    first, second = min(pairwise(tokens), key=lambda pair: share_of_articles(pair[0]) * share_of_articles(pair[1]))
    return f"{first} {second}"
