"""The weights of `bot.stories.event_similarity`, printed: `python -m tests.benchmarks.refit_stories [--data FOLDER]`.

A logistic regression over all pairs of the ECB+ articles, one story or not; nothing else is looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.model import ArticleId
from bot.stories.event_similarity import WEIGHTS, WEIGHTS_OF_WORDS, EventSimilarity
from bot.stories.ring import Ring
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.streamed import document_of
from tests.benchmarks.vectors import VectorCache

_REGULARISATION = 10


def figures_of_pairs(items: list[Item], cache: VectorCache) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Figures in the order of `WEIGHTS`, shape (pairs, figures), and which pairs are on one story."""
    ring = Ring(len(items))
    likenesses = EventSimilarity(ring)
    for item, vector in zip(items, cache.of(items), strict=True):
        place = ring.place(ring.take(ArticleId(item.id)))
        likenesses.write(place, document_of(item), vector)
    stories = np.array([item.story for item in items])
    tables, labels = [], []
    for place in range(len(items) - 1):
        others = np.arange(place + 1, len(items))
        figures = likenesses.figures(place, others)
        tables.append(np.stack([figures[name] for name in WEIGHTS], axis=1))
        labels.append(stories[others] == stories[place])
    return np.concatenate(tables), np.concatenate(labels)


def fitted(names: Iterable[str], figures: NDArray[np.float32], labels: NDArray[np.bool_]) -> dict[str, float]:
    """Weights by name, and the constant as `""`."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- slow to import

    names = [*names]
    columns = [[*WEIGHTS].index(name) for name in names]
    model = LogisticRegression(C=_REGULARISATION, max_iter=5_000).fit(figures[:, columns], labels)
    return {"": float(model.intercept_[0]), **dict(zip(names, map(float, model.coef_[0]), strict=True))}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def main(data: Path) -> None:
    try:
        figures, labels = figures_of_pairs(read_items(data, "ecbplus"), VectorCache())
    except DataAbsentError as error:
        sys.exit(str(error))
    for title, names in (("with vectors", WEIGHTS), ("by words alone", WEIGHTS_OF_WORDS)):
        weights = fitted(names, figures, labels)
        click.echo(f"{title}: " + ", ".join(f"{name or 'constant'} {weight:.2f}" for name, weight in weights.items()))


if __name__ == "__main__":
    main()
