"""From figures of resemblance to a probability: a logistic model whose weights are a data file.

`data/model.json` is made by `python -m tests.benchmarks.refit_matching`; nothing in it is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.matching.resemblance import Array, Figure


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of one example's inputs (`expand`), of several examples' (`pool`), and the named thresholds."""

    weights: Array
    pool_weights: Array
    thresholds: Mapping[str, float]


INPUTS = (
    "bias", "other language", "similarity", "similarity, other language", "similarity squared",
    "terms", "terms' root", "terms, other language", "names", "names, other language", "names known", "numbers",
    "numbers known", "dates", "dates known", "shorter length", "longer length", "similarity × shorter",
    "terms' root × shorter", "similarity × terms' root", "time apart",
)  # fmt: skip
"""What `expand` gives, in order: kept beside the weights, so that a file for another order is refused."""

POOL_INPUTS = ("bias", "best", "core", "second best", "examples")


@cache
def model() -> Model:
    """The shipped weights."""
    content = json.loads((files("bot.matching") / "data" / "model.json").read_text("utf-8"))
    if tuple(content["weights"]) != INPUTS or tuple(content["pool"]) != POOL_INPUTS:
        raise ValueError("bot/matching/data/model.json is for other inputs: run tests.benchmarks.refit_matching")
    return Model(
        np.array(list(content["weights"].values()), np.float32),
        np.array(list(content["pool"].values()), np.float32),
        content["thresholds"],
    )


def expand(figures: Array) -> Array:
    """Inputs of the model from figures of resemblance: (n, len(Figure)) to (n, len(INPUTS))."""
    same = figures[:, Figure.SAME_LANGUAGE]
    other = 1 - same
    similarity = figures[:, Figure.SIMILARITY]
    terms = figures[:, Figure.TERMS]
    root = np.sqrt(np.maximum(terms, 0)) * same
    names = figures[:, Figure.NAMES] * figures[:, Figure.NAMES_KNOWN]
    shorter = np.minimum(figures[:, Figure.EXAMPLE_LENGTH], figures[:, Figure.ARTICLE_LENGTH])
    longer = np.maximum(figures[:, Figure.EXAMPLE_LENGTH], figures[:, Figure.ARTICLE_LENGTH])
    return np.stack(
        [
            np.ones_like(same), other, similarity, similarity * other, similarity * np.abs(similarity),
            terms * same, root, terms * other, names * same, names * other, figures[:, Figure.NAMES_KNOWN],
            figures[:, Figure.NUMBERS], figures[:, Figure.NUMBERS_KNOWN], figures[:, Figure.DAYS],
            figures[:, Figure.DAYS_KNOWN], shorter, longer, similarity * shorter, root * shorter, similarity * root,
            figures[:, Figure.TIME_APART],
        ],
        axis=1,
    )  # fmt: skip


def logits(figures: Array, weights: Array) -> Array:
    """Log-odds that the article is on the story of each example."""
    return np.asarray(expand(figures) @ weights, np.float32)


def pool_inputs(best: Array, second: Array, core: Array, count: Array) -> Array:
    """Inputs for topics with several examples; all arguments hold a value a topic."""
    return np.stack([np.ones_like(best), best, core, second, np.log(count)], axis=1)


def probability(log_odds: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), np.float32)
