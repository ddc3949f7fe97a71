"""What matching is measured against: TF-IDF cosine, BM25 and the raw e5 cosine, best of the examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import openings, unit_rows
from tests.benchmarks.data import Item
from tests.benchmarks.vectors import VectorCache

Table = NDArray[np.float64]
"""Scores of every example (rows) with every article."""


def tf_idf(examples: Sequence[Item], articles: Sequence[Item]) -> Table:
    """Cosine, sublinear term frequency, English stop words, document frequencies of the stream itself."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 -- slow to import

    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    stream = vectorizer.fit_transform([_text(item) for item in articles])
    return np.asarray((vectorizer.transform([_text(item) for item in examples]) @ stream.T).toarray(), np.float64)


def bm25(examples: Sequence[Item], articles: Sequence[Item]) -> Table:
    """Okapi BM25 of the whole example as a query, as a share of what the example scores at most."""
    import bm25s  # noqa: PLC0415 -- slow to import

    def tokens(items: Sequence[Item]) -> list[list[str]]:
        cut = bm25s.tokenize([_text(one) for one in items], stopwords="en", show_progress=False, return_ids=False)
        return [one or ["-"] for one in cut]

    ranker = bm25s.BM25()
    ranker.index(tokens(articles), show_progress=False)
    scores = np.stack([ranker.get_scores(query) for query in tokens(examples)]).astype(np.float64)
    return np.asarray(scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9), np.float64)


def raw_e5(cache: VectorCache) -> Callable[[Sequence[Item], Sequence[Item]], Table]:
    """Cosine of embeddings as the model gives them."""

    def score(examples: Sequence[Item], articles: Sequence[Item]) -> Table:
        return np.asarray(
            unit_rows(openings(cache.of(examples))) @ unit_rows(openings(cache.of(articles))).T, np.float64
        )

    return score


def _text(item: Item) -> str:
    return f"{item.title} {item.text}"
