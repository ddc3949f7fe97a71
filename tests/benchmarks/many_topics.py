"""One article against 10,000 queries and 1,000 topics by example: `python -m tests.benchmarks.many_topics`.

Queries of every kind are made from the words of the news data, frequent words among them; examples are its articles.
Prints the CPU time an article takes, what the process weighs with everything loaded, and whether the index finds what
evaluating every query finds. Only articles are taken whose embeddings other benchmarks have kept (an article cut to a
length has that of the whole); where none are, they are random, and near misses come by chance.
"""

from __future__ import annotations

import gc
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.features.document import describe
from bot.features.similarity import DIMENSIONS
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.matching.search_text import SearchText
from bot.model import Article, ArticleId, Example, FeedId, Language, Topic, TopicId
from bot.text.tokens import words
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.vectors import VectorCache

QUERIES = 10_000
EXAMPLE_TOPICS = 1_000
EXAMPLES_EACH = (1,) * 9 + (3,)
"""By turns: every tenth topic has three."""
SETS = ("indonews", "agnews", "bbc", "ntrex")
LENGTHS = (30, 60, 120, 250, 500, 1_000, 1_500)
ARTICLES_EACH = 40
FEWEST_KEPT = 3_000
"""Articles with an embedding below which random ones are taken."""
TAGS = frozenset({"world"})
WORD = re.compile("(?:[^\\W\\d_]|[\u0900-\u109f\u1780-\u17d3]){2,20}")
NO_VECTORS: NDArray[np.float32] = np.zeros((0, 0), np.float32)


class Queries:
    """Makes queries as people write them, and worse ones, from the words of articles."""

    def __init__(self, items: Sequence[Item], rng: random.Random, frequent: float) -> None:
        """`frequent`: share of words that are among the 2,000 most frequent, `the` and `yang` among them."""
        self._rng = rng
        self._share = frequent
        self._texts: list[list[str]] = [tokens for item in items if len(tokens := WORD.findall(item.text)) > 20]
        counts = Counter(word for tokens in self._texts for word in tokens)
        self._frequent = [word for word, _ in counts.most_common(2_000)]
        self._others = [word for word, count in counts.items() if count >= 2]

    def draw(self) -> str:
        """One query; about one of a hundred is a pattern, one of a thousand only excludes."""
        choose = self._rng.random()
        kinds: tuple[tuple[float, Callable[[], str]], ...] = (
            (0.12, self._word),
            (0.24, self._phrase),
            (0.42, lambda: f"{self._word()} {self._word()}"),
            (0.55, lambda: " OR ".join([self._quoted(), *(self._term() for _ in range(self._rng.randint(1, 4)))])),
            (0.70, lambda: f"({self._term()} OR {self._term()}) AND ({self._term()} OR {self._term()})"),
            (0.78, lambda: f"{self._word()} NOT {self._term()}"),
            (0.84, lambda: f"{self._phrase()}~{self._rng.randint(1, 8)}"),
            (0.90, self._beginning),
            (0.95, lambda: f"title:{self._word()} {self._term()}"),
            (0.97, lambda: f"{self._phrase()} AND source:antara"),
            (0.98, lambda: f"lang:{self._rng.choice(('id', 'en', 'ja'))} AND {self._word()} AND {self._word()}"),
            (0.989, lambda: f"{self._word()} AND /{self._word()[:4]}[a-z]+ {self._word()[:4]}/"),
            (0.999, lambda: f"/{self._word()[:5]}(a|an|s)? (di|in|of) {self._word()}/"),
            (1.0, lambda: f"NOT {self._word()}"),
        )
        return next(make for limit, make in kinds if choose < limit)()

    def _word(self) -> str:
        words = self._frequent if self._rng.random() < self._share else self._others
        return self._rng.choice(words)

    def _phrase(self) -> str:
        tokens = self._rng.choice(self._texts)
        start = self._rng.randrange(len(tokens) - 3)
        return f'"{" ".join(tokens[start : start + self._rng.randint(2, 3)])}"'

    def _quoted(self) -> str:
        return f'"{self._word()}"'

    def _beginning(self) -> str:
        word = self._word()
        return f"{word[: max(3, len(word) - 2)]}*" if word.isascii() and len(word) > 3 else word

    def _term(self) -> str:
        kinds: tuple[Callable[[], str], ...] = (self._word, self._word, self._phrase, self._quoted, self._beginning)
        make: Callable[[], str] = self._rng.choice(kinds)
        return make()


