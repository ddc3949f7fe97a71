"""Scores the sentences of an article by how well they fit into its summary: a weighted sum of a few inputs.

News has the most important facts first, so the position counts most. It is corrected by how much of the article's
vocabulary a sentence has (after SumBasic: Nenkova and Vanderwende, "The impact of frequency on summarization", 2005),
by the title, and by what people leave out of summaries: quotations, questions, a short teaser at the beginning. The
inputs are independent of the language.

The weights are fitted by `tests.benchmarks.refit_summaries` on one half of IndoSum (Kurniawan and Louvan, 2018,
https://arxiv.org/abs/1810.05334); `tests.benchmarks.summaries` reports the other half.
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
"""Weights by input. A sentence's score is the sum of its inputs times these."""

_FOCUS = 5.0
"""Chosen by hand, not fitted: what the reader watches outweighs a few positions."""

_QUESTION_MARKS = ("?", "？", "؟")
_SHORT, _SHORT_OPENING, _FULL, _LONG = 8, 12, 40, 30
"""Numbers of words."""


def sentence_scores(found: Sequence[ArticleSentence], heading: frozenset[str], focus: frozenset[str]) -> list[float]:
    """A score for each sentence of an article, in order.

    `heading`: terms of its title; `focus`: of the reader's topic.
    """
    hits = [len(sentence.terms & focus) for sentence in found]
    most_hits = max(hits, default=0) or 1
    weights = tuple(WEIGHTS.values())
    return [
        sum(weight * value for weight, value in zip(weights, row, strict=True)) + _FOCUS * hit / most_hits
        for row, hit in zip(inputs_of(found, heading), hits, strict=True)
    ]


def inputs_of(found: Sequence[ArticleSentence], heading: frozenset[str]) -> list[tuple[float, ...]]:
    """A row for each sentence with its inputs in the order of `WEIGHTS`; all are in 0..1 or a little above."""
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
