"""The features of an article that are compared: weighted terms, names, numbers, dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest

import numpy as np

from bot.features.background import Background, background
from bot.features.names import SUM, read_names
from bot.features.numbers import read_dates, read_named_days, read_numbers
from bot.features.recurrence import Recurrence, read_recurrence
from bot.model import Language
from bot.text.tokens import is_stop_word, stem, words

CHARACTERS = 20_000
"""Characters of a text that are read: about 3,000 words. News says what it is about long before that."""

_TITLE_COUNTS = 2
"""A word of the title counts as often as this one in the text."""

_KEY_NAMES = 6
"""The most key names: names that any report on the same event needs, because they are frequent, early and rare."""

_EARLY = 25
"""The number of words after which the bonus for an early name is halved."""

_LEAD_WORDS = 60
"""Words of the text that have the numbers by which an event is known."""

_HEADING = 300
"""Characters of a title that are read for its figures."""

_SATURATION = 1.2
"""k1 of BM25, tf/(tf + k1): the tenth occurrence of a word adds little (Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond", 2009, https://doi.org/10.1561/1500000019)."""


_NO_RECURRENCE = Recurrence()


@dataclass(frozen=True, slots=True)
class Document:
    """The features of an article.

    The weights of `terms`, and those of `names`, have Euclidean length 1 or are empty.
    """

    language: Language
    published_at: datetime | None
    length: int
    """Words of title and text that were read; in scripts without spaces, pairs of characters."""
    terms: Mapping[str, float]
    """Stems weighted by IDF and saturated frequency, without function words and numbers."""
    names: Mapping[str, float]
    """Folded words of names, weighted likewise; empty in scripts without capitals."""
    numbers: frozenset[str]
    """Numbers of at least two digits: `10000`, `7.1`."""
    dates: frozenset[str]
    """`2024-10-28`, `10-28`, `2024`."""
    lead_numbers: frozenset[str]
    """Numbers of the title and of the first words of the text."""
    key_names: Mapping[str, float]
    """The key names with their shares, which sum to 1."""
    vocabulary: frozenset[str]
    """All folded words, terms and words of names of the article."""
    heading_dates: frozenset[str] = frozenset()
    """Days that the title names, `10-28`: they distinguish similar events."""
    heading_names: frozenset[str] = frozenset()
    """Words of names in the title."""
    heading_measures: frozenset[str] = frozenset()
    """Fractions that the title names, `7.1`: a magnitude, a rate."""
    recurrence: Recurrence = _NO_RECURRENCE
    """What tells the article from those on other instances of a recurring event."""


def undescribed(language: Language, published_at: datetime | None) -> Document:
    """A document without features, for an article whose words are not needed."""
    nothing: frozenset[str] = frozenset()
    return Document(language, published_at, 0, {}, {}, nothing, nothing, nothing, {}, nothing)


def describe(title: str, text: str, language: Language, published_at: datetime | None) -> Document:
    """The features of an article. The time is linear in the text; an empty text gives an empty Document."""
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
    terms = _weighted(_telling(counts, language), language)
    first_words = _first_words(body)
    _, lead = read_dates(f"{heading}\n{first_words}", language)
    _, heading_rest = read_dates(heading[:_HEADING], language)
    return Document(
        language=language,
        published_at=published_at,
        length=len(title_words) + len(text_words),
        terms=terms,
        names=_weighted(named, language, stemmed=False),
        numbers=read_numbers(undated),
        dates=dates,
        lead_numbers=read_numbers(lead),
        key_names=_key_names(named, (*title_words, *text_words), table),
        vocabulary=frozenset((*counts, *terms, *named)),
        heading_dates=read_named_days(heading[:_HEADING], language),
        heading_names=frozenset(word for word in title_words if word in named and not SUM.fullmatch(word)),
        heading_measures=frozenset(number for number in read_numbers(heading_rest) if "." in number),
        recurrence=read_recurrence(heading, first_words, language),
    )


def _telling(counts: Mapping[str, int], language: Language) -> Mapping[str, int]:
    """The counts without numbers and function words."""
    return {word: n for word, n in counts.items() if not word[0].isdigit() and not is_stop_word(word, language)}


def _first_words(text: str) -> str:
    return " ".join(text[: _LEAD_WORDS * 16].split()[:_LEAD_WORDS])


def _key_names(named: Mapping[str, int], order: Sequence[str], table: Background) -> Mapping[str, float]:
    first: dict[str, int] = {}
    for place, word in enumerate(order):
        if word in named:
            first.setdefault(word, place)
    names = sorted(named)
    weights = {
        name: idf * named[name] / (named[name] + _SATURATION) * (1 + 2 / (1 + first.get(name, len(order)) / _EARLY))
        for name, idf in zip(names, table.idf(names).tolist(), strict=True)
    }
    kept = nlargest(_KEY_NAMES, names, key=lambda name: weights[name])
    total = sum(weights[name] for name in kept)
    return {name: weights[name] / total for name in kept} if total else {}


def _weighted(counts: Mapping[str, int], language: Language, *, stemmed: bool = True) -> Mapping[str, float]:
    """IDF times saturated frequency, with Euclidean length 1. All forms of a word are one term with the least IDF."""
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