@dataclass(frozen=True)
class Written:
    """A topic as it is kept between processes."""

    name: str
    query: str
    examples: tuple[tuple[str, str, str], ...]
    """Title, text, language."""

    def topic(self) -> Topic:
        examples = tuple(Example("", title, text, Language(lang)) for title, text, lang in self.examples)
        feeds = TOPIC_FEEDS.get(self.name[-1], ())
        return Topic(TopicId(self.name), self.name, examples=examples, query=self.query, feeds=feeds)


TOPIC_FEEDS = {"7": ("world",), "8": ("sport", "antara")}
"""By the last figure of their name, some topics look only at some feeds."""


def topics_of(items: Sequence[Item], rng: random.Random, frequent: float) -> list[Written]:
    queries = Queries(items, rng, frequent)
    made = [Written(f"q{number}", queries.draw(), ()) for number in range(QUERIES)]
    drawn = iter(rng.sample(list(items), 2 * EXAMPLE_TOPICS))
    for number in range(EXAMPLE_TOPICS):
        shown = [next(drawn) for _ in range(EXAMPLES_EACH[number % len(EXAMPLES_EACH)])]
        made.append(Written(f"e{number}", "", tuple((one.title, one.text, one.language) for one in shown)))
    return made


def articles_of(items: Sequence[Item], rng: random.Random) -> list[tuple[Article, Item]]:
    """As many of each length, in all languages of the data, long ones put together from several where they must be.

    With each the item that it begins with.
    """
    made = []
    by_language: dict[Language, list[Item]] = {}
    for item in items:
        by_language.setdefault(item.language, []).append(item)
    for length in LENGTHS:
        for number in range(ARTICLES_EACH):
            first = rng.choice(items)
            text = first.text
            while len(words(text, first.language)) < length:
                text = f"{text}\n{rng.choice(by_language[first.language]).text}"
            share = length / len(words(text, first.language))
            body = text[: int(len(text) * share)]
            name = ArticleId(f"{length}-{number}")
            article = Article(name, first.title, body, first.language, feed_id=FeedId("a"), source="Antara")
            made.append((article, first))
    return made


