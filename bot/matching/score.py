"""Combines the figures of resemblance of a topic's examples into one probability; and the named thresholds.

A counterexample is another explanation of the article. With log-odds `o` that the article is on the topic's story and
`n` that it is on the counterexample's, the probability of the first of three cases (one, the other, neither) is
e^o / (1 + e^o + e^n), whose log-odds are o - log(1 + e^n). So an article that does not resemble the counterexample
loses nothing, and one that is clearly on the story outweighs what it shares with both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from bot.matching.hashed import expanded_ranges
from bot.matching.logistic import log_odds, model, pool_inputs, probability
from bot.matching.resemblance import Array
from bot.model import Sensitivity, SensitivityName

NEAR = 0.5
"""The share of its threshold from which an article is a near miss."""


def threshold_of(sensitivity: Sensitivity) -> float:
    """The probability from which an article matches, for a named sensitivity or a number."""
    if isinstance(sensitivity, SensitivityName):
        return model().thresholds[sensitivity.value]
    return float(sensitivity)


@dataclass(frozen=True, slots=True)
class Discounts:
    """Subtracted from the log-odds of rows that are no examples; fitted by `tests.benchmarks.refit_negatives`."""

    counterexample: float
    liked: float
    disliked: float


@cache
def discounts() -> Discounts:
    """The shipped discounts (`data/discounts.json`)."""
    return Discounts(**json.loads((files("bot.matching") / "data" / "discounts.json").read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one topic, in this order: examples, their core if there are several, liked and opposing articles.

    `favouring` and `opposing` have the discount of each such row, in log-odds.
    """

    examples: int
    """The number of examples, at least 1."""
    favouring: tuple[float, ...] = ()
    opposing: tuple[float, ...] = ()

    @property
    def shown(self) -> int:
        """The number of rows of the examples and their core."""
        return self.examples + (self.examples > 1)

    @property
    def count(self) -> int:
        return self.shown + len(self.favouring) + len(self.opposing)


class Groups:
    """Assigns the rows of figures to topics and combines those of each topic."""

    def __init__(self, topics: Sequence[Rows]) -> None:
        self._topics = tuple(topics)
        self.counts = np.array([rows.count for rows in topics], np.intp)
        """The number of rows of each topic."""
        self._starts = np.cumsum(self.counts) - self.counts
        self._discounts = np.array(
            [discount for rows in topics for discount in (*[0.0] * rows.shown, *rows.favouring, *rows.opposing)],
            np.float32,
        )
        self.favouring = np.array(
            [place < rows.count - len(rows.opposing) for rows in topics for place in range(rows.count)], bool
        )
        """A mask of the rows that count for their topic."""
        self._several = np.array([topic for topic, rows in enumerate(topics) if rows.examples > 1], np.intp)
        self._counts = np.array([topics[topic].examples for topic in self._several.tolist()], np.intp)
        self._owners = np.repeat(np.arange(len(self._counts)), self._counts)
        self._firsts = np.cumsum(self._counts) - self._counts
        self._own = np.repeat(self._starts[self._several] - self._firsts, self._counts) + np.arange(self._counts.sum())
        """The rows of the examples of topics with several examples, one topic after the other."""
        self._liked = [topic for topic, rows in enumerate(topics) if rows.favouring]
        self._opposed = np.array([topic for topic, rows in enumerate(topics) if rows.opposing], np.intp)
        self._opposing = np.flatnonzero(~self.favouring)
        lengths = [len(topics[topic].opposing) for topic in self._opposed.tolist()]
        self._stretches = np.array([0, *accumulate(lengths)], np.intp)[:-1]

    def least_of_rows(self, least: NDArray[np.float64]) -> Array:
        """The log-odds that some row of a topic has at least where those of the topic are at least `least`.

        Infinite for rows that never count for their topic.
        """
        bias, *weights, of_count = model().pool.tolist()
        found = np.repeat(least, self.counts)
        for topic in self._several.tolist():
            rows = self._topics[topic]
            own = slice(self._starts[topic], self._starts[topic] + rows.shown)
            # No row is pooled as more than the best one.
            found[own] = min(least[topic], (least[topic] - bias - of_count * math.log(rows.examples)) / sum(weights))
        found[~self.favouring] = math.inf
        return np.asarray(found + self._discounts, np.float32)

    def some(self, topics: NDArray[np.intp]) -> tuple[Groups, NDArray[np.intp]]:
        """Some of the topics, ascending, and their rows among those of all."""
        if len(topics) == len(self._topics):
            return self, np.arange(len(self.favouring))
        rows, _ = expanded_ranges(self._starts[topics], self._starts[topics] + self.counts[topics])
        return Groups([self._topics[topic] for topic in topics.tolist()]), rows

    def probabilities(self, figures: Array) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """The probability of each topic, and the index (from 0) of its row that the article resembles most."""
        odds, nearest = self.log_odds(figures)
        return probability(odds), nearest

    def log_odds(self, figures: Array) -> tuple[Array, NDArray[np.intp]]:
        """The same as log-odds."""
        if not self._topics:
            return np.zeros(0, np.float32), np.zeros(0, np.intp)
        odds = log_odds(figures, model()) - self._discounts
        pooled = odds[self._starts]
        nearest = np.zeros(len(self._topics), np.intp)
        if len(self._several):
            pooled[self._several], nearest[self._several] = self._pooled(odds)
        for topic in self._liked:
            start = self._starts[topic] + self._topics[topic].shown
            liked = odds[start : start + len(self._topics[topic].favouring)]
            best = int(liked.argmax())
            if liked[best] > pooled[topic]:
                pooled[topic], nearest[topic] = liked[best], self._topics[topic].shown + best
        if len(self._opposed):
            against = np.maximum.reduceat(odds[self._opposing], self._stretches)
            pooled[self._opposed] -= np.logaddexp(0, against)
        return pooled, nearest

    def _pooled(self, odds: Array) -> tuple[Array, NDArray[np.intp]]:
        """The combined log-odds of several examples and their core, and the nearest example."""
        starts = self._starts[self._several]
        ranked = self._own[np.lexsort((-odds[self._own], self._owners))]
        best, second = ranked[self._firsts], ranked[self._firsts + 1]
        counts = self._counts.astype(np.float32)
        inputs = pool_inputs(odds[best], odds[second], odds[starts + self._counts], counts)
        # Not `@`, whose last bits depend on how many rows there are.
        return np.vecdot(inputs, model().pool), best - starts
