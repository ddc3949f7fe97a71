"""Tracking on ECB+: 1 and 4 examples of a story, everything else as the stream, one threshold for all stories.

Kabar's weights have not seen the topic number (two similar stories) that they are tested on. `balanced` is the shipped
threshold: one number, chosen on all stories by weights that had not seen them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bot.matching.score import threshold_of
from bot.model import SensitivityName
from tests.benchmarks.baselines import bm25, raw_e5, tf_idf
from tests.benchmarks.refit_matching import SETTINGS, Fold, shipped_shift, tracked_unseen
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score, over_stories
from tests.benchmarks.tracking import (
    Draw,
    Tracked,
    draws,
    f1_and_cost_of_stories,
    precision_of_stories,
    quality,
    track,
)
from tests.benchmarks.training import Material
from tests.benchmarks.vectors import VectorCache

PRECISION = Measure("MAP")
F1 = Measure("best F1")
COST = Measure("best Cdet", higher_is_better=False)
F1_BALANCED = Measure("F1 balanced")
COST_BALANCED = Measure("Cdet balanced", higher_is_better=False)
BELOW_BEST = Measure("F1 lost", higher_is_better=False, pinned=False)
"""How far F1 at `balanced` is below the best."""

_LENGTHS = {"F": "full", "S": "short"}


def balanced_log_odds() -> float:
    """What `balanced` is for weights fitted here, from whose log-odds nothing was taken off."""
    probability = threshold_of(SensitivityName.BALANCED)
    return shipped_shift() + math.log(probability / (1 - probability))


def tracking_part(material: Material, folds: list[Fold], cache: VectorCache) -> Part:
    stories = [str(story) for story in material.stories]
    baselines = {"TF-IDF": tf_idf, "BM25": bm25, "e5 raw": raw_e5(cache)}
    sides = {"F": material.full.items, "S": material.short.items}
    tables = {
        (kind, name): score(sides[kind[0]], sides[kind[1]])
        for kind in {kind for kind, _ in SETTINGS}
        for name, score in baselines.items()
    }
    rows = []
    for kind, count in SETTINGS:
        task = f"{count} {_LENGTHS[kind[0]]}, {_LENGTHS[kind[1]]}"
        print(f"tracking, {task}", file=sys.stderr)
        for name in baselines:
            tracked = track(stories, draws(stories, count), partial(_best_of, tables[kind, name]))
            rows.append(Row(task, name, _at_best(tracked)))
        tracked = tracked_unseen(material, folds, kind, count)
        rows.append(Row(task, OURS, (*_at_best(tracked), *_at_balanced(tracked, balanced_log_odds()))))
    title = "tracking, ECB+: how many and how long the examples are, how long the articles"
    return Part(title, tuple(rows))


def _best_of(table: NDArray[np.float64], draw: Draw) -> NDArray[np.float64]:
    return np.asarray(table[list(draw.examples)].max(axis=0), np.float64)


def _at_best(tracked: Sequence[Tracked]) -> tuple[Score, ...]:
    best = quality(tracked)
    f1, _ = f1_and_cost_of_stories(tracked, np.array([best.f1_threshold]))
    _, cost = f1_and_cost_of_stories(tracked, np.array([best.cost_threshold]))
    return (
        over_stories(PRECISION, precision_of_stories(tracked)),
        over_stories(F1, f1[:, 0]),
        over_stories(COST, cost[:, 0]),
    )


def _at_balanced(tracked: Sequence[Tracked], threshold: float) -> tuple[Score, ...]:
    f1, cost = f1_and_cost_of_stories(tracked, np.array([threshold]))
    lost = quality(tracked).f1 - float(f1.mean())
    return over_stories(F1_BALANCED, f1[:, 0]), over_stories(COST_BALANCED, cost[:, 0]), Score(BELOW_BEST, lost)