def random_rows(count: int, rng: random.Random) -> NDArray[np.float32]:
    rows = np.random.default_rng(rng.randrange(1 << 30)).normal(size=(count, 2 * DIMENSIONS)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def profiles_of(written: Sequence[Written], rows_of: Callable[[Topic], NDArray[np.float32]]) -> list[Profile]:
    topics = [one.topic() for one in written]
    return [build_profile(topic, rows_of(topic) if topic.examples else NO_VECTORS) for topic in topics]


@dataclass
class Times:
    """CPU milliseconds of one step, by article."""

    name: str
    spent: list[float]

    def line(self) -> str:
        least, median, most = np.quantile(self.spent, [0, 0.5, 0.95])
        return f"{self.name:26} {least:8.2f} {median:8.2f} {most:8.2f}"


def timed(steps: dict[str, Times], name: str, act: Callable[[], object], rounds: int = 3) -> None:
    """The least of some rounds: what others do on the machine is not ours."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        act()
        spent.append((time.process_time() - started) * 1_000)
    steps.setdefault(name, Times(name, [])).spent.append(min(spent))


def time_articles(
    index: TopicIndex, articles: Sequence[Article], rows: NDArray[np.float32], steps: dict[str, Times]
) -> Counter[str]:
    found: Counter[str] = Counter()
    for article, row in zip(articles, rows, strict=True):
        document = describe(article.title, article.text, article.language, article.published_at)
        length = article.id.partition("-")[0]
        timed(steps, "describe", lambda a=article: describe(a.title, a.text, a.language, a.published_at))  # type: ignore[misc] # -- a default binds it now
        timed(steps, "needs_vector", lambda a=article, d=document: index.needs_vector(a, d, TAGS))  # type: ignore[misc] # -- likewise
        timed(steps, "judge", lambda a=article, d=document, r=row: index.judge(a, d, r, TAGS))  # type: ignore[misc] # -- likewise
        steps.setdefault("all three", Times("all three", [])).spent.append(
            sum(steps[name].spent[-1] for name in ("describe", "needs_vector", "judge"))
        )
        steps.setdefault(length, Times(f"judge, {length} words", [])).spent.append(steps["judge"].spent[-1])
        matches = index.judge(article, document, row, TAGS)
        found["matches"] += sum(match.matched for match in matches)
        found["near misses"] += sum(not match.matched for match in matches)
        found["embedded"] += index.needs_vector(article, document, TAGS)
    return found


def differences(index: TopicIndex, profiles: Sequence[Profile], articles: Sequence[Article]) -> tuple[int, int]:
    """How many queries the index finds, and how many it takes for hits or misses that are none."""
    wrong = hits = 0
    for article in articles:
        text = SearchText(article)
        document = describe(article.title, article.text, article.language, article.published_at)
        everywhere = Article(article.id, article.title, article.text, article.language, source=article.source)
        found = {match.topic_id for match in index.judge(everywhere, document, None, TAGS) if match.evidence.query}
        expected = {
            profile.topic.id
            for profile in profiles
            # A query that only excludes hits with nothing.
            if profile.criteria.query is not None and profile.criteria.query.hits(text)
        }
        wrong += len(found ^ expected)
        hits += len(expected)
    return hits, wrong


def resident() -> float:
    """MB of this process, in memory now."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index] # -- Linux always has it


def weigh(path: Path) -> None:
    """What a process weighs that has loaded all that Kabar loads, then the topics. Run as a process of its own."""
    import asyncio  # noqa: PLC0415 -- only here

    from bot.adapters.embedding import LocalEmbedder  # noqa: PLC0415
    from bot.text.language import detect  # noqa: PLC0415

    click.echo(f"{'program':26} {resident():8.0f}")
    embedder = LocalEmbedder()
    asyncio.run(embedder.embed(["Pasukan Korea Utara dikirim ke Rusia"]))
    click.echo(f"{'and embedder':26} {resident():8.0f}")
    detect("xyzzy plugh frotz quux")
    click.echo(f"{'and language detector':26} {resident():8.0f}")
    rng = random.Random(1)
    with path.open(encoding="utf-8") as lines:
        written = (
            Written(row["name"], row["query"], tuple(map(tuple, row["examples"]))) for row in map(json.loads, lines)
        )
        profiles = profiles_of(list(written), lambda topic: random_rows(len(topic.examples), rng))
    gc.collect()
    click.echo(f"{'and topics as read':26} {resident():8.0f}")
    index = TopicIndex(profiles)
    for language in ("id", "en", "ja", "de", "fr", "ru", "ko"):
        article = Article(ArticleId("a"), "Rusia 北朝鮮", "Rusia 10 tentara Korea Utara", Language(language))
        document = describe(article.title, article.text, article.language, None)
        index.judge(article, document, random_rows(1, rng)[0], TAGS)
    gc.collect()
    click.echo(f"{'and index, 7 languages':26} {resident():8.0f}")
    embedder.close()


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--frequent", type=float, default=0.05, help="Share of words in queries that are frequent ones.")
@click.option("--weigh", "weighed", type=click.Path(path_type=Path, dir_okay=False), hidden=True)
def main(data: Path, frequent: float, weighed: Path | None) -> None:
    if weighed is not None:
        weigh(weighed)
        return
    try:
        items = [item for name in SETS for item in read_items(data, name) if item.text]
    except DataAbsentError as error:
        sys.exit(str(error))
    cache = VectorCache()
    kept = [item for item in items if cache.has(item)]
    if len(kept) >= FEWEST_KEPT:
        items = kept
    else:
        click.echo("no embeddings are kept: tests.benchmarks.matching computes them; these are random", err=True)
    rng = random.Random(20_240)
    written = topics_of(items, rng, frequent)
    drawn = articles_of(items, rng)
    articles = [article for article, _ in drawn]

    def rows_of(shown: Sequence[Item]) -> NDArray[np.float32]:
        return cache.of(shown) if len(kept) >= FEWEST_KEPT else random_rows(len(shown), rng)

    profiles = profiles_of(
        written, lambda topic: rows_of([Item("", one.title, one.text, one.language) for one in topic.examples])
    )
    started = time.process_time()
    index = TopicIndex(profiles)
    click.echo(f"index of {len(profiles):,} topics built in {time.process_time() - started:.2f} s")
    rows = rows_of([item for _, item in drawn])
    steps: dict[str, Times] = {}
    time_articles(index, articles[::5], rows[::5], {})  # lists of words are loaded, stemmers imported
    found = time_articles(index, articles, rows, steps)
    click.echo(f"\n{'CPU ms an article':26} {'least':>8} {'median':>8} {'95 %':>8}")
    for step in steps.values():
        click.echo(step.line())
    click.echo(", ".join(f"{count / len(articles):.2f} {name}" for name, count in found.items()) + " an article")
    hits, wrong = differences(index, profiles, articles[::2])
    click.echo(f"truth: {hits:,} hits in {len(articles[::2])} articles, {wrong} of them missed or invented")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as handed:
        handed.writelines(json.dumps(asdict(one)) + "\n" for one in written)
        handed.flush()
        click.echo("\nresident MB")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "tests.benchmarks.many_topics", "--weigh", handed.name], check=True)


if __name__ == "__main__":
    main()
