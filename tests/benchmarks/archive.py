"""An archive as large as wanted, for benchmarks: real articles, and others put together from their sentences.

Made articles have the words, lengths and languages of news and no meaning, and vectors that point anywhere; those of
ECB+ are left whole, as thousands of others would have a sentence on each of its stories. Nothing of the data comes into
the project: the database is made outside it.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import DIMENSIONS, passage_digest, unit_rows
from bot.model import Article, ArticleId, FeedId, Language
from bot.store import Store
from bot.text.sentences import sentences
from tests.benchmarks.data import Item, read_items

SETS = ("ecbplus", "indonews", "agnews", "bbc", "ntrex")

_FEEDS = 60
_BATCH = 500
_SHORT = 0.6
"""Share of the made articles that have one to three sentences, as most feeds give; the others have up to 25."""


def real_articles(folder: Path, now: datetime, days: int, random: Random) -> list[Article]:
    """Every article of the data, seen at some moment of the last `days`."""
    return [
        _seen(name, item, now - timedelta(days=days) * random.random(), random)
        for name in SETS
        for item in read_items(folder, name)
    ]


def _seen(name: str, item: Item, moment: datetime, random: Random) -> Article:
    return Article(
        id=ArticleId(f"{name}-{item.language}-{item.id}"),
        title=item.title,
        text=item.text,
        language=item.language,
        published_at=item.published_at,
        first_seen_at=moment,
        feed_id=FeedId(f"feed-{random.randrange(_FEEDS)}"),
        source="Benchmark",
    )


def made_articles(real: Sequence[Article], count: int, now: datetime, days: int, random: Random) -> Iterator[Article]:
    """Articles of sentences of several real ones of their language."""
    pool: defaultdict[Language, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for article in real:
        said = sentences(article.text, article.language)
        if said and not article.id.startswith(SETS[0]):
            pool[article.language].append((article.title, said))
    languages = random.choices(list(pool), weights=[len(known) for known in pool.values()], k=count)
    for number, language in enumerate(languages):
        known = pool[language]
        length = random.randint(1, 3) if random.random() < _SHORT else random.randint(6, 25)
        told = [random.choice(random.choice(known)[1]) for _ in range(length)]
        yield Article(
            id=ArticleId(f"made-{number}"),
            title=random.choice(known)[0],
            text="\n".join(told),
            language=language,
            published_at=None,
            first_seen_at=now - timedelta(days=days) * random.random(),
            feed_id=FeedId(f"feed-{random.randrange(_FEEDS)}"),
            source="Benchmark",
        )


async def fill(
    store: Store,
    articles: Iterator[Article] | Sequence[Article],
    model: str,
    vectors: dict[ArticleId, NDArray[np.float32]],
    *,
    embedded: float,
    now: datetime,
    seed: int = 3,
) -> int:
    """Archive the articles, with the vector given, or for a share `embedded` of the others one that points anywhere."""
    generator = np.random.default_rng(seed)
    count = 0
    started = time.monotonic()
    batch: list[Article] = []

    async def put() -> None:
        rows = unit_rows(generator.standard_normal((len(batch), 2 * DIMENSIONS)).astype(np.float32))
        chosen = generator.random(len(batch)) < embedded
        stored = {
            passage_digest(article.title, article.text): vectors.get(article.id, row)
            for article, row, is_chosen in zip(batch, rows, chosen, strict=True)
            if is_chosen or article.id in vectors
        }
        async with store.write() as unit:
            await unit.articles.add(batch)
            await unit.vectors.put(model, stored, now)

    for article in articles:
        batch.append(article)
        if len(batch) == _BATCH:
            await put()
            count += len(batch)
            batch.clear()
            if count % 10_000 == 0:
                print(f"{count:,} articles archived in {time.monotonic() - started:.0f} s", file=sys.stderr)
    await put()
    return count + len(batch)
