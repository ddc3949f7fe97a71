"""The probability that an article is on the story of an example, from figures of resemblance: logistic models.

The weights are in `data/model.json`, which `python -m tests.benchmarks.refit_matching` makes; that module says what is
fitted on what. Articles in the language of an example and in other languages have different weights, since few words
are shared between languages.
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

INPUTS = (
    "bias", "similarity", "similarity × shorter", "heading similarity", "most shared of terms",
    "most shared of names", "names missing", "names known", "numbers", "numbers known", "most shared of lead numbers",
    "least shared of lead numbers", "lead numbers known", "days", "days known", "shorter", "time apart",
)  # fmt: skip
"""The columns of `expand`, in order. They are stored beside the weights, so a file with another order is refused."""

POOL_INPUTS = ("bias", "best", "core", "second best", "examples")

_RISING = (
    "similarity", "similarity × shorter", "heading similarity", "most shared of terms", "most shared of names",
    "numbers", "most shared of lead numbers", "least shared of lead numbers", "days",
)  # fmt: skip
"""Inputs of likeness. `bounds` relies on it that more of them gives no less."""
_POOLED = ("best", "core", "second best")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights for an example in the same and in another language and for pooling several, and the named thresholds."""

    same_language: Array
    other_language: Array
    pool: Array
    thresholds: Mapping[str, float]


@cache
def model() -> Model:
    """The shipped weights; ValueError if the file is for other inputs."""
    content = json.loads((files("bot.matching") / "data" / "model.json").read_text("utf-8"))
    same, other, pool = content["same language"], content["other language"], content["pool"]
    if tuple(same) != INPUTS or tuple(other) != INPUTS or tuple(pool) != POOL_INPUTS:
        raise ValueError("bot/matching/data/model.json is for other inputs: run tests.benchmarks.refit_matching")
    if min(one[name] for one in (same, other) for name in _RISING) < 0 or min(pool[name] for name in _POOLED) < 0:
        raise ValueError("bot/matching/data/model.json: an example would count for less the more it resembles")
    return Model(_row(same), _row(other), _row(pool), content["thresholds"])


def _row(weights: Mapping[str, float]) -> Array:
    return np.array([*weights.values()], np.float32)


def expand(figures: Array) -> Array:
    """The inputs of the model for figures of resemblance: shape (n, len(Figure)) to (n, len(INPUTS))."""

    def column(figure: Figure) -> Array:
        return figures[:, figure]

    similarity = column(Figure.SIMILARITY)
    example, article = column(Figure.EXAMPLE_LENGTH), column(Figure.ARTICLE_LENGTH)
    shorter = np.minimum(example, article)
    names_known = column(Figure.NAMES_KNOWN)
    # The longer a text is, the more it means that it does not mention a name.
    missing = np.maximum(
        (1 - column(Figure.KEY_NAMES_OF_EXAMPLE)) * article**2, (1 - column(Figure.KEY_NAMES_OF_ARTICLE)) * example**2
    )
    of_article, of_example = column(Figure.LEAD_NUMBERS_OF_ARTICLE), column(Figure.LEAD_NUMBERS_OF_EXAMPLE)
    return np.stack(
        [
            np.ones_like(similarity), similarity, similarity * shorter, column(Figure.HEADING_SIMILARITY),
            np.sqrt(np.maximum(column(Figure.TERMS_OF_ARTICLE), column(Figure.TERMS_OF_EXAMPLE))),
            np.sqrt(np.maximum(column(Figure.NAMES_OF_ARTICLE), column(Figure.NAMES_OF_EXAMPLE))) * names_known,
            missing * names_known, names_known, column(Figure.NUMBERS), column(Figure.NUMBERS_KNOWN),
            np.sqrt(np.maximum(of_article, of_example)), np.sqrt(np.minimum(of_article, of_example)),
            column(Figure.LEAD_NUMBERS_KNOWN), column(Figure.DAYS), column(Figure.DAYS_KNOWN), shorter,
            column(Figure.TIME_APART),
        ],
        axis=1,
    )  # fmt: skip


def log_odds(figures: Array, weights: Model) -> Array:
    """Log-odds that the article is on the story of each example, shape (n,)."""
    inputs = expand(figures)
    same = figures[:, Figure.SAME_LANGUAGE] > 0
    # Not `@`, whose threads cost more than they save here.
    within: Array = np.vecdot(inputs, weights.same_language)
    between: Array = np.vecdot(inputs, weights.other_language)
    return np.where(same, within, between)


def pool_inputs(best: Array, second: Array, core: Array, count: Array) -> Array:
    """The inputs for topics with several examples, from log-odds; each argument has one value for each topic."""
    return np.stack([np.ones_like(best), best, core, second, np.log(count)], axis=1)


def probability(odds: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability of log-odds, elementwise."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)
