"""Sets of articles compared with one another, as `bot.matching` compares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.features.document import describe
from bot.features.similarity import aligned
from bot.matching.packed_side import keys_of, pack_side
from bot.matching.resemblance import ResemblanceIndex
from bot.matching.sides import Side, side_of
from tests.benchmarks.data import Item
from tests.benchmarks.vectors import VectorCache

Figures = NDArray[np.float32]


@dataclass(frozen=True)
class Compared:
    """Articles as they are compared: `sides` and aligned `vectors`, one an article."""

    items: tuple[Item, ...]
    sides: tuple[Side, ...]
    vectors: NDArray[np.float32]

    def take(self, rows: NDArray[np.intp]) -> Compared:
        return Compared(
            tuple(self.items[row] for row in rows), tuple(self.sides[row] for row in rows), self.vectors[rows]
        )


def prepared(items: Sequence[Item], cache: VectorCache) -> Compared:
    """The articles with their features and embeddings."""
    sides = tuple(side_of(describe(one.title, one.text, one.language, one.published_at)) for one in items)
    return Compared(tuple(items), sides, aligned(cache.of(items), [one.language for one in items]))


def figures_between(examples: Compared, articles: Compared) -> Figures:
    """Figures of resemblance: shape (examples, articles, len(Figure))."""
    index = ResemblanceIndex((keys_of(pack_side(side)) for side in examples.sides), examples.vectors)
    return np.stack(
        [index.compare(side, row) for side, row in zip(articles.sides, articles.vectors, strict=True)], axis=1
    )
