"""Fits the weights of `bot.matching.logistic` to pairs; the caller decides which stories are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.matching.logistic import INPUTS, POOL_INPUTS, Model, expand, log_odds, pool_inputs
from bot.matching.packed_side import keys_of, pack_side
from bot.matching.profile import core_vector
from bot.matching.resemblance import ResemblanceIndex
from bot.matching.sides import core_of
from tests.benchmarks.compared import Compared, Figures
from tests.benchmarks.tracking import Draw
from tests.benchmarks.training import Mask, Material, Pairs, between_languages, within_language

TIME_APART = -0.5
"""Not fitted: ECB+ puts years between the events it sets against each other, which would overrate time."""

_WORDS = ("most shared of terms",)
_STRENGTH = 0.02 / 50
"""Inverse regularisation, to weights that sum to the number of pairs; weak evidence stays weak."""
_POOL_STRENGTH = 0.1


def fit_model(material: Material, chosen: Mask) -> Model:
    """Weights from the ECB+ articles chosen and everything else; thresholds are left at 0.5."""
    every = [name for name in INPUTS if name not in ("bias", "time apart")]
    same = _fit(within_language(material, chosen), every)
    other = _fit(between_languages(material, chosen), [name for name in every if name not in _WORDS])
    single = Model(same, other, np.zeros(len(POOL_INPUTS), np.float32), {"balanced": 0.5})
    return Model(same, other, _fit_pool(material, chosen, single), {"balanced": 0.5})


def _fit(pairs: Pairs, names: Sequence[str]) -> NDArray[np.float32]:
    columns = [INPUTS.index(name) for name in names]
    inputs = expand(pairs.figures)[:, columns].astype(np.float64)
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    weights = pairs.weights / pairs.weights.mean()
    fitted = LogisticRegression(C=_STRENGTH, max_iter=2_000).fit((inputs - mean) / spread, pairs.same_story, weights)
    row = np.zeros(len(INPUTS), np.float32)
    row[columns] = fitted.coef_[0] / spread
    row[0] = fitted.intercept_[0] - float((fitted.coef_[0] * mean / spread).sum())
    row[INPUTS.index("time apart")] = TIME_APART
    return row


@dataclass(frozen=True)
class Drawn:
    """Log-odds of every article for one draw of examples: of each example (rows), and of their core."""

    of_examples: NDArray[np.float32]
    of_core: NDArray[np.float32]


def judge_draw(draw: Draw, examples: Compared, articles: Compared, figures: Figures, weights: Model) -> Drawn:
    """`figures`: of all examples against all articles."""
    rows = list(draw.examples)
    of_examples = np.stack([log_odds(figures[row], weights) for row in rows])
    if len(rows) == 1:
        return Drawn(of_examples, of_examples[0])
    core = core_of([examples.sides[row] for row in rows])
    middle = core_vector(examples.vectors[rows])
    index = ResemblanceIndex([keys_of(pack_side(core))], middle)
    compared = [index.compare(side, row)[0] for side, row in zip(articles.sides, articles.vectors, strict=True)]
    return Drawn(of_examples, log_odds(np.stack(compared), weights))


def pooled_inputs(drawn: Drawn) -> NDArray[np.float32]:
    """Inputs of the pool: (articles, len(POOL_INPUTS))."""
    ranked = -np.sort(-drawn.of_examples, axis=0)
    count = np.full(ranked.shape[1], len(ranked), np.float32)
    return pool_inputs(ranked[0], ranked[1], drawn.of_core, count)


def pooled(drawn: Drawn, weights: Model) -> NDArray[np.float64]:
    """Log-odds that a topic with these examples gives each article."""
    if len(drawn.of_examples) == 1:
        return np.asarray(drawn.of_examples[0], np.float64)
    return np.asarray(pooled_inputs(drawn) @ weights.pool, np.float64)


def _fit_pool(material: Material, chosen: Mask, single: Model) -> NDArray[np.float32]:
    from tests.benchmarks.tracking import draws  # noqa: PLC0415 -- tracking knows nothing of models

    inputs, truth, weights = [], [], []
    rows = np.flatnonzero(chosen)
    full = material.full.take(rows)
    for kind, articles in (("FF", full), ("FS", material.short.take(rows))):
        figures = material.tracking[kind][np.ix_(rows, rows)]
        for count in (2, 4):
            for draw in draws(list(material.stories[rows]), count, seeds=2):
                left = np.ones(len(rows), bool)
                left[list(draw.examples)] = False
                alike = (material.stories[rows] == draw.story)[left]
                hard = (material.topics[rows] == material.topics[rows][draw.examples[0]])[left]
                inputs.append(pooled_inputs(judge_draw(draw, full, articles, figures, single))[left])
                truth.append(alike)
                weights.append(np.where(alike, 5.0, np.where(hard, 3.0, 1.0)))
    table = np.concatenate(inputs)[:, 1:].astype(np.float64)
    fitted = LogisticRegression(C=_POOL_STRENGTH, max_iter=2_000).fit(
        table, np.concatenate(truth), np.concatenate(weights)
    )
    return np.array([fitted.intercept_[0], *fitted.coef_[0]], np.float32)
