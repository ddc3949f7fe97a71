"""From figures of resemblance to one probability a topic, and what the named sensitivities are worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.matching.model import log_odds, model, pool_inputs, probability
from bot.matching.resemblance import Array
from bot.model import Sensitivity, SensitivityName

NEAR = 0.5
"""Share of its threshold from which an article is a near miss."""


def threshold_of(sensitivity: Sensitivity) -> float:
    """The probability from which an article matches."""
    if isinstance(sensitivity, SensitivityName):
        return model().thresholds[sensitivity.value]
    return float(sensitivity)


class Groups:
    """Which rows of figures belong to which topic: its examples one after the other, then their core if several."""

    def __init__(self, examples: Sequence[int]) -> None:
        """`examples`: how many each topic has, at least 1."""
        self.examples = np.array(examples, np.intp)
        rows = self.examples + (self.examples > 1)
        self.starts = np.cumsum(rows) - rows
        self._several = np.flatnonzero(self.examples > 1)

    def probabilities(self, figures: Array) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """Of each topic, and which of its examples the article resembles most (0 for the first)."""
        if not len(self.examples):
            return np.zeros(0, np.float32), np.zeros(0, np.intp)
        shipped = model()
        odds = log_odds(figures, shipped)
        pooled = odds[self.starts].copy()
        nearest = np.zeros(len(self.examples), np.intp)
        for topic in self._several:
            count = self.examples[topic]
            own = odds[self.starts[topic] : self.starts[topic] + count]
            order = np.argsort(-own, kind="stable")
            nearest[topic] = order[0]
            core = odds[self.starts[topic] + count]
            inputs = pool_inputs(own[order[:1]], own[order[1:2]], core[None], np.array([count], np.float32))
            pooled[topic] = (inputs @ shipped.pool)[0]
        return probability(pooled), nearest
