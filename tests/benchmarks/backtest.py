"""How long a backtest takes over a large archive, what it covers, and whether it finds what reading everything would.

    python -m tests.benchmarks.backtest [--articles N] [--embedded SHARE] [--archive FILE]

The archive (`tests.benchmarks.archive`) has the real articles of the data with their real vectors, and made ones. For
each topic, those real articles that the topic is compared with in full are what must be found again among all.
Without `--archive` it is made anew in a temporary folder, which takes some minutes; FILE is kept, and used again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from bot.adapters.clock import SystemClock
from bot.adapters.embedding import LocalEmbedder
from bot.adapters.logs import configure_logs
from bot.features.similarity import passage
from bot.feeds.poll_schedule import PollingLimits
from bot.matching.index import TopicIndex
from bot.matching.profile import build_profile
from bot.model import Article, ArticleId, Example, Topic, TopicId
from bot.store import Store, open_store
from bot.usecases.ingest.score_articles import document_of, embed_passages
from bot.usecases.topics.backtest import backtest_topic
from bot.usecases.topics.watchlist import Watchlist
from tests.benchmarks.archive import fill, made_articles, real_articles
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.vectors import VectorCache

DAYS = 90
NOW = datetime.now(UTC)
STORIES = 6
QUERIES = {
    "narrow": "earthquake OR gempa",
    "broad": "president OR presiden",
    "phrase": '"prime minister" AND (iraq OR irak)',
    "anything": "NOT football",
}
FOUND_ANEW = 3_000
"""Real articles read in full for each topic, the ECB+ ones first."""

Vectors = Mapping[ArticleId, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Archive:
    """The store, and the real articles in it with their vectors."""

    store: Store
    real: Sequence[Article]
    vectors: Vectors


def topics(folder: Path) -> list[Topic]:
    """The stories of ECB+ with most articles by one example each, queries, and one by both."""
    items = read_items(folder, "ecbplus")
    sizes = Counter(item.story for item in items)
    found = []
    for story, _ in sizes.most_common(STORIES):
        item = next(item for item in items if item.story == story)
        example = Example(item.id, item.title, item.text, item.language, item.published_at)
        found.append(Topic(TopicId(f"story {story}"), item.title, (example,)))
    found += [Topic(TopicId(f"query {name}"), name, query=query) for name, query in QUERIES.items()]
    return [*found, Topic(TopicId("both"), "both", found[0].examples, query=QUERIES["narrow"])]


async def exhaustive(topic: Topic, index: TopicIndex, archive: Archive) -> set[ArticleId]:
    """The matches among the first real articles, each of them read."""
    return {
        match.article_id
        for article in archive.real[:FOUND_ANEW]
        for match in index.judge(article, document_of(article), archive.vectors[article.id], frozenset())
        if match.matched and match.topic_id == topic.id
    }


async def measure(archive: Archive, chosen: Sequence[Topic], embedder: LocalEmbedder) -> None:
    await embedder.embed(["The model is loaded before anything is timed."])
    print("topic            seconds   CPU articles   read  anew   left alerts  found again")
    for topic in chosen:
        texts = [passage(example.title, example.text) for example in topic.examples]
        rows = await embed_passages(embedder, texts) if texts else np.zeros((0, 0), np.float32)
        index = TopicIndex([build_profile(topic, rows)])
        watch = Watchlist({topic.id: topic}, {}, index, PollingLimits(), 20)
        started, worked = time.perf_counter(), time.process_time()
        result = await backtest_topic(archive.store, embedder, SystemClock(), topic.id, watch, DAYS + 1)
        seconds, cpu = time.perf_counter() - started, time.process_time() - worked
        wanted = await exhaustive(topic, index, archive)
        found = {one.article.id for one in result.matched}
        covered = result.coverage
        print(
            f"{topic.id:16} {seconds:7.1f} {cpu:5.1f} {covered.articles:8,} {covered.read:6,} {covered.embedded:5} "
            f"{covered.left:6,} {len(result.alerts):6,}  {len(wanted & found)} of {len(wanted)}",
            flush=True,
        )


async def run(arguments: argparse.Namespace, path: Path) -> None:
    random = Random(1)
    real = real_articles(arguments.data, NOW, DAYS, random)
    rows = VectorCache().of([Item(one.id, one.title, one.text, one.language) for one in real])
    vectors = dict(zip((article.id for article in real), rows, strict=True))
    embedder = LocalEmbedder()
    store = await open_store(f"sqlite:///{path}", now=NOW)
    try:
        async with store.read() as unit:
            there = await unit.articles.count()
        if not there:
            made = made_articles(real, max(0, arguments.articles - len(real)), NOW, DAYS, random)
            known = {one: row for one, row in vectors.items() if random.random() < arguments.embedded}
            await fill(store, [*real, *made], embedder.name, known, embedded=arguments.embedded, now=NOW)
        await measure(Archive(store, real, vectors), topics(arguments.data), embedder)
    finally:
        await store.close()
        embedder.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.backtest", description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=100_000, metavar="N")
    parser.add_argument("--embedded", type=float, default=1.0, metavar="SHARE", help="of the articles with a vector")
    parser.add_argument("--archive", type=Path, metavar="FILE", help="kept, and used again")
    arguments = parser.parse_args()
    configure_logs(secrets=[])
    try:
        if arguments.archive:
            asyncio.run(run(arguments, arguments.archive))
        else:
            with tempfile.TemporaryDirectory(prefix="kabar-backtest-") as folder:
                asyncio.run(run(arguments, Path(folder) / "kabar.db"))
    except DataAbsentError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
