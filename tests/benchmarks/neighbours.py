"""What the archive adds to one example: `python -m tests.benchmarks.neighbours [--data FOLDER]`.

ECB+ as a stream, in three random orders: half of it was judged before, the rest comes one by one. Every article is
judged by one example of each story, alone and among its neighbours (`bot.matching.neighbours`), by weights and a
threshold that have not seen the story.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest.mock import patch

import click
import numpy as np
from numpy.typing import NDArray

from bot.matching import neighbours
from bot.matching.neighbours import COPY, LOOKED_AT, REMEMBERED, Features, Near, Neighbourhood, odds_of
from bot.matching.packed_side import keys_of, pack_side
from bot.matching.resemblance import Figure
from bot.model import ArticleId
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.fitting import judge_draw, pooled
from tests.benchmarks.refit_matching import SETTINGS, Fold, best_common_threshold, folds_of, shifted, tracked_unseen
from tests.benchmarks.tracking import Draw, Tracked, draws, f1_and_cost, quality
from tests.benchmarks.training import Material, gather
from tests.benchmarks.vectors import VectorCache

ORDERS: Final = 3
_LEAST: Final = odds_of(LOOKED_AT * 0.5)
"""Log-odds from which an article is near where the threshold is `balanced`."""
KINDS: Final = {
    ("FF", 1): "1 example, full", ("FS", 1): "1 example, short articles", ("SS", 1): "1 short, short",
    ("FF", 4): "4 examples, full",
}  # fmt: skip


@dataclass(frozen=True)
class Streamed:
    """The log-odds that one example of a story gives the articles of a stream."""

    story: str
    rows: NDArray[np.intp]
    alone: NDArray[np.float64]
    among: NDArray[np.float64]


def streams(material: Material, fold: Fold, threshold: float, kind: str, count: int) -> Iterator[Streamed]:
    """Every draw of the stories that the fold has not seen, in every order."""
    articles = material.full if kind[1] == "F" else material.short
    features = [
        Features(side, keys_of(pack_side(side)), vector)
        for side, vector in zip(articles.sides, articles.vectors, strict=True)
    ]
    weights = shifted(fold.model, threshold)
    shown = material.full if kind[0] == "F" else material.short
    drawn = [draw for draw in draws(list(material.stories), count) if fold.unseen[draw.examples[0]]]
    with patch.object(neighbours, "model", lambda: weights):
        for draw in drawn:
            odds = pooled(judge_draw(draw, shown, articles, material.tracking[kind], weights), weights)
            similarities = material.tracking[kind][list(draw.examples)][..., Figure.SIMILARITY].max(axis=0)
            for order in range(ORDERS):
                rows = np.random.default_rng([11, order]).permutation(len(features))
                yield _streamed(draw, rows, odds, similarities, features)


def _streamed(
    draw: Draw,
    order: NDArray[np.intp],
    odds: NDArray[np.float64],
    similarities: NDArray[np.float32],
    features: Sequence[Features],
) -> Streamed:
    known: list[Near] = []
    rows, among = [], []
    for place, row in enumerate(order.tolist()):
        if row in draw.examples:
            continue
        is_near = odds[row] >= _LEAST
        if place >= len(order) // 2:
            found = Neighbourhood(known[-REMEMBERED:]).weigh(_name(row), odds[row], features[row]) if is_near else None
            rows.append(row)
            among.append(odds[row] if found is None else found.odds)
        if is_near and similarities[row] < COPY:
            known.append(Near(_name(row), float(odds[row]), features[row]))
    chosen = np.array(rows, np.intp)
    return Streamed(draw.story, chosen, odds[chosen], np.array(among, np.float64))


def _name(row: int) -> ArticleId:
    return ArticleId(str(row))


def line(material: Material, found: Sequence[Streamed], name: str) -> str:
    """MAP, F1 and Cdet at `balanced`, and the share of articles of the sibling event that match."""
    topic_of = dict(zip(material.stories.tolist(), material.topics.tolist(), strict=True))
    tracked, siblings = [], []
    for one in found:
        truth = material.stories[one.rows] == one.story
        scores = getattr(one, name)
        sibling = (material.topics[one.rows] == topic_of[one.story]) & ~truth
        if truth.any():
            tracked.append(Tracked(one.story, scores, truth))
        if sibling.any():
            siblings.append(float((scores[sibling] >= 0).mean()))
    best, (f1, cost) = quality(tracked), f1_and_cost(tracked, 0.0)
    return (
        f"{name:8} MAP {best.mean_precision:.3f}  F1 {f1:.3f} (best {best.f1:.3f})  Cdet {cost:.3f} "
        f"(best {best.cost:.3f})  siblings matched {np.mean(siblings):.1%}"
    )


@click.command(help=__doc__)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def main(data: Path) -> None:
    try:
        material = gather(data, VectorCache())
    except DataAbsentError as error:
        sys.exit(str(error))
    folds = folds_of(material)
    threshold = best_common_threshold([tracked_unseen(material, folds, *setting) for setting in SETTINGS])
    for (kind, count), name in KINDS.items():
        found = [one for fold in folds for one in streams(material, fold, threshold, kind, count)]
        print(name)
        for way in ("alone", "among"):
            print("  " + line(material, found, way))


if __name__ == "__main__":
    main()
