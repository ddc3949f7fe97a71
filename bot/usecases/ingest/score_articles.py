"""Judges articles by topics: describe, embed where a topic needs it, score. Shared by polls, backtests and files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.features.document import Document, describe
from bot.features.similarity import passage, passage_digest
from bot.matching.index import TopicIndex
from bot.matching.neighbours import LOOKED_AT
from bot.model import Article, ArticleId, Match
from bot.ports import Embedder

log = structlog.get_logger()

BATCH = 8
"""Articles embedded in one call: enough to be efficient, few enough for a shutdown to stop between two calls."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its description, embedding and matches. `vector` is None where no topic needed it."""

    article: Article
    document: Document
    vector: NDArray[np.float32] | None
    matches: tuple[Match, ...]
    """Hits and near misses."""

    @property
    def on_topic(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if match.matched)


def document_of(article: Article) -> Document:
    """Describe an article: the terms, names and numbers that matching and grouping compare."""
    return describe(article.title, article.text, article.language, article.published_at)


def vector_digest(article: Article) -> str:
    """The key under which the embedding of an article is stored."""
    return passage_digest(article.title, article.text)


async def embed_articles(embedder: Embedder, articles: Sequence[Article]) -> list[NDArray[np.float32]]:
    """One vector for each article, computed in small batches so that a shutdown need not wait for all."""
    vectors: list[NDArray[np.float32]] = []
    for start in range(0, len(articles), BATCH):
        batch = articles[start : start + BATCH]
        vectors.extend(await embed_passages(embedder, [passage(article.title, article.text) for article in batch]))
    return vectors


async def embed_passages(embedder: Embedder, passages: Sequence[str]) -> NDArray[np.float32]:
    """Both embeddings of each passage in one row; lines that are the same are embedded once."""
    lines = dict.fromkeys(line for text in passages for line in text.split("\n"))
    rows = dict(zip(lines, await embedder.embed(list(lines)), strict=True))
    return np.stack([np.concatenate([rows[line] for line in text.split("\n")]) for text in passages])


async def judge_articles(
    articles: Sequence[Article],
    index: TopicIndex,
    feed_tags: frozenset[str],
    embedder: Embedder,
    known_vectors: Mapping[ArticleId, NDArray[np.float32]] | None = None,
) -> tuple[Judged, ...]:
    """Judge articles of one feed against every topic. The embedding is computed at most once an article.

    An article that our own code fails on is logged and left out: the others must go on. That goes for no failure of
    the embedder, which says nothing about the article.
    """
    vectors = dict(known_vectors or {})
    documents: dict[ArticleId, Document] = {}
    wanting: list[Article] = []
    for article in articles:
        try:
            # Off the loop: the first article in a language waits for that language's list of words.
            document = await asyncio.to_thread(document_of, article)
            if article.id not in vectors and index.needs_vector(article, document, feed_tags):
                wanting.append(article)
        except Exception:  # -- see above; it is logged with its traceback
            log.exception("article-failed", article=article.id, title=article.title, feed=article.feed_id)
        else:
            documents[article.id] = document
    for article, row in zip(wanting, await embed_articles(embedder, wanting), strict=True):
        vectors[article.id] = row
    judged: list[Judged] = []
    for article in articles:
        if (known := documents.get(article.id)) is None:
            continue
        vector = vectors.get(article.id)
        try:
            judged.append(Judged(article, known, vector, index.judge(article, known, vector, feed_tags, LOOKED_AT)))
        except Exception:  # -- likewise
            log.exception("article-failed", article=article.id, title=article.title, feed=article.feed_id)
        await asyncio.sleep(0)
    return tuple(judged)
