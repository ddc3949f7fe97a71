"""What other articles say of one that is near a topic: its neighbours in the archive, and those of the topic.

One example is one outlet's telling. Of an article that is near the topic, its nearest articles are looked up among
those that the topic has judged, and so are the nearest of the topic itself. The mean of all log-odds between the two
groups tells sibling events apart better than the article and the example alone: side angles are reached over others,
and what other articles on the sibling event do not share with the topic counts against it. (Pseudo-relevance feedback:
Lavrenko and Croft, "Relevance-Based Language Models", 2001, https://doi.org/10.1145/383952.383972.) Only neighbours
that are beyond doubt count, since the nearest of all ruin small stories. Chosen by `tests.benchmarks.neighbours`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import openings
from bot.matching.logistic import log_odds, model
from bot.matching.packed_side import SideKeys
from bot.matching.resemblance import Array, ResemblanceIndex
from bot.matching.sides import Side
from bot.model import ArticleId

LOOKED_AT: Final = 0.25
"""The share of its threshold from which an article is weighed with its neighbours, and is one of those of others."""

REMEMBERED: Final = 50
"""Articles that a topic has judged last and that may be neighbours."""

_MOST: Final = 2
"""Neighbours of the article, and of the topic."""

_BEYOND_DOUBT: Final = 2.0
"""Log-odds from which an article is a neighbour."""

_AGAINST: Final = 1.0
"""Taken from the mean for a long article: what has neighbours is much written about, its sibling events, too."""

_SHORT: Final = 0.5
_LONG: Final = 0.9
"""Lengths of articles (`Side.length`) up to which nothing is taken off, and from which all of that: a short one shows
less, and is found by too little rather than by too much."""

COPY: Final = 0.97
"""The cosine of openings from which an article is a copy, which says nothing new."""


@dataclass(frozen=True, slots=True)
class Features:
    """An article as it is compared."""

    side: Side
    keys: SideKeys
    vector: Array
    """Aligned."""


@dataclass(frozen=True, slots=True)
class Near:
    """An article that a topic has judged."""

    article_id: ArticleId
    odds: float
    """By the topic's examples alone."""
    features: Features


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an article comes to among its neighbours."""

    odds: float
    neighbours: tuple[ArticleId, ...]
    """Those that counted, of the article first."""


def odds_of(probability: float) -> float:
    """The log-odds of a probability that is rounded to four digits."""
    least = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(least / (1 - least))


def probability_of(odds: float) -> float:
    return round(1 / (1 + math.exp(-odds)), 4)


class Neighbourhood:
    """The articles that one topic has judged last, near it."""

    def __init__(self, known: Sequence[Near]) -> None:
        """`known`: with embeddings of the same dimensions."""
        self._known = tuple(known)
        self._vectors: Array = np.stack([one.features.vector for one in known]) if known else np.zeros((0, 0), "f4")
        self._openings = openings(self._vectors)
        self._index = ResemblanceIndex((one.features.keys for one in known), self._vectors)
        self._odds = np.array([one.odds for one in known], np.float64)

    def weigh(self, article_id: ArticleId, odds: float, article: Features) -> Weighed | None:
        """The log-odds among neighbours; None where there are none. `odds`: by the examples alone."""
        if not self._known:
            return None
        others = [place for place, one in enumerate(self._known) if one.article_id != article_id]
        alike = self._openings @ openings(article.vector)
        usable = np.array([place for place in others if alike[place] < COPY], np.intp)
        if not len(usable):
            return None
        to_article = self._compared(article)
        of_article = self._nearest(to_article, usable)
        of_topic = self._nearest(self._odds, usable)
        if not of_article and not of_topic:
            return None
        pairs = [odds, *(self._odds[one] for one in of_article), *(to_article[one] for one in of_topic)]
        for one in of_article:
            between = self._compared(self._known[one].features)
            pairs += [between[other] for other in of_topic if other != one]
        found = dict.fromkeys((*of_article, *of_topic))
        against = _AGAINST * min(max((article.side.length - _SHORT) / (_LONG - _SHORT), 0.0), 1.0)
        return Weighed(float(np.mean(pairs)) - against, tuple(self._known[one].article_id for one in found))

    def _compared(self, article: Features) -> NDArray[np.float64]:
        """The log-odds of an article with each of those known as an example."""
        return log_odds(self._index.compare(article.side, article.vector), model()).astype(np.float64)

    def _nearest(self, odds: NDArray[np.float64], usable: NDArray[np.intp]) -> Collection[int]:
        """The nearest few that are beyond doubt, none of which is a copy of another."""
        found: list[int] = []
        for place in usable[np.argsort(-odds[usable], kind="stable")].tolist():
            if odds[place] < _BEYOND_DOUBT or len(found) == _MOST:
                break
            if all(self._openings[place] @ self._openings[other] < COPY for other in found):
                found.append(place)
        return found
