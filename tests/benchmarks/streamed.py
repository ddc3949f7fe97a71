"""Streams of ECB+ articles grouped into stories: B³ beside single-pass clustering by TF-IDF and by e5.

The likeness was fitted on all 34 stories of this half of ECB+ (`bot.stories.event_similarity`); fitted on half of the
topic numbers and measured on the others, five times fewer pairs, it had 0.92. Baselines have the best of all
thresholds here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document, describe
from bot.features.similarity import aligned, openings, unit_rows
from bot.model import Article, ArticleId, StoryId
from bot.stories.clusters import StoryStream
from tests.benchmarks.baselines import tf_idf
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score
from tests.benchmarks.vectors import VectorCache

ORDERS = 5
_THRESHOLDS = 100

F1 = Measure("B3 F1", worse_by=0.003)
"""Of 367 articles one on another side of a threshold may take its neighbours with it."""
PRECISION, RECALL = Measure("precision", worse_by=0.005), Measure("recall", pinned=False)

Vectors = NDArray[np.float32]


def article_of(item: Item) -> Article:
    return Article(ArticleId(item.id), item.title, item.text, item.language, published_at=item.published_at)


def document_of(item: Item) -> Document:
    return describe(item.title, item.text, item.language, item.published_at)


def grouped(stream: StoryStream, articles: Iterable[tuple[Item, Document, Vectors | None]]) -> dict[str, StoryId]:
    """The story of each article in the end, by its id."""
    stories: dict[str, StoryId] = {}
    now_called: dict[StoryId, StoryId] = {}
    for item, document, vector in articles:
        placed = stream.place(article_of(item), document, vector)
        stories[item.id] = placed.story
        now_called.update(dict.fromkeys(placed.merged, placed.story))
    return {name: _latest(story, now_called) for name, story in stories.items()}


def _latest(story: StoryId, now_called: dict[StoryId, StoryId]) -> StoryId:
    while story in now_called:
        story = now_called[story]
    return story


def b_cubed(truth: Sequence[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 (Bagga and Baldwin, "Entity-based cross-document coreferencing", 1998)."""
    true, ours = (np.array(labels)[:, None] == np.array(labels)[None] for labels in (truth, found))
    both = (true & ours).sum(axis=1)
    precision, recall = float((both / ours.sum(axis=1)).mean()), float((both / true.sum(axis=1)).mean())
    return precision, recall, 2 * precision * recall / (precision + recall)


def orders_of(count: int) -> list[NDArray[np.intp]]:
    return [np.random.default_rng(seed).permutation(count) for seed in range(ORDERS)]


def streamed_part(folder: Path, cache: VectorCache) -> Part:
    """Raises DataAbsentError."""
    items = read_items(folder, "ecbplus")
    vectors = cache.of(items)
    documents = [document_of(item) for item in items]
    by_date = np.array(sorted(range(len(items)), key=lambda place: _date(items[place])))
    rows = [
        Row("random orders", OURS, streamed(items, documents, vectors, orders_of(len(items)))),
        Row("by date", OURS, streamed(items, documents, vectors, [by_date])),
        Row("random orders, words only", OURS, streamed(items, documents, None, orders_of(len(items)))),
        Row(
            "random orders, 35 words of text", OURS,
            streamed([item.short() for item in items], None, cache.of([item.short() for item in items]),
                     orders_of(len(items))),
        ),
    ]  # fmt: skip
    raw = unit_rows(openings(vectors))
    moved = openings(aligned(vectors, [item.language for item in items]))
    for name, table in (("TF-IDF", tf_idf(items, items)), ("raw e5", raw @ raw.T), ("aligned e5", moved @ moved.T)):
        rows.append(Row("random orders", f"{name}, best threshold", _best(items, np.asarray(table, np.float64))))
    return Part("stories of ECB+, streamed: reach 0.92", tuple(rows))


def _date(item: Item) -> datetime:
    return item.published_at or datetime.max.replace(tzinfo=UTC)


def streamed(
    items: Sequence[Item],
    documents: Sequence[Document] | None,
    vectors: Vectors | None,
    orders: Sequence[NDArray[np.intp]],
) -> tuple[Score, ...]:
    """Means over the orders, with one fixed threshold, by the shipped code."""
    described = documents or [document_of(item) for item in items]
    measured = []
    for order in orders:
        rows = ((items[place], described[place], None if vectors is None else vectors[place]) for place in order)
        found = grouped(StoryStream(), rows)
        measured.append(b_cubed([item.story for item in items], [found[item.id] for item in items]))
    return _scores(measured)


def _scores(measured: Sequence[tuple[float, float, float]]) -> tuple[Score, ...]:
    means = np.mean(measured, axis=0).tolist()
    return tuple(Score(measure, value) for measure, value in zip((PRECISION, RECALL, F1), means, strict=True))


def _best(items: Sequence[Item], table: NDArray[np.float64]) -> tuple[Score, ...]:
    above = table[np.triu_indices(len(items), 1)]
    runs = [
        [_nearest(items, table, order, threshold) for order in orders_of(len(items))]
        for threshold in np.unique(np.quantile(above, 1 - np.geomspace(1e-3, 0.1, _THRESHOLDS)))
    ]
    return max(map(_scores, runs), key=lambda scores: scores[-1].value)


def _nearest(
    items: Sequence[Item], table: NDArray[np.float64], order: NDArray[np.intp], threshold: float
) -> tuple[float, float, float]:
    """Each joins the story of its nearest article before it."""
    found = np.zeros(len(items), np.intp)
    for count, place in enumerate(order):
        before = order[:count]
        nearest = before[table[place, before].argmax()] if count else place
        found[place] = found[nearest] if count and table[place, nearest] >= threshold else place
    return b_cubed([item.story for item in items], [str(story) for story in found])
