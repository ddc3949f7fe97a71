"""What of an article is compared: weighted terms, names, numbers, dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.features.background import background
from bot.features.names import read_names
from bot.features.numbers import read_dates, read_numbers
from bot.model import Language
from bot.text.tokens import is_stop_word, stem, words

CHARACTERS = 20_000
"""Read of a text: about 3,000 words. News says what it is about long before."""

_TITLE_COUNTS = 2
"""A word of the title counts as often as this in the text."""

_SATURATION = 1.2
"""tf/(tf + this), as in BM25: the tenth mention of a word tells little more than the third."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article as features. Weights of `terms` and of `names` have Euclidean length 1 (or there are none)."""

    language: Language
    published_at: datetime | None
    length: int
    """Words of title and text that were read; in scripts without spaces, pairs of characters."""
    terms: Mapping[str, float]
    """Stemmed words by IDF and saturated frequency, without function words and numbers."""
    names: Mapping[str, float]
    """Folded words of names, weighted alike; empty in scripts without capitals."""
    numbers: frozenset[str]
    """`10000`, `7.1`: at least two digits."""
    dates: frozenset[str]
    """`2024-10-28`, `10-28`, `2024`."""


def describe(title: str, text: str, language: Language, published_at: datetime | None) -> Document:
    """The features of an article, in time linear in what is read of it. Empty text gives an empty Document."""
    body = text[:CHARACTERS]
    heading = title[:CHARACTERS]
    title_words = words(heading, language)
    text_words = words(body, language)
    counts = Counter(text_words)
    for word in title_words:
        counts[word] += _TITLE_COUNTS
    table = background(language)
    named = read_names(heading, body, language, table)
    dates, undated = read_dates(f"{heading}\n{body}", language)
    return Document(
        language=language,
        published_at=published_at,
        length=len(title_words) + len(text_words),
        terms=_weighted(
            {w: n for w, n in counts.items() if not w[0].isdigit() and not is_stop_word(w, language)}, language
        ),
        names=_weighted(named, language, stemmed=False),
        numbers=read_numbers(undated),
        dates=dates,
    )


def _weighted(counts: Mapping[str, int], language: Language, *, stemmed: bool = True) -> Mapping[str, float]:
    """IDF × saturated frequency at Euclidean length 1; the forms of a word are one term, as common as the commonest."""
    order = list(counts)
    rarity: dict[str, float] = {}
    summed: Counter[str] = Counter()
    for word, idf in zip(order, background(language).idf(order).tolist(), strict=True):
        term = stem(word, language) if stemmed else word
        rarity[term] = min(rarity.get(term, idf), idf)
        summed[term] += counts[word]
    weights = {term: rarity[term] * count / (count + _SATURATION) for term, count in summed.items() if rarity[term] > 0}
    norm = float(np.sqrt(sum(weight * weight for weight in weights.values())))
    return {term: weight / norm for term, weight in weights.items()} if norm else {}
