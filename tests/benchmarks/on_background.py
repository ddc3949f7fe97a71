"""False alarms at `balanced` per 10,000 articles of background news (AG News, Indonesian news, BBC).

50 topics of one ECB+ article are judged by weights that have not seen their topic number. None of the articles that
they meet was used in fitting weights (some are among the thousands that language means are made of). `on_seed` has more
topics.

Indonesian articles that mention what the seed topic is about, by the rules of the data, are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from bot.matching.logistic import log_odds, probability
from tests.benchmarks.alarms import SETS, Alarm, read_verdicts
from tests.benchmarks.compared import figures_between, prepared
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.on_stories import balanced_log_odds
from tests.benchmarks.refit_matching import Fold
from tests.benchmarks.tracking import Draw, draws
from tests.benchmarks.training import Material
from tests.benchmarks.vectors import VectorCache

ECB_TOPICS = 50
_NEAR = 1.0
"""Log-odds below `balanced` that are still put before the reader: another model may raise them."""


def background(folder: Path, seen: Collection[str]) -> list[Item]:
    """Articles that nothing was fitted on. Raises DataAbsentError."""
    every = [item for name in SETS.values() for item in read_items(folder, name)]
    return [item for item in every if not item.watched and item.id not in seen]


def fifty(stories: Sequence[str]) -> list[Draw]:
    """One draw of one example from every story, then a second."""
    drawn = draws(stories, 1, seeds=2)
    return [*drawn[::2], *drawn[1::2]][:ECB_TOPICS]


def story_alarms(material: Material, folds: list[Fold], news: Sequence[Item], cache: VectorCache) -> list[Alarm]:
    articles = prepared(news, cache)
    topics = fifty([str(story) for story in material.stories])
    verdicts = read_verdicts()
    found = []
    for fold in folds:
        own = [draw for draw in topics if fold.unseen[draw.examples[0]]]
        examples = material.full.take(np.array([draw.examples[0] for draw in own], np.intp))
        for draw, figures in zip(own, figures_between(examples, articles), strict=True):
            odds = log_odds(figures, fold.model) - balanced_log_odds()
            name = f"{draw.story} by {material.full.items[draw.examples[0]].id}"
            for row in np.flatnonzero(odds >= -_NEAR).tolist():
                true = verdicts.get((draw.story, news[row].id))
                found.append(Alarm(name, news[row], float(probability(odds[row])), bool(odds[row] >= 0), true))
    return found
