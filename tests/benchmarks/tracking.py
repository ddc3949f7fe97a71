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


def precision_of_stories(tracked: Sequence[Tracked]) -> Scores:
    """Average precision, the mean of each story's draws: one value a story."""
    values = np.array([average_precision(one.scores, one.on_story) for one in tracked])
    return of_stories(tracked, values[:, None])[:, 0]


def f1_and_cost_of_stories(tracked: Sequence[Tracked], thresholds: Scores) -> tuple[Scores, Scores]:
    """F1 and cost, the mean of each story's draws, at each threshold: shape (stories, thresholds)."""
    f1, cost = [], []
    for one in tracked:
        on, off = np.sort(one.scores[one.on_story]), np.sort(one.scores[~one.on_story])
        right = len(on) - np.searchsorted(on, thresholds)
        wrong = len(off) - np.searchsorted(off, thresholds)
        f1.append(2 * right / (right + wrong + len(on)))
        cost.append(1 - right / len(on) + FALSE_ALARM_COST * wrong / len(off))
    return of_stories(tracked, np.array(f1)), of_stories(tracked, np.array(cost))


def of_stories(tracked: Sequence[Tracked], values: Scores) -> Scores:
    """Means over the draws of each story: (draws, n) to (stories, n)."""
    rows: dict[str, list[int]] = {}
    for row, one in enumerate(tracked):
        rows.setdefault(one.story, []).append(row)
    return np.stack([values[own].mean(axis=0) for own in rows.values()])


def f1_and_cost(tracked: Sequence[Tracked], threshold: float) -> tuple[float, float]:
    """Macro F1 and mean cost at one threshold."""
    f1, cost = f1_and_cost_of_stories(tracked, np.array([threshold]))
    return float(f1.mean()), float(cost.mean())


def quality(tracked: Sequence[Tracked]) -> Quality:
    """At the best of 200 thresholds among the highest scores."""
    every = np.concatenate([one.scores for one in tracked])
    thresholds = np.unique(np.quantile(every, 1 - np.geomspace(1e-4, 0.3, 200)))
    f1, cost = (table.mean(axis=0) for table in f1_and_cost_of_stories(tracked, thresholds))
    best_f1, best_cost = int(f1.argmax()), int(cost.argmin())
    return Quality(
        float(precision_of_stories(tracked).mean()),
        float(f1[best_f1]),
        float(thresholds[best_f1]),
        float(cost[best_cost]),
        float(thresholds[best_cost]),
    )
