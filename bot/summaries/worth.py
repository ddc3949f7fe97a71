"""How much each sentence of an article belongs into its summary: a few inputs, weighted.

News puts what matters first, so position leads. It is corrected by how much of the article's vocabulary a sentence
shares (SumBasic's idea, Nenkova and Vanderwende 2005), by the title, and by what people leave out when they sum up:
speech, questions, a short opening that only whets the appetite. The inputs know no language.

The weights are fitted by `tests.benchmarks.refit_summaries` on one half of IndoSum; `tests.benchmarks.summaries`
reports the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt

from bot.summaries.sentence import ArticleSentence

WEIGHTS = {
    "place": 5.50,
    "is first": -2.42,
    "depth": -2.12,
    "length": 0.22,
    "is short": -1.27,
    "is long": -0.91,
    "centrality": 1.09,
    "says as the first": -1.21,
    "title": 2.11,
    "opens with speech": -1.11,
    "has speech": -0.77,
    "is question": -2.16,
    "is short opening": -1.67,
}
"""By input. A sentence's worth is the sum of its inputs times these."""

_FOCUS = 5.0
"""Chosen, not fitted: what the reader watches outweighs a few places."""

_QUESTION_MARKS = ("?", "？", "؟")
_SHORT, _SHORT_OPENING, _FULL, _LONG = 8, 12, 40, 30
"""Words."""


def worths(found: Sequence[ArticleSentence], heading: frozenset[str], focus: frozenset[str]) -> list[float]:
    """One a sentence of an article, in order. `heading`: terms of its title; `focus`: terms that the reader watches."""
    hits = [len(sentence.terms & focus) for sentence in found]
    most_hits = max(hits, default=0) or 1
    weights = tuple(WEIGHTS.values())
    return [
        sum(weight * value for weight, value in zip(weights, row, strict=True)) + _FOCUS * hit / most_hits
        for row, hit in zip(inputs_of(found, heading), hits, strict=True)
    ]


def inputs_of(found: Sequence[ArticleSentence], heading: frozenset[str]) -> list[tuple[float, ...]]:
    """A row a sentence, its values in the order of `WEIGHTS`, all within 0 to 1 or a little above."""
    if not found:
        return []
    frequency = Counter(term for sentence in found for term in sentence.terms)
    central = [sum(frequency[term] for term in each.terms) / sqrt(len(each.terms)) for each in found]
    most_central = max(central)
    return [
        (
            1 / (1 + place / 2),
            float(place == 0),
            place / len(found),
            min(each.length, _FULL) / 20,
            float(each.length < _SHORT),
            max(0, each.length - _LONG) / 20,
            central[place] / most_central,
            len(each.terms & found[0].terms) / len(each.terms) if place else 0.0,
            len(each.terms & heading) / max(1, len(heading)),
            float(each.opens_with_speech),
            float(each.has_speech),
            float(each.text.endswith(_QUESTION_MARKS)),
            float(place == 0 and each.length < _SHORT_OPENING),
        )
        for place, each in enumerate(found)
    ]
