"""Topic tracking as NIST's TDT measured it: a few examples of a story, a stream, one threshold for every story.

MAP over stories; macro F1 over stories; normalised tracking cost Cdet = Pmiss + 4.9 Pfa, the mean over stories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
FALSE_ALARM_COST = 4.9
SEEDS = 5
_FEWEST_LEFT = 2


@dataclass(frozen=True)
class Draw:
    """Examples of a story: rows of the articles."""

    story: str
    examples: tuple[int, ...]


@dataclass(frozen=True)
class Tracked:
    """Scores of everything but the examples, and the truth."""

    story: str
    scores: Scores
    on_story: NDArray[np.bool_]


@dataclass(frozen=True)
class Quality:
    """Of all draws, at each measure's own best threshold; and the thresholds."""

    mean_precision: float
    f1: float
    f1_threshold: float
    cost: float
    cost_threshold: float


def draws(stories: Sequence[str], examples: int, seeds: int = SEEDS) -> list[Draw]:
    """For every story with at least two articles left over, `seeds` draws of examples."""
    rows: dict[str, list[int]] = {}
    for row, story in enumerate(stories):
        rows.setdefault(story, []).append(row)
    drawn = []
    for number, (story, own) in enumerate(sorted(rows.items())):
        if len(own) < examples + _FEWEST_LEFT:
            continue
        for seed in range(seeds):
            rng = np.random.default_rng([seed, number, examples])
            drawn.append(Draw(story, tuple(int(row) for row in rng.choice(own, examples, replace=False))))
    return drawn


def track(stories: Sequence[str], drawn: Sequence[Draw], score: Callable[[Draw], Scores]) -> list[Tracked]:
    """Scores for every draw; `score` gives one an article."""
    labels = np.array(stories)
    tracked = []
    for draw in drawn:
        left = np.ones(len(labels), bool)
        left[list(draw.examples)] = False
        tracked.append(Tracked(draw.story, score(draw)[left], (labels == draw.story)[left]))
    return tracked


def average_precision(scores: Scores, truth: NDArray[np.bool_]) -> float:
    """Mean precision at the rank of each relevant article."""
    ranked = truth[np.argsort(-scores, kind="stable")]
    hits = np.flatnonzero(ranked)
    return float(np.mean(np.arange(1, len(hits) + 1) / (hits + 1))) if len(hits) else 0.0


def f1_and_cost(tracked: Sequence[Tracked], threshold: float) -> tuple[float, float]:
    """Macro F1 and mean cost at one threshold."""
    f1, cost = [], []
    for one in tracked:
        found = one.scores >= threshold
        right = int((found & one.on_story).sum())
        relevant = int(one.on_story.sum())
        f1.append(2 * right / (int(found.sum()) + relevant))
        cost.append(
            1 - right / relevant + FALSE_ALARM_COST * float((found & ~one.on_story).sum() / (~one.on_story).sum())
        )
    return float(np.mean(f1)), float(np.mean(cost))


def quality(tracked: Sequence[Tracked]) -> Quality:
    """At the best of 200 thresholds among the highest scores."""
    every = np.concatenate([one.scores for one in tracked])
    thresholds = np.unique(np.quantile(every, 1 - np.geomspace(1e-4, 0.3, 200)))
    measured = np.array([f1_and_cost(tracked, float(threshold)) for threshold in thresholds])
    best_f1, best_cost = int(measured[:, 0].argmax()), int(measured[:, 1].argmin())
    by_story: dict[str, list[float]] = {}
    for one in tracked:
        by_story.setdefault(one.story, []).append(average_precision(one.scores, one.on_story))
    return Quality(
        float(np.mean([np.mean(values) for values in by_story.values()])),
        float(measured[best_f1, 0]),
        float(thresholds[best_f1]),
        float(measured[best_cost, 1]),
        float(thresholds[best_cost]),
    )
