"""Counterexamples on ECB+: one example of a story, and one of its sibling event, told of in the same words.

Log-odds are those of weights that have not seen the story, less the best common threshold: from 0 on is `balanced`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.logistic import log_odds
from bot.matching.resemblance import Figure
from tests.benchmarks.refit_matching import Fold, best_common_threshold, folds_of
from tests.benchmarks.tracking import Draw, Tracked, draws, track
from tests.benchmarks.training import Material

KINDS = ("FF", "FS", "SS")
"""Example and article in full or short."""

Odds = NDArray[np.float64]
"""Of every example (rows) with every article."""


@dataclass(frozen=True)
class Tables:
    """Log-odds by kind, and what the articles are."""

    material: Material
    odds: Mapping[str, Odds]

    def half(self, number: int) -> NDArray[np.bool_]:
        """Articles of every second topic number."""
        return np.isin(self.material.topics, sorted(set(self.material.topics))[number::2])


@dataclass(frozen=True)
class Opposed:
    """A draw, and the row of its counterexample."""

    draw: Draw
    counterexample: int


def tables_of(material: Material) -> Tables:
    folds = folds_of(material)
    raw = {kind: _unseen(material, folds, kind) for kind in KINDS}
    drawn = draws(list(material.stories), 1)
    stories = list(material.stories)
    groups = [track(stories, drawn, lambda draw, table=table: table[draw.examples[0]]) for table in raw.values()]  # type: ignore[misc] # -- a default binds the loop's value
    threshold = best_common_threshold(groups)
    return Tables(material, {kind: table - threshold for kind, table in raw.items()})


def _unseen(material: Material, folds: Sequence[Fold], kind: str) -> Odds:
    table = np.zeros((len(material.stories), len(material.stories)))
    for fold in folds:
        rows = np.flatnonzero(fold.unseen)
        figures = material.tracking[kind][rows].reshape(-1, len(Figure))
        table[rows] = log_odds(figures, fold.model).reshape(len(rows), -1)
    return table


def opposed_draws(tables: Tables, *, sibling: bool, chosen: NDArray[np.bool_] | None = None) -> list[Opposed]:
    """One example of every story and a counterexample: of its sibling event, or of any other topic number."""
    material = tables.material
    drawn: list[Opposed] = []
    for draw in draws(list(material.stories), 1):
        row = draw.examples[0]
        if chosen is not None and not chosen[row]:
            continue
        same_topic = material.topics == material.topics[row]
        others = np.flatnonzero(same_topic & (material.stories != draw.story) if sibling else ~same_topic)
        if len(others):
            drawn.append(Opposed(draw, int(np.random.default_rng([row, len(drawn)]).choice(others))))
    return drawn


def tracked(tables: Tables, drawn: Sequence[Opposed], kind: str, discount: float | None) -> list[Tracked]:
    """Everything but example and counterexample. `discount` None: the counterexample is not used."""
    odds, stories = tables.odds[kind], tables.material.stories
    found = []
    for one in drawn:
        left = np.ones(len(stories), bool)
        left[[*one.draw.examples, one.counterexample]] = False
        scores = odds[one.draw.examples[0]]
        if discount is not None:
            scores = scores - np.logaddexp(0, odds[one.counterexample] - discount)
        found.append(Tracked(one.draw.story, scores[left], (stories == one.draw.story)[left]))
    return found
